"""Where the money goes: each pattern's rate, units and dollars, and what drives them.

In: workload and plan. Out: plain text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.report.plan_text import cost_text, headline
from dynamodel.report.text import money, section, table, units

if TYPE_CHECKING:
    from dynamodel.ir.plan import PatternDesign, Plan
    from dynamodel.ir.workload import Pattern, Workload

_HEADER = ("pattern", "calls/s", "peak/s", "read/call", "write/call", "of it indexes", "$/month", "share")
_ASSUMED = "*"


def cost_report(workload: Workload, plan: Plan) -> str:
    """All patterns, the dearest first; a rate that the model does not give is marked."""
    declared = {p.name: p for p in workload.patterns}
    designs = sorted(plan.patterns, key=lambda d: -d.monthly_micro_usd)  # stable: the model's order decides ties
    rows = [_row(declared[d.name], d, plan) for d in designs]
    note = f"  {_ASSUMED} assumed: the model gives no rate\n" if any(p.rate.assumed for p in workload.patterns) else ""
    return "".join(
        (
            headline(workload, plan),
            section("Access patterns", table(_HEADER, rows, right=range(1, 8)) + note),
            section("Cost", cost_text(plan)),
            section("Drivers", drivers(workload, plan)),
        )
    )


def _row(pattern: Pattern, design: PatternDesign, plan: Plan) -> tuple[str, ...]:
    mark = _ASSUMED if pattern.rate.assumed else ""
    share = 100 * design.monthly_micro_usd / plan.cost.monthly if plan.cost.monthly else 0
    return (
        design.name,
        units(pattern.rate.average) + mark,
        units(pattern.rate.peak) + mark,
        units(design.units.read),
        units(design.units.write),
        units(design.units.index_write),
        money(design.monthly_micro_usd),
        f"{share:.0f} %",
    )


def drivers(workload: Workload, plan: Plan) -> str:
    """What each pattern's price is made of beyond one unit a call, for those that have such a thing."""
    rows = []
    for pattern in workload.patterns:
        design = plan.pattern(pattern.name)
        words = causes(design)
        if words:
            rows.append((pattern.name, "; ".join(words)))
    return table(("pattern", "costs more than its items because"), rows) if rows else ""


def causes(design: PatternDesign) -> list[str]:
    """Index entries, transactions, second requests, strong reads, shards, filters."""
    found = []
    if design.units.index_write:
        percent = round(100 * design.units.index_write / design.units.write) if design.units.write else 0
        found.append(f"{percent} % of its write units go to indexes")
    if design.write_operation is not None and design.write_operation.value.startswith("Transact"):
        found.append("a transaction writes twice to the table")
    if any(step.read_first for step in design.steps):
        found.append("it reads before it writes, because keys depend on what is stored")
    if design.request_count > 1:
        found.append(f"{design.request_count} requests")
    if any(request.consistent for request in design.reads):
        found.append("strong reads take twice the units")
    if any(request.shards > 1 for request in design.reads):
        found.append("each shard is asked")
    if any(request.filters for request in design.reads):
        found.append("what a filter drops is read and paid")
    return found
