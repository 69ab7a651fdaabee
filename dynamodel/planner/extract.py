"""From the solution to the plan's designs: each pattern's requests, on the keys that the slots gave.

In: the workload, the solution, the physical keys. Out: `PatternDesign`s without cost. Nothing is decided here any more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import BATCH_GET_KEYS, BATCH_WRITE_ITEMS
from dynamodel.dynamo.written import step_count
from dynamodel.ir.plan import BASE, BoundKey, Operation, PatternDesign, ReadRequest, ResidualFilter
from dynamodel.ir.reads import ConditionDef, Op, ReadKind
from dynamodel.ir.writes import StepKind, WritePattern
from dynamodel.planner.collected import collection_design
from dynamodel.planner.needs import need_of, needs_of_deletes
from dynamodel.planner.part_requests import crossed, part_request, placed_at, spread_over, why_unserved
from dynamodel.planner.requests import get_request
from dynamodel.planner.slots import POINTER
from dynamodel.planner.steps import step_design
from dynamodel.planner.vectors import search_refusal, search_request

if TYPE_CHECKING:
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.workload import Pattern
    from dynamodel.planner.part_requests import Layout

_BY_SECOND_REQUEST = "attributes of the parent are read by a second request"


def pattern_designs(layout: Layout) -> tuple[PatternDesign, ...]:
    """The design of every pattern, in the order of the model."""
    return tuple(_pattern(layout, p) for p in layout.workload.patterns)


def _pattern(layout: Layout, pattern: Pattern) -> PatternDesign:
    if isinstance(pattern, WritePattern):
        return _write(layout, pattern)
    reader = {
        ReadKind.BATCH_GET: _batch_get,
        ReadKind.SCAN: _scan,
        ReadKind.TRANSACT_GET: _transact_get,
        ReadKind.COLLECTION: collection_design,
        ReadKind.SEARCH: _search,
    }.get(pattern.kind, _single)
    return reader(layout, pattern)


def _search(layout: Layout, pattern: ReadPattern) -> PatternDesign:
    request = search_request(layout.workload, layout.vectors, layout.type_attribute, pattern)
    if request is None:
        return PatternDesign(pattern.name, "unserved", 0, reason=search_refusal(layout.workload, pattern))
    return _joined(layout, pattern, request)


def _single(layout: Layout, pattern: ReadPattern) -> PatternDesign:
    request = part_request(layout, need_of(pattern, 0))
    if request is None:
        return PatternDesign(pattern.name, "unserved", 0, reason=why_unserved(layout, need_of(pattern, 0)))
    if pattern.kept and (request.index is None or request.index.startswith("LSI")):
        # No child may be missed: on the table nothing that is written is read late.
        request = replace(request, consistent=True)
    if layout.assigned.get((pattern.name, 0), "").startswith(POINTER):
        return _pointed(layout, pattern, request)
    return _joined(layout, pattern, request)


def _joined(layout: Layout, pattern: ReadPattern, request: ReadRequest) -> PatternDesign:
    """A pattern with its request and those for the parents of the rows."""
    reads = (request, *_parents(layout, pattern, 0))
    count = request.shards + len(pattern.joins) * _batches(pattern.parts[0].rows.average)
    more = [spread_over(request)] if request.shards > 1 else []
    if request.sort_after and pattern.parts[0].limit is not None:
        more.append(crossed(pattern.parts[0]))
    if more:
        return PatternDesign(pattern.name, "degraded", count, reads, reason="; ".join(more))
    reason = _BY_SECOND_REQUEST if pattern.joins else ""
    return PatternDesign(pattern.name, "served", count, reads, reason=reason)


def _batches(keys: int) -> int:
    """How many requests read that many items by their keys."""
    return max(1, -(-keys // BATCH_GET_KEYS))


def _parents(layout: Layout, pattern: ReadPattern, rows: int) -> tuple[ReadRequest, ...]:
    """The requests for parents of the rows that the request of that number reads."""
    found = []
    for number, join in enumerate(pattern.joins):
        keys = tuple(BoundKey(f.name) for f in layout.designs[join.parent].base.fields)
        why = f"{', '.join(join.attributes)} of {join.parent} by a second request"
        found.append(
            ReadRequest(
                Operation.BATCH_GET_ITEM,
                None,
                (0,),
                keys[:1],
                keys[1:],
                consistent=pattern.consistent,
                hydrate=rows,
                joins=(number,),
                why=why,
            )
        )
    return tuple(found)


def _pointed(layout: Layout, pattern: ReadPattern, guard: ReadRequest) -> PatternDesign:
    """A bare guard tells the item, which a second request reads."""
    keys = tuple(BoundKey(f.name) for f in layout.designs[pattern.parts[0].entity].base.fields)
    item = ReadRequest(
        Operation.BATCH_GET_ITEM,
        None,
        (0,),
        keys[:1],
        keys[1:],
        consistent=pattern.consistent,
        filters=tuple(
            ResidualFilter(0, ConditionDef(Op.EQ, e.attribute, (e.source,)), server=False)
            for e in pattern.parts[0].equals
        ),
        hydrate=0,
        why="the guard names its item",
    )
    reads = (guard, item, *_parents(layout, pattern, 1))
    reason = "the guard of its unique attributes names the item, a second request reads it"
    reason += ", a third its parent" if pattern.joins else ""
    return PatternDesign(pattern.name, "degraded", len(reads), reads, reason=reason)


def _batch_get(layout: Layout, pattern: ReadPattern) -> PatternDesign:
    base = layout.designs[pattern.parts[0].entity].base
    keys = tuple(BoundKey(f.name) for f in base.fields)
    request = ReadRequest(
        Operation.BATCH_GET_ITEM, None, (0,), keys[:1], keys[1:], consistent=pattern.consistent, why="keys are known"
    )
    count = _batches(pattern.batch.average if pattern.batch else 1)
    count += len(pattern.joins) * _batches(pattern.parts[0].rows.average)
    reason = _BY_SECOND_REQUEST if pattern.joins else ""
    return PatternDesign(pattern.name, "served", count, (request, *_parents(layout, pattern, 0)), reason=reason)


def _scan(layout: Layout, pattern: ReadPattern) -> PatternDesign:
    part = pattern.parts[0]
    asked = (*(ConditionDef(Op.EQ, e.attribute, (e.source,)) for e in part.equals), *part.filter)
    filters = tuple(ResidualFilter(0, condition, server=True) for condition in asked)
    why = "a job reads the whole table and keeps one type"
    request = ReadRequest(Operation.SCAN, None, (0,), filters=filters, consistent=pattern.consistent, why=why)
    return _joined(layout, pattern, request)


def _transact_get(layout: Layout, pattern: ReadPattern) -> PatternDesign:
    reads = []
    for index in range(len(pattern.parts)):
        need = need_of(pattern, index)
        placed = placed_at(layout, need, BASE)
        entity = layout.workload.entity(need.entity)
        if placed is None or not set(entity.identity) <= need.eq:
            reason = f"a transaction reads {need.entity} by its identity only"
            return PatternDesign(pattern.name, "unserved", 0, reason=reason)
        got = get_request(placed)
        reads.append(
            ReadRequest(
                Operation.TRANSACT_GET_ITEMS,
                None,
                got.parts,
                got.partition,
                got.sort_key,
                filters=got.filters,
                why=got.why,
            )
        )
    return PatternDesign(pattern.name, "served", 1, tuple(reads))


def _write(layout: Layout, pattern: WritePattern) -> PatternDesign:
    entities = {e.name: e for e in layout.workload.entities}
    steps = tuple(step_design(entities[s.entity], layout.designs[s.entity], s) for s in pattern.steps)
    reads = []
    for need in needs_of_deletes(pattern, entities):
        request = part_request(layout, need)
        if request is None:
            return PatternDesign(pattern.name, "unserved", 0, reason=why_unserved(layout, need))
        reads.append(request)
    guarded = any(s.guards or s.refreshed for s in steps)
    if pattern.transaction or guarded:
        operation = Operation.TRANSACT_WRITE_ITEMS
    elif reads or pattern.batched:
        operation = Operation.BATCH_WRITE_ITEM
    else:
        operation = next(s.operation for s in steps if s.operation is not Operation.GET_ITEM)
    counts = [step_count(layout.workload, s) for s in pattern.steps]
    writes = 1
    if reads or pattern.batched:  # no batch keeps two items together: each item is a transaction then
        items = sum(n for s, n in zip(pattern.steps, counts, strict=True) if s.kind is not StepKind.LOOK)
        writes = items if guarded else -(-items // BATCH_WRITE_ITEMS)
    if operation is Operation.TRANSACT_WRITE_ITEMS:
        steps = tuple(replace(s, read_back=number == pattern.read_back) for number, s in enumerate(steps))
    count = sum(r.shards for r in reads) + sum(s.looks * n for s, n in zip(steps, counts, strict=True)) + writes
    read_first = sorted({name for s in steps for name in s.read_first})
    reason = f"reads {', '.join(read_first)} first: {_dependent(pattern)} depend on it" if read_first else ""
    return PatternDesign(pattern.name, "served", count, tuple(reads), steps, operation, reason)


def _dependent(pattern: WritePattern) -> str:
    """What depends on attributes that are read first."""
    return "new items" if any(step.reads for step in pattern.steps) else "keys or guards"
