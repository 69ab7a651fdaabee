"""Slots: which GSI each index key goes to, and what each index is then made of.

In: a `Solution`. Out: for every entity the places of its signatures, and the `IndexDesign`s with the projection that
all entities of a slot need together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import count, groupby
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import INCLUDED_ATTRIBUTES
from dynamodel.dynamo.types import stored_type
from dynamodel.ir.keys import KeyField, NaturalKey, Template
from dynamodel.ir.plan import BASE, IndexDesign, KeyAttribute, KeyDesign, Projection
from dynamodel.planner.beside import carried, guard_number
from dynamodel.planner.layout import copy_design, guard_design, key_design
from dynamodel.planner.local_slots import local_numbers
from dynamodel.planner.places import BESIDE, WHOLE, projection_of, union
from dynamodel.planner.solution import BASE_PLACE, GSI_PLACE, color_groups, local_groups_of
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import CopyDesign, GuardDesign, Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.groups import Group
    from dynamodel.planner.places import Place
    from dynamodel.planner.selection import Selection
    from dynamodel.planner.serve import Signature
    from dynamodel.planner.solution import Solution

Kept = Mapping[tuple[str, tuple[str, ...]], int]  # an entity and the attributes of a key -> the slot that it keeps

_Own = tuple["Selection", int, Projection]  # an own index key: whose, the number of its place, what it must hold
Shape = tuple[tuple[str, ...], tuple[tuple[str, bool], ...]]  # the attributes of a key, those of its order with "-"

NOTHING_KEPT: Kept = {}
POINTER = "POINTER"  # the place of a read that a bare guard answers with the name of its item


@dataclass(frozen=True, slots=True)
class Slotted:
    """A solution with names: for each entity its signatures by place, in the order of the selection's places."""

    places: dict[str, tuple[str, ...]]
    groups: dict[str, dict[str, Group]]  # entity -> place -> group


def deployed_slots(locked: Plan | None) -> Kept:
    """The slot that each index key of a deployed plan has, by its entity and attributes."""
    if locked is None:
        return {}
    return {
        (design.entity, key_attributes(key)): int(key.place.removeprefix("GSI")) - 1
        for design in locked.entities
        for key in reversed(design.indexes)
        if key.place.startswith("GSI")
    }


def deployed_together(locked: Plan | None) -> frozenset[tuple[str, tuple[str, ...]]]:
    """The index keys of a deployed plan, by entity and attributes, that lie in an index of several entities."""
    if locked is None:
        return frozenset()
    shared = {index.name for index in locked.table.gsis if len(index.entities) > 1}
    return frozenset((d.entity, key_attributes(k)) for d in locked.entities for k in d.indexes if k.place in shared)


def key_attributes(key: KeyDesign) -> tuple[str, ...]:
    """The attributes that a key holds, as a template or as they are, in order."""
    return tuple(name for field in key.fields for name in field.value.attributes)


