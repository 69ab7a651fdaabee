"""One entity's part of the problem: what its keys must serve, and what a choice of signatures costs.

In: the workload and an entity. Out: `EntityProblem`, which evaluates a `Selection` of signatures exactly with the
arithmetic of `planner.cost` on a provisional layout. It knows nothing of other entities but the groups it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dynamodel.dynamo.prices import monthly_micro_usd
from dynamodel.ir.plan import BASE, EntityDesign, IndexDesign, KeyAttribute, Projection, TableDesign
from dynamodel.ir.workload import StepKind, WritePattern
from dynamodel.planner import cost
from dynamodel.planner.layout import guard_design, key_design, key_names, physical_names
from dynamodel.planner.serve import Signature, at_most_one, serve
from dynamodel.planner.steps import step_design

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamodel.ir.plan import StepDesign
    from dynamodel.ir.workload import EntityDef, StepDef, Workload
    from dynamodel.planner.needs import Need

MOST_INCLUDED = 20  # attributes of one INCLUDE projection, CreateTable's NonKeyAttributes; ALL beyond it


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a selection uses: its kind, the signature there, and the literal of its partition."""

    kind: str  # "base", "group", "own" or "local"
    signature: Signature
    literal: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Signatures of one entity, where each need is served, and what that costs (millionths of a US dollar a month)."""

    entity: str
    places: tuple[Place, ...]
    assigned: tuple[tuple[Need, int], ...]
    unserved: tuple[Need, ...]
    extra_requests: int
    cost: int

    @property
    def indexes(self) -> int:
        """How many GSI slots the entity takes."""
        return sum(p.kind in {"group", "own"} for p in self.places)

    @property
    def rank(self) -> tuple[int, int, int]:
        """The objective, least first: needs without an answer, extra requests, cost."""
        return len(self.unserved), self.extra_requests, self.cost


class EntityProblem:
    """Evaluates selections of one entity; keeps what does not depend on the selection."""

    def __init__(self, workload: Workload, entity: EntityDef) -> None:
        """Collect the writes that touch the entity."""
        self.workload = workload
        self.entity = entity
        self._steps: list[tuple[WritePattern, StepDef]] = [
            (p, s) for p in workload.patterns if isinstance(p, WritePattern) for s in p.steps if s.entity == entity.name
        ]
        _, self._type_attribute = physical_names(workload)
        self._guards = tuple(guard_design(entity, u) for u in entity.unique)

    @cached_property
    def _baseline_reads(self) -> int:
        entity = self.entity
        whole = Signature(entity.name, entity.identity)
        base = key_design(entity, whole, BASE, (entity.tag, entity.tag))
        bare = EntityDesign(entity.name, entity.tag, base, (), self._guards)
        return sum(bool(step_design(entity, bare, s).read_first) for _, s in self._steps)

    def design(self, places: Sequence[Place]) -> EntityDesign:
        """The provisional physical design of the entity: base first, then GSIs and LSIs in order."""
        keys = []
        global_, local = 0, 0
        for place in places:
            if place.kind == "base":
                name = BASE
            elif place.kind == "local":
                local += 1
                name = f"LSI{local}"
            else:
                global_ += 1
                name = f"GSI{global_}"
            keys.append(key_design(self.entity, place.signature, name, (place.literal, self.entity.tag)))
        return EntityDesign(self.entity.name, self.entity.tag, keys[0], tuple(keys[1:]), self._guards)

    def evaluate(
        self, places: Sequence[Place], assigned: Sequence[tuple[Need, int]], unserved: Sequence[Need] = ()
    ) -> Selection:
        """What a selection costs; each need of `assigned` is answered from the place with that number."""
        design = self.design(places)
        table = self._table(places, design, assigned)
        physical = cost.Physical(self.workload, table, {self.entity.name: design})
        total = cost.entity_storage(physical, self.entity.name)
        extra = -self._baseline_reads
        for pattern, step in self._steps:
            planned = step_design(self.entity, design, step)
            extra += bool(planned.read_first)
            total += self._step_cost(pattern, step, planned, physical)
        for need, number in assigned:
            total += self._read_cost(need, None if number == 0 else design.indexes[number - 1].place, physical)
        return Selection(self.entity.name, tuple(places), tuple(assigned), tuple(unserved), extra, total)

    def _step_cost(self, pattern: WritePattern, step: StepDef, planned: StepDesign, physical: cost.Physical) -> int:
        transactional = pattern.transaction or bool(planned.guards) or step.kind is StepKind.CHECK
        read, write, _ = cost.step_units(physical, step, planned, transactional=transactional)
        return self._monthly(read, write, pattern.rate.average, pattern.rate.peak)

    def _read_cost(self, need: Need, place: str | None, physical: cost.Physical) -> int:
        size = need.rows.average * physical.row(self.entity.name, place)
        units = cost.fractional_units(size, consistent=need.consistent)
        return self._monthly(units, 0, need.rate.average, need.rate.peak)

    def _monthly(self, read: int, write: int, average: int, peak: int) -> int:
        return monthly_micro_usd(
            read=read, write=write, average=average, peak=peak, billing=self.workload.options.billing
        )

    def _table(
        self, places: Sequence[Place], design: EntityDesign, assigned: Sequence[tuple[Need, int]]
    ) -> TableDesign:
        indexes = []
        for number, key in enumerate(design.indexes, start=1):
            projection = projection_of(self.entity, [n for n, at in assigned if at == number], self._type_attribute)
            pk, sk = key_names(key.place)
            indexes.append(
                IndexDesign(
                    key.place,
                    "lsi" if places[number].kind == "local" else "gsi",
                    (KeyAttribute(pk),),
                    (KeyAttribute(sk),),
                    projection,
                    (self.entity.name,),
                    (),
                )
            )
        ttl = self.entity.with_role("ttl")
        return TableDesign(
            "",
            KeyAttribute("PK"),
            KeyAttribute("SK"),
            tuple(indexes),
            self._type_attribute,
            ttl,
            self.workload.options.billing,
        )


def projection_of(entity: EntityDef, needs: Iterable[Need], type_attribute: str) -> Projection:
    """The narrowest projection from which an entity's needs can be answered: what they return, filter and hide."""
    names: set[str] = {type_attribute}
    ttl = entity.with_role("ttl")
    if ttl:
        names.add(ttl)
    asked = False
    for need in needs:
        asked = True
        if need.returns is None and not need.count:
            return Projection("ALL")
        names.update(need.returns or ())
        for condition in need.filters:
            names |= {condition.attribute} if condition.attribute else {c.attribute for c in condition.any_of}
        names |= need.eq & set(entity.identity) if at_most_one(entity, need.eq) else set()
    if not asked or len(names) > MOST_INCLUDED:
        return Projection("ALL")
    return Projection("INCLUDE", tuple(sorted(names)))


def serves_strongly(need: Need, kind: str) -> bool:
    """Whether a place of this kind can give the consistency that the need asks for."""
    return not need.consistent or kind in {"base", "local"}


def base_serves(signature: Signature, need: Need, entity: EntityDef) -> bool:
    """Whether the base key answers a need, by the whole key or by a Query."""
    if entity.identity and set(entity.identity) <= need.eq:
        return True
    return serve(signature, need, entity) is not None
