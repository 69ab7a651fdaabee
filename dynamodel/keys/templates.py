"""Keys of items: a template and an item's values make a text; the text gives the values back.

In: templates of the plan, plain Python values by attribute name. Out: key texts, closed by the delimiter, and the
greatest size that a template can reach. It knows no requests (`bounds`) and no other templates (`collisions`).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from dynamodel.ir.keys import DELIMITER, Absent, Code, Component, ShardToken, Template, TextToken
from dynamodel.ir.values import Kind
from dynamodel.keys import numbers
from dynamodel.keys.choose import logical_name
from dynamodel.keys.codes import decode, encode, is_coded
from dynamodel.keys.refusal import MalformedKey, UnencodableValue
from dynamodel.keys.text import escape, utf8
from dynamodel.keys.times import EPOCH_DIGITS, bucket_layout
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamodel.ir.entities import AttributeDef
    from dynamodel.ir.keys import Token

_ESCAPED_WIDTH = 3  # bytes of an escaped character, which had one
_UTF8_WIDTH = 4  # most bytes of a character
_OPEN_NUMBER_WIDTH = 1 + 3 + numbers.SIGNIFICANT_DIGITS + 1  # sign, exponent, digits, end
_FIXED_WIDTHS = {Code.INSTANT: 32, Code.DATE: 10, Code.BOOLEAN: 1, Code.EPOCH: EPOCH_DIGITS}
_KIND_WIDTHS = {Kind.UUID: 36, Kind.ULID: 26}


def item_key(template: Template, values: Mapping[str, object], identity: tuple[Component, ...] = ()) -> str | None:
    """The key text of an item, or None when a sparse component has no value: then the item has no key here.

    `identity` are the entity's identity components (`choose.identity_components`), needed for a shard token.
    `UnencodableValue` when a value does not fit its component or a required one is None or missing.
    """
    texts: list[str] = []
    for token in template.tokens:
        text = _item_token(token, values, identity)
        if text is None:
            return None
        texts.append(text + DELIMITER)
    return "".join(texts)


def _item_token(token: Token, values: Mapping[str, object], identity: tuple[Component, ...]) -> str | None:
    if isinstance(token, TextToken):
        return token.text
    if isinstance(token, ShardToken):
        return shard_text(shard_of(identity, values, token.count), token.count)
    value = values.get(token.attribute)
    if value is None and token.absent is Absent.SPARSE:
        return None
    return encode(token, value)


def shard_of(identity: tuple[Component, ...], values: Mapping[str, object], count: int) -> int:
    """The shard of an item: CRC-32 (as in zlib) of its identity's key text in UTF-8, modulo the number of shards."""
    text = "".join(encode(component, values.get(component.attribute)) + DELIMITER for component in identity)
    return zlib.crc32(utf8(text)) % count


def shard_text(shard: int, count: int) -> str:
    """The token of a shard: decimal, padded so that all shards have one width."""
    return str(shard).zfill(len(str(count - 1)))


def parse(template: Template, text: str) -> dict[str, object]:
    """The values in a key text by logical name (`placed_at`, `placed_at@day`); shard tokens are left out.

    `MalformedKey` when the template cannot have written the text.
    """
    parts = text.split(DELIMITER)
    if parts[-1] or len(parts) != len(template.tokens) + 1:
        reason = f"{text!r} is no key of {template}"
        raise MalformedKey(reason)
    values: dict[str, object] = {}
    for token, part in zip(template.tokens, parts[:-1], strict=True):
        if isinstance(token, Component):
            values[logical_name(token)] = decode(token, part)
        elif not _is_fixed(token, part):
            reason = f"{text!r} is no key of {template}"
            raise MalformedKey(reason)
    return values


def _is_fixed(token: TextToken | ShardToken, part: str) -> bool:
    if isinstance(token, TextToken):
        return part == token.text
    return part in {shard_text(shard, token.count) for shard in range(token.count)}


@dataclass(frozen=True, slots=True)
class KeySize:
    """How long a key can get, in bytes of UTF-8.

    `most` counts every attribute at its greatest size, also where that is only a default; `declared` counts
    attributes without a declared greatest size at their average instead. `assumed` names those, in order. A key whose
    `declared` size passes the service's limit is an error in the plan; one whose `most` does may be refused at run
    time, before anything is sent.
    """

    most: int
    declared: int
    assumed: tuple[str, ...] = ()


def key_size(template: Template, attribute: Callable[[str], AttributeDef]) -> KeySize:
    """The size of the longest key of a template; `attribute` finds an attribute by name.

    Text counts three bytes a byte at worst (each character up to `$` has one and is written as three), four a
    character where a length in characters is declared, exactly where the values are known.
    """
    most = declared = 0
    assumed: list[str] = []
    for token in template.tokens:
        if not isinstance(token, Component):
            size = len(token.text) if isinstance(token, TextToken) else len(str(token.count - 1))
            most, declared = most + size + 1, declared + size + 1
            continue
        definition = attribute(token.attribute)
        mark = int(is_coded(token))
        longest, is_declared = _component_size(token, definition)
        most += longest + mark + 1
        if is_declared:
            declared += longest + mark + 1
        else:
            declared += min(longest, _plain_size(token, definition.size.average)) + mark + 1
            assumed.append(token.attribute)
    return KeySize(most, declared, tuple(assumed))


def _plain_size(component: Component, size: int) -> int:
    """The text of a value of so many bytes in which nothing is escaped."""
    return 2 * size + 1 if component.descending or component.code is Code.HEX else size


def _component_size(component: Component, attribute: AttributeDef) -> tuple[int, bool]:
    """Longest text of a component in bytes, and whether that is declared (or follows from the type)."""
    if component.bucket:
        return len(bucket_layout(component.bucket)), True
    if component.code in _FIXED_WIDTHS:
        return _FIXED_WIDTHS[component.code], True
    if component.code is Code.NUMBER:
        return numbers.width(component), True
    if component.code is Code.OPEN_NUMBER:
        return _OPEN_NUMBER_WIDTH, True
    value_type = attribute.type
    if value_type.kind is Kind.ENUM:
        return max((len(encode(component, value).encode()) for value in value_type.values), default=0), True
    if value_type.kind in _KIND_WIDTHS:
        width = _KIND_WIDTHS[value_type.kind]
        return (2 * width + 1 if component.descending else width), True
    is_declared = value_type.max_length is not None or not attribute.size.assumed
    if component.code is Code.HEX or component.descending:
        width = 1 if component.code is Code.HEX else _UTF8_WIDTH
        size = min(s for s in (_times(value_type.max_length, width), attribute.size.most) if s is not None)
        return 2 * size + int(component.descending), is_declared
    sizes = (_times(value_type.max_length, _UTF8_WIDTH), _ESCAPED_WIDTH * attribute.size.most)
    return min(s for s in sizes if s is not None), is_declared


def _times(length: int | None, width: int) -> int | None:
    return None if length is None else length * width


def literal_text(text: str) -> str:
    """A fixed token after checking that it needs no escape; `UnencodableValue` outside `[A-Za-z0-9_~]+`."""
    if not text or escape(text) != text or not all(c.isascii() and (c.isalnum() or c in "_~") for c in text):
        reason = f"a literal of keys has letters, digits, `_` and `~` only: {text!r}"
        raise UnencodableValue(reason)
    return text