def assign(workload: Workload, solution: Solution, kept: Kept = NOTHING_KEPT) -> Slotted:
    """Give every index key a slot: groups first, then each entity's own keys; what is spread lies among its like.

    An own key that `kept` names stays in its slot if that is free. Then what holds whole items takes the lowest slots
    that are left to the entity. What holds less takes a slot that holds the same, one that is still empty, or one that
    holds less than everything, before it holds more than it needs. Of slots that suit as well, one whose keys are made
    of the same attributes in the same order comes first: there attributes may be keys for all.
    """
    colored = color_groups([g for g in solution.groups if g.place == GSI_PLACE])
    entities = {e.name: e for e in workload.entities}
    mine: dict[str, list[Group]] = {s.entity: [] for s in solution.selections}
    for group in solution.groups:
        for name, _ in group.members:
            mine[name].append(group)
    slots = _Slots(solution.shared_slots)
    for selection in solution.selections:
        grouped = [n for n, p in enumerate(selection.places) if p.kind == "group"]
        for number, group in zip(grouped, (g for g in mine[selection.entity] if g.place == GSI_PLACE), strict=True):
            slots.take(colored[group], selection, number, WHOLE, alike=False)
    every = [(s, n, projection) for s in solution.selections for n, projection in _own(entities[s.entity], s, {"own"})]
    left = []
    alone = {(entity, number): is_alone for entity, number, is_alone in solution.spread}
    for selection, number, projection in (one for one in every if (one[0].entity, one[1]) not in alone):
        names = tuple(name.partition("@")[0] for name in selection.places[number].signature.attributes)
        deployed = kept.get((selection.entity, names))
        if deployed in slots.free(selection):
            slots.take(deployed, selection, number, projection)
        else:
            left.append((selection, number, projection))
    for selection, number, projection in slots.alike_first(one for one in left if one[-1] == WHOLE):
        slots.take(slots.lowest(selection, number), selection, number, projection)
    by_choice = sorted(left, key=lambda one: -one[0].indexes)  # who has little choice first
    for selection, number, projection in slots.alike_first(one for one in by_choice if one[-1] != WHOLE):
        slots.take(slots.fittest(selection, number, projection), selection, number, projection)
    for selection, number, projection in (one for one in every if (one[0].entity, one[1]) in alone):
        apart = alone[selection.entity, number]
        slot = slots.new() if apart else slots.of_like(selection, number)
        slots.take(slot, selection, number, projection, alike=not apart)
    number_of = slots.numbers(closed=bool(solution.spread))
    local = local_numbers(entities, solution)
    places: dict[str, tuple[str, ...]] = {}
    groups: dict[str, dict[str, Group]] = {}
    near = local_groups_of(solution.groups, mine)
    for selection in solution.selections:
        name = selection.entity
        beside = {g: f"LSI{n}" for n, g in enumerate(near[name], 1)}
        groups[name] = {
            BASE if g.place == BASE_PLACE else beside.get(g) or f"GSI{number_of[colored[g]]}": g for g in mine[name]
        }
        slot_of = {number: number_of[slot] for number, slot in slots.taken[name].items()}
        places[name] = _names(entities[name], selection, slot_of, local[name])
    return Slotted(places, groups)


class _Slots:
    """The slots while they are given away: who is in each, and what it holds."""

    def __init__(self, count: int) -> None:
        self.taken: dict[str, dict[int, int]] = defaultdict(dict)  # entity -> number of a place -> slot
        self._held: dict[int, Projection | None] = dict.fromkeys(range(count))
        self._holders = dict.fromkeys(range(count), 0)
        self._shapes: dict[int, Shape | None] = {}  # of all keys in a slot, None where they differ
        self._known: dict[tuple[str, int], Shape] = {}
        self._shared = count

    def of_like(self, selection: Selection, number: int) -> int:
        """A slot for keys that are spread: one of the same attributes, else one more."""
        for slot in self.free(selection):
            if slot >= self._shared and self.is_alike(slot, selection, number):
                return slot
        return self.new()

    def new(self) -> int:
        """One more slot."""
        slot = len(self._held)
        self._held[slot], self._holders[slot] = None, 0
        return slot

    def numbers(self, *, closed: bool) -> dict[int, int]:
        """The number of the index that each slot becomes; `closed` leaves out slots that nothing lies in."""
        slots = [slot for slot, holders in self._holders.items() if holders or not closed]
        return {slot: number for number, slot in enumerate(slots, 1)}

    def free(self, selection: Selection) -> list[int]:
        """The slots that an entity is not in."""
        mine = self.taken[selection.entity].values()
        return [slot for slot in self._held if slot not in mine]

    def take(self, slot: int, selection: Selection, number: int, projection: Projection, *, alike: bool = True) -> None:
        """Put a key into a slot; one of a collection, or half of text, is not alike any other."""
        shape = self._shape(selection, number) if alike else None
        self._shapes[slot] = shape if self._shapes.get(slot, shape) == shape else None
        self.taken[selection.entity][number] = slot
        self._held[slot] = union(self._held[slot], projection)
        self._holders[slot] += 1

    def is_alike(self, slot: int, selection: Selection, number: int) -> bool:
        """Whether all keys of a slot are made of the same attributes in the same order as this one."""
        return self._shapes.get(slot) == self._shape(selection, number)

    def _shape(self, selection: Selection, number: int) -> Shape:
        """What a key is made of, whoever's it is."""
        known = selection.entity, number
        if known not in self._known:
            self._known[known] = made_of(selection.places[number].signature)
        return self._known[known]

    def alike_first(self, keys: Iterable[_Own]) -> Iterator[_Own]:
        """The keys in their order, but of each entity those first that are like all keys of a slot free to it."""
        for _, own in groupby(keys, key=lambda one: one[0].entity):
            yield from sorted(own, key=lambda one: not any(self.is_alike(s, *one[:2]) for s in self.free(one[0])))

    def lowest(self, selection: Selection, number: int) -> int:
        """The lowest free slot, of those first that hold whole items by the same attributes."""
        return min(
            self.free(selection),
            key=lambda slot: (not (self._held[slot] == WHOLE and self.is_alike(slot, selection, number)), slot),
        )

    def fittest(self, selection: Selection, number: int, projection: Projection) -> int:
        """The free slot that suits a key best: it holds the same, nothing yet, other attributes, or everything.

        Of slots with other attributes one that several entities share already comes first: an entity alone in its slot
        may have its own attributes as keys.
        """

        def unlike(slot: int) -> tuple[int, bool, int, bool, int]:
            held, other_keys = self._held[slot], not self.is_alike(slot, selection, number)
            if held is None or held == WHOLE:
                return (1 if held is None else 3), False, 0, other_keys, slot
            other = set(held.attributes) ^ set(projection.attributes)
            alone = bool(other) and self._holders[slot] == 1 and other_keys
            return (2 if other else 0), alone, len(other), other_keys, slot

        return min(self.free(selection), key=unlike)


