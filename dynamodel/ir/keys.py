"""The algebra of keys: tokens, templates, and the intervals that a request cuts out of a sorted partition.

In: nothing. Out: data that the planner builds, `keys` encodes, the emitters print and the checker re-derives.
A template is a sequence of tokens; each is written and closed by the delimiter `#`, so `ORDER#{placed_at}#{order_id}#`.
Standard library only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from dynamodel.records import dataclass

if TYPE_CHECKING:
    from decimal import Decimal

    from dynamodel.ir.entities import BucketUnit
    from dynamodel.ir.values import Source

DELIMITER = "#"
ABOVE = "$"  # the next character: `text[:-1] + ABOVE` lies above every key that begins with `text`


class Code(StrEnum):
    """How a value becomes text in a template, ascending; `keys.codes` has the exact rules."""

    TEXT = "text"  # STRING, ENUM of text, UUID, ULID: escaped text
    NUMBER = "number"  # a number with declared bounds and scale: zero-padded offset from the minimum
    OPEN_NUMBER = "open_number"  # a number without bounds: sign, exponent, digits
    INSTANT = "instant"  # DATETIME: ISO 8601 in UTC with microseconds
    DATE = "date"  # DATE: YYYY-MM-DD
    HEX = "hex"  # BYTES: two lower-case hex digits a byte
    BOOLEAN = "boolean"  # 0 or 1
    EPOCH = "epoch"  # the TTL attribute: epoch seconds, zero-padded to 12 digits


class Absent(StrEnum):
    """What a key does when its component has no value."""

    REFUSED = "refused"  # cannot happen: the attribute is required
    SPARSE = "sparse"  # the item has no key in this place
    FIRST = "first"  # coded so that such items come first
    LAST = "last"  # coded so that such items come last


@dataclass(frozen=True, slots=True)
class TextToken:
    """A fixed token, of `[A-Za-z0-9_~]+`."""

    text: str


@dataclass(frozen=True, slots=True)
class Component:
    """A token that holds an attribute's value.

    `minimum`, `maximum`, `scale` belong to NUMBER. `bucket` cuts a DATETIME to a calendar unit (`2026-11`, text).
    """

    attribute: str
    code: Code
    descending: bool = False
    absent: Absent = Absent.REFUSED
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    scale: int = 0
    bucket: BucketUnit | None = None


@dataclass(frozen=True, slots=True)
class ShardToken:
    """A token `0` … `count - 1` (zero-padded to equal width), computed from the item's identity by CRC-32."""

    count: int


Token = TextToken | Component | ShardToken


@dataclass(frozen=True, slots=True)
class Template:
    """A string key attribute of one entity."""

    tokens: tuple[Token, ...]

    def __str__(self) -> str:
        """The form people read: `ORDER#{placed_at}#{order_id}#`."""
        words = {
            TextToken: lambda t: t.text,
            ShardToken: lambda t: f"{{shard of {t.count}}}",
            Component: _component_text,
        }
        return "".join(words[type(token)](token) + DELIMITER for token in self.tokens)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes whose values the key holds, in order."""
        return tuple(t.attribute for t in self.tokens if isinstance(t, Component))


def _component_text(component: Component) -> str:
    bucket = f"@{component.bucket}" if component.bucket else ""
    absent = {"sparse": "?", "first": "?first", "last": "?last"}.get(component.absent, "")
    return f"{{{'-' if component.descending else ''}{component.attribute}{bucket}{absent}}}"


@dataclass(frozen=True, slots=True)
class NaturalKey:
    """A key attribute that is an attribute of the entity itself, with its own type (multi-attribute GSI keys)."""

    attribute: str

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attribute whose value the key holds."""
        return (self.attribute,)


@dataclass(frozen=True, slots=True)
class TypeKey:
    """A key attribute that is the table's type attribute: every item of the entity has its tag there.

    With it in the partition the entities that share an index of attributes lie apart.
    """

    tag: str

    @property
    def attributes(self) -> tuple[str, ...]:
        """No attribute of the entity."""
        return ()


KeyValue = Template | NaturalKey | TypeKey


@dataclass(frozen=True, slots=True)
class KeyField:
    """One key attribute of one entity in one place: the physical attribute's name and how its value is made."""

    name: str
    value: KeyValue


@dataclass(frozen=True, slots=True)
class BoundToken:
    """A token of a request: fixed text, or a component with the value that the request gives it."""

    text: str = ""
    component: Component | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of an interval: the written tokens *without* the last delimiter, placed before or after their subtree.

    As a lower end: `after` false starts with every key that begins with the tokens, true starts behind them.
    As an upper end: `after` true ends with every key that begins with the tokens, false ends before them.
    The text of an edge with `after` is followed by `$`.
    """

    tokens: tuple[BoundToken, ...]
    after: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """The sort keys that a Query asks for in a template attribute, both ends included.

    Three forms, by what the ends share:
    `whole` - the tokens are the complete key: `=`;
    lower and upper hold the same tokens: `begins_with(tokens + "#")`; with `partial`, the last token is a text prefix
    (`begins_with` without the closing delimiter); otherwise BETWEEN. An interval whose lower text is above its upper
    text is empty: no request is made. No interval at all (None in the request) is the whole partition.
    """

    attribute: str
    lower: Edge
    upper: Edge
    whole: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class NaturalCondition:
    """Conditions on the native sort attributes of an index: equalities from the left, then at most one operator."""

    equals: tuple[tuple[str, Source], ...]
    attribute: str = ""
    op: Literal["", "lt", "le", "gt", "ge", "between", "begins_with"] = ""
    operands: tuple[Source, ...] = ()


SortCondition = Interval | NaturalCondition
