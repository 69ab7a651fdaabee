"""The table and its indexes against the service's limits and the model's options.

In: the court. Out: findings DM455 and DM456. Sources of the limits: `dynamo.limits`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import (
    INCLUDED_ATTRIBUTES,
    ITEM_BYTES,
    KEY_ATTRIBUTE_NAME_BYTES,
    LOCAL_INDEXES,
    PARTITION_ATTRIBUTES,
    PARTITION_KEY_BYTES,
    SORT_ATTRIBUTES,
    SORT_KEY_BYTES,
    TABLE_NAME,
)
from dynamodel.ir.keys import NaturalKey, Template, TypeKey
from dynamodel.keys.templates import key_size
from dynamodel.planner.checks.court import attribute_of

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import KeyField, KeyValue
    from dynamodel.ir.plan import IndexDesign
    from dynamodel.planner.checks.court import Court

OWNER_ATTRIBUTE = "owner"  # on guard items


def check_table(court: Court) -> None:
    """Counts, names, projections and key schemas of the table and its indexes, and sizes of items and keys."""
    table, options = court.plan.table, court.workload.options
    names = [table.name, *(i.name for i in table.indexes)]
    for name in names:
        if not TABLE_NAME.fullmatch(name):
            court.refuse("DM455", f"`{name}` is no legal name of a table or index", name)
    if len(set(names[1:])) < len(names) - 1:
        court.refuse("DM455", "two indexes have the same name", table.name)
    if len(table.gsis) > options.indexes:
        court.refuse("DM455", f"{len(table.gsis)} GSIs, {options.indexes} are allowed", table.name)
    if len(table.lsis) > (LOCAL_INDEXES if options.local_indexes else 0):
        court.refuse("DM455", f"{len(table.lsis)} LSIs are more than are allowed", table.name)
    included = sum(len(i.projection.attributes) for i in table.indexes)
    if included > INCLUDED_ATTRIBUTES:
        court.refuse("DM455", f"{included} included attributes, {INCLUDED_ATTRIBUTES} are allowed", table.name)
    for index in table.indexes:
        _check_index(court, index)
    if (table.name, table.billing) != (options.table, options.billing):
        court.refuse("DM455", f"table {table.name}, {table.billing}: the model has {options.table}, {options.billing}")
    if court.plan.deployment != options.deployment:
        court.refuse("DM455", "the plan is deployed otherwise than the model says", table.name)
    _check_names(court)
    _check_time_to_live(court)


def _check_index(court: Court, index: IndexDesign) -> None:
    table = court.plan.table
    keys = [k.name for k in index.partition + index.sort]
    if len(set(keys)) < len(keys):
        court.refuse("DM455", f"`{index.name}` uses a key attribute twice", index.name)
    values = [f.value for _, key in court.keys_in(index.name) for f in key.fields]
    if index.natural != any(isinstance(v, NaturalKey | TypeKey) for v in values):
        court.refuse("DM455", f"`{index.name}` does not say truly whether its keys are attributes", index.name)
    if index.natural and len(index.entities) != 1:
        _check_shared(court, index, values)
    if index.kind not in {"gsi", "lsi"}:
        court.refuse("DM455", f"`{index.name}` is neither global nor local", index.name)
    if index.kind == "lsi":
        if index.partition != (table.partition,) or len(index.sort) != 1:
            court.refuse("DM455", f"LSI `{index.name}` needs the table's partition key and one sort key", index.name)
    elif not 1 <= len(index.partition) <= PARTITION_ATTRIBUTES or len(index.sort) > SORT_ATTRIBUTES:
        court.refuse("DM455", f"`{index.name}` has more key attributes than an index can have", index.name)
    elif len(keys) > 2 and not court.workload.options.multi_attribute_keys:  # noqa: PLR2004 - one and one
        court.refuse("DM455", f"`{index.name}` has a multi-attribute key, which the model rules out", index.name)
    projected = index.projection.attributes
    listed_twice = len(set(projected)) < len(projected) or set(projected) & set(keys)
    if (index.projection.type == "INCLUDE") != bool(projected) or listed_twice:
        court.refuse("DM455", f"the projection of `{index.name}` lists attributes wrongly", index.name)
    if list(index.entities) != [e.name for e, _ in court.keys_in(index.name)]:
        held = ", ".join(e.name for e, _ in court.keys_in(index.name)) or "none"
        court.refuse("DM455", f"`{index.name}` says it holds {', '.join(index.entities)}, keys: {held}", index.name)
    readers = {p.name for p in court.plan.patterns if any(r.index == index.name for r in p.reads)}
    if readers != set(index.patterns) or not readers:
        court.refuse("DM455", f"`{index.name}` is read by {sorted(readers)}, not {sorted(index.patterns)}", index.name)


def _check_shared(court: Court, index: IndexDesign, values: list[KeyValue]) -> None:
    """In an index of attributes nothing but the type in its partition holds several entities apart."""
    if any(isinstance(v, Template) for v in values):
        court.refuse("DM455", f"`{index.name}` mixes attributes of entities with keys made up", index.name)
    if court.plan.table.type_attribute not in [k.name for k in index.partition]:
        held = ", ".join(index.entities)
        court.refuse("DM455", f"`{index.name}` holds {held}, and their type is not in its partition", index.name)


def _check_names(court: Court) -> None:
    """Physical attributes that the plan makes up must not be attributes of an entity, and have short names."""
    table = court.plan.table
    keys = {table.partition.name, table.sort.name, table.type_attribute}
    natural = {
        f.value.attribute
        for design in court.plan.entities
        for key in (design.base, *design.indexes)
        for f in key.fields
        if isinstance(f.value, NaturalKey)
    }
    for index in table.indexes:
        keys |= {k.name for k in index.partition + index.sort} - natural
    for entity in court.workload.entities:
        clash = sorted(keys & {a.name for a in entity.stored})
        if clash:
            court.refuse("DM455", f"`{clash[0]}` is both an attribute and made up for keys", entity.name, clash[0])
    for name in sorted(keys | natural | {a for i in table.indexes for a in i.projection.attributes}):
        if len(name.encode()) > KEY_ATTRIBUTE_NAME_BYTES:
            court.refuse("DM455", f"`{name}` is longer than the name of a key or included attribute may be", name)


def _check_time_to_live(court: Court) -> None:
    attributes = {e.with_role("ttl") for e in court.workload.entities} - {None}
    if attributes != {court.plan.table.ttl_attribute} - {None}:
        court.refuse(
            "DM455",
            f"the table's time-to-live attribute is {court.plan.table.ttl_attribute}, "
            f"entities have {', '.join(sorted(a for a in attributes if a)) or 'none'}",
            court.plan.table.name,
        )


def check_sizes(court: Court, entity: EntityDef) -> None:
    """The average item, and every key at its declared maximum, within the service's limits; keys are well-formed."""
    size = sum(len(a.name.encode()) + a.size.average for a in entity.stored)
    if size > ITEM_BYTES:
        court.refuse("DM455", f"an average `{entity.name}` has {size} bytes, an item at most {ITEM_BYTES}", entity.name)
    design = court.design(entity.name)
    if design is None:
        return
    for key in (design.base, *design.indexes):
        for limit, fields in ((PARTITION_KEY_BYTES, key.partition), (SORT_KEY_BYTES, key.sort)):
            for key_field in fields:
                _check_key_size(court, entity, key_field, limit)
    for beside in design.beside:
        _check_key_size(court, entity, beside.partition, PARTITION_KEY_BYTES)
        _check_key_size(court, entity, beside.sort, SORT_KEY_BYTES)


def _check_key_size(court: Court, entity: EntityDef, key_field: KeyField, limit: int) -> None:
    template = key_field.value
    if not isinstance(template, Template) or any(attribute_of(entity, a) is None for a in template.attributes):
        return  # an attribute that is not there is found elsewhere
    size = key_size(template, entity.attribute).declared
    if size > limit:
        court.refuse(
            "DM456",
            f"`{key_field.name}` of {entity.name} can have {size} bytes, at most {limit}",
            entity.name,
            str(template),
        )
