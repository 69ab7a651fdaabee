"""One entity's part of the problem: what its keys must serve, and what a choice of signatures costs.

In: the workload and an entity. Out: `EntityProblem`, which evaluates a `Selection` of signatures with the arithmetic of
`planner.cost`, from facts about each key that are worked out once. It knows nothing of other entities but the groups
that it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import query_units
from dynamodel.dynamo.footprint import attribute_bytes, key_bytes, membership
from dynamodel.dynamo.limits import INCLUDED_ATTRIBUTES_OF_ONE_INDEX
from dynamodel.dynamo.prices import monthly_micro_usd
from dynamodel.ir.keys import Template
from dynamodel.ir.plan import BASE, EntityDesign, Projection
from dynamodel.ir.workload import MICRO, StepKind
from dynamodel.planner import cost
from dynamodel.planner.identity import joinable
from dynamodel.planner.layout import guard_design, key_design, physical_names
from dynamodel.planner.serve import Signature, at_most_one, serve
from dynamodel.planner.steps import step_design

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamodel.ir.plan import KeyDesign
    from dynamodel.ir.workload import ConditionDef, EntityDef, Workload
    from dynamodel.planner.needs import Need


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a selection uses: its kind, the signature there, and the literal of its partition."""

    kind: str  # "base", "group", "own" or "local"
    signature: Signature
    literal: str


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


@dataclass(frozen=True, slots=True)
class _KeyFacts:
    """What one signature costs wherever it is: bytes and share of its entries, and what each step does to them."""

    shape: tuple[object, ...]
    size: int
    share: int
    moves: tuple[int, ...]  # index writes of each step when everything is projected
    bare: tuple[int, ...]  # the same when nothing but keys is
    blind: tuple[bool, ...]  # steps that must read the item first because of this key


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
        self._facts: dict[tuple[str, Signature, str], _KeyFacts] = {}
        self._projected_bytes: dict[tuple[str, ...], int] = {}

    @property
    def updated(self) -> tuple[frozenset[str], ...]:
        """The sets of attributes that one update changes."""
        found = (c for (_, s), c in zip(self._steps, self._changed, strict=True) if s.actions)
        return tuple(dict.fromkeys(found))

    def key_bytes(self, place: Place) -> int:
        """Average bytes of the key attributes that a place adds to an item."""
        return self._facts_of(place).size

    def evaluate(
        self, places: Sequence[Place], assigned: Sequence[tuple[Need, int]], unserved: Sequence[Need] = ()
    ) -> Selection:
        """What a selection costs; each need of `assigned` is answered from the place with that number."""
        facts = [self._facts_of(place) for place in places]
        item = self._attribute_bytes + self._type_bytes + facts[0].size
        item += sum(f.size * f.share // MICRO for f in facts[1:])
        projected = [self._projection(places, number, assigned) for number in range(1, len(places))]
        entries = [
            item if p.type == "ALL" else facts[0].size + f.size + self._bytes_of(p.attributes)
            for p, f in zip(projected, facts[1:], strict=True)
        ]
        shares = [f.share for f in facts[1:]]
        guards = len(self._bare.guards)
        total = cost.storage_cost(self.entity.count.average, item, guards, zip(shares, entries, strict=True))
        extra = 0
        for number in range(len(self._steps)):
            blind = any(f.blind[number] for f in facts[1:])
            extra += blind and not self._planned[number].read_first
            total += self._step_cost(number, item, facts[1:], projected, entries, blind=blind)
        for need, at in assigned:
            size = need.rows.average * (item if at == 0 else entries[at - 1])
            units = (cost.fractional_units if need.shared else query_units)(size, consistent=need.consistent)
            total += self._monthly(units, 0, need.rate.average, need.rate.peak)
        moved = self._deployed is not None and self._deployed != facts[0].shape
        return Selection(self.entity.name, tuple(places), tuple(assigned), tuple(unserved), extra, total, moved)

    def _step_cost(
        self,
        number: int,
        item: int,
        facts: Sequence[_KeyFacts],
        projected: Sequence[Projection],
        entries: Sequence[int],
        *,
        blind: bool,
    ) -> int:
        pattern, step = self._steps[number]
        planned = self._planned[number]
        writes = 0
        for fact, projection, entry in zip(facts, projected, entries, strict=True):
            touched = projection.type == "ALL" or bool(self._changed[number] & set(projection.attributes))
            changes = fact.moves[number] if touched else fact.bare[number]
            writes += cost.entry_write_units(changes, entry, fact.share)
        read, write, _ = cost.item_step_units(
            step,
            count=self._counts[number],
            item=item,
            entries=writes,
            guards=len(planned.guards),
            reads_first=blind or bool(planned.read_first),
            transactional=pattern.transaction or bool(planned.guards) or step.kind is StepKind.CHECK,
        )
        return self._monthly(read, write, pattern.rate.average, pattern.rate.peak)

    def _facts_of(self, place: Place) -> _KeyFacts:
        known = (place.kind, place.signature, place.literal)
        if known not in self._facts:
            name = {"base": BASE, "local": "LSI1"}.get(place.kind, "GSI1")
            key = key_design(self.entity, place.signature, name, (place.literal, self.entity.tag))
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
            )
        return self._facts[known]

    def _projection(self, places: Sequence[Place], number: int, assigned: Sequence[tuple[Need, int]]) -> Projection:
        needs = [n for n, at in assigned if at == number]
        return projection_of(self.entity, places[number].signature, needs, self._type_attribute)

    def _bytes_of(self, names: tuple[str, ...]) -> int:
        if names not in self._projected_bytes:
            self._projected_bytes[names] = attribute_bytes(self.entity, names) + self._type_bytes
        return self._projected_bytes[names]

    def _monthly(self, read: int, write: int, average: int, peak: int) -> int:
        return monthly_micro_usd(
            read=read, write=write, average=average, peak=peak, billing=self.workload.options.billing
        )


