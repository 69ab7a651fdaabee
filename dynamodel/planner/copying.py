"""Copies of a parent's attributes in its children, as attributes, steps and access patterns of the workload itself.

In: a workload and the copies. Out: the workload in which reads return the child's own attribute, whoever makes a child
takes it from the parent, and whoever changes the parent spreads the change: children are found by a read, and renewed
by a write, both of which are planned and priced like everything else. It must not know costs or keys.

How it stays exact: a child is made under the condition that the parent is as it was read; children are renewed after
their parent, under the condition that the parent still is as it was read then. So of two changes at once the later
one has the last word, and a child that is made meanwhile has the new value already.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.footprint import renewed_together
from dynamodel.ir.entities import Estimate, Rate
from dynamodel.ir.names import snake_case
from dynamodel.ir.reads import Argument, Equal, JoinDef, PartDef, ReadKind, ReadPattern
from dynamodel.ir.values import FromEntity, FromStep, Given
from dynamodel.ir.workload import CopiedDef
from dynamodel.ir.writes import ActionDef, ActionKind, SpreadDef, StepDef, StepKind, TakenDef, WritePattern
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from dynamodel.ir.entities import EntityDef, ParentDef
    from dynamodel.ir.workload import Pattern, Workload

_MAKING = {StepKind.CREATE, StepKind.PUT}


@dataclass(frozen=True, slots=True)
class Copy:
    """Attributes of a parent that the children hold too; `via` are the child's that name the parent."""

    child: str
    parent: str
    via: tuple[str, ...]
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Link:
    """All copies from one parent to one child: `names` maps the parent's attribute to the child's."""

    child: EntityDef
    parent: EntityDef
    via: tuple[str, ...]
    names: dict[str, str]

    @property
    def find(self) -> str:
        """The name of the read that finds the children; no declared pattern begins with `_`."""
        return f"_{snake_case(self.child.name)}_of_{snake_case(self.parent.name)}_by_{'_'.join(self.via)}"

    @property
    def keep(self) -> str:
        """The name of the write that renews them."""
        return f"_renew{self.find}"

    @property
    def children(self) -> Estimate:
        """How many children a parent has."""
        return _parent_def(self.child, self.parent.name, self.via).children


def with_copies(workload: Workload, copies: Sequence[Copy]) -> Workload:
    """The workload in which these copies are stored and kept."""
    if not copies and not workload.copied:
        return workload
    links = _links(workload, copies)
    entities = tuple(_with_attributes(e, [k for k in links if k.child.name == e.name]) for e in workload.entities)
    patterns: list[Pattern] = [
        _read(p, links) if isinstance(p, ReadPattern) else _write(p, links) for p in workload.patterns
    ]
    for link in links:
        spread = [p for p in patterns if isinstance(p, WritePattern) and any(s.find == link.find for s in p.spreads)]
        if spread:
            patterns += [_finding(link, spread), _renewing(link, spread)]
    copied = tuple(
        CopiedDef(link.child.name, mine, link.parent.name, source, link.via)
        for link in links
        for source, mine in link.names.items()
    )
    name = hashlib.sha256(f"{workload.fingerprint} {copied}".encode()).hexdigest()[:16]
    return replace(workload, entities=entities, patterns=tuple(patterns), copied=copied, fingerprint=name)


def _links(workload: Workload, copies: Sequence[Copy]) -> list[_Link]:
    found: dict[tuple[str, str, tuple[str, ...]], _Link] = {}
    for held in workload.copied:  # what patterns select and order by
        ends = workload.entity(held.entity), workload.entity(held.parent)
        link = found.setdefault((held.entity, held.parent, held.via), _Link(*ends, held.via, {}))
        link.names[held.source] = held.attribute
    for copy in copies:
        child, parent = workload.entity(copy.child), workload.entity(copy.parent)
        link = found.setdefault((copy.child, copy.parent, copy.via), _Link(child, parent, copy.via, {}))
        taken = {a.name for a in child.attributes} | {
            n for k in found.values() if k.child is child for n in k.names.values()
        }
        for attribute in copy.attributes:
            if attribute not in link.names:
                name = f"{snake_case(copy.parent)}_{attribute}"
                while name in taken:
                    name += "_"
                link.names[attribute] = name
                taken.add(name)
    return list(found.values())


def _with_attributes(entity: EntityDef, links: Sequence[_Link]) -> EntityDef:
    held = {a.name for a in entity.attributes}
    more = tuple(
        link.parent.attribute(source).as_copy(mine, link.parent.name)
        for link in links
        for source, mine in link.names.items()
        if mine not in held
    )
    return replace(entity, attributes=(*entity.attributes, *more)) if more else entity


def _read(pattern: ReadPattern, links: Sequence[_Link]) -> ReadPattern:
    """The read with the child's own attributes in place of joins that are copied as a whole."""
    joins: list[JoinDef] = []
    own: list[str] = []
    for join in pattern.joins:
        link = next((k for k in links if _is_of(k, pattern.parts[0].entity, join)), None)
        if link is None or not set(join.attributes) <= set(link.names):
            joins.append(join)
        else:
            own += [link.names[a] for a in join.attributes]
    return replace(pattern, returns=(*(pattern.returns or ()), *own), joins=tuple(joins)) if own else pattern


def _is_of(link: _Link, child: str, join: JoinDef) -> bool:
    return (link.child.name, link.parent.name, link.via) == (child, join.parent, join.via)


