"""How many bytes values, items and index entries have, as the service counts them for capacity and limits.

In: stored values (str, int, Decimal, bytes, bool, None, list, dict, set). Out: bytes. Source: "DynamoDB item sizes and
formats"; the byte for a minus sign is widely reported and not in that page. The 100 bytes that storage is billed for
on top of each item and index entry are no part of these sizes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


STORED_OVERHEAD = 100  # bytes of an item or an index entry, in storage billing only
REPLICATED_OVERHEAD = 48  # bytes more of an item of a global table, in storage billing only
_DOCUMENT_OVERHEAD = 3
_ELEMENT_OVERHEAD = 1


def number_bytes(number: int | Decimal) -> int:
    """About one byte for two significant digits, one more, and one for a minus sign."""
    value = Decimal(number)
    digits = "".join(map(str, value.as_tuple().digits)).strip("0")
    return (len(digits) + 1) // 2 + 1 + int(value < 0)


def value_bytes(value: object) -> int:
    """Bytes of one stored value, without its name; `TypeError` for what the service does not store."""
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, int | Decimal):
        return number_bytes(value)
    if isinstance(value, list | tuple):
        return _DOCUMENT_OVERHEAD + sum(value_bytes(v) + _ELEMENT_OVERHEAD for v in value)
    if isinstance(value, dict):
        return _DOCUMENT_OVERHEAD + sum(
            len(str(name).encode()) + value_bytes(v) + _ELEMENT_OVERHEAD for name, v in value.items()
        )
    if isinstance(value, set | frozenset):
        return sum(value_bytes(v) for v in value)
    raise TypeError(f"no stored value: {value!r}")


def item_bytes(item: Mapping[str, object]) -> int:
    """Bytes of an item: names and values of all attributes."""
    return sum(len(name.encode()) + value_bytes(value) for name, value in item.items())


def entry_bytes(item: Mapping[str, object], keys: Iterable[str], projected: Iterable[str] | None) -> int:
    """Bytes of an item's entry in an index: the keys of table and index, and what is projected (None: everything).

    An item that lacks one of `keys` has no entry: 0.
    """
    names = list(keys)
    if any(name not in item for name in names):
        return 0
    if projected is None:
        return item_bytes(item)
    carried = {*names, *projected}
    return item_bytes({name: value for name, value in item.items() if name in carried})
