"""Steps that follow from what entities promise: counts over children, numbers from a parent's counter, versions.

In: the steps that a write declares. Out: the same steps with those that keep the promises; a write with more than one
step is a transaction. Steps on one item are one step, since DynamoDB refuses two in a transaction.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.ir.reads import ConditionDef, Equal, Op
from dynamodel.ir.values import Constant, FromEntity
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind, TakenDef
from dynamodel.normalize.arguments import Group
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import EntityDef, ParentDef
    from dynamodel.ir.values import Source
    from dynamodel.normalize.arguments import Arguments
    from dynamodel.normalize.virtual import Catalog

_COUNTED = {StepKind.CREATE, StepKind.DELETE}
_WHOLE = {StepKind.CREATE, StepKind.PUT}


def follow(declared: Sequence[StepDef], catalog: Catalog, arguments: Arguments) -> tuple[StepDef, ...]:
    """The declared steps and those that follow from them; an argument is added where a parent is not known."""
    following = _Following(list(declared), catalog, arguments)
    for index, step in enumerate(declared):
        if step.kind in _COUNTED and step.by_identity and step.times.most == 1:
            following.count(index)
        if step.kind is StepKind.CREATE:
            following.number(index)
            following.bind(index)
    following.keep_versions()
    return tuple(following.steps)


@dataclass(slots=True)
class _Following:
    """The steps in the making."""

    steps: list[StepDef]
    catalog: Catalog
    arguments: Arguments

    def count(self, index: int) -> None:
        """The additions to parents' counters; none where the pattern adds itself or gives a parent with its count."""
        child = self.catalog.entity(self.steps[index].entity)
        removes = self.steps[index].kind is StepKind.DELETE
        for parent, counter in child.counted_in:
            link = next((p for p in child.parents if p.entity == parent), None)
            others = [s for n, s in enumerate(self.steps) if s.entity == parent and n != index]
            owned = any(s.kind in _WHOLE or any(a.attribute == counter for a in s.actions) for s in others)
            if link is None or owned:
                continue
            equals, demanded = self._parent(index, child, link)
            if removes and child.identity:  # an absent child must not be counted down
                demanded = demanded or (ConditionDef(Op.PRESENT, child.identity[0]),)
            self.steps[index] = replace(self.steps[index], when=(*self.steps[index].when, *demanded))
            self._change(parent, equals, ActionDef(ActionKind.ADD, counter, Constant(-1 if removes else 1)))

    def bind(self, index: int) -> None:
        """A new child that a given parent's count is about must be a child of that parent."""
        child = self.catalog.entity(self.steps[index].entity)
        found: list[tuple[Equal, ...]] = []
        for link in child.parents:
            if all(parent != link.entity for parent, _ in child.counted_in):
                continue
            names = tuple(zip(link.via, self.catalog.entity(link.entity).identity, strict=True))
            whole = [s for s in self.steps if s.kind in _WHOLE and s.entity == link.entity and s.times.most == 1]
            found += [tuple(Equal(via, FromEntity(s.argument or "", own)) for via, own in names) for s in whole]
        self.steps[index] = replace(self.steps[index], belongs=tuple(found))

    def _parent(
        self, index: int, child: EntityDef, link: ParentDef
    ) -> tuple[tuple[Equal, ...], tuple[ConditionDef, ...]]:
        """What names the parent; a delete that does not know it asks for it and demands that it is so."""
        step = self.steps[index]
        equals: list[Equal] = []
        demanded: list[ConditionDef] = []
        for name, via in zip(self.catalog.entity(link.entity).identity, link.via, strict=True):
            source: Source | None = FromEntity(step.argument, via) if step.argument is not None else None
            source = source or next((e.source for e in step.equals if e.attribute == via), None)
            if source is None:
                source = self.arguments.given(
                    (child.name, via, "parent", len(self.steps)),
                    via,
                    child.attribute(via).type,
                    entity=child.name,
                    group=Group.FIXED,
                )
                demanded.append(ConditionDef(Op.EQ, via, (source,)))
            equals.append(Equal(name, source))
        return tuple(equals), tuple(demanded)

    def number(self, index: int) -> None:
        """The numbers that a new item takes, and with it the children that the same call makes."""
        argument = self.steps[index].argument or ""
        entity = self.catalog.entity(self.steps[index].entity)
        for attribute in entity.stored:
            if attribute.taken_from is None:
                continue
            parent, counter = attribute.taken_from
            via = next(p.via for p in entity.parents if p.entity == parent)
            names = zip(self.catalog.entity(parent).identity, via, strict=True)
            equals = tuple(Equal(name, FromEntity(argument, mine)) for name, mine in names)
            at = self._change(parent, equals, ActionDef(ActionKind.ADD, counter, Constant(1)), reads=(counter,))
            for number, name in self._holders(index, entity, attribute.name):
                step = self.steps[number]
                self.steps[number] = replace(step, taken=(*step.taken, TakenDef(name, at, counter)))

    def _holders(self, index: int, taker: EntityDef, attribute: str) -> list[tuple[int, str]]:
        """The new items that hold a number: the one that takes it, and its children, by step and attribute."""
        found = [(index, attribute)]
        for number, step in enumerate(self.steps):
            if step.kind is not StepKind.CREATE or number == index or attribute not in taker.identity:
                continue
            via = next((p.via for p in self.catalog.entity(step.entity).parents if p.entity == taker.name), None)
            if via is not None:
                found.append((number, via[taker.identity.index(attribute)]))
        return found

    def keep_versions(self) -> None:
        """The versions of what is written; an update reads what it does not set, since a version holds all of it."""
        for number, step in enumerate(list(self.steps)):
            entity = self.catalog.entity(step.entity)
            if entity.history is None or step.kind not in {StepKind.CREATE, StepKind.PUT, StepKind.UPDATE}:
                continue
            reads = step.reads
            if step.kind is StepKind.PUT:
                reads = (*reads, entity.history.number)
            elif step.kind is StepKind.UPDATE:
                reads = tuple(a.name for a in entity.stored if a.name not in entity.identity)
            self.steps[number] = replace(step, reads=reads)
            kept = StepDef(StepKind.CREATE, entity.history.entity, times=step.times, snapshot_of=number)
            self.steps.append(kept)

    def _change(self, entity: str, equals: tuple[Equal, ...], action: ActionDef, reads: tuple[str, ...] = ()) -> int:
        """Do this to an item too, in the step that has to do with it already if there is one; the step's number.

        A transaction has one action on an item: a check becomes the condition of the change, and what is deleted takes
        the counter with it.
        """
        for number, step in enumerate(self.steps):
            if step.entity != entity or step.equals != equals:
                continue
            if step.kind in {StepKind.UPDATE, StepKind.CHECK}:
                actions = (*step.actions, action)
                self.steps[number] = replace(step, kind=StepKind.UPDATE, actions=actions, reads=(*step.reads, *reads))
                return number
            if step.kind is StepKind.DELETE:
                return number
        self.steps.append(StepDef(StepKind.UPDATE, entity, equals=equals, actions=(action,), reads=reads))
        return len(self.steps) - 1
