"""Refuses vector indexes that DynamoDB would refuse, where cfn-lint says nothing.

In: the properties of a table. Out: findings. Sources: Amazon DynamoDB developer guide, quotas, and requirements and
limitations of vector indexes; API reference, CreateVectorIndexAction and SearchSchemaElement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.catalog import finding
from dynamodel.dynamo import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic


def check_vectors(properties: dict[str, Any]) -> Iterator[Diagnostic]:
    """What the vector indexes of a table must be, alone and together."""
    indexes = properties.get("VectorIndexes", [])
    if len(indexes) > limits.VECTOR_INDEXES:
        yield finding("DM527", f"{len(indexes)} vector indexes, at most {limits.VECTOR_INDEXES} are allowed")
    if indexes and properties.get("BillingMode", "PROVISIONED") != "PAY_PER_REQUEST":
        yield finding("DM527", "the table has vector indexes and is not on demand")
    secondary = properties.get("GlobalSecondaryIndexes", []) + properties.get("LocalSecondaryIndexes", [])
    others = [index["IndexName"] for index in secondary]
    names = [index["IndexName"] for index in indexes]
    sizes: dict[str, set[int]] = {}
    for index in indexes:
        called = f"vector index `{index['IndexName']}`"
        if (names + others).count(index["IndexName"]) > 1:
            yield finding("DM527", f"{called} shares its name with another index")
        if not 1 <= index["Dimensions"] <= limits.DIMENSIONS:
            yield finding(
                "DM527", f"{called} has {index['Dimensions']} dimensions, 1 to {limits.DIMENSIONS} are allowed"
            )
        sizes.setdefault(index["VectorAttribute"]["AttributeName"], set()).add(index["Dimensions"])
        schema = index.get("SearchSchema", [])
        yield from _schema(called, schema)
        yield from _projection(called, index, schema)
        if not limits.TABLE_NAME.fullmatch(index["IndexName"]):
            yield finding("DM508", f"DynamoDB refuses the index name `{index['IndexName']}`")
    for attribute, found in sizes.items():
        if len(found) > 1:
            yield finding("DM527", f"the vector `{attribute}` has {' and '.join(map(str, sorted(found)))} dimensions")


def _projection(called: str, index: dict[str, Any], schema: list[dict[str, str]]) -> Iterator[Diagnostic]:
    """The names that an index lists: their number is limited together with the vector and the filters."""
    names = index["Projection"].get("NonKeyAttributes", [])
    kind, most = index["Projection"]["ProjectionType"], limits.INCLUDED_ATTRIBUTES_OF_ONE_INDEX
    if (kind == "INCLUDE") != bool(names):
        yield finding("DM505", f"{called} has the projection {kind} and {len(names)} NonKeyAttributes")
    carried = len(names) + 1 + sum(element["SearchSchemaElementType"] == "INLINE_FILTER" for element in schema)
    if names and carried > most:
        yield finding("DM505", f"{called} carries {carried} attributes, {most} at most are allowed")
    own = {index["VectorAttribute"]["AttributeName"], *(element["AttributeName"] for element in schema)}
    for name in dict.fromkeys(names):
        if names.count(name) > 1 or name in own:
            yield finding("DM505", f"{called} projects `{name}`, which it carries already")


def _schema(called: str, schema: list[dict[str, str]]) -> Iterator[Diagnostic]:
    kinds = [element["SearchSchemaElementType"] for element in schema]
    names = [element["AttributeName"] for element in schema]
    if kinds.count("HASH") > 1:
        yield finding("DM527", f"{called} has {kinds.count('HASH')} partition attributes, at most one is allowed")
    if kinds.count("INLINE_FILTER") > limits.VECTOR_FILTERS:
        yield finding(
            "DM527", f"{called} filters by {kinds.count('INLINE_FILTER')} attributes, {limits.VECTOR_FILTERS} at most"
        )
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield finding("DM527", f"{called} names `{name}` {names.count(name)} times")
