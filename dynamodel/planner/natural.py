"""Keys that are attributes themselves (multi-attribute keys) instead of templates.

In: the template keys of all entities in their places. Out: the keys, natural ones where the entities of a slot have the
same typed attributes in the same order, and no other kind of item could stray into it (keys.md A9). Where some could,
or the key has a condition, its partition begins with a text that only the items of the index have: it marks them, and
is all that an update has to write or remove.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.entries import changed_attributes
from dynamodel.dynamo.footprint import key_bytes, natural_bytes
from dynamodel.dynamo.limits import PARTITION_ATTRIBUTES, SORT_ATTRIBUTES
from dynamodel.dynamo.types import natural_refusal
from dynamodel.ir.keys import Component, KeyField, NaturalKey, Template, TypeKey
from dynamodel.ir.reads import Op
from dynamodel.planner.places import HALF, MARKED, NATURAL, TEXT
from dynamodel.planner.sizes import template_fits
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import CopyDesign, GuardDesign, KeyDesign, Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.cost import Physical
    from dynamodel.planner.serve import Signature
    from dynamodel.planner.strays import Strays

Keys = dict[str, "tuple[KeyDesign, ...]"]


@dataclass(frozen=True, slots=True)
class Forms:
    """Slots about whose keys there is no choice: templates, deployed or cheaper; attributes, asked for.

    `halves` are those deployed with a partition of text and attributes as sort key.
    """

    templates: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    halves: frozenset[str] = frozenset()


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
    strays: Strays
    type_attribute: str


def forms_alone(workload: Workload, entity: EntityDef, signature: Signature, strays: Strays) -> tuple[str, ...]:
    """The forms of a key in an index that only items of its entity are in, or of others whose keys agree; best first.

    Where an entity of which every item would stray into such an index has no use for it, the key is not attributes.
    """
    if not workload.options.multi_attribute_keys:
        return (TEXT,)
    whole = (
        _counts(workload, (entity,), signature)
        and _tells_presence_alone(entity, signature)
        and _are_typed(strays, entity, signature, signature.attributes)
        and strays.have_use(strays.into(signature.attributes, [entity.name]), signature)
    )
    marked = _may_be_marked(workload, entity, signature, strays)
    half = _may_sort_naturally(workload, entity, signature, strays)
    found = [form for form, may in ((NATURAL, whole), (MARKED, marked), (HALF, half)) if may]
    return (*found, TEXT)


def slot_forms(workload: Workload, holders: Mapping[str, Sequence[str]], slots: Slots) -> dict[tuple[str, str], str]:
    """The form of each entity's key in each GSI that is not text; `holders` are the entities in each.

    In a slot of several entities all must have the same attributes in the same order and types; the type attribute,
    first in the partition, holds them apart. Where the key of the only entity cannot be attributes alone (a condition,
    shards, items that would stray into it) they stand behind a text that marks its items; where the partition cannot be
    attributes the sort half is, if an update changes it: then no text has to be kept in step, and what is added to
    needs no read.
    """
    if not workload.options.multi_attribute_keys:
        return {}
    found: dict[tuple[str, str], str] = {}
    for place, names in holders.items():
        entities = [workload.entity(name) for name in names]
        first = slots.signatures[names[0], place]
        if place in slots.forms.templates:
            continue
        whole = place not in slots.forms.halves
        if whole and _may_be_natural(workload, entities, place, slots):
            found |= {(name, place): NATURAL for name in names}
        elif len(names) > 1 or place in slots.whole:
            continue
        elif whole and _may_be_marked(workload, entities[0], first, slots.strays):
            found[names[0], place] = MARKED
        elif _may_sort_naturally(workload, entities[0], first, slots.strays):
            found[names[0], place] = HALF
    return found


def naturalized(workload: Workload, keys: Keys, slots: Slots) -> Keys:
    """The keys with attributes instead of templates wherever no other kind of item could stray into the GSI."""
    holders = _holders(keys)
    forms = slot_forms(workload, holders, slots)
    result = dict(keys)
    for (name, place), form in forms.items():
        kind = type_field(workload.entity(name), slots.type_attribute)
        alone = len(holders[place]) == 1
        result[name] = tuple(
            in_form(k, slots.signatures[name, place], form, kind, alone=alone) if k.place == place else k
            for k in result[name]
        )
    return result


def in_form(key: KeyDesign, signature: Signature, form: str, kind: KeyField, *, alone: bool = True) -> KeyDesign:
    """A key of templates in another form.

    `kind` is in the partition where several entities have to be held apart, or nothing else is there.
    """
    if form == TEXT:
        return key
    sort, partition = _fields(p.attribute for p in signature.sort), _fields(signature.partition)
    if form == HALF:
        return replace(key, sort=sort)
    if form == MARKED:
        when = tuple(c for c in key.when if c.op is not Op.PRESENT or c.attribute not in signature.attributes)
        return replace(key, partition=(*map(mark, key.partition), *partition), sort=sort, when=when)
    return replace(key, partition=partition if partition and alone else (kind, *partition), sort=sort, when=())


def form_of(key: KeyDesign) -> str:
    """The form that a key has."""
    texts = [f.value for f in key.fields if isinstance(f.value, Template)]
    if len(texts) == len(key.fields):
        return TEXT
    return NATURAL if not texts else HALF if any(text.attributes for text in texts) else MARKED


def deployed_forms(plan: Plan | None) -> Forms:
    """What the keys of the indexes that are deployed stay made of."""
    forms: dict[str, set[str]] = {TEXT: set(), HALF: set()}
    for key in (k for design in plan.entities for k in design.indexes) if plan is not None else ():
        forms.setdefault(form_of(key), set()).add(key.place)
    return Forms(templates=frozenset(forms[TEXT]), halves=frozenset(forms[HALF]))


def type_field(entity: EntityDef, type_attribute: str) -> KeyField:
    """The type as part of a key of attributes."""
    return KeyField(type_attribute, TypeKey(entity.tag))


def longer_entries(physical: Physical, templates: Keys) -> list[str]:
    """The slots whose keys are attributes though an entry may be longer with them than with templates, if these fit.

    Where no entry is longer nothing costs more: the items are shorter, and an update has less to keep.
    """
    found = []
    workload, designs = physical.workload, physical.designs.values()
    for index in physical.table.gsis:
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


def _needs_type(entities: Sequence[EntityDef], signature: Signature) -> bool:
    """Whether the type is in the partition: to hold several entities apart, or because nothing else is."""
    return len(entities) > 1 or not signature.partition


def mark(field: KeyField) -> KeyField:
    """The text of a key without attributes: the entity, and the shard if there are several."""
    tokens = field.value.tokens if isinstance(field.value, Template) else ()
    return replace(field, value=Template(tuple(token for token in tokens if not isinstance(token, Component))))


def _fields(names: Iterable[str]) -> tuple[KeyField, ...]:
    return tuple(KeyField(name, NaturalKey(name)) for name in names)


def _may_be_natural(workload: Workload, entities: Sequence[EntityDef], place: str, slots: Slots) -> bool:
    """Whether the whole keys of all entities in a slot may be attributes."""
    first = slots.signatures[entities[0].name, place]
    asked = place in slots.forms.attributes
    if place in slots.whole or not _counts(workload, entities, first, asked=asked):
        return False
    if slots.strays.into(first.attributes, [entity.name for entity in entities]):
        return False
    return all(_may_hold(entity, place, slots, first) for entity in entities)


def _counts(workload: Workload, entities: Sequence[EntityDef], first: Signature, *, asked: bool = False) -> bool:
    """Whether there are as many attributes as a partition may have; several with the tenant only where `asked` for."""
    count = len(first.partition) + _needs_type(entities, first)
    if count > 1 and workload.options.tenant in first.partition and not asked:
        return False  # a policy limits a role to its tenant by the one text that a partition key begins with
    return count <= PARTITION_ATTRIBUTES


def _tells_presence_alone(entity: EntityDef, signature: Signature) -> bool:
    """Whether all that a key demands is that its attributes are there."""
    present = {n for n in signature.attributes if entity.attribute(n).optional}
    return all(c.op is Op.PRESENT and c.attribute in present for c in signature.when)


def _may_hold(entity: EntityDef, place: str, slots: Slots, first: Signature) -> bool:
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
    return _tells_presence_alone(entity, signature) and _are_typed(slots.strays, entity, signature, names)


def _may_be_marked(workload: Workload, entity: EntityDef, signature: Signature, strays: Strays) -> bool:
    """Whether the whole key may be attributes behind a text that marks the items of the index."""
    return (
        len(signature.partition) < PARTITION_ATTRIBUTES
        and workload.options.tenant not in signature.partition  # a policy looks at how the first text begins
        and _are_typed(strays, entity, signature, signature.attributes)
    )


def _may_sort_naturally(workload: Workload, entity: EntityDef, signature: Signature, strays: Strays) -> bool:
    """Whether the sort half alone may hold the attributes themselves, and an update changes one of them."""
    names = tuple(p.attribute for p in signature.sort)
    changed = {a for _, s in workload.steps_on(entity.name) if s.actions for a in changed_attributes(entity, s)}
    required = all(not entity.attribute(n).optional for n in names)
    return bool(changed & set(names)) and required and _are_typed(strays, entity, signature, names)


def _are_typed(strays: Strays, entity: EntityDef, signature: Signature, names: tuple[str, ...]) -> bool:
    """Whether each of the attributes can be a key as it is stored, in the order of the signature."""
    attributes = [entity.attribute(n) for n in names]
    return (
        len(signature.sort) <= SORT_ATTRIBUTES
        and all(not natural_refusal(a) and a.bucket is None for a in attributes)
        and not strays.are_refused(entity, names)
        and not any(p.descending or p.absent in {"first", "last"} for p in signature.sort)
        and entity.with_role("ttl") not in names
        and len(set(names)) == len(names)
    )
