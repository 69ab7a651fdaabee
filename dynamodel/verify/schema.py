"""The request that creates a plan's table: keys, indexes, projections. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.ir.plan import IndexDesign, KeyAttribute, Projection, TableDesign, VectorDesign


def create_table_request(table: TableDesign, name: str, *, vectors: bool = True) -> dict[str, Any]:
    """Arguments of CreateTable; TTL is switched on afterwards, by another operation. On-demand: we measure no load.

    Without `vectors` the table has no vector indexes: not every backend knows them.
    """
    searched = table.vectors if vectors else ()
    keys = [table.partition, table.sort, *(k for index in table.indexes for k in (*index.partition, *index.sort))]
    keys += [key for index in searched for key in index.schema]
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
    if searched:
        request["VectorIndexes"] = [_vector(index) for index in searched]
    return request


def _schema(partition: Iterable[KeyAttribute], sort: Iterable[KeyAttribute]) -> list[dict[str, str]]:
    return [{"AttributeName": k.name, "KeyType": "HASH"} for k in partition] + [
        {"AttributeName": k.name, "KeyType": "RANGE"} for k in sort
    ]


def _index(index: IndexDesign, partition: Iterable[KeyAttribute]) -> dict[str, Any]:
    return {
        "IndexName": index.name,
        "KeySchema": _schema(partition, index.sort),
        "Projection": _projection(index.projection),
    }


def _vector(index: VectorDesign) -> dict[str, Any]:
    schema = [(index.partition, "HASH")] if index.partition else []
    schema += [(key, "INLINE_FILTER") for key in index.filters]
    return {
        "IndexName": index.name,
        "VectorAttribute": {"AttributeName": index.attribute},
        "Dimensions": index.dimensions,
        "DistanceFunction": index.distance.upper(),
        "SearchSchema": [{"AttributeName": key.name, "SearchSchemaElementType": kind} for key, kind in schema],
        "Projection": _projection(index.projection),
    }


def _projection(projection: Projection) -> dict[str, Any]:
    named = {"NonKeyAttributes": list(projection.attributes)} if projection.type == "INCLUDE" else {}
    return {"ProjectionType": projection.type, **named}
