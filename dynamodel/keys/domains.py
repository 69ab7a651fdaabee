"""Which texts a token can have, as far as the proof against collisions needs to know.

A domain is a union of shapes. A shape is a row of character sets, one for each fixed position, and perhaps one more
that may follow any number of times. Shapes say a little more than the truth (a `$` may stand alone), never less: two
domains that share no text here share none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.keys import Absent, Code, Component, ShardToken, TextToken
from dynamodel.ir.values import Kind
from dynamodel.keys import numbers
from dynamodel.keys.codes import NONE_FIRST, NONE_LAST, PRESENT, encode, is_coded
from dynamodel.keys.refusal import UnencodableValue
from dynamodel.keys.templates import shard_text
from dynamodel.keys.times import EPOCH_DIGITS, bucket_layout
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.entities import AttributeDef
    from dynamodel.ir.keys import Token

Characters = frozenset[str]

_DIGITS: Characters = frozenset("0123456789")
_BEYOND = "\x80"  # stands for every character outside ASCII
_ANY: Characters = frozenset(chr(c) for c in range(0x24, 0x80)) | {_BEYOND}
_LOWER_HEX: Characters = frozenset("0123456789abcdef")
_UPPER_HEX: Characters = frozenset("0123456789ABCDEF")
_REVERSED: Characters = _UPPER_HEX | {"~"}
_ULID: Characters = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_INSTANT = "0000-00-00T00:00:00.000000+00:00"
_DATE = "0000-00-00"
_UUID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Shape:
    """Texts with `heads[i]` at position i, then any number (up to `most` characters in all) of `tail`."""

    heads: tuple[Characters, ...]
    tail: Characters = frozenset()
    most: int | None = None

    def at(self, position: int) -> Characters:
        """The characters that may stand at a position."""
        return self.heads[position] if position < len(self.heads) else self.tail

    def allows(self, length: int) -> bool:
        """Whether a text of that length is possible."""
        if length <= len(self.heads):
            return length == len(self.heads)
        return bool(self.tail) and (self.most is None or length <= self.most)

    def meets(self, other: Shape) -> bool:
        """Whether some text has both shapes; the shortest common length decides, for longer ones ask for more."""
        length = max(len(self.heads), len(other.heads))
        return (
            self.allows(length)
            and other.allows(length)
            and all(self.at(position) & other.at(position) for position in range(length))
        )


Domain = tuple[Shape, ...]


def literal_domain(text: str) -> Domain:
    """The domain of one text."""
    return (Shape(tuple(frozenset(c if c.isascii() else _BEYOND) for c in text)),)


def meet(one: Domain, other: Domain) -> bool:
    """Whether two domains share a text."""
    return any(a.meets(b) for a in one for b in other)


def token_domain(token: Token, attribute: AttributeDef | None = None) -> Domain:
    """The texts that a token of an item's key can have; without the attribute, any that its code can write."""
    if isinstance(token, TextToken):
        return literal_domain(token.text)
    if isinstance(token, ShardToken):
        return tuple(s for n in range(token.count) for s in literal_domain(shard_text(n, token.count)))
    present = _present(token, attribute)
    if not is_coded(token):
        return present
    none = NONE_FIRST if token.absent is Absent.FIRST else NONE_LAST
    return literal_domain(none) + tuple(
        Shape((frozenset(PRESENT), *s.heads), s.tail, None if s.most is None else s.most + 1) for s in present
    )


def _layout(text: str, digits: Characters = _DIGITS) -> Domain:
    return (Shape(tuple(digits if c == "0" else frozenset(c) for c in text)),)


def _present(component: Component, attribute: AttributeDef | None) -> Domain:
    if component.bucket:
        return _layout("".join("0" if c.isdigit() else c for c in bucket_layout(component.bucket)))
    fixed = {
        Code.INSTANT: _INSTANT,
        Code.DATE: _DATE,
        Code.EPOCH: "0" * EPOCH_DIGITS,
    }
    if component.code in fixed:
        return _layout(fixed[component.code])
    if component.code is Code.NUMBER:
        return _layout("0" * numbers.width(component))
    if component.code is Code.BOOLEAN:
        return (Shape((frozenset("01"),)),)
    if component.code is Code.OPEN_NUMBER:
        digits = (_DIGITS,) * 4
        return (
            *literal_domain("1"),
            Shape((frozenset("2"), *digits), _DIGITS),
            Shape((frozenset("0"), *digits), _DIGITS | {"~"}),
        )
    return _text_domain(component, attribute)


def _text_domain(component: Component, attribute: AttributeDef | None) -> Domain:
    value_type = attribute.type if attribute else None
    if value_type and value_type.kind is Kind.ENUM:
        values = tuple(_encoded(component, value) for value in value_type.values)
        return tuple(shape for text in values if text is not None for shape in literal_domain(text))
    if component.descending:
        return (Shape((_REVERSED,), _REVERSED),)
    if component.code is Code.HEX:
        return (Shape((_LOWER_HEX,) * (2 * (value_type.min_length if value_type else 0)), _LOWER_HEX),)
    if value_type and value_type.kind is Kind.UUID:
        return _layout(_UUID, _LOWER_HEX)
    if value_type and value_type.kind is Kind.ULID:
        return (Shape((_ULID,) * 26),)
    if not value_type:
        return (Shape((), _ANY),)
    # An escaped character has three characters: the greatest length grows by that, the least does not.
    most = None if value_type.max_length is None else 3 * value_type.max_length
    return (Shape((_ANY,) * value_type.min_length, _ANY, most),)


def _encoded(component: Component, value: object) -> str | None:
    try:
        return encode(Component(component.attribute, component.code, component.descending), value)
    except UnencodableValue:
        return None  # such a value is in no item
