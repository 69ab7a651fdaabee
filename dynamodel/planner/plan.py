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
from dynamodel.ir.entities import MICRO
from dynamodel.ir.plan import Plan
from dynamodel.ir.proof import Proof
from dynamodel.ir.reads import ReadKind
from dynamodel.keys.choose import refusal as key_refusal
from dynamodel.planner.bounds import place_bound
from dynamodel.planner.build import build
from dynamodel.planner.cost import Physical, price, price_of, rounded_up
from dynamodel.planner.deployed import changes, keep_names
from dynamodel.planner.families import never_mixed
from dynamodel.planner.hot import hot_partitions
from dynamodel.planner.layout import physical_names, without_marks
from dynamodel.planner.natural import FREE, Forms, deployed_forms
from dynamodel.planner.slots import assign, deployed_slots
from dynamodel.planner.solution import COST_TOLERANCE
from dynamodel.planner.solve import solve
from dynamodel.planner.vectors import keep_vector_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import EntityDesign, PatternDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.bounds import Bound
    from dynamodel.planner.memory import Memory
    from dynamodel.planner.slots import Slotted
    from dynamodel.planner.solution import Outcome, Solution

_MATTERS = 20  # a read matters for what is assumed of it where it takes more than one part in so many of the cost


def make_plan(
    workload: Workload, locked: Plan | None = None, tolerance: int = COST_TOLERANCE, memory: Memory | None = None
) -> Plan:
    """The optimal physical design of a workload; `tolerance` is what fewer indexes may cost, in percent.

    `locked` is the plan that is deployed: its base keys and index names stay where they can, and what differs is among
    the findings with what it takes to get there. `memory` has what plans of other variants of the model found. Patterns
    that no key can answer come back as `unserved`, with an error among the findings. `Infeasible` when no layout exists
    at all: an identity that cannot be a key.
    """
    outcome, solution = _chosen(workload, locked, tolerance, memory)
    forms = deployed_forms(locked)
    slotted = assign(workload, solution, deployed_slots(locked))
    if locked is not None:
        slotted = keep_names(workload, solution, slotted, locked, physical_names(workload)[0])
    plan = assembled(workload, outcome, solution, slotted, forms)
    if locked is None:
        return plan
    plan = keep_vector_names(plan, locked)
    free = make_plan(workload, tolerance=tolerance, memory=memory)
    return replace(plan, findings=(*plan.findings, *changes(workload, locked, plan, free)))


def plan_price(workload: Workload, memory: Memory | None = None) -> tuple[int, int]:
    """How many access patterns a plan would leave unserved, and its cost a month, without what else is said of it."""
    _, solution = _chosen(workload, None, COST_TOLERANCE, memory)
    built = build(workload, solution, assign(workload, solution), physical_names(workload))
    _, cost = price_of(built.physical, built.patterns)
    return sum(p.status == "unserved" for p in built.patterns), cost.monthly


def _chosen(workload: Workload, locked: Plan | None, tolerance: int, memory: Memory | None) -> tuple[Outcome, Solution]:
    """What the search finds, and of it the fewest indexes and copies whose cost is within the tolerance."""
    if workload.options.overload is False:
        tolerance = 0
    outcome = _solved(workload, locked, memory, apart=tolerance if not tolerance or _is_weighed(workload) else None)
    most = outcome.minimum_cost() * (100 + tolerance)
    able = (s for s in outcome.by_count if s.rank[-1] * 100 <= most)
    return outcome, min(able, key=lambda s: (s.places, s.rank, s.indexes))


def _is_weighed(workload: Workload) -> bool:
    """Whether it is weighed what sharing indexes costs: where the model asks for that, or gives every rate.

    What rates cost that are only assumed is a guess, and no reason to have more indexes.
    """
    shared = workload.options.overload
    return not any(p.rate.assumed for p in workload.patterns) if shared is None else not shared


def _solved(workload: Workload, locked: Plan | None, memory: Memory | None, *, apart: int | None) -> Outcome:
    """What the search finds; raises Infeasible for an identity that cannot be a key."""
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
    return solve(workload, locked, memory, apart=apart)


