"""The judge: a plan is lawful and answers the workload, derived again from the layout alone.

In: a workload and a plan, wherever it comes from (the planner, a saved file). Out: every broken rule as a diagnostic;
none for a sound plan. It shares nothing with enumeration, search and extraction but the cost model: serving is decided
by translating each request back into conditions on attributes and comparing these with the declaration, rule by rule of
`keys.md`. A finding about a plan that our planner made is our bug.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.reads import ReadPattern
from dynamodel.planner.checks.copied import check_copied
from dynamodel.planner.checks.costs import check_costs
from dynamodel.planner.checks.court import Court
from dynamodel.planner.checks.entities import check_apart, check_designs
from dynamodel.planner.checks.heat import check_heat
from dynamodel.planner.checks.partitions import check_partitions
from dynamodel.planner.checks.reads import check_read
from dynamodel.planner.checks.regions import check_regions
from dynamodel.planner.checks.tables import check_sizes, check_table
from dynamodel.planner.checks.vectors import check_vectors
from dynamodel.planner.checks.writes import check_write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Pattern, Workload

_MALFORMED = {"DM451", "DM452", "DM458"}


def check(workload: Workload, plan: Plan) -> tuple[Diagnostic, ...]:
    """Every rule that a plan breaks for a workload, in a fixed order; empty when the plan is sound.

    Patterns with the status `unserved` are not judged (the planner reports them); all others must be served exactly,
    `degraded` ones may leave conditions to filters. A plan so broken that its figures cannot be computed is reported
    without them.
    """
    court = Court(workload, plan)
    declared = {pattern.name: pattern for pattern in workload.patterns}
    _check_inventory(court, declared)
    check_table(court)
    check_vectors(court)
    check_designs(court)
    if any(finding.code in _MALFORMED for finding in court.findings):
        return tuple(court.findings)  # nothing can be derived from keys that are none
    for entity in workload.entities:
        check_sizes(court, entity)
    check_apart(court)
    check_copied(court)
    for design in plan.patterns:
        pattern = declared.get(design.name)
        if pattern is None or design.status == "unserved":
            continue
        if isinstance(pattern, ReadPattern):
            check_read(court, pattern, design)
        else:
            check_write(court, pattern, design)
    if not court.findings:
        check_heat(court)
        check_partitions(court)
        check_costs(court)
    check_regions(court)
    return tuple(court.findings)


def _check_inventory(court: Court, declared: Mapping[str, Pattern]) -> None:
    """The plan is of this model, and has one design for each of its access patterns."""
    workload, plan = court.workload, court.plan
    if (plan.model, plan.fingerprint) != (workload.name, workload.fingerprint):
        court.refuse("DM450", f"a plan of `{plan.model}` {plan.fingerprint}, not of this model", workload.title)
    planned = [design.name for design in plan.patterns]
    if sorted(planned) != sorted(declared):
        court.refuse("DM450", f"designs of {planned} for the access patterns {list(declared)}", workload.title)
    for design in plan.patterns:
        if design.status not in {"served", "degraded", "unserved"} or (design.status != "served" and not design.reason):
            court.refuse("DM450", f"the status {design.status} without a reason", workload.title, design.name)
