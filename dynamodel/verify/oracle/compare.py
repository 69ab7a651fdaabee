"""How values compare: as DynamoDB compares their stored forms.

Text by its UTF-8 bytes, numbers numerically, times as instants, bytes unsigned; values of different types are never
equal and never in order. `canonical` turns a value into something hashable that Python compares in exactly this way
among values of one type.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dynamodel.ir.entities import BucketUnit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamodel.ir.entities import EntityDef

Canonical = tuple[str, object]

_UNIT_TEXT = {BucketUnit.HOUR: 13, BucketUnit.DAY: 10, BucketUnit.MONTH: 7, BucketUnit.YEAR: 4}


def canonical(value: object) -> Canonical:
    """A hashable form that says type and value; TypeError for what no attribute can hold."""
    kind = type(value)
    if kind is str:  # most of all
        return "text", value.encode("utf-8", "surrogatepass")  # type: ignore[attr-defined]
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return scalar[0], scalar[1](value)
    if value is None:
        return "null", ()
    if isinstance(value, list | tuple):
        return "list", tuple(canonical(v) for v in value)
    if isinstance(value, set | frozenset):
        return "set", frozenset(canonical(v) for v in value)
    if isinstance(value, dict):
        return "map", frozenset((k, canonical(v)) for k, v in value.items())
    for base, (tag, convert) in _SCALARS.items():  # an enum's member, a subclass of str
        if isinstance(value, base):
            return tag, convert(value)
    msg = f"no attribute holds a {type(value).__name__}"
    raise TypeError(msg)


# bool before int and datetime before date: each is a subclass of the other.
_SCALARS: dict[type, tuple[str, Callable[[Any], object]]] = {
    str: ("text", lambda v: v.encode("utf-8", "surrogatepass")),
    bool: ("bool", int),
    int: ("number", Decimal),
    Decimal: ("number", Decimal),
    float: ("number", lambda v: Decimal(repr(v))),  # elements of vectors
    bytes: ("bytes", bytes),
    bytearray: ("bytes", bytes),
    datetime: ("instant", lambda v: v.astimezone(UTC)),
    date: ("date", lambda v: v),
    UUID: ("text", lambda v: str(v).encode()),
}


def equal(left: object, right: object) -> bool:
    """Whether two values are the same in DynamoDB; None (absent) equals nothing."""
    if type(left) is str and type(right) is str:
        return left == right
    return left is not None and right is not None and canonical(left) == canonical(right)


def less(left: object, right: object) -> bool:
    """Whether `left` sorts before `right`; false for different types and for absent values."""
    if left is None or right is None:
        return False
    (left_type, a), (right_type, b) = canonical(left), canonical(right)
    return left_type == right_type and left_type not in {"map", "set", "list", "bool", "null"} and a < b  # type: ignore[operator]


def begins_with(value: object, prefix: object) -> bool:
    """Whether a text (or bytes) value begins with a prefix, by characters as written, case included."""
    if value is None or prefix is None:
        return False
    (value_type, a), (prefix_type, b) = canonical(value), canonical(prefix)
    return value_type == prefix_type and isinstance(a, bytes) and isinstance(b, bytes) and a.startswith(b)


def cut(value: object, unit: BucketUnit) -> str | None:
    """A time (in UTC) or a date cut to a calendar unit: `2026-11-23T04`, `2026-11-23`, `2026-11`, `2026`.

    None for a value that is neither.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")[: _UNIT_TEXT[unit]]
    return value.isoformat()[: _UNIT_TEXT[unit]] if isinstance(value, date) else None


def value_of(entity: EntityDef, values: Mapping[str, object], name: str) -> object:
    """An attribute's value in a row, computed when the attribute is virtual; None when it is absent."""
    bucket = entity.attribute(name).bucket
    return values.get(name) if bucket is None else cut(values.get(bucket.of), bucket.unit)


def operand_for(entity: EntityDef, name: str, operand: object) -> object:
    """An operand in the form in which the attribute's values compare: a time against a bucket is cut like it."""
    bucket = entity.attribute(name).bucket
    return operand if bucket is None else cut(operand, bucket.unit) or operand
