"""Guards and copies of one entity in the search: what they cost by what they carry, and which are worth trying.

In: an entity, its steps, its needs. Out: `Kept` for a choice of places, and candidate signatures. A guard that carries
what a read returns answers it in one request, strongly if asked; a bare one names the item, which takes a second. A
copy is an item under another key. Both are written in the same transaction as the item (keys.md E).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import write_units
from dynamodel.dynamo.entries import changed_attributes
from dynamodel.dynamo.footprint import GUARD_BYTES, attribute_bytes, key_bytes
from dynamodel.dynamo.prices import terms_of
from dynamodel.ir.keys import Absent
from dynamodel.ir.plan import COPY_TYPE, KeyDesign
from dynamodel.ir.writes import ActionKind, StepKind
from dynamodel.planner import cost
from dynamodel.planner.enumerate import index_signatures
from dynamodel.planner.layout import GUARD_OWNER, copy_design
from dynamodel.planner.places import BESIDE, projection_of
from dynamodel.planner.serve import Signature, SortPart, serve
from dynamodel.planner.steps import step_design
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import EntityDesign, StepDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef, WritePattern
    from dynamodel.planner.needs import Need
    from dynamodel.planner.places import Place


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept beside an item: bytes of what a read of each place gets, bytes stored, and each step's part.

    `units` are write units (millionths) of guards and copies before a transaction doubles them; `blind` are the steps
    that must read the item first for them.
    """

    places: dict[int, int]
    stored: tuple[int, ...]
    units: tuple[int, ...]
    blind: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one guard or copy adds to a bare item: bytes of a row read, bytes stored, units and reads of each step."""

    size: int
    stored: int
    units: tuple[int, ...]
    blind: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an item beside its entity is: average bytes, and how each write keeps it."""

    size: int
    number: int  # among the guards and copies of the entity
    planned: tuple[StepDesign, ...]


class BesideProblem:
    """Prices guards and copies of one entity."""

    def __init__(
        self,
        workload: Workload,
        entity: EntityDef,
        bare: EntityDesign,
        steps: Sequence[tuple[WritePattern, StepDef]],
        names: tuple[str, str],
    ) -> None:
        """`bare` is the entity with plain guards and no other place; `names` are the workload's `physical_names`."""
        self._entity, self._bare, self._steps = entity, bare, steps
        self._prefix, self._type = names
        self._plain = tuple(step_design(entity, bare, s) for _, s in steps)
        self._overhead = terms_of(workload.options).item_overhead
        self._known: dict[tuple[str, Signature, tuple[str, ...]], _Facts] = {}
        self._nothing = self._kept({}, {})
        self.able = may_carry(workload, entity)

    def of(self, places: Sequence[Place], assigned: Sequence[tuple[Need, int]]) -> Kept:
        """What a choice of places keeps beside an item."""
        chosen = {n: p for n, p in enumerate(places) if p.kind in BESIDE}
        if not chosen:
            return self._nothing
        facts = {
            n: self._facts(p, carried(self._entity, p, [need for need, at in assigned if at == n]))
            for n, p in chosen.items()
            if p.kind != "pointer"
        }
        read = {n: facts[n].size if n in facts else GUARD_BYTES for n in chosen}
        return self._kept(facts, read)

    def part(self, place: Place, carries: tuple[str, ...]) -> Part:
        """What a copy, or a guard that carries these attributes, adds by itself."""
        facts = self._facts(place, carries)
        kept = self._kept({0: facts}, {})
        units = tuple(mine - bare for mine, bare in zip(kept.units, self._nothing.units, strict=True))
        overhead = self._overhead * (len(kept.stored) - len(self._nothing.stored))
        return Part(facts.size, sum(kept.stored) - sum(self._nothing.stored) + overhead, units, kept.blind)

    def _kept(self, facts: dict[int, _Facts], read: dict[int, int]) -> Kept:
        guards = {n: _Facts(GUARD_BYTES, n, self._plain) for n in range(len(self._bare.guards))}
        for fact in facts.values():
            if fact.number < len(guards):
                guards[fact.number] = fact
        every = [*guards.values(), *(f for f in facts.values() if f.number >= len(guards))]
        return Kept(
            read,
            tuple(f.size for f in every),
            tuple(
                sum(_writes(step, f, number) * write_units(f.size) for f in every)
                for number, (_, step) in enumerate(self._steps)
            ),
            tuple(any(f.planned[number].read_first for f in facts.values()) for number in range(len(self._steps))),
        )

    def _facts(self, place: Place, carries: tuple[str, ...]) -> _Facts:
        known = (place.kind, place.signature, carries)
        if known not in self._known:
            entity, bare = self._entity, self._bare
            if place.kind == "guard":
                number = guard_number(entity, place.signature)
                guards = tuple(replace(g, carries=carries) if n == number else g for n, g in enumerate(bare.guards))
                design = replace(bare, guards=guards)
                size = GUARD_BYTES + attribute_bytes(entity, carries)
            else:
                number = len(bare.guards)
                copy = copy_design(entity, place.signature, "COPY1", carries, self._prefix)
                design = replace(bare, copies=(copy,))
                key = KeyDesign(copy.place, (copy.partition,), (copy.sort,))
                size = key_bytes(entity, key) + len(self._type) + len(COPY_TYPE) + attribute_bytes(entity, carries)
            planned = tuple(step_design(entity, design, s) for _, s in self._steps)
            self._known[known] = _Facts(size, number, planned)
        return self._known[known]


