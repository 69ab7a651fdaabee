"""What a case says about its entities beyond the letter: usable links, what may change, what may be absent.

In: a `Case`. Out: `Facts`, asked by the converters of reads and writes. The decisions are numbered in `convert.py`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tests.corpus.words import class_name, distinct, identifier, words

if TYPE_CHECKING:
    from tests.corpus.casefile import Case, Entity, Parent, Pattern

CONTAINERS = {"L", "M", "SS", "NS", "BS", "BOOL", "NULL"}
FOUND_BY = {"S", "N", "B", "BOOL"}  # types of attributes that items are found by, and ordered by
ORDERED_BY = {"S", "N", "B"}
DELETING = {"delete", "remove", "drop", "cancel", "revoke", "leave", "unlike", "unfollow", "unsubscribe", "unjoin"}
CHANGING = {"update", "change", "move", "transfer", "swap", "adjust", "edit", "patch", "set", "bump"}


class Facts:
    """Answers about one case; `entity_names` and `attribute_names` map the file's names to legal ones."""

    def __init__(self, case: Case) -> None:
        """Name everything; the rest is computed when asked."""
        self.case = case
        self.entity_names: dict[str, str] = {}
        for name, legal in distinct([e.name for e in case.entities]).items():
            self.entity_names[name] = class_name(legal)
        self.attribute_names = {e.name: self._named(e) for e in case.entities}

    def _named(self, entity: Entity) -> dict[str, str]:
        """Legal names; the expiry of every entity is named as the first one's, and nothing else is (decision 3)."""
        expiries = [e for e in self.case.entities if self.expiry(e)]
        if not expiries:
            return distinct(entity.types)
        common = identifier(self.expiry(expiries[0]) or "")
        own = self.expiry(entity)
        others = distinct([a for a in entity.types if a != own], taken=[common])
        return {a: common if a == own else others[a] for a in entity.types}

    def links(self, entity: Entity, *, to: str | None = None) -> list[Parent]:
        """Parents whose whole identity the child's `via` holds, types agreeing, each once."""
        return [p for p in self.loose_links(entity, to=to) if self._complete(entity, p)]

    def loose_links(self, entity: Entity, *, to: str | None = None) -> list[Parent]:
        """All links to known entities, also those that name only a part of the parent's identity."""
        known = {e.name for e in self.case.entities}
        found = [p for p in entity.parents if p.entity in known and p.via and set(p.via) <= set(entity.types)]
        return [p for p in dict.fromkeys(found) if to is None or p.entity == to]

    def _complete(self, entity: Entity, parent: Parent) -> bool:
        above = self.case.entity(parent.entity)
        if len(parent.via) != len(above.identity):
            return False
        if parent.entity == entity.name and parent.via == above.identity:
            return False  # everything would be its own parent
        return all(entity.types[v] == above.types[i] for v, i in zip(parent.via, above.identity, strict=True))

    def unique(self, entity: Entity) -> list[tuple[str, ...]]:
        """Unique sets that the model must keep unique (decision 6)."""
        lookups = [set(e.identity) for e in self.case.entities if e is not entity and self.links(e, to=entity.name)]
        return [u for u in entity.unique if u and set(u) != set(entity.identity) and set(u) not in lookups]

    def is_parent(self, parent: str, child: str) -> bool:
        """Whether the case declares `parent` as a parent of `child`, completely or not."""
        return parent != child and bool(self.loose_links(self.case.entity(child), to=parent))

    @cached_property
    def _asked(self) -> dict[str, set[str]]:
        """By entity: what a request fixes, ranges over or orders by, and what names or links items."""
        asked: dict[str, set[str]] = {}
        for entity in self.case.entities:
            names = {*entity.identity, *(a for u in entity.unique for a in u)}
            names |= {v for link in self.loose_links(entity) for v in link.via}
            asked[entity.name] = names
        for pattern in self.case.patterns:
            for name in pattern.entities:
                mentioned = {*pattern.equals, *pattern.order_by, *([pattern.range[0]] if pattern.range else [])}
                asked[name] |= mentioned & set(self.case.entity(name).types)
        return asked

    def in_keys(self, entity: Entity, attribute: str) -> bool:
        """Whether some request fixes, ranges over or orders by the attribute, or it names or links items."""
        return attribute in self._asked[entity.name]

    def optional(self, entity: Entity) -> list[str]:
        """Attributes that an item may lack (decision 6)."""
        roots = {v for link in self.loose_links(entity, to=entity.name) for v in link.via}
        tested = {
            a
            for p in self.case.patterns
            if entity.name in p.entities and p.kind in {"get", "query", "collection"}
            for a in p.filter
            if entity.types.get(a) in CONTAINERS
        }
        return [a for a in entity.types if a in roots | tested and a not in entity.identity]

    def changes(self, entity: Entity) -> bool:
        """Whether some pattern changes existing items of the entity."""
        return any(entity.name in self.updated_by(p) for p in self.case.patterns)

    def updated_by(self, pattern: Pattern) -> list[str]:
        """The entities of which a pattern changes existing items."""
        if pattern.kind == "update":
            return list(pattern.entities)
        if pattern.kind != "transact" or self.only_reads(pattern):
            return []
        return [name for name, step in self.steps(pattern) if step == "update"]

    def mutable(self, entity: Entity) -> list[str]:
        """Attributes that an update may set: neither identity, link, unique set nor expiry (decision 10)."""
        fixed = {*entity.identity, *(a for u in entity.unique for a in u)}
        fixed |= {v for link in self.loose_links(entity) for v in link.via}
        return [a for a in entity.types if a not in fixed and a != self.expiry(entity)]

    def generated(self, entity: Entity) -> str | None:
        """The identity, when it is an id that somebody makes up and nobody else has (decision 4)."""
        if len(entity.identity) != 1 or entity.types[entity.identity[0]] != "S":
            return None
        name = entity.identity[0]
        linked = any(name in link.via for link in self.loose_links(entity))
        return name if words(name)[-1:] in (["id"], ["uuid"], ["ulid"], ["guid"]) and not linked else None

    def expiry(self, entity: Entity) -> str | None:
        """The attribute that is the table's expiry time: a number that names and links nothing (decision 3)."""
        names = {*entity.identity, *(v for parent in entity.parents for v in parent.via)}
        return entity.ttl if entity.ttl and entity.types[entity.ttl] == "N" and entity.ttl not in names else None

    def only_reads(self, pattern: Pattern) -> bool:
        """Whether a transaction reads: its author uses TransactGetItems, or, unplanned, its id begins like a read."""
        operations = {row.operation for row in self.case.rows(pattern.id)}
        if operations:
            return "TransactGetItems" in operations and "TransactWriteItems" not in operations
        return bool(words(pattern.id)[:1]) and words(pattern.id)[0] in {"get", "read", "fetch", "load", "view", "find"}

    def steps(self, pattern: Pattern) -> list[tuple[str, str]]:
        """What a writing transaction does to each of its entities: create, update or delete (decision 12)."""
        names = list(dict.fromkeys(pattern.entities))
        verb = (words(pattern.id) or [""])[0]
        if verb in DELETING:
            return [(n, "update" if self._counts_for(n, names) else "delete") for n in names]
        if verb in CHANGING:
            return [(n, "update") for n in names]
        if not pattern.equals:
            return [(n, "create") for n in names]
        created = {self._first_created(names, pattern)}
        for name in names:
            if any(self.is_parent(above, name) for above in created) and not self._fixed(name, pattern):
                created.add(name)
        return [(n, "create" if n in created else "update") for n in names]

    def _first_created(self, names: list[str], pattern: Pattern) -> str:
        first = names[0]
        if self._fixed(first, pattern):
            for other in names[1:]:
                if not self._fixed(other, pattern) and not self.is_parent(other, first):
                    return other
        return first

    def _fixed(self, name: str, pattern: Pattern) -> bool:
        return set(self.case.entity(name).identity) <= set(pattern.equals)

    def _counts_for(self, name: str, names: list[str]) -> bool:
        entity = self.case.entity(name)
        counters = [a for a in self.mutable(entity) if entity.types[a] == "N"]
        return bool(counters) and any(self.is_parent(name, other) for other in names)
