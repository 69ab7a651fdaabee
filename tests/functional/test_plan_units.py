"""The plan's own figures, read and write units for each pattern and place, are what DynamoDB Local reports.

Each example is filled with items of exactly the sizes that the plan reckons with. A call's units by the plan, given how
many rows it finds or which indexes its item is in, must be what the service charges: DynamoDB Local's figures, but for
its named deviations (`verify.units`), which are compared at the same time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.suite import Count, Raised, Rows
from dynamodel.verify.backends.endpoint import EndpointBackend
from dynamodel.verify.checker.hook import StrictClient
from dynamodel.verify.execution import Execution
from dynamodel.verify.generated import loaded
from dynamodel.verify.state import Table
from dynamodel.verify.stored import Layout
from dynamodel.verify.units import Meter
from tests.golden.examples import EXAMPLES, ROOT
from tests.support.average import average_suite, figures

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Case, Row, Suite
    from dynamodel.ir.workload import Pattern, Workload

SEEDS = range(1, 5)  # datasets, until each pattern has been called with success


MODELS = {name: ROOT / "examples" / name / "model.py" for name in EXAMPLES}
MODELS["copies"] = Path(__file__).with_name("copies_model.py")


@pytest.mark.local
@pytest.mark.parametrize("name", MODELS)
def test_the_plan_s_units_are_what_dynamodb_local_charges(name: str, local_endpoint: str) -> None:
    workload = pipeline.load(MODELS[name])
    plan = pipeline.plan(workload)
    package = pipeline.artifacts(workload, plan, None, ("python",))
    left = {p.name: p for p in workload.patterns}
    wrong: dict[str, list[str]] = {}
    with EndpointBackend(local_endpoint) as backend, loaded(workload, package) as generated:
        for seed in SEEDS:
            suite = average_suite(workload, seed)
            strict = StrictClient(backend.client())
            table = Table(backend, backend.open_table(plan.table, strict.client), Layout(workload, plan, suite.now))
            table.fill(suite.rows)
            meter = Meter(backend, strict.client, table.name, of_service=True)
            execution = Execution(generated, plan, table, strict, suite)
            for pattern in list(left.values()):
                wrong[pattern.name] = compared(workload, plan, suite, pattern, execution, meter)
                if not wrong[pattern.name]:
                    del left[pattern.name]
            if not left:
                break
    assert {pattern: wrong[pattern] for pattern in left} == {}


def compared(
    workload: Workload, plan: Plan, suite: Suite, pattern: Pattern, execution: Execution, meter: Meter
) -> list[str]:
    """What differs: of a read in any case that finds something, of a write when no case is as the plan assumes.

    The plan reckons a write that finds its item, changes every attribute that it names, and keeps the index entry in
    place unless its key is changed: cases are also made for other writes.
    """
    different: list[str] = []
    same = 0
    for case in (c for c in suite.cases if c.pattern == pattern.name and tells(workload, suite, pattern, c)):
        meter.take()
        execution.strict.take()
        execution.generated.call(execution.client, pattern, case.arguments)
        measured, faults = meter.take()
        assert faults == []
        planned = [figures(workload, plan, pattern, case, rows) for rows in known_rows(workload, suite, pattern, case)]
        if not isinstance(pattern, ReadPattern):
            execution.table.restore()
        if measured.together() in planned:
            same += 1
        else:
            different.append(f"{case.title}: {measured.together()} and not one of {planned}")
    if isinstance(pattern, ReadPattern):
        return different or ([] if same else ["no case"])
    return [] if same else different or ["no case"]


def tells(workload: Workload, suite: Suite, pattern: Pattern, case: Case) -> bool:
    """Whether a case succeeds, and finds something if it reads; rows with a parent to join have one each."""
    if isinstance(case.expected, Rows) and isinstance(pattern, ReadPattern):
        rows = [row for part in case.expected.parts for row in part.rows]
        alone = all(len({tuple(r.values.get(v) for v in j.via) for r in rows}) == len(rows) for j in pattern.joins)
        return bool(rows) and alone
    return not isinstance(case.expected, Raised) and case.expected != Count(0)


def known_rows(workload: Workload, suite: Suite, pattern: Pattern, case: Case) -> list[list[Row]]:
    """What the figures of a case depend on: all rows for a read; for a write the items before it, or after."""
    if isinstance(pattern, ReadPattern):
        return [list(suite.rows)]
    touched = {
        (r.entity, *(r.values[n] for n in workload.entity(r.entity).identity)) for r in (*case.present, *case.gone)
    }
    held = [r for r in suite.rows if (r.entity, *(r.values[n] for n in workload.entity(r.entity).identity)) in touched]
    return [list(case.present), held]
