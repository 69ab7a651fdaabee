"""Heat: the load of each partition, computed again from the layout, asks for just the shards that its key has.

In: the court. Out: findings DM431. Of the planner it shares the cost arithmetic; what a layout writes and reads in each
place, and which share of it meets the hottest partition (`checks.shares`), is reckoned here anew. Limits:
`dynamo.limits`, partitions. A partition from which a collection is read must
stay whole; one that holds a single item cannot be spread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import query_units, read_units, write_units
from dynamodel.dynamo.footprint import membership
from dynamodel.dynamo.limits import (
    MOST_SHARDS,
    PARTITION_BYTES,
    PARTITION_HEADROOM_PERCENT,
    PARTITION_READ_UNITS,
    PARTITION_WRITE_UNITS,
)
from dynamodel.dynamo.written import step_count
from dynamodel.ir.entities import MICRO
from dynamodel.ir.plan import BASE, Operation
from dynamodel.ir.reads import ReadKind, ReadPattern
from dynamodel.ir.values import Constant
from dynamodel.ir.writes import StepKind
from dynamodel.planner import cost
from dynamodel.planner.checks.court import partition_names
from dynamodel.planner.checks.shares import Met, asked, fullest, holds_one, peak_of, written

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import KeyDesign, PatternDesign, ReadRequest, StepDesign
    from dynamodel.ir.workload import Pattern
    from dynamodel.ir.writes import StepDef, WritePattern
    from dynamodel.planner.checks.court import Court


def check_heat(court: Court) -> None:
    """Compare the shards of every key with what its hottest partition takes at peak."""
    records = _Records(court)
    for design in court.plan.entities:
        entity = court.workload.entity(design.entity)
        for key in (design.base, *design.indexes):
            if not key.partition:
                continue
            shards = key.shards
            if holds_one(entity, partition_names(key)) or (entity.name, key.place) in records.whole:
                if shards > 1:
                    court.refuse("DM431", f"{entity.name} in `{key.place}` cannot be sharded", entity.name)
                continue
            wanted = _wanted(_Scales(records, court.physical, entity, key))
            if shards != wanted:
                court.refuse(
                    "DM431", f"{entity.name} in `{key.place}` takes {wanted} shards, not {shards}", entity.name
                )


class _Records:
    """Who reads and writes each entity, gathered once; `whole` are the keys from which parts of collections come."""

    def __init__(self, court: Court) -> None:
        self.workload = court.workload
        self.read: dict[str, list[tuple[Pattern, PatternDesign, ReadRequest]]] = {}
        self.written: dict[str, list[tuple[WritePattern, PatternDesign, StepDef, StepDesign]]] = {}
        self.whole: set[tuple[str, str]] = set()
        declared = {p.name: p for p in court.workload.patterns}
        for planned in court.plan.patterns:
            pattern = declared[planned.name]
            if planned.status != "unserved":
                self._gather(pattern, planned)

    def _gather(self, pattern: Pattern, planned: PatternDesign) -> None:
        if not isinstance(pattern, ReadPattern):
            for step, how in zip(pattern.steps, planned.steps, strict=True):
                self.written.setdefault(step.entity, []).append((pattern, planned, step, how))
        for request in planned.reads:
            if isinstance(pattern, ReadPattern):
                owners = {pattern.parts[i].entity for i in request.parts}
                readers = owners | {pattern.joins[j].parent for j in request.joins}
                if pattern.kind is ReadKind.COLLECTION and len(owners) > 1:
                    self.whole |= {(owner, request.index or BASE) for owner in owners}
            else:
                readers = {pattern.steps[i].entity for i in request.parts}
            for name in readers:
                self.read.setdefault(name, []).append((pattern, planned, request))


def _wanted(scales: _Scales) -> int:
    """The fewest shards by which writes, reads and bytes each come below their limit, if any number does that."""
    found = -(-scales.stored() // PARTITION_BYTES)
    for weigh, gives in ((scales.written, PARTITION_WRITE_UNITS), (scales.read, PARTITION_READ_UNITS)):
        able = (n for n in range(1, MOST_SHARDS + 1) if weigh(n) * 100 <= gives * PARTITION_HEADROOM_PERCENT * MICRO)
        found = max(found, next(able, 1))
    return max(1, found)


class _Scales:
    """Weighs what the hottest of a number of shards of one key takes at peak, in millionths of units a second."""

    def __init__(self, records: _Records, physical: cost.Physical, entity: EntityDef, key: KeyDesign) -> None:
        self._records, self._physical, self._entity, self._key = records, physical, entity, key
        self._names = partition_names(key)
        design = physical.designs[entity.name]
        local = [k for k in design.indexes if not k.partition]
        self._keys = [key, *local] if key.place == BASE else [key]

    def stored(self) -> int:
        """The bytes of a constant partition, where the number of items is declared."""
        if self._names or self._entity.count.assumed:
            return 0
        row = self._physical.row(self._entity.name, None if self._key.place == BASE else self._key.place)
        return self._entity.count.average * membership(self._entity, self._key) // MICRO * row

    def written(self, shards: int) -> int:
        """Write units: items on the table, entries in indexes."""
        total = 0
        for pattern, planned, step, _ in self._records.written.get(self._entity.name, ()):
            units = 0
            for key in self._keys:
                if key.place == BASE and step.kind is StepKind.LOOK:
                    continue
                if key.place == BASE:
                    each = write_units(self._physical.item(step.entity))
                    units += each * (2 if planned.write_operation is Operation.TRANSACT_WRITE_ITEMS else 1)
                    continue
                projection = self._physical.table.index(key.place).projection
                changes = cost.entry_changes(self._records.workload, key, projection, step)
                entry = self._physical.entry(step.entity, key)
                units += cost.entry_write_units(changes, entry)
            calls = step_count(self._records.workload, step) * peak_of(pattern.rate)
            total += _hottest(units * calls, written(self._entity, self._names, pattern, step), shards)
        return total

    def read(self, shards: int) -> int:
        """Read units: requests of reads, and items that writes look at first."""
        places = {key.place for key in self._keys}
        total = sum(
            self._asked(pattern, planned, request, shards)
            for pattern, planned, request in self._records.read.get(self._entity.name, ())
            if (request.index or BASE) in places and not request.beside
        )
        for pattern, _, step, how in self._records.written.get(self._entity.name, ()) if BASE in places else ():
            looked = bool(how.read_first) + how.read_back
            if looked:
                units = looked * read_units(self._physical.item(step.entity), consistent=True)
                calls = step_count(self._records.workload, step) * peak_of(pattern.rate)
                total += _hottest(units * calls, written(self._entity, self._names, pattern, step), shards)
        return total

    def _asked(self, pattern: Pattern, planned: PatternDesign, request: ReadRequest, shards: int) -> int:
        if request.operation is Operation.SCAN:
            return 0
        if request.operation is Operation.BATCH_GET_ITEM:
            return self._batched(pattern, planned, request, shards)
        total, rate = 0, peak_of(pattern.rate)
        for name, rows in cost.rows_read(self._records.workload, pattern, request):
            if name != self._entity.name:
                continue
            owners = pattern.parts if isinstance(pattern, ReadPattern) else pattern.steps
            given = {
                e.attribute
                for number in request.parts
                for e in owners[number].equals
                if owners[number].entity == name and not isinstance(e.source, Constant)
            }
            share = asked(self._entity, [n for n in self._names if n in given], pattern.hottest)
            size = rows * self._physical.row(name, request.index)
            if request.operation is Operation.QUERY:
                size = size if request.page is not None else -(-size // shards)
                total += rate * share // MICRO * query_units(size, consistent=request.consistent) // MICRO
                continue
            together = request.operation is Operation.TRANSACT_GET_ITEMS
            units = query_units(size, consistent=request.consistent or together) * (2 if together else 1)
            total += _hottest(units * rate, Met(share, pattern.hottest or 0), shards)
        return total

    def _batched(self, pattern: Pattern, planned: PatternDesign, request: ReadRequest, shards: int) -> int:
        if not isinstance(pattern, ReadPattern):
            return 0
        parts = [pattern.parts[i].entity for i in request.parts]
        owners = [pattern.joins[j].parent for j in request.joins] or parts
        if self._entity.name not in owners:
            return 0
        keys, hottest = pattern.batch.average if pattern.batch else 1, pattern.hottest or 0
        if request.hydrate is not None:
            rows = cost.rows_read(self._records.workload, pattern, planned.reads[request.hydrate])
            keys, hottest = sum(count for _, count in rows), 0
        units = keys * read_units(self._physical.item(self._entity.name), consistent=request.consistent)
        spread = fullest(self._entity, self._names)
        return _hottest(units * peak_of(pattern.rate), Met(spread, hottest), shards)


def _hottest(units: int, met: Met, shards: int) -> int:
    """Of units a second (millionths of millionths) what meets the hottest shard; its hottest item is never split."""
    spread, item = (units * share // (MICRO * MICRO) for share in (met.partition, met.item))
    return max(item, -(-spread // shards))
