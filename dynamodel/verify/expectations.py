"""Which requests a call may make, by its plan: operations, indexes, filters, numbers.

In: a pattern's design and the requests that a call made. Out: None, or a sentence about the first deviation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import BATCH_GET_KEYS
from dynamodel.ir.plan import PAGED, Operation
from dynamodel.ir.reads import ReadKind
from dynamodel.verify.stored import COPY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dynamodel.ir.plan import PatternDesign, Plan, ReadRequest
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import WritePattern
    from dynamodel.verify.checker.hook import Recorded

_WRITES = frozenset(
    {Operation.PUT_ITEM, Operation.UPDATE_ITEM, Operation.DELETE_ITEM, Operation.BATCH_WRITE_ITEM}
    | {Operation.TRANSACT_WRITE_ITEMS}
)


def unplanned_read(
    workload: Workload,
    plan: Plan,
    pattern: ReadPattern,
    requests: Sequence[Recorded],
    *,
    queried: Collection[tuple[str | None, str]],
    asked: int,
) -> str | None:
    """What a read asked that its plan does not say.

    `queried` are the indexes and types of the items that its queries brought, `asked` is the number of keys of a batch.
    """
    design = plan.pattern(pattern.name)
    planned = {(r.operation.value, r.index): r for r in design.reads}
    endless = {(r.operation.value, r.index) for r in design.reads if r.page is None}
    for request in requests:
        read = planned.get((request.operation, request.index))
        if read is None:
            return f"{_named(request)}, which the plan does not have"
        strange = sorted(set(request.filtered) - _filterable(workload, plan, pattern, read))
        if strange:
            return f"a filter on {', '.join(strange)}, which the plan does not have"
        if read.consistent and not request.consistent and request.operation not in _TRANSACTIONS:
            return f"{_named(request)} without strong consistency"
        if (
            request.operation == "Query"
            and read.shards == 1
            and len(design.reads) == 1
            and request.forward != read.forward
        ):
            return f"{_named(request)} in the other direction"
        if request.operation in PAGED and request.limit is None and (request.operation, request.index) not in endless:
            return f"{_named(request)} without a limit"
    besides = sorted(kind for index, kind in queried if kind not in _types(workload, pattern, design, index))
    if besides:
        return f"items of {', '.join(besides)} read besides"
    most = _most_requests(workload, design, pattern, requests, asked)
    if most is not None and len(requests) > most:
        return f"{len(requests)} requests instead of at most {most}"
    return None


def _types(workload: Workload, pattern: ReadPattern, design: PatternDesign, index: str | None) -> set[str]:
    """The types of the items that a pattern reads in an index."""
    reads = [r for r in design.reads if r.index == index]
    return {COPY if r.beside else workload.entity(pattern.parts[part].entity).tag for r in reads for part in r.parts}


_TRANSACTIONS = frozenset({"TransactGetItems", "BatchGetItem"})


def _named(request: Recorded) -> str:
    return f"{request.operation} on {request.index or 'the table'}"


def _filterable(workload: Workload, plan: Plan, pattern: ReadPattern, read: ReadRequest) -> set[str]:
    """Attributes that a request may filter on: declared residuals, the time to live, the type."""
    names = {n for f in read.filters if f.server for n in f.condition.names}
    stored = {
        workload.entity(pattern.parts[p].entity).stored_name(n)
        for p in read.parts
        for n in names
        if any(a.name == n for a in workload.entity(pattern.parts[p].entity).attributes)
    }
    return {n for n in (*names, *stored, plan.table.ttl_attribute, plan.table.type_attribute) if n}


def _most_requests(
    workload: Workload, design: PatternDesign, pattern: ReadPattern, requests: Sequence[Recorded], asked: int
) -> int | None:
    """How many requests one call may make; None where filters and expired items make short pages."""
    loops = any(r.filters for r in design.reads) or any(
        workload.entity(p.entity).with_role("ttl") is not None and (p.limit is not None or pattern.kind is ReadKind.GET)
        for p in pattern.parts
    )
    if loops:
        return None
    most, together = 0, False
    for read in design.reads:
        if read.operation is Operation.TRANSACT_GET_ITEMS:
            together = True
        elif read.operation is Operation.BATCH_GET_ITEM:
            # One batch takes 100 keys, so one more request for every further 100 that were asked for.
            keys = (
                sum(r.actions for r in requests if r.operation == "BatchGetItem")
                if read.hydrate is not None or read.joins
                else asked
            )
            most += max(1, -(-keys // BATCH_GET_KEYS))
        else:
            most += read.shards
    return most + together


def unplanned_write(plan: Plan, pattern: WritePattern, requests: Sequence[Recorded]) -> str | None:
    """What a write asked that its plan does not say: a scan, a query on an unplanned index, another way to write."""
    design = plan.pattern(pattern.name)
    spread = [plan.pattern(name) for s in pattern.spreads for name in (s.find, s.keep)]
    planned = {(r.operation.value, r.index) for d in (design, *spread) for r in d.reads}
    ways = {d.write_operation for d in (design, *spread) if d.write_operation is not None}
    for request in requests:
        if request.operation in PAGED and (request.operation, request.index) not in planned:
            return f"{_named(request)}, which the plan does not have"
        if request.operation in _WRITES and design.write_operation is not None and request.operation not in ways:
            return f"{request.operation} instead of {design.write_operation.value}"
    return None
