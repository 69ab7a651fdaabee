"""Where each value of a JSON text begins: pointer -> offset. Only for texts that `json` already accepted."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dynamodel.spec.model import Pointer

_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,\]}]+')


def positions(text: str) -> dict[Pointer, int]:
    """The offset of every value by its pointer; empty if the text is no JSON."""
    found: dict[Pointer, int] = {}
    try:
        json.loads(text)
    except ValueError:
        return found
    _value(text, 0, (), found)
    return found


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _scalar(text: str, at: int) -> int:
    match = _SCALAR.match(text, at)
    return match.end() if match else at + 1


def _value(text: str, at: int, pointer: Pointer, found: dict[Pointer, int]) -> int:
    at = _skip(text, at)
    found[pointer] = at
    opening = text[at]
    if opening not in "[{":
        return _scalar(text, at)
    at, index = _skip(text, at + 1), 0
    while text[at] not in "]}":
        key: str | int = index
        if opening == "{":
            end = _scalar(text, at)
            key = json.loads(text[at:end])
            at = _skip(text, end) + 1  # the colon
        at = _skip(text, _value(text, at, (*pointer, key), found))
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1
    return at + 1
