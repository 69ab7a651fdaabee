"""Keys that are attributes themselves (multi-attribute keys) instead of templates.

In: the template keys of all entities in their places. Out: the keys, natural ones where a slot holds one entity with
typed, always present attributes, and no other kind of item could stray into it (keys.md A9).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo.entries import changed_attributes
from dynamodel.dynamo.limits import PARTITION_ATTRIBUTES, SORT_ATTRIBUTES
from dynamodel.dynamo.types import natural_refusal, stored_type
from dynamodel.ir.keys import KeyField, NaturalKey
from dynamodel.ir.reads import Op
from dynamodel.planner.layout import GUARD_OWNER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import CopyDesign, GuardDesign, KeyDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.serve import Signature


def naturalized(
    workload: Workload,
    keys: dict[str, tuple[KeyDesign, ...]],
    signatures: dict[tuple[str, str], Signature],
    shards: Mapping[tuple[str, str], int],
    doubled: Mapping[str, Sequence[GuardDesign | CopyDesign]],
) -> dict[str, tuple[KeyDesign, ...]]:
    """The keys with natural attributes wherever a GSI holds one entity and no other item kind could stray into it.

    Where a whole key cannot be natural (a constant partition, shards, a condition) its sort half is, if an update
    changes it: then no text has to be kept in step, and what is added to needs no read. `doubled` are guards and copies
    by entity: what they carry would enter an index of attributes as well.
    """
    if not workload.options.multi_attribute_keys:
        return keys
    result = dict(keys)
    holders: dict[str, list[str]] = {}
    for name, own in keys.items():
        for key in own:
            holders.setdefault(key.place, []).append(name)
    for place, names in holders.items():
        if not place.startswith("GSI") or len(names) != 1:
            continue
        entity = workload.entity(names[0])
        signature = signatures[entity.name, place]
        doubles = any(set(signature.attributes) <= {*b.carries} for b in doubled.get(entity.name, ()))
        sort = _fields(p.attribute for p in signature.sort)
        if (entity.name, place) not in shards and not doubles and _may_be_natural(workload, entity, signature):
            changes: dict[str, Any] = {"partition": _fields(signature.partition), "sort": sort, "when": ()}
        elif _may_sort_naturally(workload, entity, signature):
            changes = {"sort": sort}
        else:
            continue
        result[entity.name] = tuple(replace(k, **changes) if k.place == place else k for k in result[entity.name])
    return result


def _fields(names: Iterable[str]) -> tuple[KeyField, ...]:
    return tuple(KeyField(name, NaturalKey(name)) for name in names)


def _may_be_natural(workload: Workload, entity: EntityDef, signature: Signature) -> bool:
    names = signature.attributes
    if not 1 <= len(signature.partition) <= PARTITION_ATTRIBUTES:
        return False
    present = {n for n in names if entity.attribute(n).optional}
    plain = all(c.op is Op.PRESENT and c.attribute in present for c in signature.when)
    strays = any(
        set(names) <= {a.name for a in other.stored} for other in workload.entities if other.name != entity.name
    )
    return plain and not strays and _are_typed(workload, entity, signature, names)


def _may_sort_naturally(workload: Workload, entity: EntityDef, signature: Signature) -> bool:
    """Whether the sort half alone may hold the attributes themselves, and an update changes one of them."""
    names = tuple(p.attribute for p in signature.sort)
    changed = {a for _, s in workload.steps_on(entity.name) if s.actions for a in changed_attributes(entity, s)}
    required = all(not entity.attribute(n).optional for n in names)
    return bool(changed & set(names)) and required and _are_typed(workload, entity, signature, names)


def _are_typed(workload: Workload, entity: EntityDef, signature: Signature, names: tuple[str, ...]) -> bool:
    """Whether each of the attributes can be a key as it is stored, in the order of the signature."""
    attributes = [entity.attribute(n) for n in names]
    return (
        len(signature.sort) <= SORT_ATTRIBUTES
        and all(not natural_refusal(a) and a.bucket is None for a in attributes)
        and not _refused_elsewhere(workload, entity, names)
        and not any(p.descending or p.absent in {"first", "last"} for p in signature.sort)
        and entity.with_role("ttl") not in names
        and len(set(names)) == len(names)
    )


def _refused_elsewhere(workload: Workload, entity: EntityDef, names: tuple[str, ...]) -> bool:
    """Whether the service would refuse items of another kind, because they hold a name in another type or empty."""
    if GUARD_OWNER in names and any(e.unique for e in workload.entities):
        return True
    own = {n: stored_type(entity.attribute(n).type, entity.attribute(n).role) for n in names}
    return any(
        stored_type(a.type, a.role) != own[a.name] or natural_refusal(a)
        for other in workload.entities
        for a in other.stored
        if other.name != entity.name and a.name in own
    )
