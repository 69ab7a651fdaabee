"""One component's value as text, without the closing delimiter, and back.

In: an `ir.keys.Component` and a plain Python value. Out: text whose byte order is the order of the values (descending
components: the reverse), in which no byte is the delimiter or below it. It knows nothing of templates or requests.

A component with `Absent.FIRST` or `LAST` codes None too (`keys.md` A6c): present values are `%` and their text, None is
`$`, below them, or `&`, above them. FIRST and LAST are places in the stored order, whatever the component's direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from dynamodel.ir.keys import Absent, Code, Component
from dynamodel.keys import numbers, times
from dynamodel.keys.refusal import MalformedKey, UnencodableValue
from dynamodel.keys.text import ascend, descend, escape, unescape, unhex, utf8

if TYPE_CHECKING:
    from collections.abc import Callable

PRESENT = "%"
NONE_FIRST = "$"
NONE_LAST = "&"


def is_coded(component: Component) -> bool:
    """Whether the component has a text for None, so that present values are marked with `%`."""
    return component.absent in {Absent.FIRST, Absent.LAST}


def encode(component: Component, value: object) -> str:
    """The text of a value in a component.

    `value` is a plain Python value: str or UUID for TEXT, int or Decimal for numbers, an aware datetime for INSTANT and
    EPOCH, date, bytes, bool; with a bucket a datetime, a date or the bucket's text. `UnencodableValue` for a value of
    another type, outside the declared range, or None where the component does not code it.
    """
    if value is None:
        if not is_coded(component):
            reason = f"{component.attribute} has no value"
            raise UnencodableValue(reason)
        return NONE_FIRST if component.absent is Absent.FIRST else NONE_LAST
    return marked(component, _encode_present(component, value))


def marked(component: Component, text: str) -> str:
    """The text of a present value with the mark that a component which codes None puts before it."""
    return PRESENT + text if is_coded(component) else text


def decode(component: Component, text: str) -> object:
    """The value of a text that `encode` wrote; `MalformedKey` for any other text.

    TEXT gives str (a UUID's text), scaled numbers Decimal, unscaled int, EPOCH and INSTANT a datetime in UTC, a bucket
    its text.
    """
    if is_coded(component):
        none = NONE_FIRST if component.absent is Absent.FIRST else NONE_LAST
        if text == none:
            return None
        if not text.startswith(PRESENT):
            reason = f"neither a value nor its absence: {text!r}"
            raise MalformedKey(reason)
        text = text[len(PRESENT) :]
    if component.bucket:
        plain = times.complement(text) if component.descending else text
        return times.parse_bucket(plain, component.bucket)
    return _DECODERS[component.code](component, text)


def encode_prefix(component: Component, prefix: str) -> str:
    """The text with which the keys of all values that begin with `prefix` begin (TEXT only)."""
    if component.code is not Code.TEXT or component.bucket:
        reason = f"{component.attribute} is no text: it has no prefixes"
        raise UnencodableValue(reason)
    return marked(component, descend(utf8(prefix), end="") if component.descending else escape(prefix))


def _encode_present(component: Component, value: object) -> str:
    if component.bucket:
        text = times.bucket_text(value, component.bucket)
        return times.complement(text) if component.descending else text
    return _ENCODERS[component.code](component, value)


def _encode_text(component: Component, value: object) -> str:
    if isinstance(value, UUID):
        value = str(value)
    if not isinstance(value, str):
        reason = f"{component.attribute} is text, not {type(value).__name__}: {value!r}"
        raise UnencodableValue(reason)
    return descend(utf8(value)) if component.descending else escape(value)


def _decode_text(component: Component, text: str) -> object:
    if not component.descending:
        return unescape(text)
    try:
        return ascend(text).decode()
    except UnicodeDecodeError:
        reason = f"not the descending code of a text: {text!r}"
        raise MalformedKey(reason) from None


def _encode_hex(component: Component, value: object) -> str:
    if not isinstance(value, bytes | bytearray | memoryview):
        reason = f"{component.attribute} is bytes, not {type(value).__name__}: {value!r}"
        raise UnencodableValue(reason)
    raw = bytes(value)
    return descend(raw) if component.descending else raw.hex()


def _encode_boolean(component: Component, value: object) -> str:
    if not isinstance(value, bool):
        reason = f"{component.attribute} is true or false, not {value!r}"
        raise UnencodableValue(reason)
    return str(int(value != component.descending))


def _decode_boolean(component: Component, text: str) -> object:
    if text not in {"0", "1"}:
        reason = f"neither 0 nor 1: {text!r}"
        raise MalformedKey(reason)
    return (text == "1") != component.descending


def _timed(form: Callable[[object], str]) -> Callable[[Component, object], str]:
    return lambda c, value: times.complement(form(value)) if c.descending else form(value)


def _untimed(parse: Callable[[str], object]) -> Callable[[Component, str], object]:
    return lambda c, text: parse(times.complement(text) if c.descending else text)


_ENCODERS: dict[Code, Callable[[Component, object], str]] = {
    Code.TEXT: _encode_text,
    Code.NUMBER: numbers.encode_number,
    Code.OPEN_NUMBER: lambda c, value: numbers.encode_open(value, descending=c.descending),
    Code.INSTANT: _timed(times.instant_text),
    Code.DATE: _timed(times.date_text),
    Code.HEX: _encode_hex,
    Code.BOOLEAN: _encode_boolean,
    Code.EPOCH: _timed(times.epoch_text),
}

_DECODERS: dict[Code, Callable[[Component, str], object]] = {
    Code.TEXT: _decode_text,
    Code.NUMBER: numbers.decode_number,
    Code.OPEN_NUMBER: lambda c, text: numbers.decode_open(text, descending=c.descending),
    Code.INSTANT: _untimed(times.parse_instant),
    Code.DATE: _untimed(times.parse_date),
    Code.HEX: lambda c, text: ascend(text) if c.descending else unhex(text),
    Code.BOOLEAN: _decode_boolean,
    Code.EPOCH: _untimed(times.parse_epoch),
}
