"""What an entity costs wherever its keys are, but for the size of its items: reads that no key is chosen for.

In: the workload and an entity. Out: millionths of a US dollar a month for an average item of so many bytes. Batches and
transactions of gets, scans, and parents that come with the rows of a read take items by their base key; entries of
vector indexes hold that key. So a layout that makes items larger may make them dearer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, read_units
from dynamodel.dynamo.footprint import vector_share, vector_size
from dynamodel.dynamo.limits import KB
from dynamodel.dynamo.prices import monthly_micro_usd, terms_of, vector_writes_micro_usd
from dynamodel.dynamo.written import step_count
from dynamodel.ir.entities import MICRO
from dynamodel.ir.reads import ReadKind
from dynamodel.planner import cost
from dynamodel.planner.cost import fractional_units
from dynamodel.planner.vectors import vector_indexes
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.dynamo.prices import Terms
    from dynamodel.ir.entities import EntityDef, Rate
    from dynamodel.ir.plan import VectorDesign
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.workload import Workload


@dataclass(frozen=True, slots=True)
class _Fixed:
    """So many items of one call, each read by itself; `whole` when they are read as one."""

    items: int
    rate: Rate
    consistent: bool = False
    factor: int = 1
    whole: bool = False

    def units(self, item: int) -> int:
        if self.whole:
            return fractional_units(self.items * item, consistent=self.consistent)
        return self.items * self.factor * read_units(item, consistent=self.consistent)


@dataclass(frozen=True, slots=True)
class OfAll:
    """What concerns every entity of a workload: its scans, and its vector indexes."""

    scans: tuple[ReadPattern, ...]
    vectors: tuple[VectorDesign, ...]


def of_all(workload: Workload, type_attribute: str) -> OfAll:
    """The scans and vector indexes of a workload."""
    scans = tuple(p for p in workload.reads if p.kind is ReadKind.SCAN)
    return OfAll(scans, vector_indexes(workload, type_attribute))


class Fixed:
    """What one entity costs in any layout, by the size of its items and of its base key."""

    def __init__(self, workload: Workload, entity: EntityDef, type_attribute: str, every: OfAll) -> None:
        """Find it once; `cost` is asked for at every step of the search."""
        self._reads = tuple(_fixed(workload, entity, every.scans))
        self._terms: Terms = terms_of(workload.options)
        self._known: dict[tuple[int, int], int] = {}
        indexes = [(v, vector_share(entity, v)) for v in every.vectors]
        kind = len(type_attribute) + len(entity.tag)
        self._vectors = [(v, share, vector_size(entity, v, kind)) for v, share in indexes if share]
        self._written = [
            (step_count(workload, step), cost.vector_changes(workload, step, v), pattern.rate.average, size)
            for pattern, step in workload.steps_on(entity.name)
            for v, _, size in self._vectors
            if cost.changes_vector(entity, step, v)
        ]

    def entries(self, base: int) -> list[tuple[int, int]]:
        """The share of items in each vector index and the bytes of an entry, with a base key of so many bytes."""
        return [(share, size + base) for _, share, size in self._vectors]

    def cost(self, item: int, base: int) -> int:
        """The reads of items of so many bytes and the writes to vector indexes, a month."""
        if not self._reads and not self._written:
            return 0
        if (item, base) not in self._known:
            self._known[item, base] = self._cost(item, base)
        return self._known[item, base]

    def _cost(self, item: int, base: int) -> int:
        read = sum(
            monthly_micro_usd(read=r.units(item), write=0, average=r.rate.average, peak=r.rate.peak, terms=self._terms)
            for r in self._reads
        )
        return read + sum(
            vector_writes_micro_usd(count * max(KB, size + base) * chance // MICRO, rate)
            for count, chance, rate, size in self._written
        )


def _fixed(workload: Workload, entity: EntityDef, scans: Sequence[ReadPattern]) -> Iterator[_Fixed]:
    for pattern in scans:
        yield _Fixed(entity.count.average, pattern.rate, pattern.consistent, whole=True)
    for pattern in workload.reads_of(entity.name):
        own = [p for p in pattern.parts if p.entity == entity.name]
        if pattern.kind is ReadKind.BATCH_GET:
            yield _Fixed(pattern.batch.average if pattern.batch else 1, pattern.rate, pattern.consistent)
        elif pattern.kind is ReadKind.TRANSACT_GET:
            for _ in own:
                yield _Fixed(1, pattern.rate, consistent=True, factor=TRANSACTION_FACTOR)
        for join in pattern.joins:
            if join.parent == entity.name:
                yield _Fixed(pattern.parts[0].rows.average, pattern.rate, pattern.consistent)
