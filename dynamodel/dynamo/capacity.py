"""Capacity units of requests, in millionths of a unit (`MICRO` = 1 RCU or WCU): integers only.

In: sizes in bytes. Out: units by the service's own rounding. Sources: "DynamoDB read and write operations", "Using
Global Secondary Indexes in DynamoDB", "Amazon DynamoDB Transactions: How it works". Filters, projection expressions and
counts reduce nothing: give the sizes of what is evaluated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import (
    PAGE_BYTES,
    PARTITION_HEADROOM_PERCENT,
    PARTITION_READ_UNITS,
    PARTITION_WRITE_UNITS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

MICRO = 1_000_000
READ_BLOCK = 4096
WRITE_BLOCK = 1024
TRANSACTION_FACTOR = 2  # reads and the base table's writes; index writes stayed single when measured by AWS


def _blocks(size: int, block: int) -> int:
    return max(1, -(-size // block))


def read_units(size: int, *, consistent: bool) -> int:
    """One item, or the sum of one page of a Query or Scan: rounded up once, and never nothing."""
    return _blocks(size, READ_BLOCK) * (MICRO if consistent else MICRO // 2)


def query_units(size: int, *, consistent: bool) -> int:
    """A Query or Scan that follows its pages of 1 MB to the end: rounded up once for each page."""
    full, rest = divmod(size, PAGE_BYTES)
    units = full * read_units(PAGE_BYTES, consistent=consistent)
    return units + (read_units(rest, consistent=consistent) if rest or not full else 0)


def batch_read_units(sizes: Iterable[int], *, consistent: bool) -> int:
    """BatchGetItem: each item rounded up on its own; a missing item has size 0."""
    return sum(read_units(size, consistent=consistent) for size in sizes)


def transact_read_units(sizes: Iterable[int]) -> int:
    """TransactGetItems: twice the strong read of each item, charged even if cancelled."""
    return TRANSACTION_FACTOR * batch_read_units(sizes, consistent=True)


def local_fetch_units(entries: int, items: Iterable[int], *, consistent: bool) -> int:
    """A Query on a local index that asks for attributes it does not project.

    `entries` is the summed size of the entries; each base item is fetched and rounded up on its own.
    """
    return read_units(entries, consistent=consistent) + batch_read_units(items, consistent=consistent)


def write_units(size: int) -> int:
    """One item or index entry written: the larger of its sizes before and after; a delete has its size before."""
    return _blocks(size, WRITE_BLOCK) * MICRO


def transact_write_units(sizes: Iterable[int]) -> int:
    """TransactWriteItems on the base table: twice each item, condition checks too, charged even if cancelled."""
    return TRANSACTION_FACTOR * sum(write_units(size) for size in sizes)


def index_writes(*, before: bool, after: bool, key_changed: bool = False, projected_changed: bool = False) -> int:
    """Writes on one index that one written item causes: 0, 1, or 2 when its entry moves (delete and put)."""
    if before and after:
        return 2 if key_changed else int(projected_changed)
    return int(before or after)


def index_write_units(entry: int, writes: int) -> int:
    """Units of index writes: each by the size of the entry, not of the item."""
    return writes * write_units(entry)


def shards(*, read: int = 0, write: int = 0) -> int:
    """Shards that keep the hottest key below our share of one partition; `read`, `write` in millionths a second."""
    needed = [
        -(-units * 100 // (limit * PARTITION_HEADROOM_PERCENT * MICRO))
        for units, limit in ((read, PARTITION_READ_UNITS), (write, PARTITION_WRITE_UNITS))
    ]
    return max(1, *needed)
