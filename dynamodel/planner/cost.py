"""What a layout costs: capacity units of each access pattern, and money a month, by the service's own arithmetic.

In: the workload and a physical design (`ir.plan`), from which everything is computed; nothing of candidates or solver.
Out: `Units` a call and millionths of a US dollar a month. Integers throughout, so that equal layouts cost exactly the
same. Sizes are the averages that the workload declares; expired and filtered rows are not counted.
Sources: "DynamoDB read and write operations", "Managing Global Secondary Indexes", "DynamoDB item sizes and formats".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, query_units, read_units, write_units
from dynamodel.dynamo.prices import PRICES, monthly_micro_usd, storage_micro_usd
from dynamodel.dynamo.sizing import STORED_OVERHEAD
from dynamodel.ir.keys import Absent, Component, NaturalKey, Template, TextToken
from dynamodel.ir.plan import BASE, CostDesign, Operation, Units
from dynamodel.ir.workload import MICRO, Op, ReadPattern, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamodel.ir.plan import (
        EntityDesign,
        IndexDesign,
        KeyDesign,
        PatternDesign,
        Projection,
        ReadRequest,
        StepDesign,
        TableDesign,
    )
    from dynamodel.ir.workload import ConditionDef, EntityDef, Pattern, StepDef, Workload, WritePattern

GUARD_BYTES = 120  # key, type and owner of a guard item
ASSUMED_SHARE = MICRO // 10  # of items that meet a condition nothing is known about
PRESENT_SHARE = MICRO // 2  # of items that have an optional attribute


def share_of(entity: EntityDef, condition: ConditionDef) -> int:
    """The fraction of items that meet a condition, in millionths: declared shares, else an equal split of values."""
    if condition.op is Op.ANY_OF:
        return min(MICRO, sum(share_of(entity, c) for c in condition.any_of))
    attribute = entity.attribute(condition.attribute)
    shares = dict(attribute.share)
    absent = shares.get(None, MICRO - PRESENT_SHARE) if attribute.optional else 0
    if condition.op is Op.PRESENT:
        return MICRO - absent
    if condition.op is Op.ABSENT:
        return absent
    value = getattr(condition.operands[0], "value", None)
    if condition.op in {Op.EQ, Op.NE}:
        known = shares.get(value)
        if known is None:
            values = len(attribute.type.values) or (2 if attribute.type.kind == "boolean" else 0)
            left = MICRO - sum(shares.values())
            rest = values - sum(1 for v in shares if v is not None)
            known = (
                left // rest
                if values and rest > 0
                else MICRO // attribute.distinct
                if attribute.distinct
                else ASSUMED_SHARE
            )
        return known if condition.op is Op.EQ else MICRO - known
    return ASSUMED_SHARE * 3


def membership(entity: EntityDef, key: KeyDesign) -> int:
    """The fraction of the entity's items that have this key, in millionths."""
    share = MICRO
    told: set[str] = set()
    for condition in key.when:
        share = share * share_of(entity, condition) // MICRO
        told.add(condition.attribute)
    for name in _sparse(entity, key):
        if name not in told:
            absent = dict(entity.attribute(name).share).get(None, MICRO - PRESENT_SHARE)
            share = share * (MICRO - absent) // MICRO
            told.add(name)
    return share


def _sparse(entity: EntityDef, key: KeyDesign) -> list[str]:
    names: list[str] = []
    for field in key.fields:
        if isinstance(field.value, NaturalKey):
            names += [field.value.attribute] if entity.attribute(field.value.attribute).optional else []
        else:
            tokens = field.value.tokens
            names += [t.attribute for t in tokens if isinstance(t, Component) and t.absent is Absent.SPARSE]
    return names


def key_bytes(entity: EntityDef, key: KeyDesign) -> int:
    """Average bytes of the key attributes of one place, names included; natural ones are part of the item itself."""
    return sum(len(f.name) + _template_bytes(entity, f.value) for f in key.fields if isinstance(f.value, Template))


def _template_bytes(entity: EntityDef, template: Template) -> int:
    total = 0
    for token in template.tokens:
        if isinstance(token, TextToken):
            total += len(token.text) + 1
        elif isinstance(token, Component):
            total += entity.attribute(token.attribute).size.average + 1
        else:
            total += len(str(token.count - 1)) + 1
    return total


def attribute_bytes(entity: EntityDef, names: Iterable[str] | None = None) -> int:
    """Average bytes of stored attributes with their names (all for None); optional ones by their share of presence."""
    wanted = None if names is None else set(names)
    total = 0
    for attribute in entity.stored:
        if wanted is not None and attribute.name not in wanted:
            continue
        size = len(attribute.name.encode()) + attribute.size.average
        if attribute.optional:
            absent = dict(attribute.share).get(None, MICRO - PRESENT_SHARE)
            size = size * (MICRO - absent) // MICRO
        total += size
    return total


