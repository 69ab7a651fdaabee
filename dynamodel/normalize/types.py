"""Types of a spec as types of the workload."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dynamodel.ir.values import Kind, ObjectField, ValueType

if TYPE_CHECKING:
    from dynamodel.spec.nodes import TypeSpec


def value_type(of: TypeSpec) -> ValueType:
    """The type of a value; a bound of a number becomes a Decimal."""
    return ValueType(
        Kind(of.kind),
        values=of.values,
        element=value_type(of.element) if of.element else None,
        fields=tuple(ObjectField(f.name, value_type(f.type), f.optional) for f in of.fields),
        name=of.name,
        minimum=None if of.ge is None else Decimal(of.ge),
        maximum=None if of.le is None else Decimal(of.le),
        scale=of.scale,
        min_length=of.min_length,
        max_length=of.max_length,
        dimensions=of.dimensions,
    )
