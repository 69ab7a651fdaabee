"""Versions of items as an entity of their own, so that they are planned, written and read like everything else.

In: an entity with `history`. Out: the entity, whose number of the version counts its changes, and the entity that holds
every version of its items: the same attributes, which never change, under the item's identity and that number. The item
itself is the latest version. Versions are kept when their item is deleted, and expire as they were to expire.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.ir.entities import Estimate, HistoryDef, ParentDef
from dynamodel.ir.names import key_literal
from dynamodel.normalize import defaults

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from dynamodel.ir.entities import AttributeDef, EntityDef


def with_history(
    entity: EntityDef, number: str, names: AbstractSet[str], tags: AbstractSet[str]
) -> tuple[EntityDef, EntityDef]:
    """The entity and that of its versions, whose name and tag no other entity has."""
    name, tag, count = f"{entity.name}Version", "", 1
    while name in names or not tag or tag in tags:
        tag = key_literal(name)
        if name in names or tag in tags:
            count += 1
            name = f"{entity.name}Version{count}"
    attributes = tuple(replace(a, role="version") if a.name == number else a for a in entity.attributes)
    children = Estimate(round(defaults.CHILDREN.value), round(defaults.CHILDREN_MOST.value), assumed=True)
    own = (ParentDef(entity.name, entity.identity, children),) if entity.identity else ()
    kept = replace(
        entity,
        name=name,
        tag=tag,
        identity=(*entity.identity, number),
        attributes=tuple(_kept(a) for a in entity.attributes),
        count=_times(entity.count, children),
        parents=(*own, *(replace(p, children=_times(p.children, children)) for p in entity.parents)),
        unique=(),
        counted_in=(),
        doc=f"A version of `{entity.name}`, as it was then.",
    )
    return replace(entity, attributes=attributes, history=HistoryDef(number, name)), kept


def _kept(attribute: AttributeDef) -> AttributeDef:
    """An attribute of a version: it holds what the item held, and nothing happens to it."""
    return replace(
        attribute,
        has_default=False,
        default=None,
        immutable=True,
        monotonic=False,
        generated=False,
        role="ttl" if attribute.role == "ttl" else "",
        lifetime_seconds=None,
        taken_from=None,
        copy_of=None,
    )


def _times(one: Estimate, other: Estimate) -> Estimate:
    return Estimate(one.average * other.average, one.most * other.most, assumed=True)
