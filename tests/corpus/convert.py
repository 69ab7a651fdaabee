"""Turns any case file into a model in the JSON form `dynamodel-spec/1`. It knows no particular case.

Decisions, in the order in which they apply. A case states facts about a design; where a model must say more, the rule
is one that any file can be judged by. The author's answer is used for three things only: whether a transaction
reads (12), whether a filter will do (9), and whether lists are read as one (11).

 1. Names. Entities, attributes and patterns keep their names; what is no legal Python identifier is made one, clashes
    get a number. The model is named after the case.
 2. Types. S text, BOOL boolean, B bytes, L list and M map of anything, SS NS BS sets. N is a whole number where a
    request fixes, ranges over or orders by it, or it names or links items (keys stay exact without a declared scale),
    and a decimal elsewhere. Text in such a place is never empty: DynamoDB refuses the empty text in keys.
 3. Expiry. A `ttl` attribute of type N gets the role and is a time. Typed S it is an ordinary attribute. Our model is
    one table, which has one expiry attribute: all are named as the first one, and what only happens to be named so is
    renamed.
 4. Identity is taken as it is, empty for a singleton, and is opaque text. A single text that is called an id
    (`invoiceId`, not `username`, `email` or `storeNumber`) and links to nothing else is generated: that no two items
    ever get the same is what the authors build on. Parts of a composite identity promise nothing of the kind.
 5. Parents are declared where `via` holds the parent's whole identity with the same types. A link by a part of it stays
    known to decisions 8, 11 and 12, but is not declared.
 6. A unique set is declared, unless another entity of the case keeps it already: a child that is identified by just
    these attributes (the lookup item of an email address). Everything is required, except what cannot be: a link to an
    item of the same entity (the top of a hierarchy has no parent), and an attribute that a filter can only test for
    presence.
 7. get. By the identity or by a unique set it is a `Get`, by anything else a `Query` without a limit: a file does not
    promise that there is only one. A filter on a `Get` is left to the caller, who holds the item; DynamoDB filters no
    GetItem. Expired items are hidden by the language itself.
 8. query. `equals` (and a range with `eq`) become `by`, an empty `equals` all items of the type. Order terms that are
    fixed already say nothing and are dropped, as is what an entity holds as a container under the same name. Of several
    entities, one that has all that is asked for and the others as parents: its rows, joined with their attributes.
    Otherwise as a collection.
 9. filter. Which predicate is meant is not said: "at least the caller's value" for a scalar, presence for a container
    or a boolean. It is declared as a filter, so reading and throwing away is what the model allows. So is it where the
    author's own query filters: that a filter will do is part of what they ask for. What the key condition does not
    name is then a filter in the model as well.
10. update. It finds its item by identity. It changes the attributes that share a word with the pattern's id
    (`update_product_stock`: `stock_quantity`); numbers named this way are added to. If the id names none: all that may
    change. Identity, links, unique sets and expiry never change. An entity with nothing to change gets a put.
    An entity that no pattern changes is immutable, link attributes always are.
11. collection. `by` is named on the entity that knows all fixed attributes, by its own names or through a child's
    `via`; parts are linked by parent or by equal names. Parts with a fixed identity or unique set are single. Range,
    order and filter go to the parts that have the attribute. `limit` counts all items: lists that all have the order
    are merged into one, others get what remains after the single parts. Without a limit they are merged if the author
    reads them in one request. What the fixed attributes cannot reach is read beside it, so that its request is counted:
    a batch of parents, or a query through the link.
12. transact. Reads are `Get`s of one snapshot. Writes: an id that begins with deleting deletes, one that begins with
    changing changes; without `equals` everything is created. Otherwise the first entity is created, unless its identity
    is fixed and that of a later one, not its parent, is not; children of what is created are created with it, several
    of them when identified within it. Whatever else takes part exists: a number that counts is added to (the one that
    the id names, else the first), without one a parent is only checked. Of two parents of one type each has a step.
13. put is a `Create`: every identity is the case's own word for "one item", and a design is judged by what it must
    guarantee. batch_get of several entities is one for each. delete by other attributes than the identity deletes
    what it finds; what is fixed besides the identity must be so.
14. Numbers. `rps` and `approx_count` are passed on; `approx_item_bytes` is spread over the texts that no key holds.
    What is null gets dynamodel's documented default.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.corpus.facts import Facts
from tests.corpus.reads import Reads
from tests.corpus.words import class_name, distinct
from tests.corpus.writes import Writes

if TYPE_CHECKING:
    from tests.corpus.casefile import Case, Entity, Pattern

FORMAT = "dynamodel-spec/1"
_PLAIN: dict[str, Any] = {
    "S": "string",
    "B": "bytes",
    "BOOL": "boolean",
    "NULL": "any",
    "L": {"kind": "list", "element": "any"},
    "M": {"kind": "map", "element": "any"},
    "SS": {"kind": "set", "element": "string"},
    "NS": {"kind": "set", "element": "decimal"},
    "BS": {"kind": "set", "element": "bytes"},
}
_BYTES_OF_OTHERS = 24  # what is taken off a stated item size for each attribute that is no free text


@dataclass(frozen=True)
class Converted:
    """A model in the JSON form, and the names of the access patterns that each pattern of the case became."""

    spec: dict[str, Any]
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)


def convert(case: Case) -> Converted:
    """The model of a case."""
    facts = Facts(case)
    reads, writes = Reads(facts), Writes(facts)
    legal = distinct([p.id for p in case.patterns])
    patterns: list[dict[str, Any]] = []
    names: dict[str, tuple[str, ...]] = {}
    used: set[str] = set(legal.values())
    for pattern in case.patterns:
        bodies = (reads if _is_read(pattern, facts) else writes).convert(pattern)
        mine = []
        for suffix, body in bodies.items():
            name = legal[pattern.id]
            if suffix:
                name = next(iter(distinct([name + suffix], taken=used).values()))
                used.add(name)
            mine.append(name)
            patterns.append({"kind": body["kind"], "name": name, **body, **_common(pattern)})
        names[pattern.id] = tuple(mine)
    model = class_name(case.id)
    while model in facts.entity_names.values():
        model += "Model"
    entities = [_entity(entity, facts) for entity in case.entities]
    return Converted(
        {"format": FORMAT, "name": model, "doc": case.title, "entities": entities, "patterns": patterns}, names
    )


def _is_read(pattern: Pattern, facts: Facts) -> bool:
    if pattern.kind == "transact":
        return facts.only_reads(pattern)
    return pattern.kind in {"get", "query", "collection", "batch_get"}


def _common(pattern: Pattern) -> dict[str, Any]:
    common: dict[str, Any] = {"doc": pattern.description} if pattern.description else {}
    return common | ({"rps": pattern.rps} if pattern.rps is not None else {})


def _entity(entity: Entity, facts: Facts) -> dict[str, Any]:
    names = facts.attribute_names[entity.name]
    body: dict[str, Any] = {
        "name": facts.entity_names[entity.name],
        "identity": [names[a] for a in entity.identity],
        "attributes": [_attribute(entity, a, facts) for a in entity.types],
    }
    if links := facts.links(entity):
        body["parent"] = [{"entity": facts.entity_names[p.entity], "via": [names[v] for v in p.via]} for p in links]
    if sets := facts.unique(entity):
        body["unique"] = [[names[a] for a in u] for u in sets]
    if entity.count:
        body["count"] = max(int(entity.count), 1)
    return body


def _attribute(entity: Entity, attribute: str, facts: Facts) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": facts.attribute_names[entity.name][attribute],
        "type": _type(entity, attribute, facts),
    }
    if attribute in facts.optional(entity):
        body |= {"optional": True, "has_default": True}
    if attribute == facts.generated(entity):
        body["generated"] = True
    if attribute == facts.expiry(entity):
        body["role"] = "ttl"
    elif attribute not in entity.identity and (not facts.changes(entity) or attribute in _links(entity, facts)):
        body["immutable"] = True
    if (size := _bytes(entity, attribute, facts)) is not None:
        body["bytes"] = size
    return body


def _type(entity: Entity, attribute: str, facts: Facts) -> Any:
    code = entity.types[attribute]
    if attribute == facts.expiry(entity):
        return "datetime"
    if code == "N":
        return "integer" if facts.in_keys(entity, attribute) else "decimal"
    if code == "S" and facts.in_keys(entity, attribute):
        return {"kind": "string", "min_length": 1}
    return _PLAIN.get(code, "any")


def _links(entity: Entity, facts: Facts) -> set[str]:
    return {v for link in facts.loose_links(entity) for v in link.via}


def _bytes(entity: Entity, attribute: str, facts: Facts) -> int | None:
    texts = [a for a in entity.types if entity.types[a] == "S" and not facts.in_keys(entity, a)]
    if not entity.item_bytes or attribute not in texts:
        return None
    names = sum(len(a.encode()) for a in entity.types)
    rest = int(entity.item_bytes) - names - _BYTES_OF_OTHERS * (len(entity.types) - len(texts))
    return max(rest // len(texts), 1)
