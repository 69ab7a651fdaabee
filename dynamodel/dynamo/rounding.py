"""What a request for several kinds of items is charged with, as layouts are compared.

In: the rows of each kind, with their size without keys. Out: bytes, where the keys make no difference. Such a request
is rounded up to whole units as a whole, so what it costs is no sum over entities. Mostly it is known all the same:
where a unit has room for the keys, every layout pays as many units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import READ_BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEYS = 256  # bytes of a row for all of its keys; with more, what is charged is only less exact


def whole_units(rows: Iterable[tuple[int, int]]) -> int | None:
    """The bytes of the whole units that a request takes for these rows: how many, the bytes of each without keys.

    None where keys of usual size may make it a unit more: then it is compared by its bytes before they are rounded up.
    """
    every = list(rows)
    least = sum(count * size for count, size in every)
    whole = max(1, -(-least // READ_BLOCK)) * READ_BLOCK
    return whole if least + sum(count for count, _ in every) * _KEYS <= whole else None
