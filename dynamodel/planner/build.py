"""From a solution with named slots to the physical design: keys, indexes, requests, and the shards of hot partitions.

In: the workload, a `Solution` and its slots. Out: `Built`. Nothing is decided here but the number of shards, which
depends on the sizes of the finished layout: it is built again until the shards are those that it asks for.
"""

from __future__ import annotations

from dataclasses import replace
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
from dynamodel.planner.cost import Physical
from dynamodel.planner.extract import Layout, pattern_designs
from dynamodel.planner.hot import Spot, shards_needed
from dynamodel.planner.layout import key_names
from dynamodel.planner.natural import naturalized
from dynamodel.planner.slots import (
    beside_designs,
    index_designs,
    keys_of,
    place_signatures,
    projections,
)
from dynamodel.planner.vectors import vector_indexes
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.workload import Workload
    from dynamodel.planner.slots import Slotted
    from dynamodel.planner.solution import Solution


@dataclass(frozen=True, slots=True)
class Built:
    """A physical design, not yet priced."""

    table: TableDesign
    designs: tuple[EntityDesign, ...]
    patterns: tuple[PatternDesign, ...]


def build(workload: Workload, solution: Solution, slotted: Slotted, prefix: str, type_attribute: str) -> Built:
    """The layout of a solution, with as many shards as its hot partitions take."""
    shards: dict[Spot, int] = {}
    while True:
        table, designs, patterns = _built(workload, solution, slotted, (prefix, type_attribute), shards)
        physical = Physical(workload, table, {d.entity: d for d in designs})
        needed = shards_needed(physical, patterns)
        if all(count <= shards.get(spot, 1) for spot, count in needed.items()):
            return Built(table, designs, patterns)
        shards = {spot: max(needed.get(spot, 1), shards.get(spot, 1)) for spot in {**shards, **needed}}


def _built(
    workload: Workload,
    solution: Solution,
    slotted: Slotted,
    names: tuple[str, str],
    shards: Mapping[Spot, int],
) -> tuple[TableDesign, tuple[EntityDesign, ...], tuple[PatternDesign, ...]]:
    prefix, type_attribute = names
    vectors = vector_indexes(workload, type_attribute)
    signatures = place_signatures(solution, slotted)
    selections = {s.entity: s for s in solution.selections}
    entities = [e for e in workload.entities if e.name in selections]
    templates = {e.name: keys_of(e, selections[e.name], slotted, prefix, shards) for e in entities}
    beside = {e.name: beside_designs(e, selections[e.name], slotted, prefix) for e in entities}
    doubled: dict[str, list[GuardDesign | CopyDesign]] = {n: [*g, *c] for n, (g, c) in beside.items()}
    keys = naturalized(workload, templates, signatures, shards, doubled)
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
    return table, designs, patterns
