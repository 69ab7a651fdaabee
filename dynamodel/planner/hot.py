"""The heat of every partition of a finished layout: shards it takes, and what stays too hot however it is spread.

In: a physical layout with its patterns. Out: shards by entity and place, and findings with the numbers. A partition
from which a collection is read stays whole, so it is only reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, query_units, read_units, write_units
from dynamodel.dynamo.footprint import membership
from dynamodel.dynamo.heat import (
    READ_ROOM,
    WRITE_ROOM,
    declared_peak,
    largest_share,
    names_one,
    read_share,
    written_shares,
)
from dynamodel.dynamo.limits import PARTITION_READ_UNITS, PARTITION_WRITE_UNITS
from dynamodel.dynamo.written import step_count
from dynamodel.ir.entities import MICRO
from dynamodel.ir.keys import Component, Template
from dynamodel.ir.plan import BASE, CopyDesign, Operation
from dynamodel.ir.reads import ReadKind, ReadPattern
from dynamodel.ir.values import Constant
from dynamodel.ir.writes import StepKind
from dynamodel.keys.choose import logical_name
from dynamodel.planner import cost
from dynamodel.planner.heat import Asked, Heat, Load, per_second

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import EntityDesign, KeyDesign, PatternDesign, ReadRequest, StepDesign
    from dynamodel.ir.workload import Pattern
    from dynamodel.ir.writes import StepDef
    from dynamodel.planner.cost import Physical

Spot = tuple[str, str]  # an entity and a place


def partition_attributes(key: KeyDesign) -> tuple[str, ...]:
    """The logical names of what a partition key is made of."""
    names: list[str] = []
    for field in key.partition:
        if isinstance(field.value, Template):
            names += [logical_name(t) for t in field.value.tokens if isinstance(t, Component)]
        else:
            names += field.value.attributes
    return tuple(names)


def shards_needed(
    physical: Physical, patterns: Sequence[PatternDesign], measured: Mapping[Spot, Heat]
) -> dict[Spot, int]:
    """The shards of every partition that takes more than one; what collections are read from stays whole.

    `measured` are the layout's `heats`.
    """
    found: dict[Spot, int] = {}
    whole = _read_whole(physical, patterns)
    for (name, place), heat in measured.items():
        key = physical.designs[name].key(place)
        if key is None or (name, place) in whole:
            continue
        if not names_one(physical.workload.entity(name), partition_attributes(key)) and heat.shards() > 1:
            found[name, place] = heat.shards()
    return found


def _read_whole(physical: Physical, patterns: Sequence[PatternDesign]) -> set[Spot]:
    """The keys from whose partitions several parts of a collection come with one request."""
    declared = {p.name: p for p in physical.workload.reads}
    found: set[Spot] = set()
    for planned in patterns:
        pattern = declared.get(planned.name)
        for request in planned.reads if pattern is not None and pattern.kind is ReadKind.COLLECTION else ():
            owners = {pattern.parts[i].entity for i in request.parts} if pattern is not None else set()
            if len(owners) > 1:
                found |= {(owner, request.index or BASE) for owner in owners}
    return found


def heats(physical: Physical, patterns: Sequence[PatternDesign]) -> dict[Spot, Heat]:
    """What meets the hottest partition of each key; entries of local indexes lie with the items of the table."""
    declared = {p.name: p for p in physical.workload.patterns}
    writes: dict[Spot, list[Load]] = {}
    reads: dict[Spot, list[Load | Asked]] = {}
    for planned in patterns:
        pattern = declared[planned.name]
        if planned.status == "unserved":
            continue
        for request in planned.reads:
            for spot, load in _read(physical, pattern, planned, request):
                reads.setdefault(spot, []).append(load)
        if isinstance(pattern, ReadPattern):
            continue
        transactional = planned.write_operation is Operation.TRANSACT_WRITE_ITEMS
        for step, how in zip(pattern.steps, planned.steps, strict=True):
            entity, item = physical.workload.entity(step.entity), physical.item(step.entity)
            times = step_count(physical.workload, step) * declared_peak(pattern.rate)
            for key, units in _written(physical, step, how, transactional=transactional):
                shares = written_shares(entity, partition_attributes(key), pattern, step)
                writes.setdefault((entity.name, key.place), []).append(
                    Load(*(per_second(units, times, share) for share in shares))
                )
                if how.looks and key.place == BASE:
                    looked = how.looks * read_units(item, consistent=True)
                    load = Load(*(per_second(looked, times, share) for share in shares))
                    reads.setdefault((entity.name, BASE), []).append(load)
    return {
        (name, key.place): Heat(
            tuple(writes.get((name, key.place), ())),
            tuple(reads.get((name, key.place), ())),
            _stored(physical, name, key),
        )
        for name, design in physical.designs.items()
        for key in _partitioned(design)
    }


def _partitioned(design: EntityDesign) -> Iterator[KeyDesign]:
    """The keys of an entity that have partitions of their own, those of copies included."""
    yield from (key for key in (design.base, *design.indexes) if key.partition)
    yield from (copy.key for copy in design.copies)


def _stored(physical: Physical, name: str, key: KeyDesign) -> int:
    """The bytes of a constant partition, 0 for others and where the number of items is not declared."""
    entity = physical.workload.entity(name)
    copied = physical.designs[name].beside_key(key.place) is not None  # copies are not sharded
    if copied or partition_attributes(key) or not entity.identity or entity.count.assumed:
        return 0
    row = physical.item(name) if key.place == BASE else physical.entry(name, key)
    return entity.count.average * membership(entity, key) // MICRO * row


def _written(
    physical: Physical, step: StepDef, how: StepDesign, *, transactional: bool
) -> Iterator[tuple[KeyDesign, int]]:
    """The partitions that a step writes to, with its units there for one item; local indexes count for the table."""
    entity, design = physical.workload.entity(step.entity), physical.designs[step.entity]
    base = write_units(physical.item(entity.name)) * (TRANSACTION_FACTOR if transactional else 1)
    base = 0 if step.kind is StepKind.LOOK else base
    for key in design.indexes:
        changes = cost.entry_changes(physical.workload, key, physical.table.index(key.place).projection, step)
        units = cost.entry_write_units(changes, physical.entry(entity.name, key))
        if key.partition:
            yield key, units
        else:
            base += units
    yield design.base, base
    for number, changes in cost.beside_changes(physical.workload, design, step, how):
        copy = design.beside[number]
        if isinstance(copy, CopyDesign):
            units = cost.entry_write_units(changes, physical.beside(entity.name, number))
            yield copy.key, TRANSACTION_FACTOR * units


def _read(
    physical: Physical, pattern: Pattern, planned: PatternDesign, request: ReadRequest
) -> Iterator[tuple[Spot, Load | Asked]]:
    """What a request adds to the hottest partitions of the keys that it reads."""
    rate = declared_peak(pattern.rate)
    if request.operation is Operation.SCAN or request.beside.startswith("GUARD"):
        return
    if request.operation is Operation.BATCH_GET_ITEM:
        yield from _batch(physical, pattern, planned, request)
        return
    for name, rows in cost.rows_read(physical.workload, pattern, request):
        entity, design = physical.workload.entity(name), physical.designs[name]
        found = design.beside_key(request.beside) or design.key(request.index or BASE)
        if found is None:
            continue
        key = found if found.partition else design.base
        given = _given_by_caller(pattern, request, name)
        share = read_share(entity, [n for n in partition_attributes(key) if n in given], pattern.hottest)
        size = rows * physical.row(name, request.index, request.beside)
        spot = (name, key.place)
        if request.operation is Operation.QUERY:
            yield spot, Asked(rate * share // MICRO, size, request.consistent, request.page is not None)
            continue
        factor = TRANSACTION_FACTOR if request.operation is Operation.TRANSACT_GET_ITEMS else 1
        units = query_units(size, consistent=request.consistent or factor > 1) * factor
        yield spot, Load(per_second(units, rate, share), per_second(units, rate, pattern.hottest or 0))


def _batch(
    physical: Physical, pattern: Pattern, planned: PatternDesign, request: ReadRequest
) -> Iterator[tuple[Spot, Load]]:
    if not isinstance(pattern, ReadPattern):
        return
    if request.hydrate is None:
        named, count = [pattern.parts[0].entity], pattern.batch.average if pattern.batch else 1
    else:
        rows = cost.rows_read(physical.workload, pattern, planned.reads[request.hydrate])
        count = sum(n for _, n in rows)
        named = [pattern.joins[j].parent for j in request.joins] or [pattern.parts[i].entity for i in request.parts]
    for name in named:
        entity = physical.workload.entity(name)
        units = count * read_units(physical.item(name), consistent=request.consistent)
        spread = largest_share(entity, partition_attributes(physical.designs[name].base)) or 0
        hottest = (pattern.hottest or 0) if request.hydrate is None else 0
        yield (
            (name, BASE),
            Load(
                per_second(units, declared_peak(pattern.rate), spread),
                per_second(units, declared_peak(pattern.rate), hottest),
            ),
        )


def _given_by_caller(pattern: Pattern, request: ReadRequest, name: str) -> set[str]:
    """The attributes of an entity that the caller fixes; constants bring every call to one partition."""
    owners = pattern.parts if isinstance(pattern, ReadPattern) else pattern.steps
    return {
        e.attribute
        for i in request.parts
        if owners[i].entity == name
        for e in owners[i].equals
        if not isinstance(e.source, Constant)
    }


def hot_partitions(
    physical: Physical, patterns: Sequence[PatternDesign], measured: Mapping[Spot, Heat]
) -> tuple[Diagnostic, ...]:
    """A finding for each partition that stays above our share of what one partition gives; `measured` are `heats`."""
    together: dict[tuple[str, str], list[tuple[EntityDef, KeyDesign]]] = {}
    for name, design in physical.designs.items():
        for key in _partitioned(design):
            together.setdefault((key.place, _root(name, key)), []).append((physical.workload.entity(name), key))
    found, whole = [], _read_whole(physical, patterns)
    for (place, _), members in together.items():
        shards = members[0][1].shards
        own = [measured[entity.name, key.place] for entity, key in members]
        written, read = sum(h.written(shards) for h in own), sum(h.read(shards) for h in own)
        if written <= WRITE_ROOM and read <= READ_ROOM:
            continue
        owners = ", ".join(f"`{entity.name}`" for entity, _ in members)
        where = "the table" if place == BASE else f"`{place}`"
        numbers = [
            f"{units / MICRO:,.0f} {word} units a second at peak, one gives {limit:,}"
            for units, room, word, limit in (
                (written, WRITE_ROOM, "write", PARTITION_WRITE_UNITS),
                (read, READ_ROOM, "read", PARTITION_READ_UNITS),
            )
            if units > room
        ]
        message = f"the hottest partition of {owners} in {where} takes {' and '.join(numbers)}"
        found.append(_hot(message, members, whole, read=read > READ_ROOM))
    return tuple(found)


def _root(name: str, key: KeyDesign) -> str:
    """What tells the partitions of a place apart: the literal that they begin with, else the entity."""
    value = key.partition[0].value
    return str(value.tokens[0]) if isinstance(value, Template) else name


def _hot(
    message: str, members: Sequence[tuple[EntityDef, KeyDesign]], whole: Collection[Spot], *, read: bool
) -> Diagnostic:
    entity, key = members[0]
    if names_one(entity, partition_attributes(key)) and len(members) == 1:
        why = "it holds one item, which no shard can share out"
        hint = "spread the item over several, write it less often, or put a cache before its reads"
    elif (entity.name, key.place) in whole:
        why = "a collection is read from it in one request, so it is not sharded"
        hint = "read its parts by access patterns of their own, or lower the rate"
    elif key.place.startswith("COPY"):
        why = "copies are not sharded"
        hint = "let an index serve it (consistent=False), or lower the rate"
    elif read:
        why = "every shard would be asked for as much"
        hint = "put a cache before the reads, ask for shorter pages, or lower the rate"
    else:
        why = "most of it meets single items, which no shard can share out"
        hint = "spread the item over several or write it less often"
    return finding("DM430", f"{message}; {why}", span=entity.span, path=(entity.name,), hint=hint)
