r"""Text and bytes as key text: the escape, its reversal, and the descending code.

The escape writes each character up to `$` (U+0024) as `$` and two upper-case hexadecimal digits and leaves all others
as they are. So every byte of an escaped text is `$` or above, the delimiter `#` is below all of them, and because each
escape begins with `$` and keeps the order of the characters it stands for, byte order is the order of the values.

The descending code writes each byte `b` of the UTF-8 form as two upper-case hexadecimal digits of `255 - b` and ends
with `~`, which is above every digit: a text that goes on sorts before the one that ends.
"""

from __future__ import annotations

import re

from dynamodel.keys.refusal import MalformedKey, UnencodableValue

DESCENDING_END = "~"

_TO_ESCAPE = re.compile("[\x00-\x24]")
_ESCAPED = re.compile(r"\$([01][0-9A-F]|2[0-4])")
_WELL_FORMED = re.compile(r"(?:[^\x00-\x24]|\$(?:[01][0-9A-F]|2[0-4]))*", re.DOTALL)
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_REVERSED = re.compile(r"((?:[0-9A-F]{2})*)~")


def utf8(text: str) -> bytes:
    """The UTF-8 form; `UnencodableValue` for a lone surrogate, which the service cannot store."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        reason = f"text with a lone surrogate cannot be stored: {text!r}"
        raise UnencodableValue(reason) from None


def escape(text: str) -> str:
    """The text of a component: no delimiter in it, order kept; `UnencodableValue` for a lone surrogate."""
    utf8(text)
    return _TO_ESCAPE.sub(lambda found: f"${ord(found[0]):02X}", text)


def unescape(text: str) -> str:
    """What `escape` was given; `MalformedKey` for a text that `escape` does not write."""
    if not _WELL_FORMED.fullmatch(text):
        reason = f"not an escaped text: {text!r}"
        raise MalformedKey(reason)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def descend(raw: bytes, *, end: str = DESCENDING_END) -> str:
    """The descending code of bytes; with `end=""` the prefix for `begins_with`."""
    return bytes(255 - b for b in raw).hex().upper() + end


def ascend(text: str) -> bytes:
    """What `descend` was given; `MalformedKey` for a text that it does not write."""
    found = _REVERSED.fullmatch(text)
    if not found:
        reason = f"not a descending code: {text!r}"
        raise MalformedKey(reason)
    return bytes(255 - b for b in bytes.fromhex(found[1]))


def unhex(text: str) -> bytes:
    """The bytes of lower-case hexadecimal text; `MalformedKey` for anything else."""
    if not _HEX.fullmatch(text):
        reason = f"not lower-case hexadecimal: {text!r}"
        raise MalformedKey(reason)
    return bytes.fromhex(text)
