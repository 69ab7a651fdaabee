"""Constants of a spec as values of their attribute's Python type.

In: a value as Python or JSON wrote it, and the spec's type. Out: the value, or `BadConstant` with the reason. `strict`
is for Python files, whose constants have Python's types already; JSON writes times, UUIDs and decimals as text.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import BaseModel

from dynamodel.spec.session import did_you_mean

if TYPE_CHECKING:
    from dynamodel.spec.nodes import TypeSpec


class BadConstant(Exception):  # noqa: N818 - caught where the place is known
    """A constant that its attribute cannot hold: message and hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep both for the diagnostic."""
        super().__init__(message)
        self.message, self.hint = message, hint


def constant(of: TypeSpec, value: Any, *, strict: bool) -> object:
    """The value in the attribute's Python type; times are aware and in UTC."""
    if isinstance(value, BaseModel):
        value = value.model_dump()
    reader = _READERS.get(of.kind)
    return reader(of, value, strict) if reader else value


def amount(of: TypeSpec) -> TypeSpec:
    """The type of what is added to such a value: bounds hold for the sum, and a stock is counted down by -1."""
    element = amount(of.element) if of.kind == "map" and of.element else of.element
    return of.model_copy(update={"ge": None, "le": None, "element": element})


def _wrong(of: TypeSpec, value: object, hint: str = "") -> BadConstant:
    article = "an" if of.kind[0] in "aeiou" else "a"
    return BadConstant(f"`{value!r}` is not {article} {of.kind}", hint)


def _text(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    del strict
    if not isinstance(value, str):
        raise _wrong(of, value, f'write "{value}"')
    return value


def _integer(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    del strict
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(of, value)
    _within(of, Decimal(value))
    return value


def _decimal(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    if isinstance(value, float) or (strict and isinstance(value, str)):
        raise _wrong(of, value, f'write `Decimal("{value}")`')
    if isinstance(value, bool):
        raise _wrong(of, value)
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise _wrong(of, value) from None
    if not number.is_finite():
        raise _wrong(of, value)
    _within(of, number)
    return number


def _within(of: TypeSpec, number: Decimal) -> None:
    if (of.ge is not None and number < of.ge) or (of.le is not None and number > of.le):
        raise BadConstant(f"{number} is outside the declared bounds", f"{of.ge} to {of.le}")


def _boolean(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    del strict
    if not isinstance(value, bool):
        raise _wrong(of, value, "True or False")
    return value


def _bytes(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    if isinstance(value, bytes):
        return value
    if strict or not isinstance(value, str):
        raise _wrong(of, value)
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise _wrong(of, value, "base64") from None


def _datetime(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    if isinstance(value, str) and not strict:
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise _wrong(of, value, "ISO 8601 with an offset: 2026-11-23T00:00:00+00:00") from None
    if not isinstance(value, datetime):
        raise _wrong(of, value)
    if value.tzinfo is None:
        raise BadConstant(f"`{value}` has no time zone", "for example `datetime(2026, 1, 1, tzinfo=UTC)`")
    return value.astimezone(UTC)


def _date(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    if isinstance(value, str) and not strict:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _wrong(of, value, "ISO 8601: 2026-11-23") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _wrong(of, value)
    return value


def _uuid(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    if isinstance(value, UUID):
        return value
    try:
        if isinstance(value, str) and not strict:
            return UUID(value)
    except ValueError:
        pass
    raise _wrong(of, value)


def _ulid(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    del strict
    if not isinstance(value, str) or len(value) != 26:  # noqa: PLR2004 - the length of a ULID
        raise _wrong(of, value)
    return value.upper()


def _enum(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    del strict
    if isinstance(value, bool) or value not in of.values:
        hint = did_you_mean(str(value), [str(v) for v in of.values])
        values = ", ".join(repr(v) for v in of.values)
        raise BadConstant(
            f"`{value!r}` is not among the values", f"{hint} values: {values}" if "one of" not in hint else hint
        )
    return value


def _list(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    if not isinstance(value, list | tuple):
        raise _wrong(of, value)
    return [constant(of.element, v, strict=strict) if of.element else v for v in value]


def _set(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    if not isinstance(value, list | tuple | set | frozenset):
        raise _wrong(of, value)
    return frozenset(constant(of.element, v, strict=strict) if of.element else v for v in value)


def _map(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    if not isinstance(value, dict) or not all(isinstance(k, str) for k in value):
        raise _wrong(of, value)
    return {k: constant(of.element, v, strict=strict) if of.element else v for k, v in value.items()}


def _object(of: TypeSpec, value: Any, strict: bool) -> object:  # noqa: FBT001
    if not isinstance(value, dict):
        raise _wrong(of, value)
    types = {f.name: f.type for f in of.fields}
    unknown = [k for k in value if k not in types]
    if unknown:
        raise BadConstant(f"`{of.name}` has no field `{unknown[0]}`", did_you_mean(str(unknown[0]), types))
    return {k: None if v is None else constant(types[k], v, strict=strict) for k, v in value.items()}


_READERS = {
    "string": _text, "integer": _integer, "decimal": _decimal, "boolean": _boolean, "bytes": _bytes,
    "datetime": _datetime, "date": _date, "uuid": _uuid, "ulid": _ulid, "enum": _enum, "list": _list, "set": _set,
    "map": _map, "object": _object, "vector": _list,
}  # fmt: skip
