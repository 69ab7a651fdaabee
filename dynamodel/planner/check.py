"""The judge: a plan is lawful and answers the workload, derived again from the layout alone.

In: a workload and a plan, wherever it comes from (the planner, a saved file). Out: every broken rule as a diagnostic;
none for a sound plan. It shares nothing with enumeration, search and extraction but the cost model: serving is decided
by translating each request back into conditions on attributes and comparing these with the declaration, rule by rule of
`keys.md`. A finding about a plan that our planner made is our bug.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.workload import ReadPattern
from dynamodel.planner.checks.costs import check_costs
from dynamodel.planner.checks.court import Court
from dynamodel.planner.checks.entities import check_entities
from dynamodel.planner.checks.reads import check_read
from dynamodel.planner.checks.tables import check_table
from dynamodel.planner.checks.writes import check_write

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload


def check(workload: Workload, plan: Plan) -> tuple[Diagnostic, ...]:
    """Every rule that a plan breaks for a workload, in a fixed order; empty when the plan is sound.

    Patterns with the status `unserved` are not judged (the planner reports them); all others must be served exactly,
    `degraded` ones may leave conditions to filters. A plan so broken that its figures cannot be computed is reported
    without them.
    """
    court = Court(workload, plan)
    declared = {pattern.name: pattern for pattern in workload.patterns}
    planned = [design.name for design in plan.patterns]
    if sorted(planned) != sorted(declared):
        court.refuse("DM450", f"designs of {planned} for the access patterns {list(declared)}", workload.title)
    check_table(court)
    check_entities(court)
    for design in plan.patterns:
        pattern = declared.get(design.name)
        if pattern is None or design.status == "unserved":
            continue
        if isinstance(pattern, ReadPattern):
            check_read(court, pattern, design)
        else:
            check_write(court, pattern, design)
    if not court.findings:
        check_costs(court)
    return tuple(court.findings)
