"""The DAX cluster of a table in neutral words.

In: the table's view and the plan. Out: `CacheView`, for every target to write down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.table.operations import operations
from dynamodel.ir.plan import Operation
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.deployment import Cache
    from dynamodel.ir.plan import Plan

TLS_PORT = 9111  # Amazon DynamoDB developer guide, DAX encryption in transit
_WRITES = ("ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem")
# What the cluster does for a request: transactions are made of single actions, and DAX reads back what they wrote.
_ACTIONS: dict[Operation, tuple[str, ...]] = {
    Operation.GET_ITEM: ("GetItem",),
    Operation.QUERY: ("Query",),
    Operation.SCAN: ("Scan",),
    Operation.SEARCH_VECTORS: (),  # unknown to DAX: its clients send it to DynamoDB
    Operation.BATCH_GET_ITEM: ("BatchGetItem",),
    Operation.TRANSACT_GET_ITEMS: ("GetItem",),
    Operation.PUT_ITEM: ("PutItem",),
    Operation.UPDATE_ITEM: ("UpdateItem",),
    Operation.DELETE_ITEM: ("DeleteItem",),
    Operation.BATCH_WRITE_ITEM: ("BatchWriteItem",),
    Operation.TRANSACT_WRITE_ITEMS: ("GetItem", *_WRITES),
}


@dataclass(frozen=True, slots=True)
class CacheView:
    """The cluster: its nodes, its parameters, and what its role may do on the table and the `indexes` that are read."""

    node_type: str
    nodes: int
    parameters: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]
    indexes: tuple[str, ...]
    port: int = TLS_PORT


def cache_view(plan: Plan, cache: Cache) -> CacheView:
    """The cluster in front of a plan's table."""
    used = {operation for pattern in plan.patterns for operation in operations(pattern)}
    actions = {action for operation in used for action in _ACTIONS[operation]} | {"DescribeTable"}
    read = {request.index for pattern in plan.patterns for request in pattern.reads if request.index}
    millis = {"query-ttl-millis": cache.query_seconds * 1000, "record-ttl-millis": cache.item_seconds * 1000}
    return CacheView(
        node_type=cache.node_type,
        nodes=cache.nodes,
        parameters=tuple((name, str(value)) for name, value in millis.items()),
        actions=tuple(f"dynamodb:{action}" for action in sorted(actions)),
        indexes=tuple(index.name for index in plan.table.indexes if index.name in read),
    )