def item_bytes(entity: EntityDef, design: EntityDesign, table: TableDesign) -> int:
    """Average bytes of a whole item: attributes, type, base key, index keys by their share."""
    own = attribute_bytes(entity) + len(table.type_attribute) + len(design.tag) + key_bytes(entity, design.base)
    return own + sum(key_bytes(entity, k) * membership(entity, k) // MICRO for k in design.indexes)


def entry_bytes(
    entity: EntityDef, design: EntityDesign, key: KeyDesign, table: TableDesign, projection: Projection
) -> int:
    """Average bytes of an index entry: keys of the table and the index, and the projected attributes."""
    if projection.type == "ALL":
        return item_bytes(entity, design, table)
    names = {*projection.attributes, *(f.value.attribute for f in key.fields if isinstance(f.value, NaturalKey))}
    own = key_bytes(entity, design.base) + key_bytes(entity, key) + attribute_bytes(entity, names)
    return own + (len(table.type_attribute) + len(design.tag) if table.type_attribute in names else 0)


def price(
    workload: Workload, table: TableDesign, entities: tuple[EntityDesign, ...], patterns: tuple[PatternDesign, ...]
) -> tuple[tuple[PatternDesign, ...], CostDesign]:
    """The patterns with units and cost filled in, and the cost of the whole layout."""
    designs = {d.entity: d for d in entities}
    declared = {p.name: p for p in workload.patterns}
    priced = tuple(_priced(workload, table, designs, p, declared[p.name]) for p in patterns)
    storage = sum(entity_storage(workload.entity(d.entity), d, table) for d in entities)
    reads = sum(p.monthly_micro_usd for p in priced if isinstance(declared[p.name], ReadPattern))
    writes = sum(p.monthly_micro_usd for p in priced if not isinstance(declared[p.name], ReadPattern))
    return priced, CostDesign(reads + writes + storage, reads, writes, storage, PRICES.dated)


def _priced(
    workload: Workload, table: TableDesign, designs: Mapping[str, EntityDesign], design: PatternDesign, pattern: Pattern
) -> PatternDesign:
    if design.status == "unserved":
        return design
    read = sum(request_units(workload, table, designs, pattern, design.reads, r) for r in design.reads)
    write = index_write = 0
    if not isinstance(pattern, ReadPattern):
        more_read, write, index_write = write_pattern_units(workload, table, designs, pattern, design)
        read += more_read
    rate = pattern.rate
    return replace(
        design,
        units=Units(read, write, index_write),
        monthly_micro_usd=monthly_micro_usd(
            read=read, write=write, average=rate.average, peak=rate.peak, billing=workload.options.billing
        ),
        peak_read=read * rate.peak // MICRO,
        peak_write=write * rate.peak // MICRO,
    )


def request_units(
    workload: Workload,
    table: TableDesign,
    designs: Mapping[str, EntityDesign],
    pattern: Pattern,
    requests: tuple[ReadRequest, ...],
    request: ReadRequest,
) -> int:
    """Read units of one request of a pattern, in millionths."""
    if request.operation is Operation.SCAN:
        total = sum(
            workload.entity(d.entity).count.average * item_bytes(workload.entity(d.entity), d, table)
            for d in designs.values()
        )
        return query_units(total, consistent=request.consistent)
    if request.operation is Operation.BATCH_GET_ITEM:
        return _batch_units(workload, table, designs, pattern, requests, request)
    sizes = [
        rows * place_bytes(workload.entity(name), designs[name], request.index, table)
        for name, rows in _rows(workload, pattern, request)
    ]
    if request.operation is Operation.TRANSACT_GET_ITEMS:
        return sum(read_units(size, consistent=True) * TRANSACTION_FACTOR for size in sizes)
    return query_units(sum(sizes), consistent=request.consistent) * request.shards


def fractional_units(size: int, *, consistent: bool) -> int:
    """Read units of `size` bytes as a part of a larger Query, before rounding, in millionths."""
    return size * MICRO // (4096 if consistent else 8192)


def place_bytes(entity: EntityDef, design: EntityDesign, place: str | None, table: TableDesign) -> int:
    """Average bytes read for one row of an entity on the table or on an index."""
    if place is None:
        return item_bytes(entity, design, table)
    index, key = table.index(place), design.key(place)
    return entry_bytes(entity, design, key, table, index.projection) if key else 0


def _rows(workload: Workload, pattern: Pattern, request: ReadRequest) -> list[tuple[str, int]]:
    if isinstance(pattern, ReadPattern):
        return [(pattern.parts[i].entity, pattern.parts[i].rows.average) for i in request.parts]
    return [(pattern.steps[i].entity, found_rows(workload, pattern.steps[i])) for i in request.parts]


def found_rows(workload: Workload, step: StepDef) -> int:
    """How many items a write that finds its items by something else than the identity finds, on average."""
    entity = workload.entity(step.entity)
    fixed = {e.attribute for e in step.equals}
    children = next((p.children.average for p in entity.parents if set(p.via) <= fixed), None)
    return children if children is not None else 10


def _batch_units(
    workload: Workload,
    table: TableDesign,
    designs: Mapping[str, EntityDesign],
    pattern: Pattern,
    requests: tuple[ReadRequest, ...],
    request: ReadRequest,
) -> int:
    if not isinstance(pattern, ReadPattern):
        return 0
    if request.hydrate is None:
        count, names = (pattern.batch.average if pattern.batch else 1), [pattern.parts[0].entity]
    else:
        count = sum(rows for _, rows in _rows(workload, pattern, requests[request.hydrate]))
        names = [pattern.joins[j].parent for j in request.joins] or [pattern.parts[i].entity for i in request.parts]
    each = sum(
        read_units(item_bytes(workload.entity(n), designs[n], table), consistent=request.consistent) for n in names
    )
    return count * each


def write_pattern_units(
    workload: Workload,
    table: TableDesign,
    designs: Mapping[str, EntityDesign],
    pattern: WritePattern,
    design: PatternDesign,
) -> tuple[int, int, int]:
    """Read, write and (as a part of these) index write units of one call of a write pattern, in millionths."""
    read = write = index_write = 0
    transactional = design.write_operation is Operation.TRANSACT_WRITE_ITEMS
    for step, planned in zip(pattern.steps, design.steps, strict=True):
        entity = workload.entity(step.entity)
        more = step_units(workload, entity, designs[step.entity], table, step, planned, transactional=transactional)
        read, write, index_write = read + more[0], write + more[1], index_write + more[2]
    return read, write, index_write


def step_units(
    workload: Workload,
    entity: EntityDef,
    physical: EntityDesign,
    table: TableDesign,
    step: StepDef,
    planned: StepDesign,
    *,
    transactional: bool,
) -> tuple[int, int, int]:
    """Read, write and (as a part of these) index write units of one step of a write, in millionths."""
    factor = TRANSACTION_FACTOR if transactional else 1
    count = step.times.average if step.by_identity else found_rows(workload, step)
    size = item_bytes(entity, physical, table)
    guards = len(planned.guards) * (2 if step.kind in {StepKind.UPDATE, StepKind.UPSERT} else 1)
    entries = sum(_entry_writes(entity, physical, key, table.index(key.place), step) for key in physical.indexes)
    write = count * (factor * (write_units(size) + guards * write_units(GUARD_BYTES)) + entries)
    read = count * read_units(size, consistent=True) if planned.read_first else 0
    return read, write, count * entries


def _entry_writes(entity: EntityDef, design: EntityDesign, key: KeyDesign, index: IndexDesign, step: StepDef) -> int:
    """Write units that one step causes on one index, in millionths, by the share of items that are in it."""
    times = entry_changes(entity, key, index.projection, step)
    if not times:
        return 0
    table_type = len("_type") + len(design.tag)
    names = set(index.projection.attributes)
    size = (
        attribute_bytes(entity)
        + table_type
        + key_bytes(entity, design.base)
        + sum(key_bytes(entity, k) for k in design.indexes)
        if index.projection.type == "ALL"
        else key_bytes(entity, design.base) + key_bytes(entity, key) + attribute_bytes(entity, names) + table_type
    )
    return times * write_units(size) * membership(entity, key) // MICRO


def entry_changes(entity: EntityDef, key: KeyDesign, projection: Projection, step: StepDef) -> int:
    """Index writes that one step causes for an item in the index: 1 to enter, leave or change, 2 to move, 0 if untouched."""
    if step.kind is StepKind.CHECK:
        return 0
    if step.kind in {StepKind.CREATE, StepKind.PUT, StepKind.DELETE}:
        return 1
    changed = changed_attributes(entity, step)
    deciding = {c.attribute for c in key.when} | set(_sparse(entity, key))
    if changed & deciding:
        return 1
    parts = {
        a for f in key.fields for a in (f.value.attributes if isinstance(f.value, Template) else (f.value.attribute,))
    }
    if changed & parts:
        return 2
    projected = projection.type == "ALL" or bool(changed & set(projection.attributes))
    return 1 if projected else 0


def changed_attributes(entity: EntityDef, step: StepDef) -> frozenset[str]:
    """The stored attributes that an update changes: its actions, the version and the time of the update."""
    names = {a.attribute for a in step.actions}
    names |= {a.name for a in entity.stored if a.role in {"version", "updated"}}
    return frozenset(names)


def entity_storage(entity: EntityDef, design: EntityDesign, table: TableDesign) -> int:
    """Storage of an entity's items, index entries and guards, in millionths of a US dollar a month."""
    count = entity.count.average
    total = count * (
        item_bytes(entity, design, table) + STORED_OVERHEAD + len(design.guards) * (GUARD_BYTES + STORED_OVERHEAD)
    )
    for key in design.indexes:
        if key.place != BASE:
            entry = entry_bytes(entity, design, key, table, table.index(key.place).projection) + STORED_OVERHEAD
            total += count * membership(entity, key) // MICRO * entry
    return storage_micro_usd(total)
