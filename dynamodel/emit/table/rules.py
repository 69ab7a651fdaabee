"""Refuses a table that DynamoDB would refuse, where the tools of the targets say nothing.

In: a table's properties in the words that CreateTable and CloudFormation share. Out: findings. It reads only what they
say: no view, no plan, so that a mistake on the way there is found.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from dynamodel.catalog import finding
from dynamodel.dynamo import limits
from dynamodel.emit.table.rules_vectors import check_vectors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic

Properties = dict[str, Any]

_NAME_HINT = "3 to 255 characters of A-Z, a-z, 0-9, `_`, `-`, `.`"


def check(properties: Properties, max_gsis: int = limits.GLOBAL_INDEXES) -> tuple[Diagnostic, ...]:
    """The findings about a table in one Region; `max_gsis` is the account's quota."""
    gsis = properties.get("GlobalSecondaryIndexes", [])
    return tuple(chain(check_layout(properties, max_gsis), _billing(properties, gsis)))


def check_layout(properties: Properties, max_gsis: int) -> Iterator[Diagnostic]:
    """Keys and indexes, which tables of both kinds write in the same way."""
    gsis = properties.get("GlobalSecondaryIndexes", [])
    lsis = properties.get("LocalSecondaryIndexes", [])
    yield from _counts(gsis, lsis, max_gsis)
    yield from _names(gsis + lsis)
    yield from _key_schema("the table", properties["KeySchema"], 1, 1)
    for index in gsis:
        schema = index["KeySchema"]
        yield from _key_schema(_called(index), schema, limits.PARTITION_ATTRIBUTES, limits.SORT_ATTRIBUTES)
    for index in lsis:
        yield from _local(index, properties["KeySchema"])
    yield from _projections(gsis + lsis)
    yield from _definitions(properties, gsis + lsis)
    yield from _time_to_live(properties)
    yield from check_vectors(properties)


def _called(index: Properties) -> str:
    return f"index `{index['IndexName']}`"


def check_table_name(name: str) -> tuple[Diagnostic, ...]:
    """The findings about the name from which the table's is derived."""
    if limits.TABLE_NAME.fullmatch(name):
        return ()
    return (finding("DM508", f"DynamoDB refuses the table name `{name}`", hint=_NAME_HINT),)


def _counts(gsis: list[Properties], lsis: list[Properties], max_gsis: int) -> Iterator[Diagnostic]:
    if len(gsis) > max_gsis:
        yield finding("DM501", f"{len(gsis)} global secondary indexes, at most {max_gsis} are allowed")
    if len(lsis) > limits.LOCAL_INDEXES:
        yield finding("DM502", f"{len(lsis)} local secondary indexes, at most {limits.LOCAL_INDEXES} are allowed")


def _names(indexes: list[Properties]) -> Iterator[Diagnostic]:
    names = [index["IndexName"] for index in indexes]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield finding("DM504", f"{names.count(name)} indexes are called `{name}`")
        if not limits.TABLE_NAME.fullmatch(name):
            yield finding("DM508", f"DynamoDB refuses the index name `{name}`", hint=_NAME_HINT)


def _key_schema(owner: str, schema: list[Properties], most_hash: int, most_range: int) -> Iterator[Diagnostic]:
    types = [element["KeyType"] for element in schema]
    names = [element["AttributeName"] for element in schema]
    hashes, ranges = types.count("HASH"), types.count("RANGE")
    if not 1 <= hashes <= most_hash:
        yield finding("DM503", f"{owner} has {hashes} partition attributes, 1 to {most_hash} are allowed")
    if ranges > most_range:
        yield finding("DM503", f"{owner} has {ranges} sort attributes, at most {most_range} are allowed")
    if types != ["HASH"] * hashes + ["RANGE"] * ranges:
        yield finding("DM503", f"{owner} has a sort attribute before a partition attribute")
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield finding("DM503", f"{owner} has the key attribute `{name}` {names.count(name)} times")


