"""A place of one entity: what it is, what it must carry, what it can serve.

In: signatures and needs. Out: `Place`, projections. The kinds: the base table; an index slot shared with a collection
(`group`) or the entity's own; a local index; and what is kept beside an item: a copy, a guard that carries attributes,
a guard that only points to the item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import INCLUDED_ATTRIBUTES_OF_ONE_INDEX
from dynamodel.ir.plan import Projection
from dynamodel.planner.serve import Signature, at_most_one, serve
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.ir.entities import EntityDef
    from dynamodel.planner.layout import Literals
    from dynamodel.planner.needs import Need

BESIDE = frozenset({"copy", "guard", "pointer"})
# What a key is made of: templates; attributes; attributes behind a text that only the items of the index have; a
# template and attributes.
TEXT, NATURAL, MARKED, HALF = "text", "natural", "marked", "half"
WHOLE = Projection("ALL")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a selection uses: its kind, the signature there, and the literal of its partition.

    `form` is what an own key in an index is made of: templates, attributes (behind a text that marks its items, if it
    must), or its sort half alone of attributes.
    """

    kind: str  # "base", "group", "own", "local", or what is kept beside the item: "copy", "guard", "pointer"
    signature: Signature
    literal: str
    shared: bool = False  # collections are read from its partitions, so they stay whole
    block: Literals = ()  # the texts of its sort key, if they are not the entity's type alone
    form: str = TEXT


def projection_of(entity: EntityDef, signature: Signature, needs: Iterable[Need]) -> Projection:
    """The narrowest projection that answers an entity's needs: what they return, filter, sort by and hide.

    Collections, whose items are told apart by their type, return whole items.
    """
    names: set[str] = set()
    ttl = entity.with_role("ttl")
    if ttl:
        names.add(ttl)
    asked = False
    for need in needs:
        asked = True
        if need.returns is None and not need.count:
            return Projection("ALL")
        wanted = {*(need.returns or ()), *(a for c in need.filters for a in c.names)}
        if at_most_one(entity, need.eq):
            service = serve(signature, need, entity)
            wanted |= need.eq & set(entity.identity)
            wanted |= {a for c in (service.residual if service else ()) for a in c.names}
        names.update(entity.stored_name(name) for name in wanted)
    if not asked or len(names) > INCLUDED_ATTRIBUTES_OF_ONE_INDEX:
        return Projection("ALL")
    return Projection("INCLUDE", tuple(sorted(names))) if names else Projection("KEYS_ONLY")


def union(one: Projection | None, other: Projection) -> Projection:
    """The narrowest projection that holds what two hold."""
    if one is None:
        return other
    names = sorted({*one.attributes, *other.attributes})
    if "ALL" in {one.type, other.type} or len(names) > INCLUDED_ATTRIBUTES_OF_ONE_INDEX:
        return Projection("ALL")
    return Projection("INCLUDE", tuple(names)) if names else Projection("KEYS_ONLY")


def serves_strongly(need: Need, kind: str) -> bool:
    """Whether a place of this kind can give the consistency that the need asks for."""
    return not need.consistent or kind in {"base", "local", *BESIDE}


def is_made_for(need: Need, kind: str, *, scarce: bool) -> bool:
    """Whether a place of this kind is made for a need; what is made for others may answer it in any case.

    Local indexes and copies are made for strong reads, copies also where indexes are scarce.
    """
    return need.consistent or (scarce and kind == "copy") or kind not in {"local", "copy"}


def reads_strongly(need: Need, kind: str) -> bool:
    """Whether a need is read strongly from a place of this kind: it asks for it, or no row may be missed there."""
    return need.consistent or (need.kept and kind in {"base", "local"})


def base_serves(signature: Signature, need: Need, entity: EntityDef) -> bool:
    """Whether the base key answers a need, by the whole key or by a Query."""
    if entity.identity and set(signature.attributes) <= need.eq:
        return True
    return serve(signature, need, entity) is not None
