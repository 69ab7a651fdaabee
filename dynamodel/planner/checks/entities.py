"""Keys of entities: made of the right attributes, in the right code, never equal to another's, no strays in indexes.

In: the court. Out: findings DM450 to DM454 and DM457. Rules: `keys.md` A1, A8, A9 and F.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from dynamodel.dynamo.types import natural_refusal, stored_type
from dynamodel.ir.keys import Absent, Code, Component, KeyField, NaturalKey, Template, TextToken, TypeKey
from dynamodel.ir.names import key_literal
from dynamodel.ir.plan import BASE, COPY_TYPE
from dynamodel.ir.reads import Op
from dynamodel.ir.values import Kind
from dynamodel.keys.choose import component_for
from dynamodel.keys.codes import is_coded
from dynamodel.keys.collisions import keys_can_collide
from dynamodel.keys.refusal import NoKeyCode, UnencodableValue
from dynamodel.keys.templates import literal_text
from dynamodel.planner.checks.beside import check_copies
from dynamodel.planner.checks.court import attribute_of, field_attributes, field_components
from dynamodel.planner.checks.tables import OWNER_ATTRIBUTE

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import Token
    from dynamodel.ir.plan import EntityDesign, GuardDesign, IndexDesign, KeyAttribute, KeyDesign
    from dynamodel.planner.checks.court import Court

GUARD_TAG = "UNIQ"


class _Kind(NamedTuple):
    """Items that have one primary key template: those of an entity, or its guards in a namespace."""

    name: str
    namespace: str
    key: tuple[Template, ...]
    entity: EntityDef


def check_designs(court: Court) -> None:
    """One design for each entity, each of its keys lawful in itself."""
    declared = [e.name for e in court.workload.entities]
    if sorted(declared) != sorted(d.entity for d in court.plan.entities):
        court.refuse("DM450", f"designs of {[d.entity for d in court.plan.entities]} for {declared}")
    tags = [GUARD_TAG, COPY_TYPE, *(d.tag for d in court.plan.entities)]
    if len(set(tags)) < len(tags):
        court.refuse("DM453", f"two kinds of items have the same type: {tags}")
    for design in court.plan.entities:
        entity = court.entity(design.entity)
        if entity is not None:
            _check_design(court, entity, design)


def check_apart(court: Court) -> None:
    """No two kinds of items can have one primary key, none strays into another's index; keys are well-formed."""
    _check_apart(court)
    for index in court.plan.table.indexes:
        _check_strays(court, index)


def _check_design(court: Court, entity: EntityDef, design: EntityDesign) -> None:
    table = court.plan.table
    base = design.base
    if base.place != BASE or base.when:
        court.refuse("DM451", f"the base key of {entity.name} is not unconditional", entity.name)
    _check_fields(court, entity, base.partition, (table.partition,))
    _check_fields(court, entity, base.sort, (table.sort,))
    _check_identity(court, entity, base)
    places = [k.place for k in design.indexes]
    if len(set(places)) < len(places):
        court.refuse("DM451", f"{entity.name} has two keys in one place", entity.name)
    for key in design.indexes:
        index = court.index(key.place)
        if index is None:
            court.refuse(
                "DM458", f"{entity.name} has a key in `{key.place}`, which is no index", entity.name, key.place
            )
            continue
        _check_fields(court, entity, key.partition, () if index.kind == "lsi" else index.partition)
        _check_fields(court, entity, key.sort, index.sort)
        _check_condition(court, entity, key)
    _check_guards(court, entity, design)
    check_copies(court, entity, design)
    for copy in design.copies:
        _check_fields(court, entity, (copy.partition,), (court.plan.table.partition,))
        _check_fields(court, entity, (copy.sort,), (court.plan.table.sort,))
        _check_condition(court, entity, copy.key)


def _check_fields(
    court: Court, entity: EntityDef, fields: tuple[KeyField, ...], physical: tuple[KeyAttribute, ...]
) -> None:
    if [f.name for f in fields] != [k.name for k in physical]:
        court.refuse(
            "DM458", f"{entity.name} writes {[f.name for f in fields]} for {[k.name for k in physical]}", entity.name
        )
        return
    for key_field, key_attribute in zip(fields, physical, strict=True):
        if isinstance(key_field.value, Template):
            if key_attribute.type != "S":
                court.refuse("DM452", f"a template writes text, `{key_field.name}` is not", entity.name, key_field.name)
            _check_template(court, entity, key_field.value)
        elif isinstance(key_field.value, TypeKey):
            _check_type(court, entity, key_field.value, key_attribute)
        else:
            _check_natural(court, entity, key_field, key_attribute)


def _check_type(court: Court, entity: EntityDef, value: TypeKey, physical: KeyAttribute) -> None:
    """The type attribute, which is text, holds the tag that the entity's items are written with."""
    design = court.design(entity.name)
    is_tag = design is not None and value.tag == design.tag
    if (physical.name, physical.type) != (court.plan.table.type_attribute, "S") or not is_tag:
        court.refuse(
            "DM452", f"`{physical.name}` of {entity.name} does not hold {value.tag}", entity.name, physical.name
        )


