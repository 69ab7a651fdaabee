"""What a layout costs: capacity units of each access pattern, and money a month, by the service's own arithmetic.

In: the workload and a physical design (`ir.plan`), from which everything is computed; nothing of candidates or solver.
Out: `Units` a call and millionths of a US dollar a month. Integers throughout, so that equal layouts cost exactly the
same. Expired and filtered rows are not counted.
Sources: "DynamoDB read and write operations", "Managing Global Secondary Indexes".
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, query_units, read_units, write_units
from dynamodel.dynamo.entries import Held, changed_attributes, held_under
from dynamodel.dynamo.footprint import (
    beside_bytes,
    beside_key,
    entry_bytes,
    item_bytes,
    keyless_bytes,
    membership,
    membership_conditions,
    vector_bytes,
    vector_conditions,
    vector_share,
)
from dynamodel.dynamo.limits import KB
from dynamodel.dynamo.prices import PRICES, monthly_micro_usd, storage_micro_usd, terms_of, vector_writes_micro_usd
from dynamodel.dynamo.rounding import whole_units
from dynamodel.dynamo.sizing import STORED_OVERHEAD
from dynamodel.dynamo.written import found_rows, step_count
from dynamodel.ir.entities import MICRO
from dynamodel.ir.plan import Operation, Projection
from dynamodel.ir.proof import CostDesign, Units
from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.writes import StepKind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dynamodel.dynamo.prices import Terms
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import (
        EntityDesign,
        KeyDesign,
        PatternDesign,
        ReadRequest,
        StepDesign,
        TableDesign,
        VectorDesign,
    )
    from dynamodel.ir.workload import Pattern, Workload
    from dynamodel.ir.writes import StepDef, WritePattern

_WHOLE = Projection("ALL")


@dataclass(frozen=True, slots=True)
class Physical:
    """A layout to be priced: the table and every entity's design."""

    workload: Workload
    table: TableDesign
    designs: Mapping[str, EntityDesign]
    _items: dict[str, int] = field(default_factory=dict, compare=False)  # asked for each step and index

    def item(self, entity: str) -> int:
        """Average bytes of an item."""
        if entity not in self._items:
            self._items[entity] = item_bytes(self.workload.entity(entity), self.designs[entity], self.table)
        return self._items[entity]

    def entry(self, entity: str, key: KeyDesign) -> int:
        """Average bytes of an entry of the index that a key belongs to."""
        projection = self.table.index(key.place).projection
        if projection.type == "ALL":
            return self.item(entity)
        return entry_bytes(self.workload.entity(entity), self.designs[entity], key, self.table, projection)

    def beside(self, entity: str, number: int) -> int:
        """Average bytes of a guard or copy of an item."""
        return beside_bytes(self.workload.entity(entity), self.designs[entity].beside[number], self.table)

    def row(self, entity: str, place: str | None, beside: str = "") -> int:
        """Average bytes read for one row on the table (None), on an index, or on a guard or copy."""
        other = self.designs[entity].beside_place(beside)
        if other is not None:
            return beside_bytes(self.workload.entity(entity), other, self.table)
        if place is None:
            return self.item(entity)
        key = self.designs[entity].key(place)
        return self.entry(entity, key) if key else 0


def price(
    workload: Workload, table: TableDesign, entities: tuple[EntityDesign, ...], patterns: tuple[PatternDesign, ...]
) -> tuple[tuple[PatternDesign, ...], CostDesign]:
    """The patterns with units and cost filled in, and the cost of the whole layout."""
    return price_of(Physical(workload, table, {d.entity: d for d in entities}), patterns)


def price_of(physical: Physical, patterns: tuple[PatternDesign, ...]) -> tuple[tuple[PatternDesign, ...], CostDesign]:
    """The same, where the layout is at hand with what is known of its sizes."""
    declared = {p.name: p for p in physical.workload.patterns}
    priced = tuple(_priced(physical, p, declared[p.name]) for p in patterns)
    storage = sum(entity_storage(physical, name) for name in physical.designs)
    reads = sum(p.monthly_micro_usd for p in priced if isinstance(declared[p.name], ReadPattern))
    writes = sum(p.monthly_micro_usd for p in priced if not isinstance(declared[p.name], ReadPattern))
    return priced, CostDesign(reads + writes + storage, reads, writes, storage, PRICES.dated)


