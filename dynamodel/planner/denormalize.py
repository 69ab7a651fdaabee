"""Attributes of a parent that children are read with: copied to the children, or read by a second request.

In: a workload with joins. Out: the workload with the cheaper way for each of them (design: sections 5 and 7). A copy is
an attribute of the child that the writes keep: whoever makes a child reads the parent, whoever changes the parent
spreads the change. Both ways are planned and priced as a whole, the fan-out included.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.errors import Infeasible
from dynamodel.ir.reads import Equal, ReadKind, ReadPattern
from dynamodel.ir.values import FromEntity
from dynamodel.ir.workload import ChoiceDef
from dynamodel.ir.writes import StepKind, WritePattern
from dynamodel.planner.copying import Copy, is_changed, updates_parent, with_copies
from dynamodel.planner.memory import Memory
from dynamodel.planner.plan import plan_price

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import JoinDef
    from dynamodel.ir.workload import CopiedDef, Workload

_EXHAUSTIVE = 4  # copies of one child entity of which every combination is planned; of more, one after another
_READS = {ReadKind.GET, ReadKind.QUERY, ReadKind.BATCH_GET}


def denormalized(workload: Workload, memory: Memory | None = None) -> Workload:
    """The workload with the copies that make it cheaper; itself where nothing is joined.

    `memory` keeps what the plan of the way that is chosen has in common with its price.
    """
    memory = memory or Memory()
    wanted: dict[Copy, list[str]] = {}
    choices = _forced(workload)
    for pattern in workload.reads:
        for join in pattern.joins:
            copy = _copy(pattern, join)
            if _is_held(workload, copy):
                continue
            reason = why_not(workload, pattern, copy)
            if reason:
                choices.append(_choice(copy, [pattern.name], "joined", (None, None), reason))
            else:
                wanted.setdefault(copy, []).append(pattern.name)
    if not wanted and not workload.copied:
        return replace(workload, choices=tuple(choices)) if choices else workload
    prices: dict[tuple[Copy, ...], tuple[int, int]] = {}

    def price(copies: Iterable[Copy]) -> tuple[int, int]:
        chosen = tuple(c for c in wanted if c in set(copies))
        if chosen not in prices:
            prices[chosen] = plan_price(with_copies(workload, chosen), memory)
        return prices[chosen]

    best: tuple[Copy, ...] = ()
    for child in dict.fromkeys(c.child for c in wanted):
        own = [c for c in wanted if c.child == child]
        best = min(((*best, *some) for some in _subsets(own)), key=lambda some: (*price(some), len(some)))
    for copy, patterns in wanted.items():
        others = tuple(c for c in best if not _covers(c, copy))
        way = "joined" if others == best else "copied"
        costs = (price((*others, copy) if others == best else best)[1], price(others)[1])
        choices.append(_choice(copy, patterns, way, costs))
    return replace(with_copies(workload, best), choices=tuple(choices), origin=workload)


def _forced(workload: Workload) -> list[ChoiceDef]:
    """The copies that patterns select or order by, which only a key of the child can do.

    Raises Infeasible for those that the writes cannot keep.
    """
    found: list[ChoiceDef] = []
    wrong = []
    for copied in workload.copied:
        copy = Copy(copied.entity, copied.parent, copied.via, (copied.source,))
        users = [p for p in workload.reads if _names(p, copied)]
        for pattern in users:
            reason = why_not(workload, pattern, copy)
            if reason:
                wrong.append(
                    finding(
                        "DM407",
                        f"`{pattern.name}` looks for {copy.child} by `{copy.parent}.{copied.source}`, of which no copy "
                        f"can be kept: {reason}",
                        span=pattern.span,
                        path=(workload.title, pattern.name),
                        hint=f"look for {copy.child} by its own attributes and return `{copy.parent}.{copied.source}`",
                    )
                )
        names = tuple(p.name for p in users)
        why = f"{', '.join(names)} look for items by it"
        found.append(_choice(copy, names, "copied", (None, None), why))
    if wrong:
        raise Infeasible(wrong)
    return found


def _names(pattern: ReadPattern, copied: CopiedDef) -> bool:
    """Whether a read selects, filters or orders by a copy."""
    name = copied.attribute
    for part in pattern.parts:
        if part.entity != copied.entity:
            continue
        conditions = [c for given in (*part.where, *part.filter) for c in (given, *given.any_of)]
        named = {e.attribute for e in part.equals} | {t.attribute for t in part.order}
        named |= {c.attribute for c in conditions} | ({part.range.attribute} if part.range else set())
        if any(n.partition("@")[0] == name for n in named):
            return True
    return False


def _subsets(copies: Sequence[Copy]) -> Iterable[tuple[Copy, ...]]:
    """The combinations to be priced: all of a few, else none, all, and each alone."""
    if len(copies) <= _EXHAUSTIVE:
        return chain.from_iterable(combinations(copies, n) for n in range(len(copies) + 1))
    return ((), *((c,) for c in copies), tuple(copies))


def _copy(pattern: ReadPattern, join: JoinDef) -> Copy:
    return Copy(pattern.parts[0].entity, join.parent, join.via, join.attributes)


def _is_held(workload: Workload, copy: Copy) -> bool:
    """Whether the children hold all of it anyway, because they are found by it."""
    link = (copy.child, copy.parent, copy.via)
    held = {c.source for c in workload.copied if (c.entity, c.parent, c.via) == link}
    return set(copy.attributes) <= held


def _covers(one: Copy, other: Copy) -> bool:
    """Whether a copy holds all that another one would."""
    same = (one.child, one.parent, one.via) == (other.child, other.parent, other.via)
    return same and set(other.attributes) <= set(one.attributes)


def _choice(
    copy: Copy, patterns: Sequence[str], way: str, costs: tuple[int | None, int | None], reason: str = ""
) -> ChoiceDef:
    return ChoiceDef(copy.child, copy.parent, copy.attributes, tuple(patterns), way, *costs, reason)  # type: ignore[arg-type]


def why_not(workload: Workload, pattern: ReadPattern, copy: Copy) -> str:
    """Why a read cannot have copies of its parent's attributes; empty when it can."""
    if pattern.kind not in _READS:
        return f"a {pattern.kind.replace('_', ' ')} reads items as they are"
    if pattern.consistent:
        return "it is strongly consistent, and children are renewed after their parent"
    return why_not_kept(workload, copy)