def _write(pattern: WritePattern, links: Sequence[_Link]) -> WritePattern:
    """The write whose new children take what they copy, and which spreads what it changes."""
    steps = list(pattern.steps)
    spreads: list[SpreadDef] = []
    for link in links:
        for number, step in enumerate(pattern.steps):
            if step.entity == link.child.name and step.kind in _MAKING:
                steps[number] = _taking(steps, number, link, pattern)
            if step.entity == link.parent.name and _reaches_children(pattern, step, link):
                spreads.append(SpreadDef(number, link.find, link.keep))
    transaction = pattern.transaction or any(s.kind is StepKind.CHECK for s in steps)
    return replace(pattern, steps=tuple(steps), transaction=transaction, spreads=tuple(spreads))


def _reaches_children(pattern: WritePattern, step: StepDef, link: _Link) -> bool:
    """Whether there may be children after a step that changes their parent.

    Nobody can name a parent before its generated identity is there, but for children that the same call makes.
    """
    new = step.kind is StepKind.CREATE and is_generated(link.parent)
    together = any(s.entity == link.child.name and s.kind in _MAKING for s in pattern.steps)
    return is_changed(step, link.names) and (together or not new)


def is_generated(entity: EntityDef) -> bool:
    """Whether no item of the entity can be named before it is made: a part of its own identity is generated."""
    inherited = {name for parent in entity.parents for name in parent.via}
    return any(entity.attribute(name).generated for name in entity.identity if name not in inherited)


def is_changed(step: StepDef, attributes: Collection[str]) -> bool:
    """Whether a step may change what children hold: it makes or removes the parent, or sets one of the attributes."""
    if step.kind in {StepKind.CHECK, StepKind.LOOK}:
        return False
    return step.kind is not StepKind.UPDATE or bool({a.attribute for a in step.actions} & set(attributes))


def _taking(steps: list[StepDef], number: int, link: _Link, pattern: WritePattern) -> StepDef:
    """The step that makes a child, with what it takes; the parent is read by a step of its own, or by its update.

    What never changes is only read. So it is where the same call changes the parent: it spreads that afterwards.
    """
    step = steps[number]
    argument = step.argument or ""
    names = zip(link.parent.identity, link.via, strict=True)
    equals = tuple(Equal(theirs, FromEntity(argument, mine)) for theirs, mine in names)
    at = next((n for n, s in enumerate(steps) if updates_parent(s, link.parent.name, equals)), None)
    if at is None:
        fixed = all(link.parent.attribute(a).immutable for a in link.names)
        together = any(s.entity == link.parent.name for s in pattern.steps)
        kind = StepKind.LOOK if fixed or together else StepKind.CHECK
        steps.append(StepDef(kind, link.parent.name, equals=equals, reads=tuple(link.names)))
        at = len(steps) - 1
    else:
        reads = tuple(dict.fromkeys((*steps[at].reads, *link.names)))
        steps[at] = replace(steps[at], reads=reads)
    taken = tuple(TakenDef(mine, at, source, plus=0) for source, mine in link.names.items())
    return replace(step, taken=(*step.taken, *taken))


def updates_parent(step: StepDef, parent: str, equals: tuple[Equal, ...]) -> bool:
    """Whether a step updates the very parent of a new child."""
    return step.kind is StepKind.UPDATE and step.entity == parent and step.equals == equals


def _parent_def(child: EntityDef, parent: str, via: tuple[str, ...]) -> ParentDef:
    return next(p for p in child.parents if p.entity == parent and p.via == via)


def _arguments(link: _Link, names: Sequence[str]) -> tuple[Argument, ...]:
    return tuple(Argument(name, link.child.attribute(name).type) for name in dict.fromkeys(names))


def _finding(link: _Link, spread: Sequence[WritePattern]) -> ReadPattern:
    """The children of a parent, as often as a parent is written."""
    identity = set(link.child.identity)
    single = identity <= set(link.via) or any(set(u.attributes) <= set(link.via) for u in link.child.unique)
    return ReadPattern(
        link.find,
        ReadKind.QUERY,
        (
            PartDef(
                link.child.name,
                tuple(Equal(name, Given(name)) for name in link.via),
                rows=Estimate(1, 1) if single else link.children,
                single=single,
            ),
        ),
        _arguments(link, link.via),
        _sum(p.rate for p in spread),
        returns=link.child.identity,
        kept=True,
        doc=f"The items of {link.child.name} that hold attributes of a {link.parent.name}.",
    )


def _renewing(link: _Link, spread: Sequence[WritePattern]) -> WritePattern:
    """As many children as one transaction takes: the parent as it is now, and what they hold of it."""
    changing = [
        p for p in spread if any(s.entity == link.parent.name and s.kind is not StepKind.CREATE for s in p.steps)
    ]
    calls = max(1, -(-link.children.average // renewed_together(link.parent, link.child)))
    each = max(1, -(-link.children.average // calls))
    names = zip(link.parent.identity, link.via, strict=True)
    parent = StepDef(
        StepKind.CHECK,
        link.parent.name,
        equals=tuple(Equal(theirs, Given(mine)) for theirs, mine in names),
        reads=tuple(link.names),
    )
    child = StepDef(
        StepKind.UPDATE,
        link.child.name,
        equals=tuple(Equal(name, Given(name)) for name in link.child.identity),
        actions=tuple(ActionDef(ActionKind.SET, mine, FromStep(0, source)) for source, mine in link.names.items()),
        times=Estimate(each, each),
        quiet=True,
    )
    rate = _sum(p.rate for p in changing)
    return WritePattern(
        link.keep,
        (parent, child),
        _arguments(link, (*link.via, *link.child.identity)),
        replace(rate, average=rate.average * calls, peak=rate.peak * calls),
        transaction=True,
        kept=True,
        doc=f"Renews what an item of {link.child.name} holds of its {link.parent.name}.",
    )


def _sum(rates: Iterable[Rate]) -> Rate:
    found = list(rates)
    return Rate(sum(r.average for r in found), sum(r.peak for r in found), assumed=any(r.assumed for r in found))