def assembled(workload: Workload, outcome: Outcome, solution: Solution, slotted: Slotted, forms: Forms = FREE) -> Plan:
    """The plan of one solution whose keys have their slots; `outcome` is what it is compared with in the proof.

    `forms` says where keys are templates, or attributes, without a choice.
    """
    built = build(workload, solution, slotted, physical_names(workload), forms)
    physical, designs = built.physical, tuple(built.physical.designs.values())
    priced, cost = price_of(physical, built.patterns)
    hot = hot_partitions(physical, priced, built.heats)
    unserved = sum(p.status == "unserved" for p in priced)
    traded = max(0, solution.rank[-1] - outcome.minimum_cost()) + outcome.kept
    bound = place_bound(workload, solution)
    statement = _statement(physical, priced, bound, (outcome, solution), traded=traded, unserved=unserved)
    traded += outcome.shared[1]
    least = cost.monthly - outcome.gap - traded
    proof = Proof(bound.gsis, bound.members, least, outcome.gap, statement, traded)
    return Plan(
        workload.name,
        workload.fingerprint,
        physical.table,
        designs,
        priced,
        cost,
        proof,
        _findings(workload, priced, outcome) + hot,
        (*_assumptions(workload, designs), *_assumed_rows(workload, priced, cost.monthly)),
        workload.copied,
        workload.choices,
        workload.options.deployment,
    )


def _statement(
    physical: Physical,
    patterns: tuple[PatternDesign, ...],
    bound: Bound,
    found: tuple[Outcome, Solution],
    *,
    traded: int,
    unserved: int,
) -> str:
    """What is certain, and what it is relative to: how layouts were compared, which collections are read at once."""
    workload, (outcome, solution) = physical.workload, found
    count = len(physical.table.gsis)
    if unserved:
        left = "1 access pattern is" if unserved == 1 else f"{unserved} access patterns are"
        return f"{left} not served; all of them in as few requests would take at least {bound.gsis} GSIs."
    if not outcome.complete:
        return f"{count} GSIs; the search was cut short, so a better layout may exist."
    fewer, saved = outcome.shared
    if outcome.gap:
        less = f"{_up_to(outcome.gap + saved)} a month less"
        return f"No layout needs fewer requests; one may cost up to {less}."
    amount = f"{_usd(traded + saved)} a month"
    words = "No layout needs fewer requests, or as many at less cost"
    if fewer:
        words = (
            "No layout needs fewer requests in which keys are text where entities share an index; "
            f"attributes as keys of indexes of their own may spare {fewer}"
        )
    elif outcome.kept:
        words = (
            f"No layout needs fewer requests; {amount} is paid to leave keys in the indexes that are deployed, "
            "and to have few"
        )
    elif saved:
        words = (
            f"No layout needs fewer requests; at most {_up_to(traded + saved)} a month is paid to have fewer indexes: "
            "keys are text where entities share one"
        )
    elif traded:
        words = f"No layout needs fewer requests; {amount} is paid to have fewer indexes (at most {COST_TOLERANCE} %)"
    words += _measure(physical, patterns)
    requests = f"in as few requests{', with the same collections in one' if solution.extra_requests else ''}"
    every_kind = workload.options.copies or workload.options.local_indexes
    one, kinds = ("GSI, LSI or copy", "GSIs, LSIs and copies") if every_kind else ("GSI", "GSIs")
    if not bound.places:
        return f"{words}."
    if bound.places == count + bound.others == 1:
        return f"{words}. A table without an index or a copy cannot serve every access pattern {requests}."
    if bound.places == count + bound.others:
        return f"{words}. Fewer than {bound.places} {kinds} cannot serve every access pattern {requests}."
    needed = f"1 {one} is" if bound.places == 1 else f"{bound.places} {kinds} are"
    return f"{words}. At least {needed} needed {requests}; {count + bound.others} are used."


def _measure(physical: Physical, patterns: tuple[PatternDesign, ...]) -> str:
    """How layouts were compared, where that is not to the last cent or not every layout, in brackets."""
    said = []
    if physical.workload.options.copies:
        said.append("copies are weighed for strong reads and beyond the indexes allowed")
    taken = {p.name: p.request_count for p in patterns}
    several = [p for p in physical.workload.reads if p.kind is ReadKind.COLLECTION and taken[p.name] > 1]
    if physical.workload.options.copies and any(p.consistent for p in several):
        said.append("no copy is put among the items of a collection")
    if several and {p.name for p in several} & never_mixed(physical.workload):
        said.append("lists of one range do not lie mixed where one is read without the others")
    if not physical.workload.options.spare_reads:
        said.append("what a write reads first counts by its price alone")
    left = not_compared(physical, patterns)
    if left:
        said.append(f"reads of several kinds of items before they are rounded up, by {_usd(left)} a month")
    marks = marked(physical, patterns)
    if marks:
        said.append(f"keys without the marks that put kinds of items in order, by {_usd(marks)} a month")
    return f" ({'; '.join(said)})" if said else ""


