"""Parents that a second request reads: told by whole items only, whatever told those; a judge that sees through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.ir.plan import Operation, Projection
from dynamodel.normalize.workload import normalize
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from dynamodel.spec.loader import load_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

KEPT = Path(__file__).parents[2] / "fuzz" / "kept" / "a_parent_of_what_a_guard_names.py"


def planned(indexes: int) -> tuple[Workload, Plan]:
    workload = normalize(load_model(KEPT))
    workload = replace(workload, options=replace(workload.options, indexes=indexes))
    return workload, make_plan(workload)


def last_read(plan: Plan, **changes: Any) -> Plan:
    """The plan with the last request of `numbers`, that of the parents, changed."""
    reads = plan.pattern("numbers").reads
    changed = (*reads[:-1], replace(reads[-1], **changes))
    return replace(plan, patterns=tuple(replace(p, reads=changed) if p.name == "numbers" else p for p in plan.patterns))


def projecting(plan: Plan, *names: str) -> Plan:
    (index,) = plan.table.indexes
    return replace(plan, table=replace(plan.table, indexes=(replace(index, projection=Projection("INCLUDE", names)),)))


def test_a_guard_names_the_item_that_names_the_parent() -> None:
    workload, plan = planned(indexes=0)
    guard, item, parent = plan.pattern("numbers").reads
    assert (guard.operation, guard.beside) == (Operation.GET_ITEM, "GUARD1")
    assert (item.hydrate, item.joins, parent.hydrate, parent.joins) == (0, (), 1, (0,))
    assert plan.pattern("numbers").request_count == 3
    assert check(workload, plan) == ()


BROKEN: dict[str, tuple[int, Callable[[Plan], Plan], str]] = {
    "the guard is taken for the item": (0, lambda p: last_read(p, hydrate=0), "DM471"),
    "nothing tells the parents": (0, lambda p: last_read(p, hydrate=None), "DM471"),
    "a later request tells the parents": (0, lambda p: last_read(p, hydrate=2), "DM471"),
    "the index lacks what is returned": (20, lambda p: projecting(p, "alpha", "id"), "DM466"),
    "the index lacks what tells the parent": (20, lambda p: projecting(p, "id", "number"), "DM466"),
}


@pytest.mark.parametrize("about", BROKEN)
def test_a_plan_broken_on_purpose_is_refused(about: str) -> None:
    indexes, broken, code = BROKEN[about]
    workload, plan = planned(indexes)
    assert check(workload, plan) == ()
    assert code in {finding.code for finding in check(workload, broken(plan))}
