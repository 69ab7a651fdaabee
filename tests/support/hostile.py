"""Components of keys with values that break weak key schemes: delimiters, prefixes, NUL, edges of ranges and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from dynamodel.ir.entities import BucketUnit
from dynamodel.ir.keys import Absent, Code, Component

if TYPE_CHECKING:
    from collections.abc import Callable

# Few different pieces, so that values are often prefixes of each other or differ at a delimiter only.
PIECES = (
    "",
    "a",
    "A",
    "aa",
    "1",
    "10",
    "#",
    "$",
    "$23",
    "%",
    "&",
    "!",
    '"',
    " ",
    "~",
    "\x00",
    "é",
    "😀",
    "\uffff",
    "USER",
)
texts = st.lists(st.sampled_from(PIECES), max_size=4).map("".join) | st.text(
    alphabet=st.characters(exclude_categories=("Cs",)), max_size=6
)
small_bytes = st.binary(max_size=3) | st.sampled_from((b"", b"\x00", b"\xff", b"\xff\xff", b"#", b"##", b"\x00\x00"))

_ZONES: tuple[tzinfo, ...] = (
    UTC,
    timezone(timedelta(hours=14)),
    timezone(-timedelta(hours=12, minutes=1)),
    ZoneInfo("Europe/Berlin"),  # folds at the end of summer time
)
_DAYS = st.sampled_from(
    (
        datetime(1, 1, 3, tzinfo=UTC),
        datetime(999, 12, 31, 23, tzinfo=UTC),
        datetime(1000, 1, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=UTC),
        datetime(9999, 12, 29, tzinfo=UTC),
    )
)
instants = st.builds(
    lambda day, step, zone, fold: (day + timedelta(microseconds=step)).replace(tzinfo=zone, fold=fold),
    _DAYS,
    st.sampled_from((0, 1, 999_999, 1_000_000, 3_600_000_000, 1_800_000_000)),
    st.sampled_from(_ZONES),
    st.integers(0, 1),
)
ttls = st.integers(0, 4).map(
    lambda n: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=(0, 1, 9, 10, 253402300799)[n])
)
dates = st.sampled_from(
    (date(1, 1, 1), date(99, 12, 31), date(999, 12, 31), date(2026, 9, 30), date(2026, 10, 1), date.max)
)
wide_numbers = st.one_of(
    st.integers(-12, 12).map(Decimal),
    st.builds(
        lambda sign, digits, exponent: Decimal((sign, digits, exponent)),
        st.integers(0, 1),
        st.lists(st.integers(0, 9), min_size=1, max_size=38).map(tuple),
        st.integers(-92, 88),
    ),
    st.sampled_from(
        tuple(Decimal(n) for n in ("0", "-0", "1E-130", "-1E-130", "9.9E+125", "-9.9E+125", "1.0", "1.00"))
    ),
)

Valued = tuple[Component, "st.SearchStrategy[object]"]


def _number(low: Decimal, steps: int, scale: int) -> Valued:
    high = low + Decimal(steps).scaleb(-scale)
    component = Component("x", Code.NUMBER, minimum=low, maximum=high, scale=scale)
    grid = st.integers(0, steps).map(lambda n: low + Decimal(n).scaleb(-scale))
    return component, grid


def _plain() -> st.SearchStrategy[Valued]:
    numbers = st.builds(
        _number,
        st.sampled_from((Decimal(0), Decimal(-7), Decimal(95), Decimal("-0.05"))),
        st.sampled_from((1, 9, 10, 120)),
        st.sampled_from((2, 3)),
    )
    whole = st.builds(
        _number, st.sampled_from((Decimal(0), Decimal(-7), Decimal(10**20))), st.integers(1, 15), st.just(0)
    )
    fixed = st.sampled_from(
        (
            (Component("x", Code.TEXT), texts),
            (Component("x", Code.OPEN_NUMBER), wide_numbers),
            (Component("x", Code.INSTANT), instants),
            (Component("x", Code.DATE), dates),
            (Component("x", Code.HEX), small_bytes),
            (Component("x", Code.BOOLEAN), st.booleans()),
            (Component("x", Code.EPOCH), ttls),
            *((Component("x", Code.INSTANT, bucket=unit), instants) for unit in BucketUnit),
        )
    )
    return fixed | numbers | whole


def _with(valued: Valued, descending: bool, absent: Absent) -> Valued:
    component = replace(valued[0], descending=descending, absent=absent)
    values: st.SearchStrategy[object] = valued[1] | st.none() if absent in {Absent.FIRST, Absent.LAST} else valued[1]
    return component, values


components: st.SearchStrategy[Valued] = st.builds(
    _with, _plain(), st.booleans(), st.sampled_from((Absent.REFUSED, Absent.FIRST, Absent.LAST))
)


def order_of(component: Component) -> Callable[[object], tuple[int, object]]:
    """The sort key that a component's text must follow, written without any knowledge of texts."""

    def key(value: object) -> tuple[int, object]:
        if value is None:
            return (-1 if component.absent is Absent.FIRST else 1, 0)
        return (0, comparable(component, value))

    return key


def comparable(component: Component, value: object) -> object:
    """What the component distinguishes of a value: instants in UTC, buckets their start, text its UTF-8 bytes."""
    if component.bucket and isinstance(value, datetime):
        moment = value.astimezone(UTC)
        parts = ("year", "month", "day", "hour")
        return tuple(getattr(moment, part) for part in parts[: parts.index(component.bucket) + 1])
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value.encode() if isinstance(value, str) else value