def _local(index: Properties, table: list[Properties]) -> Iterator[Diagnostic]:
    schema = index["KeySchema"]
    yield from _key_schema(_called(index), schema, 1, 1)
    if not any(element["KeyType"] == "RANGE" for element in schema):
        yield finding("DM503", f"{_called(index)} is local and has no sort attribute")
    if _hashes(schema) != _hashes(table):
        yield finding("DM506", f"{_called(index)} is local and has another partition key than the table")


def _hashes(schema: list[Properties]) -> list[str]:
    return [element["AttributeName"] for element in schema if element["KeyType"] == "HASH"]


def _projections(indexes: list[Properties]) -> Iterator[Diagnostic]:
    total = 0
    for index in indexes:
        projection = index["Projection"]
        names = projection.get("NonKeyAttributes", [])
        if (projection["ProjectionType"] == "INCLUDE") != bool(names):
            kind = projection["ProjectionType"]
            yield finding("DM505", f"{_called(index)} has the projection {kind} and {len(names)} NonKeyAttributes")
        total += len(names)
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                yield finding("DM505", f"{_called(index)} projects `{name}` {names.count(name)} times")
        keys = {element["AttributeName"] for element in index["KeySchema"]}
        for name in sorted(keys & set(names)):
            yield finding("DM505", f"{_called(index)} projects its own key attribute `{name}`")
    if total > limits.INCLUDED_ATTRIBUTES:
        yield finding(
            "DM505",
            f"the indexes project {total} attributes together, at most {limits.INCLUDED_ATTRIBUTES} are allowed",
        )


def _definitions(properties: Properties, indexes: list[Properties]) -> Iterator[Diagnostic]:
    defined = [d["AttributeName"] for d in properties["AttributeDefinitions"]]
    schemas = [properties["KeySchema"], *(index["KeySchema"] for index in indexes)]
    vectors = properties.get("VectorIndexes", [])
    schemas += [index["SearchSchema"] for index in vectors if "SearchSchema" in index]
    used = {element["AttributeName"] for schema in schemas for element in schema}
    for name in dict.fromkeys(defined):
        if defined.count(name) > 1:
            yield finding("DM507", f"key attribute `{name}` is defined {defined.count(name)} times")
        if name not in used:
            yield finding("DM507", f"attribute `{name}` is defined and is in no key")
    for name in sorted(used - set(defined)):
        yield finding("DM507", f"key attribute `{name}` is not defined")
    projected = [n for index in indexes for n in index["Projection"].get("NonKeyAttributes", [])]
    for name in dict.fromkeys((*defined, *projected)):
        if len(name.encode()) > limits.KEY_ATTRIBUTE_NAME_BYTES:
            yield finding(
                "DM508", f"DynamoDB refuses the attribute name `{name[:40]}...` in keys and projections: too long"
            )
    for each in properties["AttributeDefinitions"]:
        if each["AttributeType"] not in limits.KEY_TYPES:
            yield finding("DM507", f"key attribute `{each['AttributeName']}` has the type {each['AttributeType']}")


def _billing(properties: Properties, gsis: list[Properties]) -> Iterator[Diagnostic]:
    provisioned = properties.get("BillingMode", "PROVISIONED") == "PROVISIONED"
    for owner, each in (("the table", properties), *((_called(index), index) for index in gsis)):
        if provisioned != ("ProvisionedThroughput" in each):
            problem = "has no provisioned throughput" if provisioned else "is on demand and has provisioned throughput"
            yield finding("DM509", f"{owner} {problem}")
        if provisioned and "OnDemandThroughput" in each:
            yield finding("DM509", f"{owner} is provisioned and has on-demand limits")


def _time_to_live(properties: Properties) -> Iterator[Diagnostic]:
    ttl = properties.get("TimeToLiveSpecification")
    if ttl and ttl.get("Enabled") and not ttl.get("AttributeName"):
        yield finding("DM509", "time to live is enabled without an attribute")
