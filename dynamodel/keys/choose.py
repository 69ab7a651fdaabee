"""Which code an attribute gets in a template, or why it can be in none.

In: an attribute of the workload. Out: an `ir.keys.Component`, complete: everything that its values' text depends on is
in it, so that later stages need no types to encode a key.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dynamodel.ir.keys import Absent, Code, Component
from dynamodel.ir.values import Kind, ValueType
from dynamodel.keys.refusal import NoKeyCode

if TYPE_CHECKING:
    from dynamodel.ir.entities import AttributeDef, EntityDef

_PLAIN_CODES = {
    Kind.STRING: Code.TEXT,
    Kind.UUID: Code.TEXT,
    Kind.ULID: Code.TEXT,
    Kind.DATETIME: Code.INSTANT,
    Kind.DATE: Code.DATE,
    Kind.BYTES: Code.HEX,
    Kind.BOOLEAN: Code.BOOLEAN,
}
_WHY_NOT = {
    Kind.LIST: "a list has no place in one order",
    Kind.SET: "a set has no order",
    Kind.MAP: "a map has no order",
    Kind.OBJECT: "a nested model has no order; key on one of its fields by declaring that field on the entity",
    Kind.ANY: "a value of any type has no order",
    Kind.VECTOR: "a vector is searched by nearness, not by a key",
}


def component_for(attribute: AttributeDef, *, descending: bool = False, absent: Absent | None = None) -> Component:
    """The component that holds an attribute in a template; `NoKeyCode` when its type has no key text.

    `absent` defaults to SPARSE for an optional attribute and REFUSED for a required one. A virtual attribute
    (`placed_at@day`) gives the component of the time that it is cut from, with the bucket.
    """
    reason = refusal(attribute)
    if reason:
        raise NoKeyCode(reason)
    code, value_type = _code(attribute), attribute.type
    if absent is None:
        absent = Absent.SPARSE if attribute.optional else Absent.REFUSED
    if code is Code.NUMBER:
        minimum, maximum = _range(value_type)
        return Component(attribute.name, code, descending, absent, minimum, maximum, scale=value_type.scale or 0)
    name = attribute.bucket.of if attribute.bucket else attribute.name
    return Component(name, code, descending, absent, bucket=attribute.bucket.unit if attribute.bucket else None)


def refusal(attribute: AttributeDef) -> str:
    """Why the attribute cannot be in a template, as a sentence without a period; empty when it can."""
    kind = attribute.type.kind
    if kind in _WHY_NOT:
        return f"`{attribute.name}` cannot be part of a key: {_WHY_NOT[kind]}"
    return ""


def logical_name(component: Component) -> str:
    """The workload's name of what a component holds: the attribute, or `placed_at@day` for a bucket."""
    return f"{component.attribute}@{component.bucket}" if component.bucket else component.attribute


def identity_components(entity: EntityDef) -> tuple[Component, ...]:
    """The identity in its own order, ascending: whose text decides the shard of an item."""
    return tuple(component_for(entity.attribute(name), absent=Absent.REFUSED) for name in entity.identity)


def _code(attribute: AttributeDef) -> Code:
    value_type = attribute.type
    if attribute.bucket:
        return Code.DATE if value_type.kind is Kind.DATE else Code.INSTANT
    if attribute.role == "ttl":
        return Code.EPOCH
    if value_type.is_number:
        return Code.NUMBER if _is_bounded(value_type) else Code.OPEN_NUMBER
    if value_type.kind is Kind.ENUM:
        return Code.TEXT
    return _PLAIN_CODES[value_type.kind]


def _is_bounded(value_type: ValueType) -> bool:
    if value_type.kind is Kind.ENUM:
        return True
    bounded = value_type.minimum is not None and value_type.maximum is not None
    return bounded and (value_type.kind is Kind.INTEGER or value_type.scale is not None)


def _range(value_type: ValueType) -> tuple[Decimal | None, Decimal | None]:
    if value_type.kind is Kind.ENUM:
        numbers = [int(value) for value in value_type.values]
        return Decimal(min(numbers)), Decimal(max(numbers))
    return value_type.minimum, value_type.maximum