def _usd(amount: int) -> str:
    """An amount in millionths of a US dollar, to the cent."""
    return f"{amount / MICRO:,.2f} USD" if amount >= MICRO // 100 else "less than 0.01 USD"


def _up_to(amount: int) -> str:
    """The least amount in whole cents that is no less than one in millionths of a US dollar."""
    cent = MICRO // 100
    return f"{-(-amount // cent) / 100:,.2f} USD"


def marked(physical: Physical, patterns: tuple[PatternDesign, ...]) -> int:
    """What the marks that put blocks in order cost a month, in millionths of a US dollar.

    Which entity of a partition has one depends on the others, so the search leaves them out.
    """
    plain = _without_marks(physical)
    if plain == physical:
        return 0
    both = (price(p.workload, p.table, tuple(p.designs.values()), patterns)[1] for p in (physical, plain))
    return next(both).monthly - next(both).monthly


def _without_marks(physical: Physical) -> Physical:
    return replace(physical, designs={name: without_marks(d) for name, d in physical.designs.items()})


def not_compared(physical: Physical, patterns: tuple[PatternDesign, ...]) -> int:
    """What scans and collections cost a month, in millionths of a US dollar, because they are rounded up as a whole."""
    designs = {p.name: p for p in patterns}
    physical = _without_marks(physical)
    return sum(rounded_up(physical, p, designs[p.name]) for p in physical.workload.reads)


def _findings(workload: Workload, patterns: tuple[PatternDesign, ...], outcome: Outcome) -> tuple[Diagnostic, ...]:
    declared = {p.name: p for p in workload.patterns}
    found = [
        finding(
            "DM401",
            f"access pattern `{p.name}` cannot be served: {p.reason}",
            span=declared[p.name].span,
            path=(workload.title, p.name),
            hint="drop it, or relax what stands in its way",
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
    saved, least = outcome.shared[1], outcome.minimum_cost()
    undecided = workload.options.overload is None and not _is_weighed(workload)
    if undecided and saved * 100 > least * COST_TOLERANCE:
        share = saved * 100 // least
        message = (
            f"up to {share} % of the cost, {_up_to(saved)} a month, is paid to have few indexes: their keys are text"
        )
        hint = (
            "if rates are as assumed: give `rps` for every access pattern, and the plan has more where it pays; "
            "`overload=False` in the model takes them now, `dynamodel explain --frontier` shows them"
        )
        found.append(finding("DM409", message, path=(workload.title,), hint=hint))
    if not outcome.complete or outcome.gap:
        found.append(finding("DM405", "the search for the best layout was cut short: it is not proven optimal"))
    if workload.options.indexes > GLOBAL_INDEXES:
        found.append(
            finding(
                "DM406", f"the model allows {workload.options.indexes} GSIs; a table has {GLOBAL_INDEXES} by default"
            )
        )
    return tuple(found)


def _assumed_rows(workload: Workload, patterns: tuple[PatternDesign, ...], monthly: int) -> tuple[str, ...]:
    """The reads whose number of rows stands in for a fact, the dearest first; those that cost little are left out."""
    costs = {p.name: p.monthly_micro_usd for p in patterns}
    rows = [(p, [q.rows.average for q in p.parts if q.rows.assumed]) for p in workload.reads]
    dear = [(costs[p.name], p.name, max(some)) for p, some in rows if some and costs[p.name] * _MATTERS > monthly]
    if not dear:
        return ()
    named = ", ".join(f"{name} ({count:,})" for _, name, count in sorted(dear, key=lambda one: (-one[0], one[1])))
    return (f"number of rows assumed for {named}: `rows=` says it",)


def _assumptions(workload: Workload, designs: Sequence[EntityDesign]) -> tuple[str, ...]:
    """The defaults that stand in for facts the model does not give, and what base keys rely on."""
    rates = [p.name for p in workload.patterns if p.rate.assumed]
    counts = [e.name for e in workload.entities if e.count.assumed]
    found = []
    if rates:
        found.append(
            f"rate assumed for {len(rates)} of {len(workload.patterns)} access patterns: reads 1/s, writes 0.1/s"
        )
    if counts:
        found.append(f"number of items assumed for {', '.join(counts)}")
    for design in designs:
        entity = workload.entity(design.entity)
        more = [a for f in design.base.fields for a in f.value.attributes if a not in entity.identity]
        if more:
            made = ", ".join(a for a in entity.identity if entity.attribute(a).generated)
            found.append(
                f"no two of {entity.name} share {made}: beside it the base key holds {', '.join(dict.fromkeys(more))}"
            )
    return tuple(found)
