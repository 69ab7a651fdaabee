"""Rules for values and keys in requests. Source: "Constraints in Amazon DynamoDB"."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import limits
from dynamodel.verify.checker.sizes import item_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamodel.verify.checker.refused import Keys, Schema


def value_faults(value: Mapping[str, Any], depth: int = 1) -> Iterator[str]:
    """Every rule that one attribute value breaks, nested values included."""
    (kind, content) = next(iter(value.items()))
    if depth > limits.NESTING_LEVELS:
        yield f"nesting deeper than {limits.NESTING_LEVELS} levels"
        return
    if kind == "N":
        yield from _number_faults(content)
    elif kind in {"SS", "NS", "BS"}:
        if not content:
            yield "an empty set"
        numbers = [fault for number in content for fault in _number_faults(number)] if kind == "NS" else []
        yield from numbers
        members = {Decimal(v) if kind == "NS" else v for v in content} if not numbers else set(content)
        if len(members) != len(content):
            yield "a value twice in a set"
    elif kind == "M":
        for inner in content.values():
            yield from value_faults(inner, depth + 1)
    elif kind == "L":
        for inner in content:
            yield from value_faults(inner, depth + 1)


def _number_faults(text: str) -> Iterator[str]:
    try:
        number = Decimal(text)
    except InvalidOperation:
        yield f"{text!r} as a number"
        return
    if not number.is_finite():
        yield f"{text} as a number"
        return
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > limits.NUMBER_DIGITS:
        yield f"a number of {len(digits)} significant digits, more than {limits.NUMBER_DIGITS}"
    if number and not limits.NUMBER_SMALLEST_EXPONENT <= number.adjusted() <= limits.NUMBER_LARGEST_EXPONENT:
        yield f"{text}, which is outside the magnitudes of a number"


def item_faults(schema: Schema, item: Mapping[str, Any]) -> Iterator[str]:
    """Rules for a whole item: its values, its base key, and the index keys that it carries."""
    faults = [fault for value in item.values() for fault in value_faults(value)]
    yield from faults
    yield from vector_faults(schema, item)
    if not faults:
        yield from _size_faults(schema, item)
    for name in schema.base.names:
        if name not in item:
            yield f"no key attribute {name}"
    for name in schema.types:
        if name in item:
            yield from key_value_faults(schema, name, item[name])


def _size_faults(schema: Schema, item: Mapping[str, Any]) -> Iterator[str]:
    """An item and its entries in local indexes share one limit."""
    size = item_bytes(item)
    for keys in schema.places.values():
        if keys.is_local and all(name in item for name in keys.names):
            carried = item if keys.projected is None else {n: v for n, v in item.items() if n in keys.projected}
            size += item_bytes(carried)
    if size > limits.ITEM_BYTES:
        yield f"an item of {size} bytes, more than {limits.ITEM_BYTES}"


def key_faults(keys: Keys, schema: Schema, key: Mapping[str, Any]) -> Iterator[str]:
    """Rules for a key in a request: exactly the key attributes, each of its type, not empty, not too long."""
    if set(key) != set(keys.names):
        yield f"a key of {', '.join(sorted(key))} where {', '.join(keys.names)} is needed"
    for name, value in key.items():
        if name in schema.types:
            yield from key_value_faults(schema, name, value)


def key_value_faults(schema: Schema, name: str, value: Mapping[str, Any]) -> Iterator[str]:
    """Rules for the value of one key attribute of the table or of an index."""
    (kind, content) = next(iter(value.items()))
    if kind != schema.types[name]:
        yield f"key attribute {name} of type {kind}, not {schema.types[name]}"
        return
    if kind == "N":
        yield from _number_faults(content)
        return
    size = len(content.encode() if isinstance(content, str) else bytes(content))
    if not size:
        yield f"key attribute {name} is empty"
    sorts = {n for keys in schema.places.values() for n in keys.sort}
    most = limits.SORT_KEY_BYTES if name in sorts else limits.PARTITION_KEY_BYTES
    if size > most:
        yield f"key attribute {name} of {size} bytes, more than {most}"


def vector_faults(schema: Schema, item: Mapping[str, Any]) -> Iterator[str]:
    """A vector that an index refuses: another type, another length, elements that are no numbers."""
    for name, index in schema.vectors.items():
        value = item.get(index.attribute)
        if value is None:
            continue
        elements = value.get("L")
        if elements is None or len(elements) != index.dimensions or any("N" not in e for e in elements):
            yield f"a value of {index.attribute} that is no vector of {index.dimensions} numbers for index {name}"