def made_of(signature: Signature) -> Shape:
    """What a key is made of, whoever's it is."""
    return signature.partition, tuple((p.attribute, p.descending) for p in signature.sort)


def _own(entity: EntityDef, selection: Selection, kinds: Container[str]) -> list[tuple[int, Projection]]:
    """The own index keys of a selection by their number, with what their needs ask them to hold."""
    keys = [(n, p.signature) for n, p in enumerate(selection.places) if p.kind in kinds and not p.shared]
    return [(n, projection_of(entity, signature, selection.answered_at(n))) for n, signature in keys]


def _names(
    entity: EntityDef, selection: Selection, slots: Mapping[int, int], local: Mapping[int, int]
) -> tuple[str, ...]:
    """The names of a selection's places, in their order; `slots` and `local` are the numbers of those in indexes."""
    names = []
    copies = count(1)
    for number, place in enumerate(selection.places):
        if place.kind == "base":
            names.append(BASE)
        elif place.kind == "local":
            names.append(f"LSI{local[number]}")
        elif place.kind == "copy":
            names.append(f"COPY{next(copies)}")
        elif place.kind in BESIDE:
            names.append(guard_name(entity, place))
        else:
            names.append(f"GSI{slots[number]}")
    return tuple(names)


def wider(workload: Workload, solution: Solution, slotted: Slotted) -> dict[str, dict[int, Projection]]:
    """The places, by entity and number, that hold more than their needs ask, because others share their slot."""
    held = projections(workload, solution, slotted)
    found: dict[str, dict[int, Projection]] = {}
    for selection in solution.selections:
        names = slotted.places[selection.entity]
        for number, projection in _own(workload.entity(selection.entity), selection, {"own", "local"}):
            if held[names[number]] != projection:
                found.setdefault(selection.entity, {})[number] = held[names[number]]
    return found


def guard_name(entity: EntityDef, place: Place) -> str:
    """The name of a guard as a place: `GUARD1` when it carries what is read, `POINTER1` when it names the item."""
    return f"{POINTER if place.kind == 'pointer' else 'GUARD'}{guard_number(entity, place.signature) + 1}"


def keys_of(
    entity: EntityDef, selection: Selection, slotted: Slotted, prefix: str, shards: Mapping[tuple[str, str], int]
) -> tuple[KeyDesign, ...]:
    """The template keys of one entity in all its places, base first, then by name; `shards` by entity and place."""
    keys = []
    for place, name in zip(selection.places, slotted.places[entity.name], strict=True):
        if place.kind in BESIDE:
            continue
        mine = slotted.groups[entity.name]
        partition, group = mine.get(BASE if name.startswith("LSI") else name), mine.get(name)
        literal = partition.root if partition else entity.tag
        block = group.block_of(entity.name).literals if group else ((0, entity.tag),)
        many = shards.get((entity.name, name), 1)
        keys.append(key_design(entity, place.signature, name, (literal, block), prefix, shards=many))
    return (keys[0], *sorted(keys[1:], key=lambda k: (k.place[:3], len(k.place), k.place)))


