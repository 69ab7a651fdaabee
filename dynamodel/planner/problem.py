"""One entity's part of the problem: what its keys must serve, and what a choice of signatures costs.

In: the workload and an entity. Out: `EntityProblem`, which evaluates a `Selection` of signatures with the arithmetic of
`planner.cost`, from facts about each key that are worked out once. It knows nothing of other entities but the groups
that it belongs to.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from operator import gt
from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, query_units, read_units, write_units
from dynamodel.dynamo.entries import changed_attributes
from dynamodel.dynamo.footprint import attribute_bytes, keyless_bytes
from dynamodel.dynamo.heat import declared_peak, largest_share, names_one, read_share, written_shares
from dynamodel.dynamo.limits import BATCH_WRITE_ITEMS
from dynamodel.dynamo.prices import monthly_micro_usd, terms_of
from dynamodel.dynamo.written import step_count
from dynamodel.ir.entities import MICRO
from dynamodel.ir.plan import BASE, EntityDesign, Projection
from dynamodel.ir.values import Constant
from dynamodel.ir.writes import StepKind
from dynamodel.planner import cost
from dynamodel.planner.beside import BesideProblem
from dynamodel.planner.fixed import Fixed, of_all
from dynamodel.planner.heat import Asked, Heat, Load, is_warm, per_second
from dynamodel.planner.identity import joinable
from dynamodel.planner.key_facts import facts_of_key, shape_of
from dynamodel.planner.layout import guard_design, key_design, physical_names, unmarked
from dynamodel.planner.natural import forms_alone
from dynamodel.planner.places import BESIDE, NATURAL, TEXT, Place, projection_of, reads_strongly
from dynamodel.planner.selection import Selection
from dynamodel.planner.serve import Signature, serve
from dynamodel.planner.steps import step_design
from dynamodel.planner.strays import Strays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import KeyDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.beside import Kept
    from dynamodel.planner.dominance import Keyed
    from dynamodel.planner.fixed import OfAll
    from dynamodel.planner.key_facts import KeyFacts
    from dynamodel.planner.layout import Literals
    from dynamodel.planner.needs import Need
    from dynamodel.planner.search import Frontier
    from dynamodel.planner.serve import Service

NOTHING_MORE: Mapping[int, Projection] = {}


class EntityProblem:
    """Evaluates selections of one entity; keeps what does not depend on the selection."""

    def __init__(
        self,
        workload: Workload,
        entity: EntityDef,
        deployed: KeyDesign | None = None,
        names: tuple[str, str] | None = None,
        every: tuple[OfAll, Strays] | None = None,
    ) -> None:
        """Collect the writes that touch the entity; `deployed` is its base key in the locked plan.

        `names` are the workload's `physical_names`, `every` what concerns all entities and who stores what, when they
        are known already.
        """
        self._deployed = shape_of(deployed) if deployed else None
        self.workload = workload
        self.entity = entity
        self.steps = workload.steps_on(entity.name)
        self.joinable = joinable(workload, entity)
        self.terms = terms_of(workload.options)
        self._prefix, self._type_attribute = names or physical_names(workload)
        guards = tuple(guard_design(entity, u, self._prefix) for u in entity.unique)
        base = key_design(entity, Signature(entity.name, entity.identity), BASE, (entity.tag,) * 2, self._prefix)
        self._bare = EntityDesign(entity.name, entity.tag, base, (), guards)
        self.planned = [step_design(entity, self._bare, s) for _, s in self.steps]
        self.counts = [step_count(workload, s) for _, s in self.steps]
        self.changed = [changed_attributes(entity, s) for _, s in self.steps]
        self.keyless = keyless_bytes(entity, self._type_attribute)
        self._services: dict[tuple[Signature, Need], Service | None] = {}
        self._facts: dict[tuple[str, Signature, str, Literals, str], KeyFacts] = {}
        self._loads: dict[tuple[Place, Projection | None, int], list[Load]] = {}
        self._projected_bytes: dict[tuple[str, ...], int] = {}
        self._written_shares: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        self._read_shares: dict[tuple[tuple[str, ...], int | None], int] = {}
        # Worked out by those who search, for what must be answered: they ask for the same many times.
        self.texts: dict[object, tuple[Signature, ...]] = {}  # of the table and of collections
        self.candidates: dict[tuple[Need, ...], tuple[Signature, ...]] = {}  # of indexes of its own
        self.keys: dict[object, tuple[Keyed, ...]] = {}  # those of them that none beats
        self.alone: dict[Place, Selection] = {}  # what each costs beside the identity
        self.answers: dict[object, list[Frontier]] = {}  # of searches, by all that was asked
        self._forms: dict[Signature, tuple[str, ...]] = {}
        self._text: EntityProblem | None = None
        self._looking: EntityProblem | None = None
        self.spares = workload.options.spare_reads
        self.are_text = not workload.options.multi_attribute_keys
        together, self.strays = every or (of_all(workload, self._type_attribute), Strays(workload))
        self._fixed = Fixed(workload, entity, self._type_attribute, together)
        self.warm = is_warm(workload, entity, self.counts)
        self.beside = BesideProblem(workload, entity, self._bare, self.steps, (self._prefix, self._type_attribute))

    @property
    def updated(self) -> tuple[frozenset[str], ...]:
        """The sets of attributes that one update changes."""
        found = (c for (_, s), c in zip(self.steps, self.changed, strict=True) if s.actions)
        return tuple(dict.fromkeys(found))

    def in_text(self) -> EntityProblem:
        """The same problem where every key is text; itself where no key that was looked at may be anything else."""
        if all(len(forms) == 1 for forms in self._forms.values()):
            return self
        if self._text is None:
            self._text = copy(self)
            self._text.are_text, self._text.keys, self._text.answers = True, {}, {}
        return self._text

    def looking_first(self) -> EntityProblem:
        """The same problem where what a write reads first counts by its price alone; itself where no key asks for it.

        That is known once the keys are searched.
        """
        keys = {Place("own", s, self.entity.tag, form=form) for some in self.keys.values() for s, form in some}
        known = [bool(p.read_first) for p in self.planned]
        if not self.spares or not any(any(map(gt, self.facts_of(place).blind, known)) for place in keys):
            return self
        if self._looking is None:
            self._looking = copy(self)
            self._looking.spares = False
            self._looking.keys, self._looking.alone, self._looking.answers = {}, {}, {}
        return self._looking

    def holds_beside(self, strays: Strays) -> bool:
        """Whether the keys that were looked at may be made of the same beside others; then they are its neighbors."""
        same = all(forms_alone(self.workload, self.entity, s, strays) == forms for s, forms in self._forms.items())
        self.strays = strays if same else self.strays
        return same

    def forms(self, signature: Signature) -> tuple[str, ...]:
        """What an own key in an index by a signature may be made of, the best first."""
        if self.are_text:
            return (TEXT,)
        if signature not in self._forms:
            self._forms[signature] = forms_alone(self.workload, self.entity, signature, self.strays)
        return self._forms[signature]

    def service(self, signature: Signature, need: Need) -> Service | None:
        """How a key answers a need; searches ask for the same with every frame."""
        asked = signature, need
        if asked not in self._services:
            self._services[asked] = serve(signature, need, self.entity)
        return self._services[asked]

    def key_bytes(self, place: Place) -> int:
        """Average bytes of the key attributes that a place adds to an item."""
        return self.facts_of(place).size

    def entry_bytes(self, base: KeyFacts, facts: KeyFacts, holds: Projection, item: int) -> int:
        """Average bytes of an entry of an index that holds so much of items of that size."""
        if holds.type == "ALL":
            return item
        names = tuple(sorted({*holds.attributes, *facts.held})) if facts.held else holds.attributes
        return base.size + facts.size + facts.kind + self.bytes_of(names)

    def hottest_share(self, place: Place) -> int:
        """How unevenly a place spreads load, in millionths; 0 where the load is too small to matter."""
        return (largest_share(self.entity, place.signature.partition) or 0) if self.warm else 0

    def evaluate(
        self,
        places: Sequence[Place],
        assigned: Sequence[tuple[Need, int]],
        unserved: Sequence[Need] = (),
        grown: int = 0,
        held: Mapping[int, Projection] = NOTHING_MORE,
    ) -> Selection:
        """What a selection costs; each need of `assigned` is answered from the place with that number.

        `grown`: bytes that an item holds beside, in keys of places that are not among these. `held`: the projections of
        places that hold more than their needs ask for.
        """
        keyed = [n for n, p in enumerate(places) if p.kind not in BESIDE]
        facts = [self.facts_of(places[n]) for n in keyed]
        item = self.item_of(places[0])
        item += grown + sum(f.added for f in facts[1:])
        projected = [held.get(number) or self._projection(places, number, assigned) for number in keyed[1:]]
        entries = [self.entry_bytes(facts[0], f, p, item) for f, p in zip(facts[1:], projected, strict=True)]
        sizes = dict(zip(keyed, (item, *entries), strict=True))
        beside = self.beside.of(places, assigned)
        shares = [f.share for f in facts[1:]]
        stored = [*zip(shares, entries, strict=True), *self._fixed.entries(facts[0].size)]
        total = cost.storage_cost(self.entity.count.average, item, beside.stored, stored, self.terms)
        total += self._fixed.cost(item, facts[0].size)
        extra = 0
        for number in range(len(self.steps)):
            blind = any(f.blind[number] for f in facts[1:]) or beside.blind[number]
            extra += self.looks(number) * (blind and not self.planned[number].read_first)
            if beside.written[number] and not self.is_transaction(number):
                extra += self.more_requests(number)
            total += self._step_cost(number, item, (facts[1:], projected, entries), beside, blind=blind)
        shards: dict[int, int] = {}
        if self.warm:
            projections = dict(zip(keyed[1:], projected, strict=True))
            shards = self._shards(places, projections, sizes, assigned)
            if any(places[n].form == NATURAL for n, count in shards.items() if count > 1):
                other = [self._in_shards(p) if shards.get(n, 1) > 1 else p for n, p in enumerate(places)]
                return self.evaluate(other, assigned, unserved, grown, held)
        for need, at in assigned:
            size = need.rows.average * (beside.places[at] if at in beside.places else sizes[at])
            size = size if need.charged is None else need.charged
            count = shards.get(at, 1) if not (at == 0 and self._names_item(places[0], need)) else 1
            each = size if count == 1 or need.limit is not None else -(-size // count)
            strongly = reads_strongly(need, places[at].kind)
            units = (cost.fractional_units if need.shared else query_units)(each, consistent=strongly)
            extra += count - 1
            if places[at].kind == "pointer":
                extra += 1
                units += query_units(item, consistent=need.consistent)
            total += self._monthly(units * count, 0, need.rate.average, need.rate.peak)
        moved = self._deployed is not None and self._deployed != facts[0].shape
        return Selection(self.entity.name, tuple(places), tuple(assigned), tuple(unserved), extra, total, moved)

    def _in_shards(self, place: Place) -> Place:
        """A place whose partition begins with the number of a shard, which is text."""
        forms = self._forms.get(place.signature, ())
        return replace(place, form=next(f for f in forms if f != NATURAL)) if place.form == NATURAL else place

    def is_transaction(self, number: int) -> bool:
        """Whether a step is written in a transaction whatever is kept beside the item."""
        pattern, step = self.steps[number]
        return pattern.transaction or bool(self.planned[number].guards) or step.kind is StepKind.CHECK

    def reads_back(self, number: int) -> bool:
        """Whether a step's item is read after it if the step is written in a transaction."""
        pattern, step = self.steps[number]
        return pattern.read_back is not None and pattern.steps[pattern.read_back] is step

    def looks(self, number: int) -> int:
        """How many requests more it counts as that a step must read its items first."""
        return self.counts[number] * self.spares

    def more_requests(self, number: int) -> int:
        """How many requests more a step takes in transactions: its item is read back, or each of many is alone."""
        pattern, step = self.steps[number]
        many = self.counts[number] if pattern.batched or not step.by_identity else 0
        return self.reads_back(number) + many - -(-many // BATCH_WRITE_ITEMS)

    def changes(self, facts: KeyFacts, number: int, projection: Projection) -> int:
        """Index writes of a step for one item, in millionths, where an index with this key holds so much."""
        return (facts.moves if cost.touches(self.changed[number], projection) else facts.bare)[number]

    def item_of(self, base: Place) -> int:
        """Bytes of an item without any index."""
        return self.keyless + self.facts_of(base).size

    def _step_cost(
        self,
        number: int,
        item: int,
        indexes: tuple[Sequence[KeyFacts], Sequence[Projection], Sequence[int]],
        beside: Kept,
        *,
        blind: bool,
    ) -> int:
        pattern, step = self.steps[number]
        planned = self.planned[number]
        if step.kind is StepKind.LOOK:
            return self._monthly(read_units(item, consistent=True), 0, pattern.rate.average, pattern.rate.peak)
        writes = 0
        for fact, projection, entry in zip(*indexes, strict=True):
            writes += cost.entry_write_units(self.changes(fact, number, projection), entry)
        transactional = self.is_transaction(number) or beside.written[number]
        read, write, _ = cost.item_step_units(
            count=self.counts[number],
            item=item,
            entries=writes,
            beside=beside.units[number],
            looks=(blind or bool(planned.read_first)) + (transactional and self.reads_back(number)),
            transactional=transactional,
        )
        return self._monthly(read, write, pattern.rate.average, pattern.rate.peak)

    def _names_item(self, base: Place, need: Need) -> bool:
        return bool(self.entity.identity) and set(base.signature.attributes) <= need.eq

    def _shards(
        self,
        places: Sequence[Place],
        projected: Mapping[int, Projection],
        sizes: Mapping[int, int],
        assigned: Sequence[tuple[Need, int]],
    ) -> dict[int, int]:
        """The shards of each place that takes more than one; a local index shares those of the base table."""
        found: dict[int, int] = {}
        for at, place in enumerate(places):
            if place.kind not in {"base", "own"} or place.shared or self.is_single(place):
                continue
            together = [n for n, p in enumerate(places) if n == at or (at == 0 and p.kind == "local")]
            writes = [self.written(places[n], projected.get(n), sizes[n]) for n in together]
            reads = [self.asked(place, need, sizes[n]) for need, n in assigned if n in together]
            heat = Heat(tuple(load for some in writes for load in some), tuple(reads), self.stored_in(place, sizes[at]))
            if heat.shards() > 1:
                found |= dict.fromkeys(together, heat.shards())
        return found

    def is_single(self, place: Place) -> bool:
        """Whether a partition of a place holds one item."""
        return names_one(self.entity, place.signature.partition)

    def stored_in(self, place: Place, size: int) -> int:
        """Bytes of a constant partition of rows of that size; 0 for others, and where no number of items is given."""
        if place.signature.partition or self.entity.count.assumed:
            return 0
        return self.entity.count.average * self.facts_of(place).share // MICRO * size

    def written(self, place: Place, projection: Projection | None, size: int) -> list[Load]:
        """What every step writes to a place; without a projection it is the base table."""
        known = (place, projection, size)
        if known not in self._loads:
            self._loads[known] = self._written(place, projection, size)
        return self._loads[known]

    def _written(self, place: Place, projection: Projection | None, size: int) -> list[Load]:
        loads, fact = [], self.facts_of(place)
        hottest = self._hottest(place.signature.partition)
        for number, (pattern, step) in enumerate(self.steps):
            planned, rate = self.planned[number], declared_peak(pattern.rate)
            if projection is None:
                transactional = pattern.transaction or bool(planned.guards)
                units = write_units(size) * (TRANSACTION_FACTOR if transactional else 1)
                units = 0 if step.kind is StepKind.LOOK else units
            else:
                units = cost.entry_write_units(self.changes(fact, number, projection), size)
            spread, item = (per_second(units * self.counts[number], rate, share) for share in hottest[number])
            loads.append(Load(spread, item))
        return loads

    def _hottest(self, partition: tuple[str, ...]) -> list[tuple[int, int]]:
        """The shares of each step's calls on the hottest partition by these attributes, and on its hottest item."""
        if partition not in self._written_shares:
            self._written_shares[partition] = [written_shares(self.entity, partition, p, s) for p, s in self.steps]
        return self._written_shares[partition]

    def asked(self, place: Place, need: Need, size: int) -> Load | Asked:
        """What a need asks of a place whose rows have that size."""
        share = self._read_share(place.signature.partition, need)
        size *= need.rows.average
        strongly = reads_strongly(need, place.kind)
        if place.kind == "base" and self._names_item(place, need):
            units = query_units(size, consistent=strongly)
            return Load(
                per_second(units, declared_peak(need.rate), share),
                per_second(units, declared_peak(need.rate), need.hottest or 0),
            )
        return Asked(declared_peak(need.rate) * share // MICRO, size, strongly, need.limit is not None)

    def _read_share(self, partition: tuple[str, ...], need: Need) -> int:
        """The share of a need's calls that meet the hottest partition by these attributes, in millionths."""
        given = tuple(a for a in partition if not isinstance(need.source(a), Constant))
        known = given, need.hottest
        if known not in self._read_shares:
            self._read_shares[known] = read_share(self.entity, given, need.hottest)
        return self._read_shares[known]

    def facts_of(self, place: Place) -> KeyFacts:
        """What the key of a place costs wherever it is; not for what is kept beside an item.

        The marks that put blocks in order do not count: which entity gets them depends on the others.
        """
        block = unmarked(place.block) if place.block else ()
        known = (place.kind, place.signature, place.literal, block, place.form)
        if known not in self._facts:
            names, looks = (self._prefix, self._type_attribute), [bool(p.read_first) for p in self.planned]
            self._facts[known] = facts_of_key(self.workload, place, block, names, looks)
        return self._facts[known]

    def _projection(self, places: Sequence[Place], number: int, assigned: Sequence[tuple[Need, int]]) -> Projection:
        needs = [n for n, at in assigned if at == number]
        return projection_of(self.entity, places[number].signature, needs)

    def bytes_of(self, names: tuple[str, ...]) -> int:
        """Average bytes of these attributes."""
        if names not in self._projected_bytes:
            self._projected_bytes[names] = attribute_bytes(self.entity, names)
        return self._projected_bytes[names]

    def _monthly(self, read: int, write: int, average: int, peak: int) -> int:
        return monthly_micro_usd(read=read, write=write, average=average, peak=peak, terms=self.terms)
