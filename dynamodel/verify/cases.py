"""The suite of a workload: dataset and cases, everything decided by the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.suite import Suite
from dynamodel.verify.dataset import make_rows
from dynamodel.verify.oracle.store import Store
from dynamodel.verify.read_cases import read_cases
from dynamodel.verify.write_cases import write_cases

if TYPE_CHECKING:
    from dynamodel.ir.suite import Case
    from dynamodel.ir.workload import Workload

SEED = 1


def make_suite(workload: Workload, seed: int = SEED, items: int | None = None) -> Suite:
    """Rows and cases for every pattern, in the order of the model; the same for the same arguments."""
    maker, rows = make_rows(workload, seed, items)
    store = Store.of(workload, rows)
    cases: list[Case] = []
    for pattern in workload.patterns:
        if pattern.kept:  # no caller's: the writes that it follows show what it does
            continue
        maker.random.seed(f"{seed} {pattern.name}")  # what other patterns draw changes no case of this one
        make = (
            read_cases(maker, store, pattern)
            if isinstance(pattern, ReadPattern)
            else write_cases(maker, store, pattern)
        )
        cases += make
    return Suite(seed, maker.now, tuple(rows), tuple(cases))
