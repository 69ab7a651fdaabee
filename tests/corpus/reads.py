"""Reads of a case as access patterns: get, query, collection, batch_get, and transactions that read.

In: `Facts` and a `Pattern`. Out: bodies of patterns in the JSON form, named by a suffix: "" for the
pattern itself, more when one pattern of the case needs several. The decisions are numbered in `convert.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.corpus.facts import CONTAINERS, FOUND_BY, ORDERED_BY

if TYPE_CHECKING:
    from tests.corpus.casefile import Entity, Pattern
    from tests.corpus.facts import Facts

Body = dict[str, Any]
_PLACEHOLDER = re.compile(r"<(\w[^<>]*)>")
_SIGNS = {"begins_with": "begins_with", "between": "BETWEEN", "gt": ">", "gte": ">", "lt": "<", "lte": "<", "eq": "="}
OPERATORS = {
    "begins_with": "begins_with",
    "between": "between",
    "gt": "gt",
    "gte": "ge",
    "lt": "lt",
    "lte": "le",
    "eq": "eq",
}


class Reads:
    """Converts the reads of one case."""

    def __init__(self, facts: Facts) -> None:
        """Keep the facts of the case."""
        self.facts = facts
        self.case = facts.case

    def ref(self, entity: Entity, attribute: str, **more: Any) -> Body:
        """A reference to an attribute, by its legal names."""
        names = self.facts.attribute_names[entity.name]
        return {"entity": self.facts.entity_names[entity.name], "name": names[attribute], **more}

    def convert(self, pattern: Pattern) -> dict[str, Body]:
        """The access patterns of a read."""
        entities = [self.case.entity(name) for name in dict.fromkeys(pattern.entities)]
        if pattern.kind == "batch_get":
            return {_suffix(n, e): self._batch_get(e, pattern) for n, e in enumerate(entities)}
        if pattern.kind == "transact":
            return {"": self._snapshot(entities, pattern)}
        if len(entities) == 1:
            return {"": self._one(entities[0], pattern)}
        child = self._joined(entities, pattern)
        if child is not None and pattern.kind == "query":
            return {"": self._join(child, entities, pattern)}
        return self._collection(entities, pattern)

    # One entity (decisions 7 and 8).

    def _one(self, entity: Entity, pattern: Pattern) -> Body:
        fixed = set(pattern.equals)
        wants_one = pattern.kind == "get" and not pattern.range
        if wants_one and fixed == set(entity.identity):
            return self._options({"kind": "get", "entity": self._name(entity)}, pattern)
        if wants_one and any(fixed == set(names) for names in self.facts.unique(entity)):
            by = [self.ref(entity, a) for a in pattern.equals]
            return self._options({"kind": "get", "entity": self._name(entity), "by": by}, pattern)
        return self._options(self._query(entity, pattern), pattern)

    def _query(self, entity: Entity, pattern: Pattern) -> Body:
        """A query by what the pattern fixes of this entity, with its range, order, filter and limit."""
        body: Body = {"kind": "query", "entity": self._name(entity)}
        accepted = self._accepted(pattern)
        fixed = [a for a in pattern.equals if entity.types.get(a) in FOUND_BY and a not in accepted]
        if pattern.range and pattern.range[1] == "eq" and entity.types.get(pattern.range[0]) in FOUND_BY:
            fixed = list(dict.fromkeys([*fixed, pattern.range[0]]))
        if fixed:
            body["by"] = [self.ref(entity, a) for a in fixed]
        body |= self._narrowed(entity, pattern, fixed)
        if conditions := [self._given("eq", entity, a) for a in pattern.equals if a in accepted and a in entity.types]:
            body["filter"] = [*conditions, *body.get("filter", [])]
        if "range" in body and pattern.range and pattern.range[0] in accepted:
            body["filter"] = [*body.get("filter", []), body.pop("range")]
        if pattern.limit:
            body["limit"] = int(pattern.limit)
        return body

    def _accepted(self, pattern: Pattern) -> set[str]:
        """Decision 9: what the author's own query filters, as long as something is left to query by."""
        rows = [r for r in self.case.rows(pattern.id) if r.operation == "Query" and r.filter]
        if not rows:
            return set()
        text = " ".join(r.key_condition for r in rows)
        keyed = set(_PLACEHOLDER.findall(text))
        if pattern.range and _SIGNS[pattern.range[1]] in _PLACEHOLDER.sub("", text):
            keyed.add(pattern.range[0])
        asked = {*pattern.equals, *([pattern.range[0]] if pattern.range else [])}
        return asked - keyed if keyed & set(pattern.equals) else set()

    def _narrowed(self, entity: Entity, pattern: Pattern, fixed: list[str]) -> Body:
        """Range, order and filter, as far as the entity has the attributes and they are not fixed already."""
        body: Body = {}
        attribute, operator = pattern.range or ("", "")
        able = {"S"} if operator == "begins_with" else ORDERED_BY
        if operator != "eq" and entity.types.get(attribute) in able and attribute not in fixed:
            body["range"] = self._given(OPERATORS[operator], entity, attribute)
        order = [a for a in pattern.order_by if entity.types.get(a) in ORDERED_BY and a not in fixed]
        if order:
            body["order_by"] = [self._order_term(entity, a, descending=pattern.descending) for a in order]
        tested = [a for a in pattern.filter if a in entity.types and a not in fixed and a != self.facts.expiry(entity)]
        conditions = [self._tested(entity, a) for a in tested]
        if operator == "eq" and entity.types.get(attribute) in FOUND_BY and attribute not in fixed:
            conditions.append(self._given("eq", entity, attribute))  # on some parts of a collection only
        if conditions:
            body["filter"] = conditions
        return body

    def _order_term(self, entity: Entity, attribute: str, *, descending: bool) -> Body:
        nulls = {"nulls": "last"} if attribute in self.facts.optional(entity) else {}
        return self.ref(entity, attribute, **({"descending": True} if descending else {}), **nulls)

    def _given(self, op: str, entity: Entity, attribute: str) -> Body:
        return {"op": op, "attr": self.ref(entity, attribute), "given": True}

    def _tested(self, entity: Entity, attribute: str) -> Body:
        """Decision 9: a predicate of unknown kind is a second inequality, or presence where values have no order."""
        if entity.types[attribute] in CONTAINERS:
            return {"op": "present", "attr": self.ref(entity, attribute)}
        return self._given("ge", entity, attribute)

    # Rows with their parents' attributes (decision 8).

    def _joined(self, entities: list[Entity], pattern: Pattern) -> Entity | None:
        """The one entity that has all that is asked for, when the others are complete parents of it."""
        asked = {*pattern.equals, *pattern.order_by, *([pattern.range[0]] if pattern.range else [])}
        for child in entities:
            others = [e for e in entities if e is not child]
            if asked <= set(child.types) and all(self.facts.links(child, to=e.name) for e in others):
                return child
        return None

    def _join(self, child: Entity, entities: list[Entity], pattern: Pattern) -> Body:
        returned = [self.ref(child, a) for a in child.types]
        for parent in entities:
            if parent is not child:
                returned += [self.ref(parent, a) for a in parent.types if a not in parent.identity]
        return self._options({**self._query(child, pattern), "returns": returned}, pattern)

    # Several entities (decision 11).

    def _collection(self, entities: list[Entity], pattern: Pattern) -> dict[str, Body]:
        root, anchor = self._anchor(entities, pattern)
        linked = [e for e in entities if self._linked(e, root, anchor)]
        apart = [e for e in entities if e not in linked]
        bodies: dict[str, Body] = {}
        if len(linked) > 1:
            by = [self.ref(root, a) for a in anchor]
            body: Body = {"kind": "collection", "parts": self._mixed(linked, root, anchor, pattern), "by": by}
            if body["parts"]:
                body["merged"] = True
            else:
                singles = sum(self._single(e, root, anchor) for e in linked)
                body["parts"] = [self._part(e, root, anchor, pattern, singles) for e in linked]
            bodies[""] = self._options(body, pattern)
        else:
            alone = linked or entities[:1]
            bodies[""] = self._one(alone[0], pattern)
            apart = [e for e in entities if e is not alone[0]]
        for entity in apart:
            bodies[f"_{self.facts.entity_names[entity.name]}"] = self._apart(entity, linked, pattern)
        return bodies

    def _anchor(self, entities: list[Entity], pattern: Pattern) -> tuple[Entity, list[str]]:
        """The entity that the fixed attributes are named on, and their names there."""
        best: tuple[int, Entity, list[str]] = (-1, entities[0], [])
        for entity in entities:
            names = [self._on(entity, attribute, entities) for attribute in pattern.equals]
            known = [a for a in names if a is not None]
            rank = 2 * len(known) + (set(known) == set(entity.identity))
            if rank > best[0]:
                best = (rank, entity, list(dict.fromkeys(known)))
        return best[1], best[2]

    def _on(self, entity: Entity, attribute: str, entities: list[Entity]) -> str | None:
        """What a fixed attribute is called on an entity: its own name, or the identity that a `via` means."""
        if entity.types.get(attribute) in FOUND_BY:
            return attribute
        for child in entities:
            for link in self.facts.links(child, to=entity.name):
                if attribute in link.via:
                    return entity.identity[link.via.index(attribute)]
        return None

    def _linked(self, entity: Entity, root: Entity, anchor: list[str]) -> bool:
        if entity is root:
            return True
        by_link = any(set(anchor) <= set(root.identity) for _ in self.facts.links(entity, to=root.name))
        same = all(a in entity.types and entity.types[a] == root.types[a] for a in anchor)
        return bool(anchor) and (by_link or same)

    def _local(self, entity: Entity, root: Entity, anchor: list[str]) -> list[str]:
        """The fixed attributes under the names that they have on a linked entity."""
        if entity is root:
            return anchor
        for link in self.facts.links(entity, to=root.name):
            if set(anchor) <= set(root.identity):
                return [link.via[root.identity.index(a)] for a in anchor]
        return anchor

    def _single(self, entity: Entity, root: Entity, anchor: list[str]) -> bool:
        fixed = set(self._local(entity, root, anchor))
        return set(entity.identity) <= fixed or any(set(u) <= fixed for u in self.facts.unique(entity))

    def _mixed(self, linked: list[Entity], root: Entity, anchor: list[str], pattern: Pattern) -> list[Body]:
        """Decision 11: the parts of one list in the order that all of them have; none where that cannot be."""
        asked = [row.requests for row in self.case.rows(pattern.id)]
        order = pattern.order_by or ([pattern.range[0]] if pattern.range else [])
        if not (pattern.limit or asked == [1]):
            return []
        able = all(e.types.get(a) in ORDERED_BY and e.types[a] == root.types.get(a) for a in order for e in linked)
        if not order or not able or any(self._single(e, root, anchor) for e in linked):
            return []
        if any(a in self.facts.optional(e) or a in self._local(e, root, anchor) for a in order for e in linked):
            return []
        parts = []
        for entity in linked:
            body = {"kind": "query", "entity": self._name(entity)}
            body |= self._narrowed(entity, pattern, self._local(entity, root, anchor))
            body["order_by"] = [self._order_term(entity, a, descending=pattern.descending) for a in order]
            parts.append(body | ({"limit": int(pattern.limit)} if pattern.limit else {}))
        return parts

    def _part(self, entity: Entity, root: Entity, anchor: list[str], pattern: Pattern, singles: int) -> Any:
        if self._single(entity, root, anchor):
            return {"kind": "get", "entity": self._name(entity)}
        body = {"kind": "query", "entity": self._name(entity)}
        body |= self._narrowed(entity, pattern, self._local(entity, root, anchor))
        if pattern.limit:
            body["limit"] = max(int(pattern.limit) - singles, 1)
        return body

    def _apart(self, entity: Entity, linked: list[Entity], pattern: Pattern) -> Body:
        """An entity that the fixed attributes do not reach: fetched by identity, or found through what links it."""
        if any(self.facts.links(e, to=entity.name) for e in linked) or not linked:
            return self._batch_get(entity, pattern)
        for above in linked:
            for link in self.facts.links(entity, to=above.name):
                by = [self.ref(entity, a) for a in link.via]
                return self._options({"kind": "query", "entity": self._name(entity), "by": by}, pattern)
        return self._batch_get(entity, pattern)

    def _batch_get(self, entity: Entity, pattern: Pattern) -> Body:
        if not entity.identity:
            return self._options({"kind": "get", "entity": self._name(entity)}, pattern)
        body: Body = {"kind": "batch_get", "entity": self._name(entity)}
        if pattern.kind == "batch_get" and pattern.limit:
            body["keys"] = int(pattern.limit)
        return self._options(body, pattern)

    def _snapshot(self, entities: list[Entity], pattern: Pattern) -> Body:
        gets = [{"kind": "get", "entity": self._name(e)} for e in entities]
        return self._options({"kind": "transaction", "steps": gets}, pattern)

    def _name(self, entity: Entity) -> str:
        return self.facts.entity_names[entity.name]

    def _options(self, body: Body, pattern: Pattern) -> Body:
        if pattern.consistent and body["kind"] != "transaction":
            body["consistent"] = True
        return body


def _suffix(number: int, entity: Entity) -> str:
    return "" if number == 0 else f"_{entity.name}"
