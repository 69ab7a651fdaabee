"""The stored DynamoDB type of logical types, and which attributes may themselves be keys.

In: `ir.values.ValueType` and attributes of the workload. Out: type letters of the wire format, and reasons.
Sources: API reference, AttributeValue and KeySchemaElement; "Constraints in Amazon DynamoDB" for empty values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import KEY_TYPES
from dynamodel.ir.values import Kind

if TYPE_CHECKING:
    from dynamodel.ir.entities import AttributeDef
    from dynamodel.ir.values import ValueType

_LETTERS = {
    Kind.STRING: "S",
    Kind.INTEGER: "N",
    Kind.DECIMAL: "N",
    Kind.BOOLEAN: "BOOL",
    Kind.BYTES: "B",
    Kind.DATETIME: "S",
    Kind.DATE: "S",
    Kind.UUID: "S",
    Kind.ULID: "S",
    Kind.LIST: "L",
    Kind.MAP: "M",
    Kind.OBJECT: "M",
    Kind.VECTOR: "L",
}


def stored_type(value_type: ValueType, role: str = "") -> str | None:
    """The type letter of stored values (`S`, `N`, `B`, `BOOL`, `L`, `M`, `SS`, `NS`, `BS`); None where it varies.

    The attribute with role "ttl" is stored as a number. A set of what cannot be in a DynamoDB set is `ValueError`.
    """
    if role == "ttl":
        return "N"
    if value_type.kind is Kind.ENUM:
        return "N" if value_type.is_number else "S"
    if value_type.kind is Kind.SET:
        element = stored_type(value_type.element) if value_type.element else None
        if element not in KEY_TYPES:
            raise ValueError(f"a set holds text, numbers or bytes, not {element}")
        return f"{element}S"
    return _LETTERS.get(value_type.kind)


def natural_refusal(attribute: AttributeDef) -> str:
    """Why the attribute cannot be a key attribute under its own name and type; empty when it can.

    An optional attribute can: an item without it is not in the index.
    """
    name, value_type = attribute.name, attribute.type
    if attribute.bucket:
        return f"`{name}` is computed, not stored"
    if value_type.kind is Kind.SET or stored_type(value_type, attribute.role) not in KEY_TYPES:
        return f"`{name}` is not stored as text, number or bytes"
    if may_be_empty(value_type):
        # A write of an empty value for an index key is refused as a whole: "Managing Global Secondary Indexes".
        return f"`{name}` may be empty, and an empty key value makes the service refuse the write: declare min_length=1"
    return ""


def may_be_empty(value_type: ValueType) -> bool:
    """Whether the empty text or the empty bytes are a legal value."""
    if value_type.kind in {Kind.STRING, Kind.BYTES}:
        return value_type.min_length < 1
    return value_type.kind is Kind.ENUM and "" in value_type.values
