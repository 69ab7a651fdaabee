"""Writes of a case as access patterns: put, update, delete, and transactions that write.

In: `Facts` and a `Pattern`. Out: bodies of patterns in the JSON form, named by a suffix as in `reads`. The decisions
are numbered in `convert.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.corpus.facts import FOUND_BY
from tests.corpus.words import named_by

if TYPE_CHECKING:
    from tests.corpus.casefile import Entity, Pattern
    from tests.corpus.facts import Facts

Body = dict[str, Any]
ITEMS_WRITTEN_TOGETHER = (3, 20)  # children that one call creates with their parent, average and most


class Writes:
    """Converts the writes of one case."""

    def __init__(self, facts: Facts) -> None:
        """Keep the facts of the case."""
        self.facts = facts
        self.case = facts.case

    def convert(self, pattern: Pattern) -> dict[str, Body]:
        """The access patterns of a write."""
        entities = [self.case.entity(name) for name in dict.fromkeys(pattern.entities)]
        if pattern.kind == "delete":
            return self._deletes(entities, pattern)
        if pattern.kind == "transact":
            return {"": _together(self._steps(pattern))}
        make = self._create if pattern.kind == "put" else self._update
        return {"": _together([make(e, pattern) for e in entities])}

    def _create(self, entity: Entity, _pattern: Pattern) -> Body:
        return {"kind": "create", "entity": self._name(entity)}

    def _update(self, entity: Entity, pattern: Pattern) -> Body:
        """Decision 10: what the id names, else everything that may change; with nothing to change, a put."""
        free = self.facts.mutable(entity)
        chosen = named_by(free, pattern.id, entity.name) or free
        if not chosen:
            return {"kind": "put", "entity": self._name(entity)}
        numbers = [a for a in chosen if entity.types[a] == "N"]
        if chosen != free and numbers == chosen:
            return self._change(entity, add=chosen)
        return self._change(entity, set=chosen)

    def _change(self, entity: Entity, **actions: list[str]) -> Body:
        references = {word: [self._ref(entity, a) for a in names] for word, names in actions.items()}
        return {"kind": "update", "entity": self._name(entity), **references}

    def _deletes(self, entities: list[Entity], pattern: Pattern) -> dict[str, Body]:
        if len(entities) > 1 and all(set(e.identity) <= set(pattern.equals) for e in entities):
            return {"": _together([self._delete(e) for e in entities])}
        bodies: dict[str, Body] = {}
        for number, entity in enumerate(entities):
            fixed = [a for a in pattern.equals if entity.types.get(a) in FOUND_BY]
            body = self._delete(entity)
            others = [a for a in fixed if a not in entity.identity]
            if set(entity.identity) <= set(fixed):
                conditions = [{"op": "eq", "attr": self._ref(entity, a), "given": True} for a in others]
                body |= {"when": conditions} if conditions else {}
            elif fixed:
                body["by"] = [self._ref(entity, a) for a in fixed]
            bodies["" if number == 0 else f"_{self._name(entity)}"] = body
        return bodies

    def _delete(self, entity: Entity) -> Body:
        return {"kind": "delete", "entity": self._name(entity)}

    def _steps(self, pattern: Pattern) -> list[Body]:
        steps = self.facts.steps(pattern)
        created = [name for name, step in steps if step == "create"]
        bodies = []
        for name, step in steps:
            entity = self.case.entity(name)
            if step == "create":
                body = self._create(entity, pattern)
                if self._many(entity, created):
                    body["times"] = list(ITEMS_WRITTEN_TOGETHER)
            elif step == "delete":
                body = self._delete(entity)
            else:
                body = self._beside(entity, pattern, is_parent=any(self.facts.is_parent(name, c) for c, _ in steps))
            bodies += self._each_parent(body, name, created)
        return bodies

    def _each_parent(self, body: Body, name: str, created: list[str]) -> list[Body]:
        """The step once for each link that a created item has to the entity: who follows, and who is followed."""
        for child in (self.case.entity(c) for c in created if c != name):
            links = [p.via for p in child.parents if p.entity == name]
            if len(links) > 1:
                return [body | {"by": [self._ref(child, a) for a in via]} for via in links]
        return [body]

    def _many(self, entity: Entity, created: list[str]) -> bool:
        """Whether several children come with their parent: identified within it, and it is created by the same call."""
        links = [p for p in self.facts.loose_links(entity) if p.entity in created and p.entity != entity.name]
        return any(set(p.via) < set(entity.identity) for p in links)

    def _beside(self, entity: Entity, pattern: Pattern, *, is_parent: bool) -> Body:
        """Decision 12: an existing item beside a new one: its counter, else that a parent exists, else an update."""
        free = self.facts.mutable(entity)
        counters = [a for a in free if entity.types[a] == "N"]
        if counters:
            return self._change(entity, add=(named_by(counters, pattern.id, entity.name) or counters)[:1])
        return (
            {"kind": "check", "entity": self._name(entity)} if is_parent or not free else self._update(entity, pattern)
        )

    def _name(self, entity: Entity) -> str:
        return self.facts.entity_names[entity.name]

    def _ref(self, entity: Entity, attribute: str) -> Body:
        return {"entity": self._name(entity), "name": self.facts.attribute_names[entity.name][attribute]}


def _together(steps: list[Body]) -> Body:
    """One pattern of some steps; where none would change anything, the items are put (decision 10)."""
    if all(step["kind"] == "check" for step in steps):
        steps = [{"kind": "put", "entity": step["entity"]} for step in steps]
    return steps[0] if len(steps) == 1 else {"kind": "transaction", "steps": steps}
