"""Keys that are attributes themselves (multi-attribute keys) instead of templates.

In: the template keys of all entities in their places. Out: the keys, natural ones where the entities of a slot have the
same typed attributes in the same order, and no other kind of item could stray into it (keys.md A9).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo.entries import changed_attributes
from dynamodel.dynamo.footprint import key_bytes, natural_bytes
from dynamodel.dynamo.limits import PARTITION_ATTRIBUTES, SORT_ATTRIBUTES
from dynamodel.dynamo.types import natural_refusal, stored_type
from dynamodel.ir.keys import KeyField, NaturalKey, TypeKey
from dynamodel.ir.reads import Op
from dynamodel.planner.layout import GUARD_OWNER
from dynamodel.planner.sizes import template_fits
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import CopyDesign, EntityDesign, GuardDesign, KeyDesign, TableDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.serve import Signature

Keys = dict[str, "tuple[KeyDesign, ...]"]


@dataclass(frozen=True, slots=True)
class Forms:
    """Slots about whose keys there is no choice: templates, deployed or cheaper; attributes, asked for."""

    templates: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()


FREE = Forms()


@dataclass(frozen=True, slots=True)
class Slots:
    """What decides, beside the entities themselves, which slots may have attributes as keys.

    `signatures` and `shards` by entity and place; `doubled` are guards and copies by entity: what they carry would
    enter an index of attributes as well. From the slots `whole` collections are read.
    """

    signatures: Mapping[tuple[str, str], Signature]
    shards: Mapping[tuple[str, str], int]
    doubled: Mapping[str, Sequence[GuardDesign | CopyDesign]]
    whole: Collection[str]
    forms: Forms
    type_attribute: str


def naturalized(workload: Workload, keys: dict[str, tuple[KeyDesign, ...]], slots: Slots) -> Keys:
    """The keys with attributes instead of templates wherever no other kind of item could stray into the GSI.

    In a slot of several entities all must have the same attributes in the same order and types; the type attribute,
    first in the partition, holds them apart. Where the key of the only entity cannot be attributes (shards, a
    condition) its sort half is, if an update changes it: then no text has to be kept in step, and what is added to
    needs no read.
    """
    if not workload.options.multi_attribute_keys:
        return keys
    result = dict(keys)
    for place, names in _holders(keys).items():
        entities = [workload.entity(name) for name in names]
        signatures = [slots.signatures[name, place] for name in names]
        sort = _fields(p.attribute for p in signatures[0].sort)
        if place not in slots.forms.templates and _may_be_natural(workload, entities, place, slots):
            partition = _fields(signatures[0].partition)
            for entity in entities:
                kind = KeyField(slots.type_attribute, TypeKey(entity.tag))
                typed = (kind, *partition) if _needs_type(entities, signatures[0]) else partition
                _change(result, entity.name, place, partition=typed, sort=sort, when=())
        elif len(names) == 1 and _may_sort_naturally(workload, entities[0], signatures[0]):
            _change(result, names[0], place, sort=sort)
    return result


def longer_entries(
    workload: Workload, table: TableDesign, designs: Sequence[EntityDesign], templates: Keys
) -> list[str]:
    """The slots whose keys are attributes though an entry may be longer with them than with templates, if these fit.

    Where no entry is longer nothing costs more: the items are shorter, and an update has less to keep.
    """
    found = []
    for index in table.gsis:
        if not index.natural or index.projection.type == "ALL":
            continue
        texts = {name: next(k for k in templates[name] if k.place == index.name) for name in index.entities}
        keys = {d.entity: k for d in designs for k in d.indexes if k.place == index.name}
        longer = any(
            natural_bytes(workload.entity(name), keys[name]) > key_bytes(workload.entity(name), text)
            for name, text in texts.items()
        )
        if longer and all(template_fits(workload.entity(name), text) for name, text in texts.items()):
            found.append(index.name)
    return found


def _holders(keys: Keys) -> dict[str, list[str]]:
    """The entities with a key in each GSI."""
    holders: dict[str, list[str]] = {}
    for name, own in keys.items():
        for key in own:
            if key.place.startswith("GSI"):
                holders.setdefault(key.place, []).append(name)
    return holders


def _change(keys: Keys, name: str, place: str, **changes: Any) -> None:
    keys[name] = tuple(replace(k, **changes) if k.place == place else k for k in keys[name])


def _needs_type(entities: Sequence[EntityDef], signature: Signature) -> bool:
    """Whether the type is in the partition: to hold several entities apart, or because nothing else is."""
    return len(entities) > 1 or not signature.partition


def _fields(names: Iterable[str]) -> tuple[KeyField, ...]:
    return tuple(KeyField(name, NaturalKey(name)) for name in names)


def _may_be_natural(workload: Workload, entities: Sequence[EntityDef], place: str, slots: Slots) -> bool:
    """Whether the whole keys of all entities in a slot may be attributes."""
    first = slots.signatures[entities[0].name, place]
    count = len(first.partition) + _needs_type(entities, first)
    if not 1 <= count <= PARTITION_ATTRIBUTES or place in slots.whole:
        return False
    if count > 1 and workload.options.tenant in first.partition and place not in slots.forms.attributes:
        return False  # a policy limits a role to its tenant by the one text that a partition key begins with
    names = {entity.name for entity in entities}
    strays = any(
        set(first.attributes) <= {a.name for a in other.stored}
        for other in workload.entities
        if other.name not in names
    )
    return not strays and all(_may_hold(workload, entity, place, slots, first) for entity in entities)


def _may_hold(workload: Workload, entity: EntityDef, place: str, slots: Slots, first: Signature) -> bool:
    """Whether the key of one entity may be the attributes of the first one's, in their order."""
    signature = slots.signatures[entity.name, place]
    names = signature.attributes
    if (signature.partition, [p.attribute for p in signature.sort]) != (
        first.partition,
        [p.attribute for p in first.sort],
    ):
        return False
    if (entity.name, place) in slots.shards or any(
        set(names) <= {*b.carries} for b in slots.doubled.get(entity.name, ())
    ):
        return False
    present = {n for n in names if entity.attribute(n).optional}
    plain = all(c.op is Op.PRESENT and c.attribute in present for c in signature.when)
    return plain and _are_typed(workload, entity, signature, names)


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
