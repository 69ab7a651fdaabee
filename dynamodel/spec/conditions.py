"""The functions of conditions and orders: `eq` to `begins_with`, `present`, `any_of`, `now`, `desc`, `bucket`.

In: references (to a type checker they have the attribute's own type, hence `object`). Out: conditions whose value the
caller gives, and references with a modifier. A constant is compared with an operator instead: `Order.total > 100`.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Literal

from dynamodel.spec.checked import checked
from dynamodel.spec.places import caller_place
from dynamodel.spec.references import NOW, Condition, Reference
from dynamodel.spec.session import record

Nulls = Literal["first", "last"]
Unit = Literal["hour", "day", "month", "year"]


def _reference(attribute: object, function: str) -> object:
    if isinstance(attribute, Reference | str) or attribute is None:
        return attribute  # a string is reported where the option is read, with the entity at hand
    record("DM126", f"`{function}` takes one reference, not {_kind(attribute)}",
           hint=f"for example `{function}(Order.placed_at)`")  # fmt: skip
    return Reference("?", "?", broken=True)


def _kind(value: object) -> str:
    if isinstance(value, Condition):
        return "a condition"
    return "a tuple" if isinstance(value, tuple) else f"`{value!r}`"


def _given(op: str, attribute: object) -> Condition:
    return Condition(op, _reference(attribute, op), given=True, place=caller_place())


@checked("eq")
def eq(attribute: object) -> Condition:
    """Equal to the caller's value."""
    return _given("eq", attribute)


@checked("gt")
def gt(attribute: object) -> Condition:
    """Greater than the caller's value."""
    return _given("gt", attribute)


@checked("ge")
def ge(attribute: object) -> Condition:
    """Greater than or equal to the caller's value."""
    return _given("ge", attribute)


@checked("lt")
def lt(attribute: object) -> Condition:
    """Less than the caller's value."""
    return _given("lt", attribute)


@checked("le")
def le(attribute: object) -> Condition:
    """Less than or equal to the caller's value."""
    return _given("le", attribute)


@checked("between")
def between(attribute: object) -> Condition:
    """Between two values of the caller, both included."""
    return _given("between", attribute)


@checked("begins_with")
def begins_with(attribute: object) -> Condition:
    """Text that begins with the caller's value."""
    return _given("begins_with", attribute)


@checked("present")
def present(attribute: object) -> Condition:
    """The attribute has a value."""
    return Condition("present", _reference(attribute, "present"), place=caller_place())


@checked("absent")
def absent(attribute: object) -> Condition:
    """The attribute has no value."""
    return Condition("absent", _reference(attribute, "absent"), place=caller_place())


@checked("any_of")
def any_of(*conditions: bool | Condition) -> Condition:
    """At least one of the conditions holds (to a type checker a comparison with a constant is a bool)."""
    return Condition("any_of", any_of=conditions, place=caller_place())


@checked("now")
def now() -> Any:
    """The clock when the request is made, as the constant of a condition."""
    return NOW


def _modified(attribute: object, function: str, **changes: Any) -> Any:
    reference = _reference(attribute, function)
    if not isinstance(reference, Reference):
        return reference
    values = {f.name: getattr(reference, f.name) for f in fields(reference)}
    return Reference(**{**values, "place": reference.place or caller_place(), **changes})


@checked("desc")
def desc(attribute: object, *, nulls: Nulls | None = None) -> Any:
    """The attribute, greatest first; `nulls` says where items without it go."""
    return _modified(attribute, "desc", descending=True, nulls=nulls)


@checked("asc")
def asc(attribute: object, *, nulls: Nulls | None = None) -> Any:
    """The attribute, least first; only needed to say where items without it go."""
    return _modified(attribute, "asc", descending=False, nulls=nulls)


@checked("bucket")
def bucket(attribute: object, unit: Unit) -> Any:
    """A time cut to its calendar hour, day, month or year (UTC)."""
    return _modified(attribute, "bucket", bucket=unit)
