"""Hostile but legal values of each logical type, in a fixed sequence for a seed.

In: an attribute and a clock. Out: distinct values that its type, range, lengths and size allow, the nastiest first:
texts that are prefixes of each other, delimiters, the empty text, NUL, other scripts; numbers at both ends of the range
and where the number of digits changes; times a microsecond apart and at the turn of a day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain, count, islice
from typing import TYPE_CHECKING
from uuid import UUID

from dynamodel.ir.values import Kind
from dynamodel.records import dataclass
from dynamodel.verify.oracle.compare import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from dynamodel.ir.entities import AttributeDef
    from dynamodel.ir.values import ValueType

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID_START = 1_700_000_000_000  # milliseconds, any recent time
_NUMBERS, _TEXTS = (int, Decimal), (str, bytes)
_GIVE_UP = 400  # candidates in a row that are not legal: the type has no more values


def legal(attribute: AttributeDef, value: object) -> bool:
    """Whether the attribute may hold the value: type, range, scale, lengths, and the declared most bytes of a text."""
    if value is None:
        return attribute.optional
    if isinstance(value, str) and attribute.type.kind is Kind.STRING and len(value.encode()) > attribute.size.most:
        return False
    if attribute.role == "ttl":
        return isinstance(value, datetime) and not value.microsecond
    return fits(attribute.type, value)


def fits(kind: ValueType, value: object) -> bool:
    """Whether a value of the right Python type lies within the type's bounds."""
    if kind.kind is Kind.ENUM:
        return value in kind.values and not isinstance(value, bool)
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        exact = kind.scale is None or Decimal(value) == round(Decimal(value), kind.scale)
        above = kind.minimum is None or value >= kind.minimum
        return exact and above and (kind.maximum is None or value <= kind.maximum)
    if isinstance(value, _TEXTS):
        return len(value) >= kind.min_length and (kind.max_length is None or len(value) <= kind.max_length)
    return True


def hostile(attribute: AttributeDef, random: Random, now: datetime, wanted: int) -> list[object]:
    """Up to `wanted` distinct legal values, the nastiest first; fewer when the type has no more (an enum, a bool)."""
    return list(islice(distinct(attribute, random, now), wanted))


def distinct(attribute: AttributeDef, random: Random, now: datetime) -> Iterator[object]:
    """Distinct legal values, one after the other, the nastiest first; it ends when the type has no more."""
    seen = set()
    refused = 0
    for value in sequence(attribute, random, now):
        form = canonical(value)
        if form in seen or not legal(attribute, value):
            refused += 1
            if refused > _GIVE_UP:
                return
            continue
        refused = 0
        seen.add(form)
        yield value


def sequence(attribute: AttributeDef, random: Random, now: datetime) -> Iterator[object]:
    """Candidates for an attribute, some of them not legal; endless where the type is."""
    if attribute.role == "ttl":
        near = (3600, 1, 0, -1, 86_400, 30 * 86_400, -86_400)
        return iter(now + timedelta(seconds=s) for s in chain(near, count(7200, 3600)))
    if attribute.role == "version":
        return iter(range(1, 4))
    return _of_type(_Making(attribute.type, attribute.name, random, now))


@dataclass(frozen=True, slots=True)
class _Making:
    """What a sequence may depend on: the type, the name of the attribute or field, the seed, the clock."""

    kind: ValueType
    name: str
    random: Random
    now: datetime

    def some(self, kind: ValueType, most: int, name: str = "") -> list[object]:
        """A few values of a nested type; fewer when the type has no more."""
        candidates = islice(_of_type(replace(self, kind=kind, name=name or self.name)), _GIVE_UP)
        return list(islice((v for v in candidates if fits(kind, v)), most))


def _of_type(making: _Making) -> Iterator[object]:
    return _SEQUENCES[making.kind.kind](making)


def _texts(making: _Making) -> Iterator[object]:
    s = making.name[:1].lower() or "x"
    family = [f"{s}1", f"{s}10", f"{s}1 ", f"{s}1#", "", f"{s}2", s, f"{s}1$", f"{s}1!", f"{s.upper()}1", f"{s}1\x00"]
    family += [f"{s}1#{s}1", "😀", "é", "\uffee", f'{s}1"', f"{s}~", "UNIQ", making.name.upper(), f"{s}1%"]
    family += ["#", "$", "-1", " "]
    yield from (text.ljust(making.kind.min_length, "_") if text else text for text in family)
    for number in count(3):
        yield f"{s}{number}".ljust(making.kind.min_length, "_")


def _integers(making: _Making) -> Iterator[object]:
    low = None if making.kind.minimum is None else int(making.kind.minimum)
    high = None if making.kind.maximum is None else int(making.kind.maximum)
    yield from (1, 10, 2, 9)
    yield from (n for n in (low, high) if n is not None)
    yield from (0, -1, 99, 100, -10, -9, 7)
    if low is None and high is None:
        yield from (2**53 + 1, -(2**53) - 1, 10**18)
    start = low if low is not None else 0
    yield from (start + n for n in count(3))


