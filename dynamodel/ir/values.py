"""Logical types of attributes, and where the values of a request come from.

In: nothing. Out: `ValueType` (what an attribute may hold) and the `Source` union (caller's argument, constant,
attribute of an entity that the caller passes, the clock). Standard library only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from dynamodel.records import dataclass

if TYPE_CHECKING:
    from decimal import Decimal


class Kind(StrEnum):
    """A logical type; the comment gives its stored DynamoDB type."""

    STRING = "string"  # S
    INTEGER = "integer"  # N
    DECIMAL = "decimal"  # N
    BOOLEAN = "boolean"  # BOOL
    BYTES = "bytes"  # B
    DATETIME = "datetime"  # S, ISO 8601 in UTC with microseconds; N (epoch seconds) in the TTL attribute
    DATE = "date"  # S, YYYY-MM-DD
    UUID = "uuid"  # S, canonical lower case
    ULID = "ulid"  # S, 26 upper-case characters
    ENUM = "enum"  # S; N when every value is an integer
    LIST = "list"  # L of `element`
    SET = "set"  # SS, NS or BS of `element`; an empty set is stored as absent
    MAP = "map"  # M from text to `element`
    OBJECT = "object"  # M with the named `fields` (a nested model)
    ANY = "any"  # whatever a document may hold: None, bool, int, Decimal, str, bytes, list, dict
    VECTOR = "vector"  # L of N with exactly `dimensions` elements


@dataclass(frozen=True, slots=True)
class ObjectField:
    """A field of a nested model."""

    name: str
    type: ValueType
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ValueType:
    """What an attribute may hold.

    `values` are an enum's values (all str or all int) in declaration order; `name` is the class of an OBJECT;
    `minimum`, `maximum` (inclusive) and `scale` (digits after the point) bound a number; `min_length` is 1 or more
    when the empty text is refused; `max_length` counts characters (bytes for BYTES); `dimensions` is a vector's length.
    """

    kind: Kind
    values: tuple[str, ...] | tuple[int, ...] = ()
    element: ValueType | None = None
    fields: tuple[ObjectField, ...] = ()
    name: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    scale: int | None = None
    min_length: int = 0
    max_length: int | None = None
    dimensions: int | None = None

    @property
    def is_number(self) -> bool:
        """Whether values are stored as DynamoDB numbers by default."""
        return self.kind in {Kind.INTEGER, Kind.DECIMAL} or (
            self.kind is Kind.ENUM and bool(self.values) and isinstance(self.values[0], int)
        )


@dataclass(frozen=True, slots=True)
class Given:
    """The caller's value: the named argument of the access pattern."""

    argument: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the model; of the attribute's Python type (an enum's value, not its member)."""

    value: object


@dataclass(frozen=True, slots=True)
class FromEntity:
    """An attribute of an entity that the caller passes to the same access pattern (a step of a transaction)."""

    argument: str
    attribute: str


@dataclass(frozen=True, slots=True)
class FromStep:
    """An attribute of the item that another step of the same write reads; absent where there is no such item."""

    step: int
    attribute: str


@dataclass(frozen=True, slots=True)
class Now:
    """The clock when the request is made."""


Source = Given | Constant | FromEntity | FromStep | Now
