"""What the parts of a selection cost while an item has a given size: the linear view of `planner.problem`.

In: an entity's problem. Out: millionths of a US dollar a month for frames, for keeping an index, guard or copy with
what it holds, for answering a need from it, for reading an item first, for a transaction. Sums are not rounded here, so
that parts add up; together they are what `EntityProblem.evaluate` says but for its rounding and for the shards that
reads cause. Costs never fall as the size grows, so at the least size of an item they are a lower bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, query_units, read_units, write_units
from dynamodel.dynamo.footprint import GUARD_BYTES
from dynamodel.dynamo.heat import READ_ROOM, WRITE_ROOM
from dynamodel.dynamo.limits import MOST_SHARDS
from dynamodel.dynamo.prices import monthly_micro_usd, storage_micro_usd
from dynamodel.dynamo.sizing import STORED_OVERHEAD
from dynamodel.ir.entities import MICRO
from dynamodel.ir.plan import Projection
from dynamodel.ir.writes import StepKind
from dynamodel.planner import cost
from dynamodel.planner.beside import carried
from dynamodel.planner.heat import Heat
from dynamodel.planner.places import BESIDE, projection_of, reads_strongly
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import Rate
    from dynamodel.planner.frame import Frame
    from dynamodel.planner.needs import Need
    from dynamodel.planner.places import Place
    from dynamodel.planner.problem import EntityProblem

_FINE = MICRO  # money is computed in millionths of a millionth before it becomes a float


@dataclass(frozen=True, slots=True)
class Variant:
    """A place with what it holds: a projection, or the attributes that a guard or copy carries."""

    place: Place
    holds: Projection


class Parts:
    """The costs of parts of one entity's selections."""

    def __init__(self, problem: EntityProblem) -> None:
        """Nothing is worked out before it is asked for."""
        self._problem = problem
        self._known: dict[tuple[object, ...], float] = {}

    def variant(self, place: Place, needs: Sequence[Need]) -> Variant:
        """A place that holds just what these needs ask of it."""
        entity = self._problem.entity
        if place.kind == "pointer":
            return Variant(place, Projection("KEYS_ONLY"))
        if place.kind in BESIDE:
            return Variant(place, Projection("INCLUDE", carried(entity, place, needs)))
        return Variant(place, projection_of(entity, place.signature, needs))

    def size(self, frame: Frame) -> int:
        """Bytes of an item with the keys of a frame and no other."""
        first, *others = frame.places
        return self._problem.item_of(first) + sum(self.growth(p) for p in others)

    def growth(self, place: Place) -> int:
        """Bytes that the key of a place adds to an average item."""
        if place.kind in BESIDE:
            return 0
        return self._problem.facts_of(place).added

    def frame(self, frame: Frame, size: int) -> float:
        """A frame, when items have grown to `size` by keys that are not its own; their storage is not its own."""
        grown = size - self.size(frame)
        whole = self._problem.evaluate(frame.places, frame.assigned, grown=grown).cost
        return whole - self._stored(self._problem.entity.count.average * grown)

    def kept(self, base: Place, variant: Variant, size: int) -> float:
        """An index, guard or copy with what it holds: its storage, that of its key in the item, its writes."""
        if variant.place.kind in BESIDE:
            return self._kept_beside(variant)
        problem, facts = self._problem, self._problem.facts_of(variant.place)
        count, entry = problem.entity.count.average, self._entry(base, variant, size)
        stored = count * self.growth(variant.place) + count * facts.share // MICRO * (entry + STORED_OVERHEAD)
        total = self._stored(stored)
        for number, (pattern, _) in enumerate(problem.steps):
            changes = problem.changes(facts, number, variant.holds)
            units = problem.counts[number] * cost.entry_write_units(changes, entry)
            total += self._money(0, units, pattern.rate)
        return total

    def _kept_beside(self, variant: Variant) -> float:
        if variant.place.kind == "pointer":
            return 0.0
        problem = self._problem
        part = problem.beside.part(variant.place, variant.holds.attributes)
        total = self._stored(problem.entity.count.average * part.share // MICRO * part.stored)
        for number, (pattern, _) in enumerate(problem.steps):
            units = problem.counts[number] * TRANSACTION_FACTOR * part.units[number]
            total += self._money(0, units, pattern.rate)
        return total

    def shards(self, base: Place, variant: Variant, read: tuple[Need, Sequence[Need]], sizes: tuple[int, int]) -> int:
        """The fewest shards of an index that answers a need and may answer others, for items between two sizes."""
        problem, place = self._problem, variant.place
        if not problem.warm or place.kind != "own" or problem.is_single(place):
            return 1
        least, most = (self._entry(base, variant, size) for size in sizes)
        need, needs = read
        able = Heat(
            tuple(problem.written(place, variant.holds, most)), tuple(problem.asked(place, n, most) for n in needs)
        )
        # Where no number of shards helps, there is one: then more load may mean fewer shards.
        writes = problem.written(place, variant.holds, least) if able.written(MOST_SHARDS) <= WRITE_ROOM else []
        reads = [problem.asked(place, need, least)] if able.read(MOST_SHARDS) <= READ_ROOM else []
        return Heat(tuple(writes), tuple(reads), problem.stored_in(place, least)).shards()

    def read(self, base: Place, variant: Variant, need: Need, size: int, shards: int = 1) -> float:
        """A need that is answered from a place."""
        kind, more = variant.place.kind, 0
        if kind == "pointer":
            row = GUARD_BYTES
            more = query_units(size, consistent=need.consistent)
        elif kind in BESIDE:
            row = self._problem.beside.part(variant.place, variant.holds.attributes).size
        else:
            row = self._entry(base, variant, size)
        rows = need.rows.average * row if need.charged is None else need.charged
        each = rows if shards == 1 or need.limit is not None else -(-rows // shards)
        units = (cost.fractional_units if need.shared else query_units)(each, consistent=reads_strongly(need, kind))
        return self._money(units * shards + more, 0, need.rate)

    def is_blind(self, variant: Variant, step: int) -> bool:
        """Whether a step must read the item first because of a place, and would not without it."""
        problem, place = self._problem, variant.place
        if place.kind == "pointer" or problem.planned[step].read_first:
            return False
        if place.kind in BESIDE:
            return problem.beside.part(place, variant.holds.attributes).blind[step]
        return problem.facts_of(place).blind[step]

    def first_read(self, step: int, size: int) -> float:
        """Reading the item before a step."""
        pattern, _ = self._problem.steps[step]
        return self._money(self._problem.counts[step] * read_units(size, consistent=True), 0, pattern.rate)

    def makes_transaction(self, variant: Variant, step: int) -> bool:
        """Whether a step is written in a transaction because of a place, and would not be without it."""
        place = variant.place
        if place.kind not in {"guard", "copy"} or self._problem.is_transaction(step):
            return False
        return self._problem.beside.part(place, variant.holds.attributes).written[step]

    def transaction(self, step: int, size: int) -> float:
        """What a transaction adds to the write of an item, which is read back if the call returns it."""
        pattern, how = self._problem.steps[step]
        read = read_units(size, consistent=True) * self._problem.reads_back(step)
        units = (TRANSACTION_FACTOR - 1) * self._problem.counts[step] * write_units(size)
        return self._money(read, units, pattern.rate) if how.kind not in {StepKind.CHECK, StepKind.LOOK} else 0.0

    def _entry(self, base: Place, variant: Variant, size: int) -> int:
        """Bytes of an index entry."""
        facts = self._problem.facts_of
        return self._problem.entry_bytes(facts(base), facts(variant.place), variant.holds, size)

    def _money(self, read: int, write: int, rate: Rate) -> float:
        found = monthly_micro_usd(
            read=read * _FINE, write=write * _FINE, average=rate.average, peak=rate.peak, terms=self._problem.terms
        )
        return found / _FINE

    def _stored(self, size: int) -> float:
        return storage_micro_usd(size * _FINE, self._problem.terms) / _FINE
