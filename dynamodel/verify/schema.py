"""The request that creates a plan's table: keys, indexes, projections. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.ir.plan import IndexDesign, KeyAttribute, TableDesign


def create_table_request(table: TableDesign, name: str) -> dict[str, Any]:
    """Arguments of CreateTable; TTL is switched on afterwards, by another operation. On-demand: we measure no load."""
    keys = [table.partition, table.sort, *(k for index in table.indexes for k in (*index.partition, *index.sort))]
    types = {key.name: key.type for key in keys}
    request: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _schema((table.partition,), (table.sort,)),
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": types[n]} for n in sorted(types)],
    }
    if table.gsis:
        request["GlobalSecondaryIndexes"] = [_index(i, i.partition) for i in table.gsis]
    if table.lsis:
        request["LocalSecondaryIndexes"] = [_index(i, (table.partition,)) for i in table.lsis]
    return request


def _schema(partition: Iterable[KeyAttribute], sort: Iterable[KeyAttribute]) -> list[dict[str, str]]:
    return [{"AttributeName": k.name, "KeyType": "HASH"} for k in partition] + [
        {"AttributeName": k.name, "KeyType": "RANGE"} for k in sort
    ]


def _index(index: IndexDesign, partition: Iterable[KeyAttribute]) -> dict[str, Any]:
    projection: dict[str, Any] = {"ProjectionType": index.projection.type}
    if index.projection.type == "INCLUDE":
        projection["NonKeyAttributes"] = list(index.projection.attributes)
    return {"IndexName": index.name, "KeySchema": _schema(partition, index.sort), "Projection": projection}