def _decimals(making: _Making) -> Iterator[object]:
    scale = 2 if making.kind.scale is None else making.kind.scale
    step = Decimal(1).scaleb(-scale)
    yield from (Decimal(1), Decimal(10), Decimal(2), Decimal(9) + step)
    yield from (n for n in (making.kind.minimum, making.kind.maximum) if n is not None)
    yield from (Decimal(0), -step, step, Decimal(10) - step, Decimal(-10), Decimal("99.5"), Decimal(100))
    if making.kind.minimum is None and making.kind.maximum is None:
        yield from (Decimal(10**20), Decimal("-12345678901234567890.12"))
    start = making.kind.minimum if making.kind.minimum is not None else Decimal(0)
    yield from (start + n * step for n in count(3))


def _booleans(_making: _Making) -> Iterator[object]:
    return iter((True, False))


def _bytes(making: _Making) -> Iterator[object]:
    yield from (
        v.ljust(making.kind.min_length, b"\x01") if v else v
        for v in (b"a", b"a\x00", b"", b"\xff", b"\x00", b"a#", b"\x7f\x80")
    )
    for number in count(1):
        yield number.to_bytes(max(4, making.kind.min_length), "big")


def _instants(making: _Making) -> Iterator[object]:
    midnight = making.now.replace(hour=0, minute=0, second=0, microsecond=0)
    tick = timedelta(microseconds=1)
    yield from (making.now - timedelta(hours=1), making.now - timedelta(days=1))
    yield from (midnight, midnight - tick, midnight + tick, making.now - timedelta(days=40), making.now)
    yield from (making.now - timedelta(days=400), datetime(1999, 12, 31, 23, 59, 59, 999_999, UTC))
    yield from (making.now - timedelta(minutes=n) for n in count(1))


def _dates(making: _Making) -> Iterator[object]:
    today = making.now.date()
    yield from (today, today - timedelta(days=1), date(1999, 12, 31), date(2000, 2, 29), today + timedelta(days=1))
    yield from (today - timedelta(days=n) for n in range(2, 3000))


def _uuids(making: _Making) -> Iterator[object]:
    while True:
        yield UUID(int=making.random.getrandbits(128), version=4)


def _ulids(making: _Making) -> Iterator[object]:
    for number in count():
        bits = (_ULID_START + number * 7 << 80) | making.random.getrandbits(80)
        yield "".join(_CROCKFORD[bits >> shift & 31] for shift in range(125, -1, -5))


def _enums(making: _Making) -> Iterator[object]:
    return iter(making.kind.values)


def _elements(making: _Making) -> list[object]:
    assert making.kind.element is not None
    return making.some(making.kind.element, 4)


def _lists(making: _Making) -> Iterator[object]:
    values = tuple(_elements(making))
    yield from (values[:2], (), values, values[1:2] * 2, values[:1])


def _sets(making: _Making) -> Iterator[object]:
    values = [v for v in _elements(making) if v not in {"", b""}]
    yield from (frozenset(values[:2]), frozenset(values[:1]), frozenset(values), frozenset(values[1:3]))


def _maps(making: _Making) -> Iterator[object]:
    values = _elements(making)
    names = ("a", "a.b", "#k", "size")
    yield from (dict(zip(names[:n], values, strict=False)) for n in (2, 0, 1, 4))


def _objects(making: _Making) -> Iterator[object]:
    pools = {f.name: making.some(f.type, 5, f.name) for f in making.kind.fields}
    for number in range(5):
        chosen = {f.name: pools[f.name][number % len(pools[f.name])] for f in making.kind.fields}
        dropped = {f.name for i, f in enumerate(making.kind.fields) if f.optional and (number + i) % 2}
        yield {n: v for n, v in chosen.items() if n not in dropped}


def _documents(_making: _Making) -> Iterator[object]:
    yield from ({"k": (1, "x#", True)}, "", {"nested": {"n": Decimal("1.5")}}, (), 0, {})


def _vectors(making: _Making) -> Iterator[object]:
    """Quarters: exact in the 32 bits that an index keeps; never zero, which has no cosine."""
    for _ in range(8):
        numbers = [making.random.randint(-100, 100) / 4 for _ in range(making.kind.dimensions or 1)]
        yield tuple(numbers) if any(numbers) else (1.0, *numbers[1:])


_SEQUENCES = {
    Kind.STRING: _texts,
    Kind.INTEGER: _integers,
    Kind.DECIMAL: _decimals,
    Kind.BOOLEAN: _booleans,
    Kind.BYTES: _bytes,
    Kind.DATETIME: _instants,
    Kind.DATE: _dates,
    Kind.UUID: _uuids,
    Kind.ULID: _ulids,
    Kind.ENUM: _enums,
    Kind.LIST: _lists,
    Kind.SET: _sets,
    Kind.MAP: _maps,
    Kind.OBJECT: _objects,
    Kind.ANY: _documents,
    Kind.VECTOR: _vectors,
}
