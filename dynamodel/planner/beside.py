"""Guards and copies of one entity in the search: what they cost by what they carry, and which are worth trying.

In: an entity, its steps, its needs. Out: `Kept` for a choice of places, and candidate signatures. A guard that carries
what a read returns answers it in one request, strongly if asked; a bare one names the item, which takes a second. A
copy is an item under another key. Both are written in the same transaction as the item (keys.md E).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.footprint import GUARD_BYTES, attribute_bytes, beside_key, key_bytes, membership
from dynamodel.dynamo.prices import terms_of
from dynamodel.ir.keys import Absent
from dynamodel.ir.plan import COPY_TYPE
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
    from dynamodel.ir.plan import EntityDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef, WritePattern
    from dynamodel.planner.needs import Need
    from dynamodel.planner.places import Place


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept beside an item: bytes of what a read of each place gets, bytes stored, and each step's part.

    `units` are write units (millionths) of guards and copies before a transaction doubles them; `written` are the steps
    that may write one, `blind` those that must read the item first for them. `stored` are the share of items that have
    each, and its bytes.
    """

    places: dict[int, int]
    stored: tuple[tuple[int, int], ...]
    units: tuple[int, ...]
    written: tuple[bool, ...]
    blind: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one guard or copy adds to a bare item: bytes of a row read, units and reads of each step.

    Of each of the items that have it, a `share`, `stored` bytes are kept.
    """

    size: int
    share: int
    stored: int
    units: tuple[int, ...]
    written: tuple[bool, ...]
    blind: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an item beside its entity is: average bytes, share of items that have it, what each step does for it."""

    size: int
    number: int  # among the guards and copies of the entity
    share: int
    units: tuple[int, ...]
    written: tuple[bool, ...]
    blind: tuple[bool, ...]


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
        self._workload, self._overhead = workload, terms_of(workload.options).item_overhead
        self._guards = {n: self._facts_of(bare, n, GUARD_BYTES) for n in range(len(bare.guards))}
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
        more = -GUARD_BYTES if facts.number in self._guards else self._overhead
        return Part(facts.size, facts.share, facts.size + more, units, facts.written, facts.blind)

    def _kept(self, facts: dict[int, _Facts], read: dict[int, int]) -> Kept:
        guards = self._guards | {f.number: f for f in facts.values() if f.number in self._guards}
        every = [*guards.values(), *(f for f in facts.values() if f.number not in guards)]
        steps = range(len(self._steps))
        return Kept(
            read,
            tuple((f.share, f.size) for f in every),
            tuple(sum(f.units[step] for f in every) for step in steps),
            tuple(any(f.written[step] for f in every) for step in steps),
            tuple(any(f.blind[step] for f in facts.values()) for step in steps),
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
                size = key_bytes(entity, beside_key(entity, copy)) + len(self._type) + len(COPY_TYPE)
                size += attribute_bytes(entity, carries)
            self._known[known] = self._facts_of(design, number, size)
        return self._known[known]

    def _facts_of(self, design: EntityDesign, number: int, size: int) -> _Facts:
        """What a guard or copy of `size` bytes is, the one with this number in the design."""
        entity = self._entity
        planned = [(step, step_design(entity, design, step)) for _, step in self._steps]
        changes = [dict(cost.beside_changes(self._workload, design, step, how)) for step, how in planned]
        return _Facts(
            size,
            number,
            membership(entity, beside_key(entity, design.beside[number])),
            tuple(cost.entry_write_units(c.get(number, 0), size) for c in changes),
            tuple(number in c for c in changes),
            tuple(bool(how.read_first) for _, how in planned),
        )


def carried(entity: EntityDef, place: Place, needs: Sequence[Need]) -> tuple[str, ...]:
    """What a guard or copy must carry for its needs, in the order of names."""
    projection = projection_of(entity, place.signature, needs)
    names = {a.name for a in entity.stored} if projection.type == "ALL" else set(projection.attributes)
    return tuple(sorted(names))


def guard_number(entity: EntityDef, signature: Signature) -> int:
    """Which unique set a guard's signature is."""
    return next(n for n, u in enumerate(entity.unique) if u.attributes == signature.partition)


def may_carry(workload: Workload, entity: EntityDef) -> bool:
    """Whether attributes of an entity may be held a second time."""
    return workload.options.copies and bool(entity.identity)


def guard_signatures(entity: EntityDef, need: Need) -> list[Signature]:
    """The guards whose unique set a need fixes."""
    found = [Signature(entity.name, u.attributes) for u in entity.unique]
    return [s for s in found if need.alone and serve(s, need, entity) is not None]


def guard_options(workload: Workload, entity: EntityDef, need: Need) -> list[tuple[str, Signature]]:
    """The guards by which a need could be answered, each with how: carrying attributes, or naming the item."""
    found = guard_signatures(entity, need)
    able = carriers(entity, found) if found and may_carry(workload, entity) else []
    return [("guard", s) for s in able] + [("pointer", s) for s in found if points_at(s, need, entity)]


def points_at(signature: Signature, need: Need, entity: EntityDef) -> bool:
    """Whether a bare guard, which holds nothing to look at, tells the item that a need wants."""
    service = serve(signature, need, entity)
    return service is not None and not service.residual and not need.filters and need.limit is None


def carriers(entity: EntityDef, signatures: Sequence[Signature]) -> Sequence[Signature]:
    """Those guards that may carry attributes: `owner` is theirs."""
    return [] if any(a.name == GUARD_OWNER for a in entity.stored) else signatures


def copy_signatures(entity: EntityDef, needs: Sequence[Need]) -> tuple[Signature, ...]:
    """Keys of copies that serve needs: an index key, completed by the identity."""
    found: dict[Signature, None] = {}
    weak = [replace(n, consistent=False) for n in needs if n.alone]
    for signature in index_signatures(entity, weak):
        held = {*signature.attributes}
        rest = tuple(SortPart(a) for a in entity.identity if a not in held)
        whole = replace(signature, sort=signature.sort + rest)
        if not any(p.absent is Absent.SPARSE for p in rest):
            found[whole] = None
    return tuple(found)
