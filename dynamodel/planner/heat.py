"""How many write shards a partition takes so that its hottest key stays below our share of one partition.

In: what meets the hottest partition of one key at peak, or all that meets an entity, for the first look. Out: the
number of shards, 1 for most. A shard takes an equal part of what is spread over a partition's items; what meets a
single item, and a page that every shard is asked for, stays whole, so shards cannot help there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, query_units, write_units
from dynamodel.dynamo.footprint import attribute_bytes
from dynamodel.dynamo.heat import READ_ROOM, WRITE_ROOM
from dynamodel.dynamo.limits import MOST_SHARDS, PARTITION_BYTES
from dynamodel.ir.entities import MICRO
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload

_KEYS_AT_MOST = 2_000  # bytes of all keys of an item, for the first look at heat


@dataclass(frozen=True, slots=True)
class Load:
    """Units a second in millionths: `spread` over the items of the hottest partition, `item` on its hottest item."""

    spread: int
    item: int = 0

    def at(self, shards: int) -> int:
        """What the hottest shard takes."""
        return max(self.item, -(-self.spread // shards))


@dataclass(frozen=True, slots=True)
class Asked:
    """A Query that meets the hottest partition `calls` times a second (millionths), reading `size` bytes.

    `paged`: every shard is asked for a page as long as the whole one.
    """

    calls: int
    size: int
    consistent: bool
    paged: bool

    def units(self, shards: int) -> int:
        """Read units of one shard for one call, in millionths."""
        size = self.size if self.paged else -(-self.size // shards)
        return query_units(size, consistent=self.consistent)

    def at(self, shards: int) -> int:
        """What each shard takes."""
        return self.calls * self.units(shards) // MICRO


@dataclass(frozen=True, slots=True)
class Heat:
    """Everything that meets the hottest partition of a key at peak; `stored` are its bytes, 0 where unimportant."""

    writes: tuple[Load, ...] = ()
    reads: tuple[Load | Asked, ...] = ()
    stored: int = 0

    def written(self, shards: int = 1) -> int:
        """Write units a second on the hottest shard, in millionths."""
        return sum(load.at(shards) for load in self.writes)

    def read(self, shards: int = 1) -> int:
        """Read units a second on the hottest shard, in millionths."""
        return sum(load.at(shards) for load in self.reads)

    def shards(self) -> int:
        """The fewest shards that bring what they can below our share of a partition."""
        needed = (
            _fewest(self.written, WRITE_ROOM, self.writes),
            _fewest(self.read, READ_ROOM, self.reads),
            -(-self.stored // PARTITION_BYTES),
        )
        return max(1, *needed)


def is_warm(workload: Workload, entity: EntityDef, counts: Sequence[int]) -> bool:
    """Whether an entity's load could be too much for one partition, if all of it met the same.

    `counts` says how many items each of the entity's steps is about.
    """
    size = attribute_bytes(entity) + _KEYS_AT_MOST
    written = sum(
        TRANSACTION_FACTOR * 2 * count * write_units(size) * p.rate.peak // MICRO
        for (p, _), count in zip(workload.steps_on(entity.name), counts, strict=True)
    )
    read = sum(
        query_units(part.rows.average * size, consistent=True) * p.rate.peak // MICRO
        for p in workload.reads_of(entity.name)
        for part in p.parts
        if part.entity == entity.name
    )
    over = max(written * READ_ROOM, read * WRITE_ROOM) > READ_ROOM * WRITE_ROOM
    return over or entity.count.average * size > PARTITION_BYTES


def _fewest(at: Callable[[int], int], room: int, loads: Sequence[object]) -> int:
    """The fewest shards that leave at most `room` to each; 1 where no number does."""
    if not loads or at(1) <= room or at(MOST_SHARDS) > room:
        return 1
    return next(count for count in range(2, MOST_SHARDS + 1) if at(count) <= room)


def per_second(units: int, rate: int, share: int) -> int:
    """Units a second in millionths of calls of `units` at `rate`, of which `share` meet the hottest key."""
    return units * rate * share // (MICRO * MICRO)
