"""From a signature to the key of one entity in one place: templates with their literals.

In: an entity, a signature, the literals of its partition and its block. Out: `KeyDesign`. Every template begins with a
literal, so that the keys of different entities differ by construction.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.ir.keys import KeyField, ShardToken, Template, TextToken
from dynamodel.ir.names import key_literal
from dynamodel.ir.plan import BASE, CopyDesign, EntityDesign, GuardDesign, KeyDesign
from dynamodel.keys.choose import component_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import EntityDef, UniqueDef
    from dynamodel.ir.keys import Absent, Component, Token
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.serve import Signature

Literals = tuple[tuple[int, str], ...]  # texts of a sort key, each with the number of components before it

PARTITION, SORT = "PK", "SK"
MARK = "~"  # ends what puts a block in its order; no entity's type has it
GUARD_TAG = "UNIQ"
GUARD_OWNER = "owner"  # the attribute of a guard item that says whose it is, a map


def key_names(place: str, prefix: str = "") -> tuple[str, str]:
    """The names of the key attributes of a place: `PK` and `SK`, `GSI1PK` and `GSI1SK`, `PK` and `LSI1SK`.

    From the tenth GSI on they are `GSI10P` and `GSI10S`: the names of all are equally long, so that what an index costs
    does not depend on its number.
    """
    if place == BASE:
        return f"{prefix}{PARTITION}", f"{prefix}{SORT}"
    room = len("GSI1PK") - len(place)
    return f"{prefix}{place}{PARTITION[:room]}", f"{prefix}{place}{SORT[:room]}"


def key_design(
    entity: EntityDef,
    signature: Signature,
    place: str,
    literals: tuple[str, str | Literals],
    prefix: str = "",
    *,
    shards: int = 1,
) -> KeyDesign:
    """The key of an entity in a place, with the literals of its partition and sort key; an LSI shares the partition.

    More than one of `shards` split the partition by the item's identity.
    """
    partition, block = literals
    texts = ((0, block),) if isinstance(block, str) else block
    pk, sk = key_names(place, prefix)
    head = tuple(_component(entity, name) for name in signature.partition)
    tail = tuple(_component(entity, p.attribute, descending=p.descending, absent=p.absent) for p in signature.sort)
    spread = (ShardToken(shards),) if shards > 1 else ()
    local = place.startswith("LSI")
    return KeyDesign(
        place,
        () if local else (KeyField(pk, Template((TextToken(partition), *head, *spread))),),
        (KeyField(sk, Template(_with_texts(tail, texts))),),
        signature.when,
    )


def unmarked(texts: Literals) -> Literals:
    """The texts of a block without the marks that put it before or behind others: `~ORDER` is `ORDER`."""
    return tuple((at, text.rpartition(MARK)[2]) for at, text in texts)


def without_marks(design: EntityDesign) -> EntityDesign:
    """The design of an entity as if the texts in its sort keys had no marks: how layouts are compared."""
    base, *indexes = (_plain_key(key) for key in (design.base, *design.indexes))
    return replace(design, base=base, indexes=tuple(indexes))


def _plain_key(key: KeyDesign) -> KeyDesign:
    if not any(isinstance(f.value, Template) for f in key.sort):
        return key
    sort = tuple(
        KeyField(f.name, Template(tuple(_plain_token(t) for t in f.value.tokens)))
        if isinstance(f.value, Template)
        else f
        for f in key.sort
    )
    return replace(key, sort=sort)


def _plain_token(token: Token) -> Token:
    return TextToken(token.text.rpartition(MARK)[2]) if isinstance(token, TextToken) else token


def _with_texts(components: Sequence[Component], texts: Literals) -> tuple[Token, ...]:
    """The components with each text after as many of them as it says."""
    found: list[Token] = []
    for number in range(len(components) + 1):
        found += [TextToken(text) for at, text in texts if at == number]
        found += components[number : number + 1]
    return tuple(found)


def _component(entity: EntityDef, name: str, *, descending: bool = False, absent: Absent | None = None) -> Component:
    """The component of an attribute; a virtual one is written as the time or date that it is cut from."""
    attribute = entity.attribute(name)
    if attribute.bucket is None:
        return component_for(attribute, descending=descending, absent=absent)
    whole = component_for(entity.attribute(attribute.bucket.of), descending=descending, absent=absent)
    return replace(whole, bucket=attribute.bucket.unit)


def guard_design(entity: EntityDef, unique: UniqueDef, prefix: str = "", carries: tuple[str, ...] = ()) -> GuardDesign:
    """The guard of a unique set, with what it carries: the same template in both key attributes of the table."""
    values = tuple(component_for(entity.attribute(name)) for name in unique.attributes)
    template = Template((TextToken(GUARD_TAG), TextToken(key_literal(unique.namespace)), *values))
    pk, sk = key_names(BASE, prefix)
    return GuardDesign(unique.namespace, unique.attributes, KeyField(pk, template), KeyField(sk, template), carries)


def copy_design(
    entity: EntityDef, signature: Signature, place: str, carries: tuple[str, ...], prefix: str = ""
) -> CopyDesign:
    """The copy of an entity's items by a signature that holds the identity; `COPY1~TAG` names its partitions."""
    key = key_design(entity, signature, BASE, (f"{place}~{entity.tag}", entity.tag), prefix)
    (partition,), (sort,) = key.partition, key.sort
    names = [a for f in (partition, sort) if isinstance(f.value, Template) for a in f.value.attributes]
    names += [entity.stored_name(a) for condition in key.when for a in condition.names]
    return CopyDesign(place, tuple(dict.fromkeys(names)), partition, sort, carries, key.when)


def physical_names(workload: Workload) -> tuple[str, str]:
    """A prefix for key attributes and the name of the type attribute that no entity's own attribute has."""
    taken = {a.name for e in workload.entities for a in e.stored}
    prefix = ""
    while any(re.fullmatch(rf"{prefix}(((GSI|LSI)\d+)?(PK|SK)|GSI\d\d[PS])", name) for name in taken):
        prefix += "_"
    kind = "_type"
    while kind in taken:
        kind = f"_{kind}"
    return prefix, kind