def _writes(step: StepDef, fact: _Facts, number: int) -> int:
    """How often a step writes one guard or copy."""
    return sum(writes for at, writes in cost.beside_writes(step, fact.planned[number]) if at == fact.number)


def carried(entity: EntityDef, place: Place, needs: Sequence[Need]) -> tuple[str, ...]:
    """What a guard or copy must carry for its needs, in the order of names."""
    projection = projection_of(entity, place.signature, needs)
    names = {a.name for a in entity.stored} if projection.type == "ALL" else set(projection.attributes)
    return tuple(sorted(names))


def guard_number(entity: EntityDef, signature: Signature) -> int:
    """Which unique set a guard's signature is."""
    return next(n for n, u in enumerate(entity.unique) if u.attributes == signature.partition)


def may_carry(workload: Workload, entity: EntityDef) -> bool:
    """Whether attributes of an entity may be held a second time.

    An upsert does not know whether there is an item, so what it would have to write beside it is not planned. Nor is
    it for what is written in batches, where nothing belongs together, nor for items whose versions are kept and for
    the versions, which the items' own steps write.
    """
    alone = any(
        s.kind is StepKind.UPSERT or p.batched or s.snapshot_of is not None for p, s in workload.steps_on(entity.name)
    )
    return workload.options.copies and bool(entity.identity) and not alone and not entity.history


def guard_signatures(entity: EntityDef, need: Need) -> list[Signature]:
    """The guards whose unique set a need fixes."""
    found = [Signature(entity.name, u.attributes) for u in entity.unique]
    return [s for s in found if not need.shared and serve(s, need, entity) is not None]


def guard_options(workload: Workload, entity: EntityDef, need: Need) -> list[tuple[str, Signature]]:
    """The guards by which a need could be answered, each with how: carrying attributes, or naming the item."""
    found = guard_signatures(entity, need)
    able = carriers(workload, entity, found) if found and may_carry(workload, entity) else []
    return [("guard", s) for s in able] + [("pointer", s) for s in found if points_at(s, need, entity)]


def points_at(signature: Signature, need: Need, entity: EntityDef) -> bool:
    """Whether a bare guard, which holds nothing to look at, tells the item that a need wants."""
    service = serve(signature, need, entity)
    return service is not None and not service.residual and not need.filters and need.limit is None


def carriers(workload: Workload, entity: EntityDef, signatures: Sequence[Signature]) -> list[Signature]:
    """Those guards that may carry attributes: `owner` is theirs, and a moved one is put anew from what is known."""
    if any(a.name == GUARD_OWNER for a in entity.stored):
        return []
    return [s for s in signatures if _movable(workload, entity, s)]


def copy_signatures(workload: Workload, entity: EntityDef, needs: Sequence[Need]) -> tuple[Signature, ...]:
    """Keys of copies that serve needs: an index key with a partition, completed by the identity."""
    found: dict[Signature, None] = {}
    weak = [replace(n, consistent=False) for n in needs if not n.shared]
    for signature in index_signatures(entity, weak):
        if signature.when or not signature.partition:
            continue
        held = {*signature.attributes}
        rest = tuple(SortPart(a) for a in entity.identity if a not in held)
        whole = Signature(entity.name, signature.partition, signature.sort + rest)
        if _movable(workload, entity, whole) and not any(p.absent is Absent.SPARSE for p in rest):
            found[whole] = None
    return tuple(found)


def _movable(workload: Workload, entity: EntityDef, signature: Signature) -> bool:
    """Whether every update that may move the key can know all values after it."""
    buckets = [(a, entity.attribute(a).bucket) for a in signature.attributes]
    parts = {name if bucket is None else bucket.of for name, bucket in buckets}
    moving = [s for _, s in workload.steps_on(entity.name) if parts & changed_attributes(entity, s)]
    return not any(_is_blind(entity, a.kind, a.attribute) for step in moving for a in step.actions)


def _is_blind(entity: EntityDef, kind: ActionKind, attribute: str) -> bool:
    numeric = entity.attribute(attribute).type.is_number
    return kind is ActionKind.APPEND or (kind is ActionKind.ADD and not numeric)