def _priced(physical: Physical, design: PatternDesign, pattern: Pattern) -> PatternDesign:
    if design.status == "unserved":
        return design
    read = sum(request_units(physical, pattern, design.reads, r) for r in design.reads)
    write = index_write = 0
    if not isinstance(pattern, ReadPattern):
        more_read, write, index_write = _write_units(physical, pattern, design)
        read += more_read
    rate = pattern.rate
    terms = terms_of(physical.workload.options)
    return replace(
        design,
        units=Units(read, write, index_write),
        monthly_micro_usd=monthly_micro_usd(read=read, write=write, average=rate.average, peak=rate.peak, terms=terms)
        + sum(vector_writes(physical, pattern).values()),
        peak_read=read * rate.peak // MICRO,
        peak_write=write * rate.peak // MICRO,
    )


def request_units(physical: Physical, pattern: Pattern, requests: tuple[ReadRequest, ...], request: ReadRequest) -> int:
    """Read units of one request of a pattern, in millionths; a search of vectors is metered in bytes, not in units."""
    if request.operation is Operation.SEARCH_VECTORS:
        return 0
    if request.operation is Operation.SCAN:
        total = sum(e.count.average * physical.item(e.name) for e in physical.workload.entities)
        return query_units(total, consistent=request.consistent)
    if request.operation is Operation.BATCH_GET_ITEM:
        return _batch_units(physical, pattern, requests, request)
    rows = rows_read(physical.workload, pattern, request)
    sizes = [count * physical.row(entity, request.index, request.beside) for entity, count in rows]
    if request.operation is Operation.TRANSACT_GET_ITEMS:
        return sum(read_units(size, consistent=True) * TRANSACTION_FACTOR for size in sizes)
    # A page is asked of every shard, everything lies once in one of them.
    size = sum(sizes) if request.page is not None else -(-sum(sizes) // request.shards)
    return query_units(size, consistent=request.consistent) * request.shards


def rounded_up(physical: Physical, pattern: ReadPattern, design: PatternDesign) -> int:
    """What it costs a month that a scan, or a request for several parts, is rounded up to more than it is compared by.

    In millionths of a US dollar. How much of a unit is left over depends on the items of several entities together, so
    where keys may make a difference (`dynamo.rounding`) the planner compares layouts by bytes.
    """
    read = 0
    for request in design.reads:
        if request.operation is Operation.SCAN:
            sizes = [e.count.average * physical.item(e.name) for e in physical.workload.entities]
            known = None
        elif request.operation is Operation.QUERY and len(request.parts) > 1:
            rows = rows_read(physical.workload, pattern, request)
            sizes = [count * physical.row(entity, request.index) for entity, count in rows]
            kind, entities = physical.table.type_attribute, physical.workload.entity
            known = whole_units((count, keyless_bytes(entities(name), kind)) for name, count in rows)
        else:
            continue
        whole = query_units(sum(sizes), consistent=request.consistent)
        compared = sizes if known is None else [known]
        read += whole - sum(fractional_units(size, consistent=request.consistent) for size in compared)
    rate, terms = pattern.rate, terms_of(physical.workload.options)
    return monthly_micro_usd(read=read, write=0, average=rate.average, peak=rate.peak, terms=terms)


def rows_read(workload: Workload, pattern: Pattern, request: ReadRequest) -> list[tuple[str, int]]:
    """The entities that a request reads, each with its rows of one call on average."""
    if isinstance(pattern, ReadPattern):
        parts = [pattern.parts[i] for i in request.parts]
        if pattern.merged and request.page is not None:
            return [(p.entity, mixed_rows(p.rows.average, request.page, len(parts))) for p in parts]
        return [(p.entity, p.rows.average) for p in parts]
    return [(pattern.steps[i].entity, found_rows(workload, pattern.steps[i])) for i in request.parts]


def mixed_rows(rows: int, page: int, parts: int) -> int:
    """How many of a part's rows are on a page that it shares evenly with others, on average."""
    return min(rows, -(-page // parts))


def _batch_units(physical: Physical, pattern: Pattern, requests: tuple[ReadRequest, ...], request: ReadRequest) -> int:
    if not isinstance(pattern, ReadPattern):
        return 0
    if request.hydrate is None:
        count, names = (pattern.batch.average if pattern.batch else 1), [pattern.parts[0].entity]
    else:
        count = sum(rows for _, rows in rows_read(physical.workload, pattern, requests[request.hydrate]))
        names = [pattern.joins[j].parent for j in request.joins] or [pattern.parts[i].entity for i in request.parts]
    return count * sum(read_units(physical.item(name), consistent=request.consistent) for name in names)


def _write_units(physical: Physical, pattern: WritePattern, design: PatternDesign) -> tuple[int, int, int]:
    read = write = index_write = 0
    transactional = design.write_operation is Operation.TRANSACT_WRITE_ITEMS
    for step, planned in zip(pattern.steps, design.steps, strict=True):
        more = step_units(physical, step, planned, transactional=transactional)
        read, write, index_write = read + more[0], write + more[1], index_write + more[2]
    return read, write, index_write


def step_units(physical: Physical, step: StepDef, planned: StepDesign, *, transactional: bool) -> tuple[int, int, int]:
    """Read, write and (as a part of these) index write units of one step of a write, in millionths."""
    if step.kind is StepKind.LOOK:
        return read_units(physical.item(step.entity), consistent=True), 0, 0
    design, entries = physical.designs[step.entity], 0
    for key in design.indexes:
        changes = entry_changes(physical.workload, key, physical.table.index(key.place).projection, step)
        entries += entry_write_units(changes, physical.entry(step.entity, key))
    beside = sum(
        entry_write_units(changes, physical.beside(step.entity, number))
        for number, changes in beside_changes(physical.workload, design, step, planned)
    )
    return item_step_units(
        count=step_count(physical.workload, step),
        item=physical.item(step.entity),
        entries=entries,
        beside=beside,
        looks=planned.looks,
        transactional=transactional,
    )


def beside_changes(
    workload: Workload, design: EntityDesign, step: StepDef, planned: StepDesign
) -> list[tuple[int, int]]:
    """The guards and copies that a step writes for one item, each with its writes in millionths.

    1 puts it, takes it away or changes what it holds, 2 move it: one is deleted and another is put.
    """
    entity = workload.entity(step.entity)
    keys = ((n, beside_key(entity, design.beside[n])) for n in (*planned.guards, *planned.refreshed))
    return [(number, entry_changes(workload, key, _WHOLE, step)) for number, key in keys]


def entry_write_units(changes: int, entry: int) -> int:
    """Write units of an index entry, guard or copy of one item: `changes` of it in millionths, `entry` in bytes."""
    return changes * write_units(entry) // MICRO


def item_step_units(
    *, count: int, item: int, entries: int, beside: int, looks: int, transactional: bool
) -> tuple[int, int, int]:
    """Read, write and index write units of a step on items of `item` bytes.

    Its index writes take `entries` units, those of guards and copies `beside` before they are doubled. Each item is
    read strongly `looks` times: before the write, or after it.
    """
    factor = TRANSACTION_FACTOR if transactional else 1
    write = count * (factor * (write_units(item) + beside) + entries)
    read = count * looks * read_units(item, consistent=True)
    return read, write, count * entries


def entry_changes(workload: Workload, key: KeyDesign, projection: Projection, step: StepDef) -> int:
    """Index writes of a step for one item, in millionths: 1 enters, leaves or changes its entry, 2 move it."""
    return entry_writes(workload, key, (step,))[0].changes(projection)


@dataclass(frozen=True, slots=True)
class EntryWrites:
    """What a step does to the entry of its item: whether there is one, whether its key changes, and what else does.

    `renewed`: all of the item is written anew, and what has an entry keeps it.
    """

    held: Held
    moved: bool
    renewed: bool
    changed: frozenset[str]

    def changes(self, projection: Projection) -> int:
        """Index writes for one item, in millionths, of an index that holds so much."""
        kept = 1 if self.renewed else 2 if self.moved else int(touches(self.changed, projection))
        return self.held.before + self.held.after + self.held.both * (kept - 2)


_NOTHING = EntryWrites(Held(0, 0, 0), moved=False, renewed=False, changed=frozenset())


def touches(changed: frozenset[str], projection: Projection) -> bool:
    """Whether a write that changes these attributes changes what an index holds of the item."""
    return projection.type == "ALL" or not changed.isdisjoint(projection.attributes)


def entry_writes(workload: Workload, key: KeyDesign, steps: Sequence[StepDef]) -> list[EntryWrites]:
    """What each of some steps on one entity does to entries under a key; a check does nothing."""
    if not steps:
        return []
    entity = workload.entity(steps[0].entity)
    conditions = membership_conditions(entity, key)
    names = {name for field in key.fields for name in field.value.attributes}
    found = []
    for step in steps:
        if step.kind in {StepKind.CHECK, StepKind.LOOK}:
            found.append(_NOTHING)
            continue
        changed, held = changed_attributes(entity, step), held_under(workload, conditions, step)
        found.append(EntryWrites(held, not changed.isdisjoint(names), step.kind is StepKind.PUT, changed))
    return found


def vector_writes(physical: Physical, pattern: Pattern) -> dict[str, int]:
    """What a pattern's writes to each vector index cost in a month, in millionths of a US dollar.

    A write that changes nothing of an entry is not metered; the least that is metered is 1 KB.
    """
    found: dict[str, int] = {}
    if isinstance(pattern, ReadPattern):
        return found
    for index in physical.table.vectors:
        size = 0
        for step in pattern.steps:
            entity, design = physical.workload.entity(step.entity), physical.designs[step.entity]
            if changes_vector(entity, step, index):
                entry = max(KB, vector_bytes(entity, design, index, physical.table))
                chance = vector_changes(physical.workload, step, index)
                size += step_count(physical.workload, step) * entry * chance // MICRO
        found[index.name] = vector_writes_micro_usd(size, pattern.rate.average)
    return {name: money for name, money in found.items() if money}


def changes_vector(entity: EntityDef, step: StepDef, index: VectorDesign) -> bool:
    """Whether a step changes anything of an item's entry in a vector index."""
    if step.kind in {StepKind.CHECK, StepKind.LOOK}:
        return False
    whole = step.kind in {StepKind.CREATE, StepKind.PUT, StepKind.DELETE}
    return whole or any(index.carries(name) for name in changed_attributes(entity, step))


def vector_changes(workload: Workload, step: StepDef, index: VectorDesign) -> int:
    """The chance that an item of a step has an entry in a vector index before the write or after it, in millionths."""
    conditions = vector_conditions(workload.entity(step.entity), index)
    if conditions is None:
        return 0
    held = held_under(workload, conditions, step)
    return held.before + held.after - held.both


def entity_storage(physical: Physical, name: str) -> int:
    """Storage of an entity's items, index entries, guards and copies, in millionths of a US dollar a month."""
    entity, design = physical.workload.entity(name), physical.designs[name]
    entries = [(membership(entity, key), physical.entry(name, key)) for key in design.indexes]
    entries += [
        (share, vector_bytes(entity, design, index, physical.table))
        for index in physical.table.vectors
        if (share := vector_share(entity, index))
    ]
    beside = [
        (membership(entity, beside_key(entity, one)), physical.beside(name, number))
        for number, one in enumerate(design.beside)
    ]
    terms = terms_of(physical.workload.options)
    return storage_cost(entity.count.average, physical.item(name), beside, entries, terms)


def storage_cost(
    count: int, item: int, beside: Iterable[tuple[int, int]], entries: Iterable[tuple[int, int]], terms: Terms
) -> int:
    """Storage of `count` items of `item` bytes; their guards and copies, and index entries, are (share, bytes)."""
    total = count * (item + terms.item_overhead)
    total += sum(count * share // MICRO * (size + terms.item_overhead) for share, size in beside)
    for share, entry in entries:
        total += count * share // MICRO * (entry + STORED_OVERHEAD)
    return storage_micro_usd(total, terms)


def fractional_units(size: int, *, consistent: bool) -> int:
    """Read units of `size` bytes as a part of a larger Query, before rounding, in millionths."""
    return size * MICRO // (4096 if consistent else 8192)