def _shape(key: KeyDesign) -> tuple[object, ...]:
    """A base key without the literal of its block, which depends on the entities it lies beside."""
    *partition, sort = (f.value.tokens if isinstance(f.value, Template) else (f.value,) for f in key.fields)
    return *partition, sort[1:]


def projection_of(entity: EntityDef, signature: Signature, needs: Iterable[Need], type_attribute: str) -> Projection:
    """The narrowest projection that answers an entity's needs: what they return, filter, sort by and hide."""
    names: set[str] = {type_attribute}
    ttl = entity.with_role("ttl")
    if ttl:
        names.add(ttl)
    asked = False
    for need in needs:
        asked = True
        if need.returns is None and not need.count:
            return Projection("ALL")
        wanted = {*(need.returns or ()), *(a for c in need.filters for a in _attributes_of(c))}
        if at_most_one(entity, need.eq):
            service = serve(signature, need, entity)
            wanted |= need.eq & set(entity.identity)
            wanted |= {a for c in (service.residual if service else ()) for a in _attributes_of(c)}
        names.update(_stored_name(entity, name) for name in wanted)
    if not asked or len(names) > INCLUDED_ATTRIBUTES_OF_ONE_INDEX:
        return Projection("ALL")
    return Projection("INCLUDE", tuple(sorted(names)))


def _attributes_of(condition: ConditionDef) -> tuple[str, ...]:
    return (condition.attribute,) if condition.attribute else tuple(c.attribute for c in condition.any_of)


def _stored_name(entity: EntityDef, name: str) -> str:
    """The attribute that an item stores for a name: a virtual one is computed from another."""
    bucket = entity.attribute(name).bucket
    return bucket.of if bucket else name


def serves_strongly(need: Need, kind: str) -> bool:
    """Whether a place of this kind can give the consistency that the need asks for."""
    return not need.consistent or kind in {"base", "local"}


def base_serves(signature: Signature, need: Need, entity: EntityDef) -> bool:
    """Whether the base key answers a need, by the whole key or by a Query."""
    if entity.identity and set(signature.attributes) <= need.eq:
        return True
    return serve(signature, need, entity) is not None
