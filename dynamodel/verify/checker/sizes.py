"""Sizes of what a request carries, in bytes as the service counts them.

In: attribute values in the wire format. Out: bytes. The rules of counting are `dynamo.sizing`'s.
"""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import sizing

if TYPE_CHECKING:
    from collections.abc import Mapping


def item_bytes(item: Mapping[str, Any]) -> int:
    """Bytes of an item or a key: names and values."""
    return sizing.item_bytes({name: _plain(value) for name, value in item.items()})


def value_bytes(value: Mapping[str, Any]) -> int:
    """Bytes of one value without a name."""
    return sizing.value_bytes(_plain(value))


def _plain(value: Mapping[str, Any]) -> object:
    (kind, content) = next(iter(value.items()))
    if kind == "N":
        return Decimal(content)
    if kind == "NULL":
        return None
    if kind == "M":
        return {name: _plain(inner) for name, inner in content.items()}
    if kind == "L":
        return [_plain(inner) for inner in content]
    if kind == "NS":
        return frozenset(Decimal(number) for number in content)
    if kind == "BS":
        return frozenset(binary(each) for each in content)
    if kind == "SS":
        return frozenset(content)
    return binary(content) if kind == "B" else content


def binary(content: Any) -> bytes:
    """Binary as boto3 gives it, or in Base64."""
    return base64.b64decode(content) if isinstance(content, str) else bytes(content)
