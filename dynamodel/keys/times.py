"""Times as key text: instants, dates, epoch seconds and calendar buckets, ascending and descending.

Every form has a fixed width with digits and separators always at the same positions, so byte order is the order in
time. The descending form complements each digit to nine and leaves the separators: two different texts first differ at
a digit, where the complement turns the comparison round; it has the same width, and applying it twice gives the text
back. Only aware times are taken; they are compared and written in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from dynamodel.ir.entities import BucketUnit
from dynamodel.keys.refusal import MalformedKey, UnencodableValue

EPOCH_DIGITS = 12  # the year 9999 is 253402300799
_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)
_COMPLEMENT = str.maketrans("0123456789", "9876543210")
_BUCKET_WIDTH = {BucketUnit.YEAR: 4, BucketUnit.MONTH: 7, BucketUnit.DAY: 10, BucketUnit.HOUR: 13}
_REST = "0001-01-01T00"  # completes a bucket's text to its first hour
_INSTANT_WIDTH = 32


def complement(text: str) -> str:
    """Each digit d as 9 - d; its own inverse, and order-reversing on texts of one layout."""
    return text.translate(_COMPLEMENT)


def in_utc(value: object) -> datetime:
    """The instant in UTC; `UnencodableValue` for naive times, other types and years outside 1 to 9999."""
    if not isinstance(value, datetime):
        reason = f"not a datetime: {value!r}"
        raise UnencodableValue(reason)
    if value.utcoffset() is None:
        reason = f"a time without a zone has no place on the time line: {value!r}"
        raise UnencodableValue(reason)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        reason = f"outside the years 1 to 9999 in UTC: {value!r}"
        raise UnencodableValue(reason) from None


def instant_text(value: object) -> str:
    """`2026-11-22T14:05:00.000000+00:00`; isoformat keeps the zeros of years below 1000, strftime does not."""
    return in_utc(value).isoformat(timespec="microseconds")


def parse_instant(text: str) -> datetime:
    """The instant of such a text; `MalformedKey` for any other form of the same or another time."""
    try:
        value = datetime.fromisoformat(text)
        if len(text) == _INSTANT_WIDTH and value.isoformat(timespec="microseconds") == text and value.tzinfo == UTC:
            return value
    except ValueError:
        pass
    reason = f"not an instant in UTC with microseconds: {text!r}"
    raise MalformedKey(reason)


def date_text(value: object) -> str:
    """`2026-11-22`; `UnencodableValue` for a datetime, whose zone would decide the day."""
    if isinstance(value, datetime) or not isinstance(value, date):
        reason = f"not a date: {value!r}"
        raise UnencodableValue(reason)
    return value.isoformat()


def parse_date(text: str) -> date:
    """The date of such a text; `MalformedKey` otherwise."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    reason = f"not a date: {text!r}"
    raise MalformedKey(reason)


def epoch_text(value: object) -> str:
    """Whole seconds since 1970, in 12 digits; `UnencodableValue` for fractions of a second and earlier times."""
    since = in_utc(value) - _EPOCH_START
    if since.microseconds:
        reason = f"the time to live is kept in whole seconds: {value!r}"
        raise UnencodableValue(reason)
    if since < timedelta(0):
        reason = f"before 1970: {value!r}"
        raise UnencodableValue(reason)
    return str(since // timedelta(seconds=1)).zfill(EPOCH_DIGITS)


def parse_epoch(text: str) -> datetime:
    """The instant of such a text; `MalformedKey` otherwise."""
    if re.fullmatch(f"[0-9]{{{EPOCH_DIGITS}}}", text):
        try:
            return _EPOCH_START + timedelta(seconds=int(text))
        except OverflowError:
            pass
    reason = f"not epoch seconds: {text!r}"
    raise MalformedKey(reason)


def bucket_text(value: object, unit: BucketUnit) -> str:
    """`2026`, `2026-11`, `2026-11-22` or `2026-11-22T14`: a time, a date or the text itself, cut to its unit in UTC.

    `UnencodableValue` for the hour of a date and for a text that is not exactly one bucket of the unit.
    """
    if isinstance(value, str):
        try:
            return parse_bucket(value, unit)
        except MalformedKey as malformed:
            raise UnencodableValue(str(malformed)) from None
    if isinstance(value, date) and not isinstance(value, datetime):
        if unit is BucketUnit.HOUR:
            reason = f"a date has no hour: {value!r}"
            raise UnencodableValue(reason)
        return value.isoformat()[: _BUCKET_WIDTH[unit]]
    return instant_text(value)[: _BUCKET_WIDTH[unit]]


def parse_bucket(text: str, unit: BucketUnit) -> str:
    """The text itself if it is one bucket of the unit; `MalformedKey` otherwise."""
    whole = text + _REST[len(text) :]
    if len(text) == _BUCKET_WIDTH[unit] and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}", whole):
        try:
            datetime.fromisoformat(whole)
        except ValueError:
            pass
        else:
            return text
    reason = f"not a {unit} of the calendar: {text!r}"
    raise MalformedKey(reason)


def bucket_layout(unit: BucketUnit) -> str:
    """A text of the unit's width, digits and separators in their places."""
    return _REST[: _BUCKET_WIDTH[unit]]