def projections(workload: Workload, solution: Solution, slotted: Slotted) -> dict[str, Projection]:
    """The projection of each index: the union of what its entities need, ALL as soon as one needs all."""
    found: dict[str, Projection] = {}
    for selection in solution.selections:
        entity = workload.entity(selection.entity)
        for number, place in enumerate(slotted.places[entity.name]):
            if place == BASE or selection.places[number].kind in BESIDE:
                continue
            signature = selection.places[number].signature
            needs = selection.answered_at(number)
            own = projection_of(entity, signature, needs)
            found[place] = union(found.get(place), own)
    return _within_budget(found)


def _within_budget(projected: dict[str, Projection]) -> dict[str, Projection]:
    """The widest INCLUDE projections become ALL until a table's indexes together name no more than is allowed."""
    widest = sorted(projected, key=lambda p: (-len(projected[p].attributes), p))
    total = sum(len(p.attributes) for p in projected.values())
    result = dict(projected)
    for place in widest:
        if total <= INCLUDED_ATTRIBUTES:
            break
        total -= len(result[place].attributes)
        result[place] = Projection("ALL")
    return result


def beside_designs(
    entity: EntityDef, selection: Selection, slotted: Slotted, prefix: str
) -> tuple[tuple[GuardDesign, ...], tuple[CopyDesign, ...]]:
    """The guards of an entity, with what they carry, and its copies."""
    carries: dict[str, set[str]] = {}
    signatures: dict[str, Signature] = {}
    for number, (place, name) in enumerate(zip(selection.places, slotted.places[entity.name], strict=True)):
        if place.kind in {"guard", "copy"}:
            needs = selection.answered_at(number)
            carries.setdefault(name, set()).update(carried(entity, place, needs))
            signatures[name] = place.signature
    guards = tuple(
        guard_design(entity, unique, prefix, tuple(sorted(carries.get(f"GUARD{n}", ()))))
        for n, unique in enumerate(entity.unique, 1)
    )
    copies = tuple(
        copy_design(entity, signature, name, tuple(sorted(carries[name])), prefix)
        for name, signature in signatures.items()
        if name.startswith("COPY")
    )
    return guards, copies


def index_designs(
    workload: Workload,
    keys: dict[str, tuple[KeyDesign, ...]],
    projected: dict[str, Projection],
    patterns: dict[str, tuple[str, ...]],
) -> tuple[IndexDesign, ...]:
    """The indexes, GSIs by number, then LSIs; natural keys have the types of their attributes."""
    designs = []
    for place in sorted(projected, key=lambda p: (p[:3], len(p), p)):
        holders = [(name, k) for name, own in keys.items() for k in own if k.place == place]
        first = holders[0][1]
        natural = any(not isinstance(f.value, Template) for f in first.fields)
        entity = workload.entity(holders[0][0])
        designs.append(
            IndexDesign(
                place,
                "lsi" if place.startswith("LSI") else "gsi",
                tuple(_attribute(entity, f) for f in first.partition or keys[entity.name][0].partition),
                tuple(_attribute(entity, f) for f in first.sort),
                _beside_keys(projected[place], first),
                tuple(name for name, _ in holders),
                patterns.get(place, ()),
                natural,
            )
        )
    return tuple(designs)


def _beside_keys(projection: Projection, key: KeyDesign) -> Projection:
    """The projection without the index's own key attributes, which every entry has and the service refuses to list."""
    left = tuple(n for n in projection.attributes if n not in {f.name for f in key.fields})
    return projection if left == projection.attributes else Projection("INCLUDE" if left else "KEYS_ONLY", left)


def _attribute(entity: EntityDef, field: KeyField) -> KeyAttribute:
    if isinstance(field.value, NaturalKey):
        attribute = entity.attribute(field.value.attribute)
        stored = stored_type(attribute.type, attribute.role)
        return KeyAttribute(field.name, "N" if stored == "N" else "B" if stored == "B" else "S")
    return KeyAttribute(field.name)


def place_signatures(solution: Solution, slotted: Slotted) -> dict[tuple[str, str], Signature]:
    """The signature of each entity in each place."""
    return {
        (s.entity, name): place.signature
        for s in solution.selections
        for place, name in zip(s.places, slotted.places[s.entity], strict=True)
    }
