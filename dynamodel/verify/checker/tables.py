"""Rules for CreateTable. Sources: "Quotas" and "Constraints in Amazon DynamoDB", API reference of CreateTable."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import limits
from dynamodel.verify.checker.refused import Schema, schema_of
from dynamodel.verify.checker.vectors import vector_index_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def table_faults(request: Mapping[str, Any]) -> Iterator[str]:
    """Every rule that a CreateTable request breaks."""
    gsis, lsis = request.get("GlobalSecondaryIndexes") or (), request.get("LocalSecondaryIndexes") or ()
    schema = schema_of(request)
    yield from _arity(request, gsis, lsis)
    yield from _names(request, [*gsis, *lsis])
    yield from _projections([*gsis, *lsis])
    yield from _local(schema, lsis)
    yield from _definitions(schema)
    yield from vector_index_faults(request, schema)
    if request.get("BillingMode") == "PAY_PER_REQUEST" and "ProvisionedThroughput" in request:
        yield "provisioned throughput on an on-demand table"
    if request.get("BillingMode", "PROVISIONED") == "PROVISIONED" and "ProvisionedThroughput" not in request:
        yield "a provisioned table without throughput"


def _arity(request: Mapping[str, Any], gsis: Any, lsis: Any) -> Iterator[str]:
    if len(gsis) > limits.GLOBAL_INDEXES:
        yield f"{len(gsis)} global secondary indexes, more than {limits.GLOBAL_INDEXES}"
    if len(lsis) > limits.LOCAL_INDEXES:
        yield f"{len(lsis)} local secondary indexes, more than {limits.LOCAL_INDEXES}"
    for what, elements, most in (
        ("the table", request["KeySchema"], 1),
        *((f"index {i['IndexName']}", i["KeySchema"], limits.PARTITION_ATTRIBUTES) for i in gsis),
        *((f"index {i['IndexName']}", i["KeySchema"], 1) for i in lsis),
    ):
        kinds = [e["KeyType"] for e in elements]
        if not 1 <= kinds.count("HASH") <= most:
            yield f"{kinds.count('HASH')} partition attributes in the key of {what}"
        if kinds.count("RANGE") > most:
            yield f"{kinds.count('RANGE')} sort attributes in the key of {what}"
        if kinds != sorted(kinds):
            yield f"a sort attribute before a partition attribute in the key of {what}"
        if len({e["AttributeName"] for e in elements}) != len(elements):
            yield f"an attribute twice in the key of {what}"


def _names(request: Mapping[str, Any], indexes: list[Any]) -> Iterator[str]:
    for name in (request["TableName"], *(i["IndexName"] for i in indexes)):
        if not limits.TABLE_NAME.fullmatch(name):
            yield f"the name {name!r}"
    attributes = [d["AttributeName"] for d in request["AttributeDefinitions"]]
    attributes += [n for i in indexes for n in (i.get("Projection") or {}).get("NonKeyAttributes") or ()]
    for name in attributes:
        if not 1 <= len(name.encode()) <= limits.KEY_ATTRIBUTE_NAME_BYTES:
            yield f"an attribute name of {len(name.encode())} bytes in a key or a projection"
    for name, times in Counter(i["IndexName"] for i in indexes).items():
        if times > 1:
            yield f"two indexes named {name}"


def _projections(indexes: list[Any]) -> Iterator[str]:
    total = 0
    for index in indexes:
        projection = index.get("Projection") or {}
        named = projection.get("NonKeyAttributes") or []
        if projection.get("ProjectionType") not in {"ALL", "KEYS_ONLY", "INCLUDE"}:
            yield f"no projection of index {index['IndexName']}"
        total += len(named)
        if projection.get("ProjectionType") == "INCLUDE" and not named:
            yield f"INCLUDE without attributes on index {index['IndexName']}"
        if projection.get("ProjectionType") != "INCLUDE" and named:
            yield f"attributes named although index {index['IndexName']} is not INCLUDE"
    if total > limits.INCLUDED_ATTRIBUTES:
        yield f"{total} included attributes over all indexes, more than {limits.INCLUDED_ATTRIBUTES}"


def _local(schema: Schema, lsis: Any) -> Iterator[str]:
    for index in lsis:
        keys = schema.places[index["IndexName"]]
        if not schema.base.sort:
            yield "a local secondary index on a table without a sort key"
        if keys.partition != schema.base.partition:
            yield f"another partition key in local secondary index {index['IndexName']}"
        if not keys.sort:
            yield f"no sort key in local secondary index {index['IndexName']}"


def _definitions(schema: Schema) -> Iterator[str]:
    used = {name for keys in schema.places.values() for name in keys.names}
    used |= {name for index in schema.vectors.values() for name in index.names}
    for name in sorted(used - set(schema.types)):
        yield f"no definition of key attribute {name}"
    for name in sorted(set(schema.types) - used):
        yield f"a definition of {name}, which is in no key"
    for name, kind in schema.types.items():
        if kind not in {"S", "N", "B"}:
            yield f"key attribute {name} of type {kind}"