def why_not_kept(workload: Workload, copy: Copy) -> str:
    """Why copies cannot be kept exact by the writes that the model declares; empty when they can."""
    child, parent = workload.entity(copy.child), workload.entity(copy.parent)
    if not workload.options.copies:
        return "the model allows no copies"
    if child is parent or not parent.identity:
        return f"{parent.name} is no other item"
    if parent.with_role("ttl") is not None:
        return f"{parent.name} expires, and nothing tells its children"
    if child.history is not None or parent.history is not None:
        return "versions are kept as they were"
    if any(child.attribute(via).optional for via in copy.via):
        return f"not every {child.name} has a {parent.name}"
    return _blocked_child(workload, child, copy) or _blocked_parent(workload, parent, copy)


def _blocked_child(workload: Workload, child: EntityDef, copy: Copy) -> str:
    for pattern, step in workload.steps_on(child.name):
        if step.kind is StepKind.UPSERT:
            return f"`{pattern.name}` may make a {child.name} without looking at its {copy.parent}"
        if {a.attribute for a in step.actions} & set(copy.via):
            return f"`{pattern.name}` gives a {child.name} another {copy.parent}"
        if step.kind in {StepKind.CREATE, StepKind.PUT}:
            if step.times.most > 1 or step.argument is None:
                return f"`{pattern.name}` makes several of {child.name} at once"
            names = zip(workload.entity(copy.parent).identity, copy.via, strict=True)
            equals = tuple(Equal(theirs, FromEntity(step.argument, mine)) for theirs, mine in names)
            others = [s for s in pattern.steps if s.entity == copy.parent and not is_changed(s, copy.attributes)]
            if any(not updates_parent(s, copy.parent, equals) for s in others):
                return f"`{pattern.name}` writes another {copy.parent} with a new {child.name}"
    return ""


def _blocked_parent(workload: Workload, parent: EntityDef, copy: Copy) -> str:
    for pattern, step in workload.steps_on(parent.name):
        if is_changed(step, copy.attributes) and (
            not step.by_identity or step.times.most > 1 or _several(pattern, parent.name)
        ):
            return f"`{pattern.name}` changes several of {parent.name} at once"
    return ""


def _several(pattern: WritePattern, entity: str) -> bool:
    return sum(s.entity == entity for s in pattern.steps) > 1
