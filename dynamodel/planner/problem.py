"""One entity's part of the problem: what its keys must serve, and what a choice of signatures costs.

In: the workload and an entity. Out: `EntityProblem`, which evaluates a `Selection` of signatures with the arithmetic of
`planner.cost`, from facts about each key that are worked out once. It knows nothing of other entities but the groups
that it belongs to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, query_units, read_units, write_units
from dynamodel.dynamo.footprint import attribute_bytes, key_bytes, membership
from dynamodel.dynamo.heat import (
    PARTITION_BYTES,
    READ_ROOM,
    WRITE_ROOM,
    declared_peak,
    largest_share,
    names_one,
    read_share,
    written_shares,
)
from dynamodel.dynamo.prices import monthly_micro_usd, storage_micro_usd
from dynamodel.dynamo.sizing import STORED_OVERHEAD
from dynamodel.ir.keys import Template
from dynamodel.ir.plan import BASE, EntityDesign, Projection
from dynamodel.ir.values import Constant
from dynamodel.ir.workload import MICRO, StepKind
from dynamodel.planner import cost
from dynamodel.planner.beside import BesideProblem
from dynamodel.planner.heat import Asked, Heat, Load, per_second
from dynamodel.planner.identity import joinable
from dynamodel.planner.layout import guard_design, key_design, physical_names
from dynamodel.planner.places import BESIDE, Place, projection_of
from dynamodel.planner.serve import Signature
from dynamodel.planner.steps import step_design
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.ir.plan import KeyDesign
    from dynamodel.ir.workload import EntityDef, Workload
    from dynamodel.planner.beside import Kept
    from dynamodel.planner.layout import Literals
    from dynamodel.planner.needs import Need

_KEYS_AT_MOST = 2_000  # bytes of all keys of an item, for the first look at heat


@dataclass(frozen=True, slots=True)
class Selection:
    """Signatures of one entity, where each need is served, and what that costs (millionths of a US dollar a month).

    `moved` says that the base key differs from the one that is deployed, so that every item would be rewritten.
    """

    entity: str
    places: tuple[Place, ...]
    assigned: tuple[tuple[Need, int], ...]
    unserved: tuple[Need, ...]
    extra_requests: int
    cost: int
    moved: bool = False

    @property
    def indexes(self) -> int:
        """How many GSI slots the entity takes."""
        return sum(p.kind in {"group", "own"} for p in self.places)

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """The objective, least first: base keys moved, needs without an answer, extra requests, cost."""
        return int(self.moved), len(self.unserved), self.extra_requests, self.cost


def better(one: Selection, other: Selection) -> bool:
    """Whether one selection comes first in the total order of `order_key`."""
    if one.rank != other.rank:
        return one.rank < other.rank
    return order_key(one) < order_key(other)


def order_key(selection: Selection) -> tuple[object, ...]:
    """A total order: the objective, then fewer places, then fewer components, then the text of the signatures."""
    components = sum(len(p.signature.attributes) + len(p.signature.when) for p in selection.places)
    return (*selection.rank, len(selection.places), components, _spelled(selection))


def _spelled(selection: Selection) -> str:
    return repr([(p.kind, p.signature) for p in selection.places])


@dataclass(frozen=True, slots=True)
class _KeyFacts:
    """What one signature costs wherever it is: bytes and share of its entries, and what each step does to them."""

    shape: tuple[object, ...]
    size: int
    share: int
    moves: tuple[int, ...]  # index writes of each step when everything is projected
    bare: tuple[int, ...]  # the same when nothing but keys is
    blind: tuple[bool, ...]  # steps that must read the item first because of this key
    single: bool  # a partition holds one item
    hottest: tuple[tuple[int, int], ...]  # shares of each step's calls on the hottest partition and its hottest item


class EntityProblem:
    """Evaluates selections of one entity; keeps what does not depend on the selection."""

    def __init__(
        self,
        workload: Workload,
        entity: EntityDef,
        deployed: KeyDesign | None = None,
        names: tuple[str, str] | None = None,
    ) -> None:
        """Collect the writes that touch the entity; `deployed` is its base key in the locked plan.

        `names` are the workload's `physical_names`, when they are known already.
        """
        self._deployed = _shape(deployed) if deployed else None
        self.workload = workload
        self.entity = entity
        self._steps = workload.steps_on(entity.name)
        self.joinable = joinable(workload, entity)
        _, self._type_attribute = names or physical_names(workload)
        self._type_bytes = len(self._type_attribute) + len(entity.tag)
        guards = tuple(guard_design(entity, u) for u in entity.unique)
        base = key_design(entity, Signature(entity.name, entity.identity), BASE, (entity.tag, entity.tag))
        self._bare = EntityDesign(entity.name, entity.tag, base, (), guards)
        self._planned = [step_design(entity, self._bare, s) for _, s in self._steps]
        self._counts = [cost.step_count(workload, s) for _, s in self._steps]
        self._changed = [cost.changed_attributes(entity, s) for _, s in self._steps]
        self._attribute_bytes = attribute_bytes(entity)
        self._facts: dict[tuple[str, Signature, str, Literals], _KeyFacts] = {}
        self._projected_bytes: dict[tuple[str, ...], int] = {}
        self.warm = self._is_warm()
        self._beside = BesideProblem(workload, entity, self._bare, self._steps, self._type_attribute)

    def _is_warm(self) -> bool:
        """Whether the entity's load could be too much for one partition, if all of it met the same."""
        size = self._attribute_bytes + _KEYS_AT_MOST
        written = sum(
            TRANSACTION_FACTOR * 2 * count * write_units(size) * p.rate.peak // MICRO
            for (p, _), count in zip(self._steps, self._counts, strict=True)
        )
        read = sum(
            query_units(part.rows.average * size, consistent=True) * p.rate.peak // MICRO
            for p in self.workload.reads_of(self.entity.name)
            for part in p.parts
            if part.entity == self.entity.name
        )
        return max(written * READ_ROOM, read * WRITE_ROOM) > READ_ROOM * WRITE_ROOM or (
            self.entity.count.average * size > PARTITION_BYTES
        )

    @property
    def updated(self) -> tuple[frozenset[str], ...]:
        """The sets of attributes that one update changes."""
        found = (c for (_, s), c in zip(self._steps, self._changed, strict=True) if s.actions)
        return tuple(dict.fromkeys(found))

    def key_bytes(self, place: Place) -> int:
        """Average bytes of the key attributes that a place adds to an item."""
        return self._facts_of(place).size

    def hottest_share(self, place: Place) -> int:
        """How unevenly a place spreads load, in millionths; 0 where the load is too small to matter."""
        return (largest_share(self.entity, place.signature.partition) or 0) if self.warm else 0

    def evaluate(
        self, places: Sequence[Place], assigned: Sequence[tuple[Need, int]], unserved: Sequence[Need] = ()
    ) -> Selection:
        """What a selection costs; each need of `assigned` is answered from the place with that number."""
        keyed = [n for n, p in enumerate(places) if p.kind not in BESIDE]
        facts = [self._facts_of(places[n]) for n in keyed]
        item = self._item(places[0])
        item += sum(f.size * f.share // MICRO for f in facts[1:])
        projected = [self._projection(places, number, assigned) for number in keyed[1:]]
        entries = [
            item if p.type == "ALL" else facts[0].size + f.size + self._bytes_of(p.attributes)
            for p, f in zip(projected, facts[1:], strict=True)
        ]
        sizes = dict(zip(keyed, (item, *entries), strict=True))
        beside = self._beside.of(places, assigned)
        shares = [f.share for f in facts[1:]]
        total = cost.storage_cost(self.entity.count.average, item, beside.stored, zip(shares, entries, strict=True))
        extra = 0
        for number in range(len(self._steps)):
            blind = any(f.blind[number] for f in facts[1:]) or beside.blind[number]
            extra += blind and not self._planned[number].read_first
            total += self._step_cost(number, item, (facts[1:], projected, entries), beside, blind=blind)
        shards: dict[int, int] = {}
        if self.warm:
            projections = dict(zip(keyed[1:], projected, strict=True))
            shards = self._shards(places, dict(zip(keyed, facts, strict=True)), projections, sizes, assigned)
        for need, at in assigned:
            size = need.rows.average * (beside.places[at] if at in beside.places else sizes[at])
            count = shards.get(at, 1) if not (at == 0 and self._names_item(places[0], need)) else 1
            each = size if count == 1 or need.limit is not None else -(-size // count)
            units = (cost.fractional_units if need.shared else query_units)(each, consistent=need.consistent)
            extra += count - 1
            if places[at].kind == "pointer":
                extra += 1
                units += query_units(item, consistent=need.consistent)
            total += self._monthly(units * count, 0, need.rate.average, need.rate.peak)
        moved = self._deployed is not None and self._deployed != facts[0].shape
        return Selection(self.entity.name, tuple(places), tuple(assigned), tuple(unserved), extra, total, moved)

    @property
    def step_count(self) -> int:
        """How many steps of writes touch the entity."""
        return len(self._steps)

    def is_blind(self, place: Place, step: int) -> bool:
        """Whether a step must read the item first because of a key, and would not without it."""
        return self._facts_of(place).blind[step] and not self._planned[step].read_first

    def first_read_cost(self, base: Place, step: int) -> int:
        """The least that reading the item first adds to a step."""
        pattern, _ = self._steps[step]
        units = self._counts[step] * read_units(self._item(base), consistent=True)
        return max(0, self._monthly(units, 0, pattern.rate.average, pattern.rate.peak) - 1)

    def projected(self, place: Place, needs: Sequence[Need]) -> Projection:
        """The narrowest projection with which a place answers these needs."""
        return projection_of(self.entity, place.signature, needs)

    def index_cost(self, base: Place, place: Place, projection: Projection) -> int:
        """The least that it costs to keep an index with this projection, whatever other indexes there are.

        Sums are rounded once, so that a part of one is counted with a millionth less than it has alone.
        """
        facts, entry = self._facts_of(place), self._entry(base, place, projection)
        count = self.entity.count.average
        stored = count * (facts.size * facts.share // MICRO) + count * facts.share // MICRO * (entry + STORED_OVERHEAD)
        total = max(0, storage_micro_usd(stored) - 1)
        for number, (pattern, _) in enumerate(self._steps):
            touched = projection.type == "ALL" or bool(self._changed[number] & set(projection.attributes))
            changes = facts.moves[number] if touched else facts.bare[number]
            units = self._counts[number] * cost.entry_write_units(changes, entry, facts.share)
            total += max(0, self._monthly(0, units, pattern.rate.average, pattern.rate.peak) - 1)
        return total

    def index_read_cost(self, base: Place, place: Place, projection: Projection, need: Need) -> int:
        """The least that a need costs that is answered from an index with this projection."""
        return self._read_cost(need, self._entry(base, place, projection))

    def _entry(self, base: Place, place: Place, projection: Projection) -> int:
        """Bytes of an index entry of an item that is in no other index."""
        facts = self._facts_of(place)
        if projection.type == "ALL":
            return self._item(base) + facts.size * facts.share // MICRO
        return self._facts_of(base).size + facts.size + self._bytes_of(projection.attributes)

    def growth(self, fewer: Sequence[Place], more: Sequence[Place], assigned: Sequence[tuple[Need, int]]) -> int:
        """The least by which items cost more in writes and in reads of the base table when they hold more keys."""
        before, after = (
            self._item(places[0]) + sum(f.size * f.share // MICRO for f in map(self._facts_of, places[1:]))
            for places in (fewer, more)
        )
        answered = [n for n, at in assigned if at == 0]
        total = sum(self._read_cost(n, after) - self._read_cost(n, before) for n in answered)
        for number, (pattern, _) in enumerate(self._steps):
            units = self._item_writes(number, after) - self._item_writes(number, before)
            total += max(0, self._monthly(0, units, pattern.rate.average, pattern.rate.peak) - 1)
        return total

    def _item_writes(self, number: int, item: int) -> int:
        pattern, step = self._steps[number]
        guards = self._planned[number].guards
        _, write, _ = cost.item_step_units(
            count=self._counts[number],
            item=item,
            entries=0,
            beside=0,
            reads_first=False,
            transactional=pattern.transaction or bool(guards) or step.kind is StepKind.CHECK,
        )
        return write

    def _item(self, base: Place) -> int:
        """Bytes of an item without any index."""
        return self._attribute_bytes + self._type_bytes + self._facts_of(base).size

    def _read_cost(self, need: Need, row: int) -> int:
        units = (cost.fractional_units if need.shared else query_units)(
            need.rows.average * row, consistent=need.consistent
        )
        return self._monthly(units, 0, need.rate.average, need.rate.peak)

    def _step_cost(
        self,
        number: int,
        item: int,
        indexes: tuple[Sequence[_KeyFacts], Sequence[Projection], Sequence[int]],
        beside: Kept,
        *,
        blind: bool,
    ) -> int:
        pattern, step = self._steps[number]
        planned = self._planned[number]
        writes = 0
        for fact, projection, entry in zip(*indexes, strict=True):
            touched = projection.type == "ALL" or bool(self._changed[number] & set(projection.attributes))
            changes = fact.moves[number] if touched else fact.bare[number]
            writes += cost.entry_write_units(changes, entry, fact.share)
        read, write, _ = cost.item_step_units(
            count=self._counts[number],
            item=item,
            entries=writes,
            beside=beside.units[number],
            reads_first=blind or bool(planned.read_first),
            transactional=pattern.transaction or bool(beside.units[number]) or step.kind is StepKind.CHECK,
        )
        return self._monthly(read, write, pattern.rate.average, pattern.rate.peak)

    def _names_item(self, base: Place, need: Need) -> bool:
        return bool(self.entity.identity) and set(base.signature.attributes) <= need.eq

    def _shards(
        self,
        places: Sequence[Place],
        facts: Mapping[int, _KeyFacts],
        projected: Mapping[int, Projection],
        sizes: Mapping[int, int],
        assigned: Sequence[tuple[Need, int]],
    ) -> dict[int, int]:
        """The shards of each place that takes more than one; a local index shares those of the base table."""
        found: dict[int, int] = {}
        for at, place in enumerate(places):
            if place.kind not in {"base", "own"} or place.shared or facts[at].single:
                continue
            together = [n for n, p in enumerate(places) if n == at or (at == 0 and p.kind == "local")]
            writes = [self._written(facts[n], projected.get(n), sizes[n]) for n in together]
            reads = [self._asked(place, need, sizes[n]) for need, n in assigned if n in together]
            stored = self.entity.count.average * facts[at].share // MICRO * sizes[at]
            heat = Heat(
                tuple(load for some in writes for load in some),
                tuple(reads),
                stored if not place.signature.partition and not self.entity.count.assumed else 0,
            )
            if heat.shards() > 1:
                found |= dict.fromkeys(together, heat.shards())
        return found

    def _written(self, fact: _KeyFacts, projection: Projection | None, size: int) -> list[Load]:
        loads = []
        for number, (pattern, _) in enumerate(self._steps):
            planned, rate = self._planned[number], declared_peak(pattern.rate)
            if projection is None:
                transactional = pattern.transaction or bool(planned.guards)
                units = write_units(size) * (TRANSACTION_FACTOR if transactional else 1)
            else:
                touched = projection.type == "ALL" or bool(self._changed[number] & set(projection.attributes))
                changes = fact.moves[number] if touched else fact.bare[number]
                units = cost.entry_write_units(changes, size, fact.share)
            spread, item = (per_second(units * self._counts[number], rate, share) for share in fact.hottest[number])
            loads.append(Load(spread, item))
        return loads

    def _asked(self, place: Place, need: Need, size: int) -> Load | Asked:
        given = [a for a in place.signature.partition if not isinstance(need.source(a), Constant)]
        share = read_share(self.entity, given, need.hottest)
        size *= need.rows.average
        if place.kind == "base" and self._names_item(place, need):
            units = query_units(size, consistent=need.consistent)
            return Load(
                per_second(units, declared_peak(need.rate), share),
                per_second(units, declared_peak(need.rate), need.hottest or 0),
            )
        return Asked(declared_peak(need.rate) * share // MICRO, size, need.consistent, need.limit is not None)

    def _facts_of(self, place: Place) -> _KeyFacts:
        known = (place.kind, place.signature, place.literal, place.block)
        if known not in self._facts:
            name = {"base": BASE, "local": "LSI1"}.get(place.kind, "GSI1")
            key = key_design(self.entity, place.signature, name, (place.literal, place.block or self.entity.tag))
            design = replace(self._bare, indexes=(key,)) if place.kind != "base" else self._bare
            planned = [step_design(self.entity, design, s) for _, s in self._steps]
            everything, nothing = Projection("ALL"), Projection("KEYS_ONLY")
            self._facts[known] = _KeyFacts(
                _shape(key),
                key_bytes(self.entity, key),
                membership(self.entity, key),
                tuple(cost.entry_changes(self.entity, key, everything, s) for _, s in self._steps),
                tuple(cost.entry_changes(self.entity, key, nothing, s) for _, s in self._steps),
                tuple(bool(p.read_first) for p in planned),
                names_one(self.entity, place.signature.partition),
                tuple(written_shares(self.entity, place.signature.partition, p, s) for p, s in self._steps),
            )
        return self._facts[known]

    def _projection(self, places: Sequence[Place], number: int, assigned: Sequence[tuple[Need, int]]) -> Projection:
        needs = [n for n, at in assigned if at == number]
        return projection_of(self.entity, places[number].signature, needs)

    def _bytes_of(self, names: tuple[str, ...]) -> int:
        if names not in self._projected_bytes:
            self._projected_bytes[names] = attribute_bytes(self.entity, names)
        return self._projected_bytes[names]

    def _monthly(self, read: int, write: int, average: int, peak: int) -> int:
        return monthly_micro_usd(
            read=read, write=write, average=average, peak=peak, billing=self.workload.options.billing
        )


def _shape(key: KeyDesign) -> tuple[object, ...]:
    """A base key without the literal of its block, which depends on the entities it lies beside."""
    *partition, sort = (f.value.tokens if isinstance(f.value, Template) else (f.value,) for f in key.fields)
    return *partition, sort[1:]
