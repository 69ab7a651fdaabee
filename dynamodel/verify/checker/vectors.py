"""Rules for vector indexes and their searches.

Sources: "Requirements and limitations" of vector indexes, "Quotas in Amazon DynamoDB", API reference of CreateTable and
SearchVectors.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import limits
from dynamodel.verify.checker.expressions import attributes_of, placeholder_faults, projection_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamodel.verify.checker.refused import Schema, VectorKeys

_EQUALITY = re.compile(r"\s*([#\w]+)\s*=\s*(:\w+)\s*")


def vector_index_faults(request: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    """Every rule that the vector indexes of a CreateTable request break."""
    if len(schema.vectors) > limits.VECTOR_INDEXES:
        yield f"{len(schema.vectors)} vector indexes, more than {limits.VECTOR_INDEXES}"
    if schema.vectors and request.get("BillingMode", "PROVISIONED") != "PAY_PER_REQUEST":
        yield "a vector index on a table that is not on demand"
    dimensions: dict[str, set[int]] = {}
    for name, index in schema.vectors.items():
        if not 1 <= index.dimensions <= limits.DIMENSIONS:
            yield f"{index.dimensions} dimensions of vector index {name}"
        if len(index.partition) > 1 or len(index.filters) > limits.VECTOR_FILTERS:
            yield f"too many attributes in the search schema of vector index {name}"
        if len(set(index.names)) < len(index.names):
            yield f"an attribute twice in the search schema of vector index {name}"
        if name in schema.places:
            yield f"two indexes named {name}"
        dimensions.setdefault(index.attribute, set()).add(index.dimensions)
    for attribute, found in dimensions.items():
        if len(found) > 1:
            yield f"vector indexes of different dimensions on {attribute}"


def search_faults(request: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    """Every rule that a SearchVectors request breaks."""
    index = schema.vectors.get(request["IndexName"])
    if index is None:
        yield f"the vector index {request['IndexName']}, which the table does not have"
        return
    if not 1 <= request["TopK"] <= limits.NEIGHBORS:
        yield f"the {request['TopK']} nearest, more than {limits.NEIGHBORS} or fewer than 1"
    yield from placeholder_faults(request)
    yield from projection_faults(request)
    vector = request["SearchVector"]
    if len(vector) != index.dimensions or not all(_is_number(e) for e in vector):
        yield f"a search for what is no vector of {index.dimensions} numbers"
    yield from _condition_faults(request, schema, index)
    for name in attributes_of(request, "ProjectionExpression"):
        if index.projected is not None and name not in index.projected:
            yield f"{name}, which the index does not have, in a projection"


def _condition_faults(request: Mapping[str, Any], schema: Schema, index: VectorKeys) -> Iterator[str]:
    """Equalities alone, on attributes of the search schema, each once, the partition among them."""
    text = request.get("SearchConditionExpression") or ""
    conditions = [_EQUALITY.fullmatch(part) for part in text.split(" AND ")] if text else []
    if None in conditions:
        yield f"`{text}` as a search condition"
        return
    names = request.get("ExpressionAttributeNames") or {}
    fixed = [str(names.get(c[1], c[1])) for c in conditions if c]
    for name in index.partition:
        if name not in fixed:
            yield f"no equality on partition attribute {name}"
    for name in fixed:
        if name not in index.names or fixed.count(name) > 1:
            yield f"{name}, which is not in the search schema or twice in the condition"
    values = request.get("ExpressionAttributeValues") or {}
    for condition in conditions:
        name = str(names.get(condition[1], condition[1])) if condition else ""
        kind = next(iter(values.get(condition[2], {})), "") if condition else ""
        if name in schema.types and kind != schema.types[name]:
            yield f"a value of type {kind} for {name}"


def _is_number(element: Mapping[str, Any]) -> bool:
    try:
        return Decimal(element.get("N", "")).is_finite()
    except InvalidOperation:
        return False