def _check_natural(court: Court, entity: EntityDef, key_field: KeyField, physical: KeyAttribute) -> None:
    name = key_field.value.attribute if isinstance(key_field.value, NaturalKey) else ""
    attribute = attribute_of(entity, name)
    if attribute is None or name != key_field.name:
        court.refuse("DM452", f"`{key_field.name}` is no attribute of {entity.name}", entity.name, key_field.name)
        return
    reason = natural_refusal(attribute)
    if reason or stored_type(attribute.type, attribute.role) != physical.type:
        court.refuse("DM452", reason or f"`{name}` is not stored as {physical.type}", entity.name, name)


def _check_template(court: Court, entity: EntityDef, template: Template) -> None:
    if not template.tokens:
        court.refuse("DM452", f"an empty key of {entity.name}", entity.name)
    for token in template.tokens:
        if isinstance(token, TextToken):
            try:
                literal_text(token.text)
            except UnencodableValue as reason:
                court.refuse("DM452", str(reason), entity.name, str(template))
        elif isinstance(token, Component) and not _is_right_code(entity, token):
            court.refuse(
                "DM452", f"`{token.attribute}` of {entity.name} is not written as {token}", entity.name, str(template)
            )


def _is_right_code(entity: EntityDef, component: Component) -> bool:
    """Whether a component is what the attribute's declared type asks for."""
    attribute = attribute_of(entity, component.attribute)
    if attribute is None or attribute.bucket is not None:
        return False
    if not attribute.optional and component.absent is not Absent.REFUSED:
        return False
    if component.bucket is not None:
        code = {Kind.DATE: Code.DATE, Kind.DATETIME: Code.INSTANT}.get(attribute.type.kind)
        plain = Component(
            component.attribute, component.code, component.descending, component.absent, bucket=component.bucket
        )
        return component == plain and component.code is code
    try:
        right = component_for(attribute, descending=component.descending, absent=component.absent)
    except NoKeyCode:
        return False
    return right == component


def _check_identity(court: Court, entity: EntityDef, base: KeyDesign) -> None:
    """A base key holds exactly the identity; more only if that is generated, and then what never changes.

    An attribute that the identity takes over from a parent is unique there, not here.
    """
    held = {a for f in base.fields for a in field_attributes(f)}
    whole = {c.attribute for f in base.fields for c in field_components(f) if c.bucket is None}
    whole |= {f.value.attribute for f in base.fields if isinstance(f.value, NaturalKey)}
    missing = [a for a in entity.identity if a not in whole]
    if missing:
        court.refuse("DM451", f"the base key of {entity.name} lacks `{missing[0]}` of the identity", entity.name)
    more = sorted(held - set(entity.identity))
    taken_over = {a for parent in entity.parents for a in parent.via}
    generated = [
        a
        for a in entity.identity
        if a not in taken_over and (found := attribute_of(entity, a)) is not None and found.generated
    ]
    if more and not generated:
        court.refuse(
            "DM451", f"the base key of {entity.name} has `{more[0]}`, which is not of the identity", entity.name
        )
    for name in sorted(held):
        attribute = attribute_of(entity, name)
        if attribute is None:
            continue
        if name not in entity.identity and not attribute.immutable:
            court.refuse("DM454", f"`{name}` in the base key of {entity.name} can change", entity.name, name)
        if attribute.optional:
            court.refuse("DM454", f"`{name}` in the base key of {entity.name} can be absent", entity.name, name)


def _check_condition(court: Court, entity: EntityDef, key: KeyDesign) -> None:
    """Conditions of a sparse key name stored attributes; a natural key has none; a mandatory part is never absent."""
    natural = not any(isinstance(f.value, Template) for f in key.fields)
    if natural and key.when:
        court.refuse("DM452", f"`{key.place}` has the attributes of {entity.name} itself: no condition", entity.name)
    present = set()
    for condition in key.when:
        attributes = [attribute_of(entity, name) for name in condition.names]
        if any(a is None or a.bucket is not None for a in attributes):
            court.refuse(
                "DM452", f"the condition of `{key.place}` is not on a stored attribute", entity.name, key.place
            )
        elif condition.op not in {Op.ABSENT, Op.NE, Op.ANY_OF}:
            present.add(condition.attribute)
    for component in (c for f in key.fields for c in field_components(f)):
        attribute = attribute_of(entity, component.attribute)
        if attribute and attribute.optional and component.absent is Absent.REFUSED and attribute.name not in present:
            court.refuse(
                "DM452", f"`{attribute.name}` can be absent, its key in `{key.place}` cannot", entity.name, key.place
            )


