"""From a solution with named slots to the physical design: keys, indexes, requests, and the shards of hot partitions.

In: the workload, a `Solution` and its slots. Out: `Built`. What is decided here depends on the sizes of the finished
layout: the number of shards (it is built again until they are those that it asks for), and whether a key is a template
or attributes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from dynamodel.ir.plan import (
    BASE,
    CopyDesign,
    EntityDesign,
    GuardDesign,
    KeyAttribute,
    PatternDesign,
    TableDesign,
)
from dynamodel.planner.cost import Physical, price_of
from dynamodel.planner.extract import pattern_designs
from dynamodel.planner.hot import Spot, heats, shards_needed
from dynamodel.planner.layout import key_names
from dynamodel.planner.natural import FREE, Forms, Slots, longer_entries, naturalized
from dynamodel.planner.part_requests import Layout
from dynamodel.planner.slots import (
    beside_designs,
    index_designs,
    keys_of,
    place_signatures,
    projections,
)
from dynamodel.planner.strays import Strays
from dynamodel.planner.vectors import vector_indexes
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.plan import KeyDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.heat import Heat
    from dynamodel.planner.slots import Slotted
    from dynamodel.planner.solution import Solution


@dataclass(frozen=True)
class Built:
    """A physical design, not yet priced."""

    physical: Physical
    patterns: tuple[PatternDesign, ...]

    @cached_property
    def heats(self) -> Mapping[Spot, Heat]:
        """What meets the hottest partition of each key."""
        return heats(self.physical, self.patterns)


def build(
    workload: Workload, solution: Solution, slotted: Slotted, names: tuple[str, str], forms: Forms = FREE
) -> Built:
    """The layout of a solution, with as many shards as its hot partitions take.

    `names` are the prefix of key attributes and the name of the type attribute. Where `forms` leaves a
    choice, keys are the attributes themselves unless templates cost less.
    """
    shards: dict[Spot, int] = {}
    while True:
        built = _cheapest(workload, solution, slotted, names, _Choice(shards, forms))
        needed = shards_needed(built.physical, built.patterns, built.heats)
        if all(count <= shards.get(spot, 1) for spot, count in needed.items()):
            return built
        shards = {spot: max(needed.get(spot, 1), shards.get(spot, 1)) for spot in {**shards, **needed}}


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is decided of keys: shards of partitions by entity and place, and which slots have templates."""

    shards: Mapping[Spot, int]
    forms: Forms


def _cheapest(
    workload: Workload, solution: Solution, slotted: Slotted, names: tuple[str, str], choice: _Choice
) -> Built:
    """The layout with attributes as keys, except in the slots where templates cost less, one after another."""
    best = _built(workload, solution, slotted, names, choice)
    for place in longer_entries(best.physical, _templates(workload, solution, slotted, names, choice)):
        if place in choice.forms.attributes:
            continue
        text = replace(choice, forms=replace(choice.forms, templates=choice.forms.templates | {place}))
        other = _built(workload, solution, slotted, names, text)
        if _rank(other) < _rank(best):
            best, choice = other, text
    return best


def _rank(built: Built) -> tuple[int, int]:
    """Requests and money a month, as layouts are compared."""
    _, cost = price_of(built.physical, built.patterns)
    return sum(p.request_count for p in built.patterns), cost.monthly


def _templates(
    workload: Workload, solution: Solution, slotted: Slotted, names: tuple[str, str], choice: _Choice
) -> dict[str, tuple[KeyDesign, ...]]:
    """The keys of every entity as templates."""
    return {
        s.entity: keys_of(workload.entity(s.entity), s, slotted, names[0], choice.shards) for s in solution.selections
    }


def _built(workload: Workload, solution: Solution, slotted: Slotted, names: tuple[str, str], choice: _Choice) -> Built:
    prefix, type_attribute = names
    vectors = vector_indexes(workload, type_attribute)
    signatures = place_signatures(solution, slotted)
    selections = {s.entity: s for s in solution.selections}
    entities = [e for e in workload.entities if e.name in selections]
    templates = _templates(workload, solution, slotted, names, choice)
    beside = {e.name: beside_designs(e, selections[e.name], slotted, prefix) for e in entities}
    doubled: dict[str, list[GuardDesign | CopyDesign]] = {n: [*g, *c] for n, (g, c) in beside.items()}
    whole = {place for groups in slotted.groups.values() for place in groups}
    slots = Slots(signatures, choice.shards, doubled, whole, choice.forms, Strays(workload), type_attribute)
    keys = naturalized(workload, {e.name: templates[e.name] for e in entities}, slots)
    assigned = {
        (need.pattern, need.part): slotted.places[s.entity][at] for s in solution.selections for need, at in s.assigned
    }
    designs = tuple(EntityDesign(e.name, e.tag, keys[e.name][0], keys[e.name][1:], *beside[e.name]) for e in entities)
    places = (signatures, assigned, solution, slotted.groups)
    layout = Layout(workload, {d.entity: d for d in designs}, *places, vectors, type_attribute)
    patterns = pattern_designs(layout)
    users: dict[str, tuple[str, ...]] = {}
    for pattern in patterns:
        for place in dict.fromkeys(r.index for r in pattern.reads if r.index):
            users[place] = (*users.get(place, ()), pattern.name)
    projected = {p: x for p, x in projections(workload, solution, slotted).items() if p in users}
    # A collection that cannot be served as a whole may leave keys for its other parts: nobody would read them.
    designs = tuple(replace(d, indexes=tuple(k for k in d.indexes if k.place in users)) for d in designs)
    pk, sk = key_names(BASE, prefix)
    ttl = next((n for n in (e.with_role("ttl") for e in workload.entities) if n), None)
    table = TableDesign(
        workload.options.table,
        KeyAttribute(pk),
        KeyAttribute(sk),
        index_designs(workload, keys, projected, users),
        type_attribute,
        ttl,
        workload.options.billing,
        vectors,
    )
    return Built(Physical(workload, table, {d.entity: d for d in designs}), patterns)
