"""Each read pattern: its requests together answer it, every part once, with the operations that it may use.

In: the court. Out: findings DM450, DM467, DM471 and those of the checks of single requests.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import BATCH_GET_KEYS
from dynamodel.ir.plan import BASE, Operation
from dynamodel.ir.reads import ReadKind
from dynamodel.planner.checks.answers import judge_answer, judge_projection, needed_attributes
from dynamodel.planner.checks.court import attribute_of, field_attributes
from dynamodel.planner.checks.requests import judge_request
from dynamodel.planner.checks.rows import judge_rows
from dynamodel.planner.checks.vectors import check_search
from dynamodel.planner.checks.wanted import of_part

if TYPE_CHECKING:
    from dynamodel.ir.plan import PatternDesign, ReadRequest
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.planner.checks.court import Court


_READING = {
    Operation.GET_ITEM,
    Operation.BATCH_GET_ITEM,
    Operation.TRANSACT_GET_ITEMS,
    Operation.QUERY,
    Operation.SCAN,
    Operation.SEARCH_VECTORS,
}


def check_read(court: Court, pattern: ReadPattern, design: PatternDesign) -> None:
    """Check the requests of one read pattern."""
    court = court.at(court.workload.title, pattern.name)
    strict = design.status == "served"
    if design.steps or design.write_operation is not None:
        court.refuse("DM471", "a read does not write")
    for request in design.reads:
        _check_operation(court, pattern, request)
        if request.operation is Operation.BATCH_GET_ITEM:
            _check_batch(court, pattern, design, request)
        elif request.operation is Operation.SCAN:
            _check_scan(court, pattern, request)
        elif request.operation is Operation.SEARCH_VECTORS:
            check_search(court, pattern, request)
        else:
            _check_keyed(court, pattern, design, request, strict=strict)
    answered = Counter(p for r in design.reads if r.hydrate is None for p in r.parts)
    if answered != Counter(range(len(pattern.parts))):
        court.refuse("DM471", f"the requests answer parts {sorted(answered.elements())} of {len(pattern.parts)}")
    joined = sorted(j for r in design.reads for j in r.joins)
    if joined != list(range(len(pattern.joins))):
        court.refuse("DM471", f"the requests answer joins {joined} of {len(pattern.joins)}")
    count = sum(_requests_of(pattern, design, r) for r in design.reads)
    if pattern.kind is ReadKind.TRANSACT_GET:
        count = 1
    if count != design.request_count:
        court.refuse("DM471", f"{count} requests, the plan says {design.request_count}")


def _requests_of(pattern: ReadPattern, design: PatternDesign, request: ReadRequest) -> int:
    """How many requests one of the plan's stands for: shards, or batches of keys."""
    if request.operation is not Operation.BATCH_GET_ITEM:
        return request.shards
    if request.hydrate is None:
        keys = pattern.batch.average if pattern.batch else 1
    else:
        keys = sum(pattern.parts[part].rows.average for part in design.reads[request.hydrate].parts)
    return max(1, -(-keys // BATCH_GET_KEYS))


def _check_operation(court: Court, pattern: ReadPattern, request: ReadRequest) -> None:
    if request.operation not in _READING:
        court.refuse("DM471", f"{request.operation} reads nothing")
    if len(set(request.parts)) < len(request.parts):
        court.refuse("DM471", f"a part twice in one request: {request.parts}")
    index = court.index(request.index or "")
    if pattern.consistent and not request.consistent:
        court.refuse("DM467", "the pattern asks for strong reads")
    if request.consistent and index is not None and index.kind == "gsi":
        court.refuse("DM467", f"`{index.name}` is a global index: it cannot be read strongly")
    if (request.operation is Operation.TRANSACT_GET_ITEMS) != (pattern.kind is ReadKind.TRANSACT_GET):
        court.refuse("DM471", f"{request.operation} for a {pattern.kind}")
    if (request.operation is Operation.SEARCH_VECTORS) != (pattern.kind is ReadKind.SEARCH and not request.joins):
        court.refuse("DM471", f"{request.operation} for a {pattern.kind}")
    if any(not 0 <= part < len(pattern.parts) for part in request.parts):
        court.refuse("DM471", f"there are no parts {request.parts}")
    if any(f.part not in request.parts for f in request.filters):
        court.refuse("DM468", "a filter on a part that the request does not read")
    if request.constant_rows and request.page is None:
        court.refuse("DM469", "constant rows are counted on limited pages only")


def _check_keyed(
    court: Court,
    pattern: ReadPattern,
    design: PatternDesign,
    request: ReadRequest,
    *,
    strict: bool,
) -> None:
    wanted = {}
    for number in request.parts:
        if 0 <= number < len(pattern.parts):
            part = pattern.parts[number]
            entity = court.entity(part.entity)
            if entity is not None:
                wanted[number] = of_part(entity, part)
    _check_tenant(court, pattern, request)
    reached = judge_request(court, request, wanted)
    position = design.reads.index(request)
    hydrated = any(set(request.parts) <= set(r.parts) for r in _completing(design, position))
    for number, rows in reached.items():
        judge_rows(court, request, number, rows, strict=strict)
        entity = rows.wanted.entity
        if request.operation is not Operation.QUERY and not rows.wanted.single:
            court.refuse("DM471", f"{request.operation} finds one {entity.name}, the part has many")
        needed = frozenset() if hydrated else needed_attributes(pattern, entity)
        judge_projection(court, request, number, rows, needed, several=len(wanted) > 1)
    if request.operation is Operation.QUERY and pattern.kind is not ReadKind.GET:
        judge_answer(court, request, reached, merged=pattern.merged, strict=strict)


def _check_tenant(court: Court, pattern: ReadPattern, request: ReadRequest) -> None:
    """What is read for one tenant lies in partitions of this tenant, wherever the key names the tenant.

    A strong read takes the base table's partitions, which are made of the identity alone.
    """
    tenant = court.workload.options.tenant
    for part in (pattern.parts[number] for number in request.parts if 0 <= number < len(pattern.parts)):
        entity, design = court.entity(part.entity), court.design(part.entity)
        key = design.key(request.index or BASE) if design else None
        if tenant is None or entity is None or key is None or all(e.attribute != tenant for e in part.equals):
            continue
        possible = tenant in entity.identity or not request.consistent
        if possible and any(tenant in field_attributes(f) for f in key.sort):
            court.refuse("DM472", f"`{tenant}` is in the sort key of {part.entity} in {key.place}")


def _check_batch(court: Court, pattern: ReadPattern, design: PatternDesign, request: ReadRequest) -> None:
    """Keys of a batch come from identities, or from rows of an earlier request, which hold every base key."""
    if request.index is not None:
        court.refuse("DM471", "BatchGetItem reads the table only")
    keys = (court.plan.table.partition.name, court.plan.table.sort.name)
    if tuple(k.name for k in request.partition + request.sort_key) != keys:
        court.refuse("DM460", f"a batch takes whole primary keys: {keys}")
    if request.joins:
        if request.hydrate is None or not 0 <= request.hydrate < design.reads.index(request):
            court.refuse("DM471", "nothing tells the parents that are to be read")
        elif _completing(design, request.hydrate):
            court.refuse("DM471", "parents are told by whole items, not by what only tells the items")
        for number in request.joins:
            _check_join(court, pattern, number)
        return
    if request.hydrate is None and pattern.kind is not ReadKind.BATCH_GET:
        court.refuse("DM471", "a batch without rows to take its keys from")
    if request.hydrate is not None:
        earlier = design.reads.index(request)
        if not 0 <= request.hydrate < earlier or set(request.parts) - set(design.reads[request.hydrate].parts):
            court.refuse("DM471", f"request {request.hydrate} does not find what the batch completes")
        return
    for number in request.parts:
        if 0 <= number < len(pattern.parts):
            _check_known_base(court, pattern.parts[number].entity)


def _completing(design: PatternDesign, position: int) -> list[ReadRequest]:
    """The requests that read whole items which the one at a position only tells."""
    return [r for r in design.reads if r.hydrate == position and not r.joins]


def _check_known_base(court: Court, name: str) -> None:
    entity, design = court.entity(name), court.design(name)
    if entity is None or design is None:
        return
    more = {a for f in design.base.fields for a in field_attributes(f)} - set(entity.identity)
    if more:
        court.refuse("DM460", f"the identity of {name} does not tell `{min(more)}` of its base key")


def _check_join(court: Court, pattern: ReadPattern, number: int) -> None:
    if not 0 <= number < len(pattern.joins):
        court.refuse("DM471", f"there is no join {number}")
        return
    join = pattern.joins[number]
    parent = court.entity(join.parent)
    if parent is None or len(join.via) != len(parent.identity):
        court.refuse("DM460", f"{join.via} do not name a {join.parent}")
        return
    for name in join.attributes:
        if attribute_of(parent, name) is None:
            court.refuse("DM466", f"{join.parent} has no `{name}`")
    _check_known_base(court, join.parent)


def _check_scan(court: Court, pattern: ReadPattern, request: ReadRequest) -> None:
    if pattern.kind is not ReadKind.SCAN:
        court.refuse("DM471", "a scan that the model does not ask for")
    if request.index is not None and court.index(request.index) is None:
        court.refuse("DM458", f"there is no index `{request.index}`")
    pairs = ((court.entity(part.entity), part) for part in pattern.parts)
    wanted = [c for entity, part in pairs if entity is not None for c in of_part(entity, part).stated]
    filtered = [f.condition for f in request.filters]
    for condition in wanted:
        if condition not in filtered:
            court.refuse("DM462", f"the scan does not ask for `{condition.attribute or 'one of several'}`")
    for condition in filtered:
        if condition not in wanted:
            court.refuse("DM468", f"a filter on `{condition.attribute}` that the pattern does not have")
