"""The planner's front: a workload in, a plan with its proof out.

enumerate -> solve (with its bounds) -> slots -> extract -> price -> certify. The plan is then re-derived by
`planner.check`, which shares nothing with these stages; a refusal there is our bug, not the user's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.dynamo.limits import GLOBAL_INDEXES
from dynamodel.errors import Infeasible
from dynamodel.ir.plan import Plan, Proof, TableDesign
from dynamodel.ir.workload import MICRO
from dynamodel.keys.choose import refusal as key_refusal
from dynamodel.planner.bounds import gsi_bound
from dynamodel.planner.build import build
from dynamodel.planner.cost import Physical, price
from dynamodel.planner.deployed import changes, keep_names
from dynamodel.planner.families import collection_needs
from dynamodel.planner.hot import hot_partitions
from dynamodel.planner.layout import physical_names
from dynamodel.planner.needs import all_needs
from dynamodel.planner.slots import assign
from dynamodel.planner.solve import Outcome, Solution, solve

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import PatternDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.bounds import Bound
    from dynamodel.planner.needs import Need
    from dynamodel.planner.slots import Slotted

COST_TOLERANCE = 5  # percent of the monthly cost that may be paid to have fewer indexes


def make_plan(workload: Workload, locked: Plan | None = None, tolerance: int = COST_TOLERANCE) -> Plan:
    """The optimal physical design of a workload; `tolerance` is what fewer indexes may cost, in percent.

    `locked` is the plan that is deployed: its base keys and index names stay where they can, and what differs is among
    the findings with what it takes to get there. Patterns that no key can answer come back as `unserved`, with an error
    among the findings. `Infeasible` when no layout exists at all: an identity that cannot be a key.
    """
    _refuse_impossible(workload)
    outcome = solve(workload, locked)
    solution = _choose(outcome, tolerance)
    slotted = assign(workload, solution)
    if locked is not None:
        slotted = keep_names(workload, solution, slotted, locked, physical_names(workload)[0])
    plan = assembled(workload, outcome, solution, slotted)
    if locked is None:
        return plan
    free = make_plan(workload, tolerance=tolerance)
    return replace(plan, findings=(*plan.findings, *changes(workload, locked, plan, free)))


def _refuse_impossible(workload: Workload) -> None:
    found = [
        finding(
            "DM403",
            f"`{entity.name}` has no possible base key: {key_refusal(entity.attribute(name))}",
            span=entity.span,
            path=(entity.name, name),
            hint="identify the entity by text, a number, a time or bytes",
        )
        for entity in workload.entities
        for name in entity.identity
        if key_refusal(entity.attribute(name))
    ]
    if found:
        raise Infeasible(found)


def _choose(outcome: Outcome, tolerance: int) -> Solution:
    """The fewest indexes and copies among the solutions whose cost is within the tolerance."""
    most = outcome.minimum_cost() * (100 + tolerance)
    return min((s for s in outcome.by_count if s.rank[-1] * 100 <= most), key=lambda s: (s.places, s.indexes))


def assembled(workload: Workload, outcome: Outcome, solution: Solution, slotted: Slotted) -> Plan:
    """The plan of one solution whose keys have their slots; `outcome` is what it is compared with in the proof."""
    prefix, type_attribute = physical_names(workload)
    built = build(workload, solution, slotted, prefix, type_attribute)
    table, designs, patterns = built.table, built.designs, built.patterns
    priced, cost = price(workload, table, designs, patterns)
    hot = hot_partitions(Physical(workload, table, {d.entity: d for d in designs}), priced)
    unserved = sum(p.status == "unserved" for p in patterns)
    gap = max(0, solution.rank[-1] - outcome.minimum_cost()) + outcome.gap
    placed = [c for g in solution.groups for c, runs in zip(g.collections, g.runs, strict=True) if len(runs) == 1]
    bound = gsi_bound(workload, _needs_of(workload, solution), placed)
    proof = Proof(bound.gsis, bound.members, cost.monthly - gap, gap, _statement(table, bound, outcome, gap, unserved))
    return Plan(
        workload.name,
        workload.fingerprint,
        table,
        designs,
        priced,
        cost,
        proof,
        _findings(workload, priced, outcome) + hot,
        _assumptions(workload),
        workload.options.deployment,
    )


def _needs_of(workload: Workload, solution: Solution) -> list[Need]:
    """What needs a key of its own: all but the collections read in one request, and no order that is made in memory."""
    collections = {c.pattern for c in collection_needs(workload)}
    free = [n for n in all_needs(workload) if n.pattern not in collections]
    apart = [c for g in solution.groups for c, runs in zip(g.collections, g.runs, strict=True) if len(runs) > 1]
    return free + [n for c in (*apart, *solution.split) for n in c.parts]


def _statement(table: TableDesign, bound: Bound, outcome: Outcome, gap: int, unserved: int) -> str:
    count = len(table.gsis)
    if unserved:
        left = "1 access pattern is" if unserved == 1 else f"{unserved} access patterns are"
        return f"{left} not served; all of them in as few requests would take at least {bound.gsis} GSIs."
    if not outcome.complete:
        return f"{count} GSIs; the search was cut short, so a better layout may exist."
    if outcome.gap:
        less = f"{outcome.gap / MICRO:.6f} USD a month less"
        return f"No layout of this kind needs fewer requests; one may cost up to {less}."
    words = "No layout of this kind needs fewer requests, or as many at less cost."
    if gap:
        words = (
            "No layout of this kind needs fewer requests; "
            f"{gap / 1_000_000:.6f} USD a month is paid to have fewer indexes (at most {COST_TOLERANCE} %)."
        )
    if bound.gsis == count:
        return f"{words} Fewer than {count} GSIs cannot serve every access pattern in as few requests."
    return f"{words} At least {bound.gsis} GSIs are needed; {count} are used."


def _findings(workload: Workload, patterns: tuple[PatternDesign, ...], outcome: Outcome) -> tuple[Diagnostic, ...]:
    declared = {p.name: p for p in workload.patterns}
    found = [
        finding(
            "DM401",
            f"access pattern `{p.name}` cannot be served: {p.reason}",
            span=declared[p.name].span,
            path=(workload.title, p.name),
            hint="drop it, relax its consistency or its order, or allow more indexes",
        )
        for p in patterns
        if p.status == "unserved"
    ]
    found += [
        finding(
            "DM404",
            f"access pattern `{p.name}` does more than its declaration suggests: {p.reason}",
            span=declared[p.name].span,
            path=(workload.title, p.name),
        )
        for p in patterns
        if p.status == "degraded"
    ]
    if not outcome.complete or outcome.gap:
        found.append(finding("DM405", "the search for the best layout was cut short: it is not proven optimal"))
    if workload.options.indexes > GLOBAL_INDEXES:
        found.append(
            finding(
                "DM406", f"the model allows {workload.options.indexes} GSIs; a table has {GLOBAL_INDEXES} by default"
            )
        )
    return tuple(found)


def _assumptions(workload: Workload) -> tuple[str, ...]:
    """The defaults that stand in for facts the model does not give."""
    rates = [p.name for p in workload.patterns if p.rate.assumed]
    counts = [e.name for e in workload.entities if e.count.assumed]
    found = []
    if rates:
        found.append(
            f"rate assumed for {len(rates)} of {len(workload.patterns)} access patterns: reads 1/s, writes 0.1/s"
        )
    if counts:
        found.append(f"number of items assumed for {', '.join(counts)}")
    return tuple(found)
