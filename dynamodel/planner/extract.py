"""From the solution to the plan's designs: each pattern's requests, on the keys that the slots gave.

In: the workload, the solution, the physical keys. Out: `PatternDesign`s without cost. Nothing is decided here any more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import BATCH_GET_KEYS, BATCH_WRITE_ITEMS
from dynamodel.dynamo.written import step_count
from dynamodel.ir.keys import NaturalKey
from dynamodel.ir.plan import (
    BASE,
    BoundKey,
    EntityDesign,
    KeyDesign,
    Operation,
    PatternDesign,
    ReadRequest,
    ResidualFilter,
)
from dynamodel.ir.reads import ConditionDef, Op, ReadKind
from dynamodel.ir.writes import StepKind, WritePattern
from dynamodel.planner.needs import need_of, needs_of_deletes, relaxed
from dynamodel.planner.places import base_serves, serves_strongly
from dynamodel.planner.requests import Placed, get_request, guard_request, query_request, run_request, woven_request
from dynamodel.planner.serve import Service, at_most_one, serve
from dynamodel.planner.slots import POINTER
from dynamodel.planner.steps import step_design
from dynamodel.planner.vectors import search_refusal, search_request
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import Status, VectorDesign
    from dynamodel.ir.reads import PartDef, ReadPattern
    from dynamodel.ir.workload import Pattern, Workload
    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.groups import Group, Run
    from dynamodel.planner.needs import Need
    from dynamodel.planner.serve import Signature
    from dynamodel.planner.solution import Solution

    Piece = tuple[Group, CollectionNeed, tuple[Run, ...]]  # parts of a collection that lie in a group, their requests


_BY_SECOND_REQUEST = "attributes of the parent are read by a second request"


@dataclass(frozen=True, slots=True)
class Layout:
    """What extraction reads: physical designs, signatures by entity and place, and where each need is answered."""

    workload: Workload
    designs: dict[str, EntityDesign]
    signatures: dict[tuple[str, str], Signature]
    assigned: dict[tuple[str, int], str]
    solution: Solution
    groups: dict[str, dict[str, Group]]  # entity -> place -> the group that it belongs to there
    vectors: tuple[VectorDesign, ...] = ()
    type_attribute: str = ""

    def key(self, entity: str, place: str) -> KeyDesign:
        """The key of an entity in a place, a guard or a copy; KeyError if there is none."""
        key = self.designs[entity].beside_key(place) or self.designs[entity].key(place)
        if key is None:
            raise KeyError(place)
        return key


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
        ReadKind.COLLECTION: _collection,
        ReadKind.SEARCH: _search,
    }.get(pattern.kind, _single)
    return reader(layout, pattern)


def _search(layout: Layout, pattern: ReadPattern) -> PatternDesign:
    request = search_request(layout.workload, layout.vectors, layout.type_attribute, pattern)
    if request is None:
        return PatternDesign(pattern.name, "unserved", 0, reason=search_refusal(layout.workload, pattern))
    return _joined(layout, pattern, request)


def _single(layout: Layout, pattern: ReadPattern) -> PatternDesign:
    request = _part_request(layout, need_of(pattern, 0))
    if request is None:
        return PatternDesign(pattern.name, "unserved", 0, reason=_why_unserved(layout, need_of(pattern, 0)))
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
    more = [_spread(request)] if request.shards > 1 else []
    if request.sort_after and pattern.parts[0].limit is not None:
        more.append(_crossed(pattern.parts[0]))
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


def _spread(request: ReadRequest) -> str:
    """Why a read takes a request for each shard."""
    where = request.index or "the table"
    return f"its partition of {where} is hot or large and spread over {request.shards} shards, each asked"


def _crossed(part: PartDef) -> str:
    """Why a limited part is read to its end."""
    ranged, _ = part.ranged
    name = ranged.attribute if ranged is not None else "nothing"
    return f"a key gives the range of {name} or the order, not both: the range is read to its end and sorted for a page"


def _why_unserved(layout: Layout, need: Need) -> str:
    if need.consistent:
        return f"a strongly consistent read of {need.entity} needs the base table or an LSI, and neither can answer it"
    limit = layout.workload.options.indexes
    return f"no key of {need.entity} within {limit} GSIs answers it"


def _part_request(layout: Layout, need: Need) -> ReadRequest | None:
    """The request of one part on its own, None when nothing serves it."""
    placed = _placed(layout, need)
    if placed is None:
        return None
    if placed.key.place.startswith("GUARD"):
        return guard_request(placed)
    if placed.key.place == BASE and set(placed.signature.attributes) <= need.eq:
        return get_request(placed)
    return query_request(placed, _key_attributes(placed.key))


def _placed(layout: Layout, need: Need, place: str | None = None) -> Placed | None:
    entity = layout.workload.entity(need.entity)
    chosen = place or layout.assigned.get((need.pattern, need.part)) or _any_place(layout, need, entity)
    if chosen is None:
        return None
    signature = layout.signatures[need.entity, chosen]
    chosen = chosen.replace(POINTER, "GUARD")
    service = serve(signature, need, entity)
    if service is None:
        service = Service(len(signature.sort), range=None, forward=True, residual=_beyond_key(signature, need))
    key = layout.key(need.entity, chosen)
    if not key.partition:
        key = replace(key, partition=layout.designs[need.entity].base.partition)
    return Placed(need, key, signature, service)


def _beyond_key(signature: Signature, need: Need) -> tuple[ConditionDef, ...]:
    left = [ConditionDef(Op.EQ, n, (s,)) for n, s in need.equals if n not in signature.attributes]
    if need.range is not None:
        left.append(ConditionDef(need.range.op, need.range.attribute, need.range.operands))
    return (*left, *need.where)


def _any_place(layout: Layout, need: Need, entity: EntityDef) -> str | None:
    """A place that answers what none was chosen for; what is kept beside an item holds only what was chosen."""
    for name, place in layout.signatures:
        if name != need.entity or not (place == BASE or place.startswith(("GSI", "LSI"))):
            continue
        kind = "base" if place == BASE else "local" if place.startswith("LSI") else "own"
        signature = layout.signatures[name, place]
        served = base_serves(signature, need, entity) if place == BASE else serve(signature, need, entity) is not None
        if served and serves_strongly(need, kind):
            return place
    return None


def _key_attributes(key: KeyDesign) -> frozenset[str]:
    return frozenset(name for f in key.fields if isinstance(f.value, NaturalKey) for name in f.value.attributes)


def _collection(layout: Layout, pattern: ReadPattern) -> PatternDesign:
    pieces = _pieces_of(layout.solution, pattern.name)
    reads: list[ReadRequest] = []
    for group, piece, runs in pieces:
        place = _place_of(layout, group)
        needs = {n.part: n for n in piece.parts}
        reads += [_run(layout, group, run, tuple(needs[i] for i in run.parts), place) for run in runs]
    found = {i for read in reads for i in read.parts}
    for index in (i for i in range(len(pattern.parts)) if i not in found):
        need = relaxed(need_of(pattern, index))
        request = _part_request(layout, need)
        if request is None:
            return PatternDesign(pattern.name, "unserved", 0, reason=_why_unserved(layout, need))
        reads.append(request)
    reads.sort(key=lambda read: min(read.parts))
    return _answered(pattern, reads, f"{_why_apart(layout, pattern, pieces)}: {len(reads)} requests")


def _why_apart(layout: Layout, pattern: ReadPattern, pieces: Sequence[Piece]) -> str:
    """Why a collection takes several requests; its pages first, for no layout does better there."""
    pages = [p.entity for p in pattern.parts if p.limit is not None and not p.single]
    lists = [p.entity for p in pattern.parts if p.limit is None and not p.single]
    if len(pages) > 1 and not pattern.merged:
        return f"a request ends one page, and {' and '.join(pages)} have one each"
    if pages and lists and not pattern.merged:
        return f"a request cannot end a page of {pages[0]} behind {lists[0]}, of which there may be any number"
    inside = [p.entity for p in pattern.parts if _begins_and_ends_inside(p)]
    if inside and not pattern.merged:
        return f"a request begins and ends among the rows of {inside[0]}, where nothing else can lie"
    whole = [group for group, piece, _ in pieces if len(piece.parts) == len(pattern.parts)]
    if not whole:
        return "no partition within the limits has all its parts side by side"
    why = f"no order of the blocks in {_place_of(layout, whole[0])} keeps its parts together"
    others = dict.fromkeys(c.pattern for c in whole[0].collections if c.pattern != pattern.name)
    return f"{why} beside those of {', '.join(others)}" if others else why


def _begins_and_ends_inside(part: PartDef) -> bool:
    """Whether rows of the part may lie on both sides of those that are wanted: of its range, or of range and page."""
    range_, _ = part.ranged
    if range_ is None or range_.op in {Op.BETWEEN, Op.BEGINS_WITH}:
        return range_ is not None
    falls = any(term.descending for term in part.order[:1])
    return part.limit is not None and (range_.op in {Op.GE, Op.GT}) != falls


def _place_of(layout: Layout, group: Group) -> str:
    entity = next(iter(dict(group.members)))
    return next(place for place, g in layout.groups[entity].items() if g == group)


def _run(layout: Layout, group: Group, run: Run, needs: tuple[Need, ...], place: str) -> ReadRequest:
    if len(run.parts) == 1:
        needs = tuple(replace(n, shared=False) for n in needs)  # a key answers it as one that is read alone
    placed = tuple(p for p in (_placed(layout, n, place) for n in needs) if p is not None)
    if len(placed) == 1:
        entity = layout.workload.entity(placed[0].need.entity)
        if (
            place == BASE
            and at_most_one(entity, placed[0].need.eq)
            and set(placed[0].signature.attributes) <= placed[0].need.eq
        ):
            return get_request(placed[0])
        return query_request(placed[0], frozenset())
    return (woven_request if run.woven else run_request)(run, group, placed, frozenset())


def _pieces_of(solution: Solution, pattern: str) -> list[Piece]:
    """The pieces of a collection that lie together, with their groups and requests."""
    every = [(g, piece, runs) for g in solution.groups for piece, runs in zip(g.collections, g.runs, strict=True)]
    return [one for one in every if one[1].pattern == pattern]


def _answered(pattern: ReadPattern, reads: Sequence[ReadRequest], apart: str) -> PatternDesign:
    """A pattern with its requests: degraded when they are several (`apart` says why), or read more than a page."""
    reasons = [apart] if len(reads) > 1 else []
    reasons += [_spread(r) for r in reads if r.shards > 1]
    late = [pattern.parts[i] for r in reads if r.sort_after for i in r.parts]
    reasons += [_crossed(part) for part in late if part.limit is not None]
    status: Status = "degraded" if reasons else "served"
    return PatternDesign(pattern.name, status, sum(r.shards for r in reads), tuple(reads), reason="; ".join(reasons))


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
        placed = _placed(layout, need, BASE)
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
        request = _part_request(layout, need)
        if request is None:
            return PatternDesign(pattern.name, "unserved", 0, reason=_why_unserved(layout, need))
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