def _check_guards(court: Court, entity: EntityDef, design: EntityDesign) -> None:
    """A guard's key is `UNIQ#<namespace>#<values>#` in both halves, values in the order of the unique set."""
    table = court.plan.table
    wanted = [(u.namespace, u.attributes) for u in entity.unique]
    if [(g.namespace, g.attributes) for g in design.guards] != wanted:
        court.refuse("DM451", f"the guards of {entity.name} are not its unique sets {wanted}", entity.name)
    for guard in design.guards:
        for key_field, name in ((guard.partition, table.partition.name), (guard.sort, table.sort.name)):
            tokens = key_field.value.tokens if isinstance(key_field.value, Template) else ()
            if key_field.name != name or not _is_guard(entity, guard, tokens):
                court.refuse("DM451", f"the guard {guard.namespace} has no key `{name}`", entity.name, guard.namespace)


def _is_guard(entity: EntityDef, guard: GuardDesign, tokens: tuple[Token, ...]) -> bool:
    if tokens[:2] != (TextToken(GUARD_TAG), TextToken(key_literal(guard.namespace))):
        return False
    parts = [t for t in tokens[2:] if isinstance(t, Component)]
    if len(parts) + 2 != len(tokens) or tuple(p.attribute for p in parts) != guard.attributes:
        return False
    # Whether an attribute may be absent does not matter: an item with None in the set has no guard.
    return all(
        _is_right_code(entity, replace(p, absent=Absent.REFUSED)) and not p.descending and not is_coded(p)
        for p in parts
    )


def _check_apart(court: Court) -> None:
    """No two kinds of items, guards included, can have the same primary key."""
    kinds: list[_Kind] = []
    for design in court.plan.entities:
        entity = court.entity(design.entity)
        if entity is None:
            continue
        base = tuple(f.value for f in design.base.fields if isinstance(f.value, Template))
        kinds.append(_Kind(design.entity, "", base, entity))
        for guard in design.guards:
            fields = (guard.partition, guard.sort)
            key = tuple(f.value for f in fields if isinstance(f.value, Template))
            kinds.append(_Kind(f"the guard of {design.entity}", guard.namespace, key, entity))
        for copy in design.copies:
            key = tuple(f.value for f in (copy.partition, copy.sort) if isinstance(f.value, Template))
            kinds.append(_Kind(f"{copy.place} of {design.entity}", "", key, entity))
    pairs = sorted(pair for alike in _alike(kinds) for pair in combinations(alike, 2))
    for one, other in ((kinds[i], kinds[j]) for i, j in pairs):
        if one.namespace and one.namespace == other.namespace:
            continue  # one namespace is shared on purpose
        if keys_can_collide(one.key, other.key, (one.entity, other.entity)):
            court.refuse(
                "DM453",
                f"{one.name} and {other.name} can have the same primary key: {one.key[0]} and {one.key[-1]}",
                one.name,
                other.name,
            )


def _alike(kinds: list[_Kind]) -> list[list[int]]:
    """The numbers of kinds whose keys are not told apart by the number of tokens or by literals in one position.

    Keys of different length, or with different texts where each of them has a text, are never equal (`keys.md` A8).
    """
    lengths: dict[tuple[int, ...], list[int]] = {}
    for number, kind in enumerate(kinds):
        lengths.setdefault(tuple(len(t.tokens) for t in kind.key), []).append(number)
    found: list[list[int]] = []
    for numbers in lengths.values():
        rows = {n: tuple(token for t in kinds[n].key for token in t.tokens) for n in numbers}
        told = [i for i in range(len(rows[numbers[0]])) if all(isinstance(r[i], TextToken) for r in rows.values())]
        groups: dict[tuple[Token, ...], list[int]] = {}
        for number in numbers:
            groups.setdefault(tuple(rows[number][i] for i in told), []).append(number)
        found += groups.values()
    return found


def _check_strays(court: Court, index: IndexDesign) -> None:
    """An item enters an index as soon as it has all its key attributes, whoever's they are (`keys.md` A9)."""
    if not index.natural:
        return
    types = {k.name: k.type for k in index.partition + index.sort}
    names = set(types)
    table = court.plan.table
    always = {table.partition.name, table.sort.name, table.type_attribute}
    for entity in court.workload.entities:
        design = court.design(entity.name)
        written = {f.name for k in (design.indexes if design else ()) for f in k.fields}
        for beside in design.beside if design else ():
            if names <= always | {OWNER_ATTRIBUTE} | {*beside.carries}:
                court.refuse(
                    "DM457", f"what {entity.name} holds beside its items also enters `{index.name}`", index.name
                )
        if entity.name not in index.entities and names <= always | written | {a.name for a in entity.stored}:
            court.refuse("DM457", f"items of {entity.name} also enter `{index.name}`", index.name, entity.name)
        for attribute in entity.stored:
            wanted = types.get(attribute.name, "")
            if wanted and (natural_refusal(attribute) or stored_type(attribute.type, attribute.role) != wanted):
                court.refuse(
                    "DM457",
                    f"`{attribute.name}` of {entity.name} is no key of `{index.name}`: the service refuses the item",
                    index.name,
                    entity.name,
                )
    guarded = any(design.guards for design in court.plan.entities)
    if guarded and names <= always | {OWNER_ATTRIBUTE, table.ttl_attribute or OWNER_ATTRIBUTE}:
        court.refuse("DM457", f"guard items also enter `{index.name}`", index.name)
