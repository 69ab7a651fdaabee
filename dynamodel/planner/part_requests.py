"""How one part of a read is answered in a layout: in which place, by which request, and why by none.

In: the layout (physical keys, and where each need is answered) and a need. Out: its `ReadRequest`, or words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.ir.keys import NaturalKey
from dynamodel.ir.plan import BASE, EntityDesign, KeyDesign, ReadRequest
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.planner.places import base_serves, serves_strongly
from dynamodel.planner.requests import Placed, get_request, guard_request, query_request
from dynamodel.planner.serve import Service, serve
from dynamodel.planner.slots import POINTER
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import VectorDesign
    from dynamodel.ir.reads import PartDef
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.groups import Group
    from dynamodel.planner.needs import Need
    from dynamodel.planner.serve import Signature
    from dynamodel.planner.solution import Solution


@dataclass(frozen=True, slots=True)
class Layout:
    """What extraction reads: physical designs, signatures by entity and place, and where each need is answered."""

    workload: Workload
    designs: dict[str, EntityDesign]
    signatures: dict[tuple[str, str], Signature]
    assigned: dict[tuple[str, int], str]
    solution: Solution
    groups: dict[str, dict[str, Group]]  # entity -> place -> the group that it belongs to there
    vectors: tuple[VectorDesign, ...] = ()
    type_attribute: str = ""

    def key(self, entity: str, place: str) -> KeyDesign:
        """The key of an entity in a place, a guard or a copy; KeyError if there is none."""
        key = self.designs[entity].beside_key(place) or self.designs[entity].key(place)
        if key is None:
            raise KeyError(place)
        return key


def part_request(layout: Layout, need: Need) -> ReadRequest | None:
    """The request of one part on its own, None when nothing serves it."""
    placed = placed_at(layout, need)
    if placed is None:
        return None
    if placed.key.place.startswith("GUARD"):
        return guard_request(placed)
    if placed.key.place == BASE and set(placed.signature.attributes) <= need.eq:
        return get_request(placed)
    return query_request(placed, _key_attributes(placed.key))


def placed_at(layout: Layout, need: Need, place: str | None = None) -> Placed | None:
    """A need with the key that answers it in a place, in the one that was chosen for it or any; None if none does."""
    entity = layout.workload.entity(need.entity)
    chosen = place or layout.assigned.get((need.pattern, need.part)) or _any_place(layout, need, entity)
    if chosen is None:
        return None
    signature = layout.signatures[need.entity, chosen]
    chosen = chosen.replace(POINTER, "GUARD")
    service = serve(signature, need, entity)
    if service is None:
        service = Service(len(signature.sort), range=None, forward=True, residual=_beyond_key(signature, need))
    key = layout.key(need.entity, chosen)
    if not key.partition:
        key = replace(key, partition=layout.designs[need.entity].base.partition)
    return Placed(need, key, signature, service)


def _beyond_key(signature: Signature, need: Need) -> tuple[ConditionDef, ...]:
    left = [ConditionDef(Op.EQ, n, (s,)) for n, s in need.equals if n not in signature.attributes]
    if need.range is not None:
        left.append(ConditionDef(need.range.op, need.range.attribute, need.range.operands))
    return (*left, *need.where)


def _any_place(layout: Layout, need: Need, entity: EntityDef) -> str | None:
    """A place that answers what none was chosen for; what is kept beside an item holds only what was chosen."""
    for name, place in layout.signatures:
        if name != need.entity or not (place == BASE or place.startswith(("GSI", "LSI"))):
            continue
        kind = "base" if place == BASE else "local" if place.startswith("LSI") else "own"
        signature = layout.signatures[name, place]
        served = base_serves(signature, need, entity) if place == BASE else serve(signature, need, entity) is not None
        if served and serves_strongly(need, kind):
            return place
    return None


def _key_attributes(key: KeyDesign) -> frozenset[str]:
    return frozenset(name for f in key.fields if isinstance(f.value, NaturalKey) for name in f.value.attributes)


def spread_over(request: ReadRequest) -> str:
    """Why a read takes a request for each shard."""
    where = request.index or "the table"
    return f"its partition of {where} is hot or large and spread over {request.shards} shards, each asked"


def crossed(part: PartDef) -> str:
    """Why a limited part is read to its end."""
    ranged, _ = part.ranged
    name = ranged.attribute if ranged is not None else "nothing"
    return f"a key gives the range of {name} or the order, not both: the range is read to its end and sorted for a page"


def why_unserved(layout: Layout, need: Need) -> str:
    """Why nothing answers a need."""
    if need.consistent:
        return f"a strongly consistent read of {need.entity} needs the base table or an LSI, and neither can answer it"
    limit = layout.workload.options.indexes
    return f"no key of {need.entity} within {limit} GSIs answers it"
