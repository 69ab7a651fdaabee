"""What the best plan would be if the model were a little different: a pattern dropped, or fewer indexes allowed.

In: a workload and its plan. Out: plans of variants of the workload, compared. The planner is asked through `make_plan`
alone, and each variant is a workload like any other, so an answer here is as exact as a plan.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.explain.delta import Delta, Totals, compare, totals
from dynamodel.ir.entities import MICRO
from dynamodel.planner.denormalize import denormalized
from dynamodel.planner.memory import Memory
from dynamodel.planner.plan import make_plan
from dynamodel.planner.solution import COST_TOLERANCE
from dynamodel.planner.solve import spared
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload


@dataclass(frozen=True, slots=True)
class Step:
    """The best plan with at most so many GSIs: its totals, its gap, the patterns not served and with more requests."""

    allowed: int
    totals: Totals
    gap: int
    unserved: tuple[str, ...]
    degraded: tuple[str, ...]
    chosen: bool


def without(workload: Workload, names: Iterable[str]) -> Workload:
    """The workload without the access patterns of these names."""
    dropped = set(names)
    return replace(workload, patterns=tuple(p for p in workload.patterns if p.name not in dropped))


def with_at_most(workload: Workload, indexes: int) -> Workload:
    """The workload with at most so many GSIs allowed."""
    return replace(workload, options=replace(workload.options, indexes=indexes))


def drop(
    workload: Workload, plan: Plan, names: Iterable[str], locked: Plan | None = None, memory: Memory | None = None
) -> Delta:
    """What leaving the patterns out saves; the other patterns are planned anew without them."""
    memory = memory or Memory()
    rest = denormalized(without(workload.origin or workload, names), memory)  # copies may no longer be worth it
    return compare(workload, plan, make_plan(rest, locked, memory=memory))


def frontier(
    workload: Workload, plan: Plan, locked: Plan | None = None, memory: Memory | None = None
) -> tuple[Step, ...]:
    """The cheapest plan for each number of GSIs, from none to where more change nothing.

    Nothing is paid here to have fewer indexes, so keys lie apart where attributes as keys save anything; `chosen` marks
    the number that the plan has. Where more are allowed and what the planner finds has as many requests, but is dearer
    by its price, which rounds up the reads of a collection as a whole, fewer are used.
    """
    steps: list[Step] = []
    memory = memory or Memory()
    most = max(len(make_plan(workload, locked, 0, memory).table.gsis), len(plan.table.gsis))
    for allowed in range(most + 1):
        found = make_plan(with_at_most(workload, allowed), locked, 0, memory)
        unserved = tuple(p.name for p in found.patterns if p.status == "unserved")
        degraded = tuple(p.name for p in found.patterns if p.status == "degraded")
        step = Step(allowed, totals(workload, found), found.proof.gap, unserved, degraded, chosen=False)
        if steps and _is_no_dearer(steps[-1], step):
            step = replace(steps[-1], allowed=allowed)
        steps.append(replace(step, chosen=allowed == len(plan.table.gsis)))
    while len(steps) > len(plan.table.gsis) + 1 and steps[-1].totals == steps[-2].totals:
        steps.pop()
    return tuple(steps)


def reading_first(
    workload: Workload, plan: Plan, locked: Plan | None = None, memory: Memory | None = None
) -> Delta | None:
    """What the plan takes less where writes may read their item first if that is cheaper; None if it is not."""
    found = _reading(workload, plan, locked, memory or Memory())
    return compare(workload, plan, found) if found is not None else None


def dear_reads(
    workload: Workload, plan: Plan, locked: Plan | None = None, memory: Memory | None = None
) -> tuple[Diagnostic, ...]:
    """A note where much of the cost is paid so that no write reads its item first: requests come before cost."""
    memory = memory or Memory()
    if spared(workload, locked, memory) * 100 <= plan.cost.monthly * COST_TOLERANCE:
        return ()
    found = _reading(workload, plan, locked, memory)
    saved = plan.cost.monthly - found.cost.monthly if found is not None else 0
    if found is None or saved * 100 <= plan.cost.monthly * COST_TOLERANCE:
        return ()
    # Copies of a parent's attributes take writes of their own, which the other plan may not have.
    before = {p.name: any(s.read_first for s in p.steps) for p in plan.patterns}
    reading = [p.name for p in found.patterns if any(s.read_first for s in p.steps)]
    after = [name for name in reading if not before.get(name, True)]
    if not after:
        return ()
    names = ", ".join(f"`{name}`" for name in after)
    paid = f"{saved * 100 // plan.cost.monthly} % of the cost, {saved / MICRO:,.2f} USD a month,"
    they, do = ("it changes", "it does") if len(after) == 1 else ("they change", "they do")
    message = f"{paid} is paid so that {names} need not read what {they} first"
    hint = f"`dynamodel explain --frontier` shows both; `spare_reads=False` in the model takes the layout in which {do}"
    span = next(p.span for p in workload.patterns if p.name == after[0])
    return (finding("DM408", message, span=span, path=(workload.title, after[0]), hint=hint),)


def _reading(workload: Workload, plan: Plan, locked: Plan | None, memory: Memory) -> Plan | None:
    """The plan where what a write reads first counts by its price alone; None if it is not cheaper."""
    if not workload.options.spare_reads:
        return None
    free = replace(workload.origin or workload, options=replace(workload.options, spare_reads=False))
    found = make_plan(denormalized(free, memory), locked, memory=memory)
    return found if found.cost.monthly < plan.cost.monthly else None


def _is_no_dearer(one: Step, other: Step) -> bool:
    """Whether a plan serves as many patterns with as many requests, for no more."""
    alike = len(one.unserved) == len(other.unserved) and one.totals.requests == other.totals.requests
    return alike and one.totals.monthly <= other.totals.monthly
