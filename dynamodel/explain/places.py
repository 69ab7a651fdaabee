"""Who uses each place of a plan, and why no other place would do.

In: a workload and its plan. Out: `PlaceUse`s, read from the plan's requests. For every other place the answer is one
of: the key there does not answer the pattern (with the line of the serving rule); no one key could answer it and what
the place answers already; one key could, and the layout would cost more. An item has one entry in each index, so a
place of an entity holds one key.

The planner is met through `needs`, `enumerate` (the candidate keys) and `serve`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.entries import changed_attributes
from dynamodel.explain.keys import answers, refusal, signature_of
from dynamodel.ir.keys import NaturalKey
from dynamodel.ir.plan import BASE, Operation
from dynamodel.planner.enumerate import base_signatures, index_signatures
from dynamodel.planner.identity import joinable
from dynamodel.planner.needs import all_needs
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.needs import Need
    from dynamodel.planner.serve import Signature


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another place, and why the pattern is not answered from there."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Use:
    """A pattern's request on a place: the entities read there, and why no other place would do.

    `beside` is the guard or copy that answers it, which lies in the table; then the item's own key is another place.
    """

    pattern: str
    entities: tuple[str, ...]
    elsewhere: tuple[Elsewhere, ...]
    beside: str = ""


@dataclass(frozen=True, slots=True)
class PlaceUse:
    """A place (`base` or an index name) with everything that is read from it."""

    place: str
    uses: tuple[Use, ...]


def explain_places(workload: Workload, plan: Plan) -> tuple[PlaceUse, ...]:
    """The uses of every place, the base table first, patterns in the order of the model."""
    reader = _Reader(workload, plan)
    places = [BASE, *(index.name for index in plan.table.indexes), *(v.name for v in plan.table.vectors)]
    return tuple(PlaceUse(place, tuple(reader.uses(place))) for place in places)


class _Reader:
    """What is asked of which place, and the keys that lie there."""

    def __init__(self, workload: Workload, plan: Plan) -> None:
        self._workload = workload
        self._plan = plan
        self._needs = {(n.pattern, n.part): n for n in all_needs(workload)}
        self._keys: dict[str, dict[str, Signature]] = {}
        for design in plan.entities:
            entity = workload.entity(design.entity)
            own = (design.base, *design.indexes)
            self._keys[entity.name] = {key.place: signature_of(entity, design, key) for key in own}
        self._asked: dict[tuple[str, str], list[Need]] = {}
        for pattern in plan.patterns:
            for request in pattern.reads:
                for need in self._of(pattern.name, request.parts):
                    place = request.beside or request.index or BASE
                    self._asked.setdefault((need.entity, place), []).append(need)

    def uses(self, place: str) -> list[Use]:
        found = []
        for pattern in self._plan.patterns:
            for request in pattern.reads:
                if (request.index or BASE) != place or request.hydrate is not None:
                    continue
                needs = self._of(pattern.name, request.parts)
                if not needs or request.operation is Operation.SCAN:
                    found.append(Use(pattern.name, (), ()))
                    continue
                names = tuple(dict.fromkeys(n.entity for n in needs))
                here = request.beside or place
                others = [i.name for i in self._plan.table.indexes]
                elsewhere = tuple(
                    Elsewhere(other, self._reason(needs, here, other)) for other in (BASE, *others) if other != here
                )
                found.append(Use(pattern.name, names, elsewhere, request.beside))
        return found

    def _of(self, pattern: str, parts: Sequence[int]) -> list[Need]:
        return [self._needs[pattern, i] for i in parts if (pattern, i) in self._needs]

    def _reason(self, needs: Sequence[Need], here: str, place: str) -> str:
        """Why a request that is made here is not made at another place; the first part that cannot be decides."""
        free: list[str] = []
        for need in needs:
            entity = self._workload.entity(need.entity)
            key = self._keys[entity.name].get(place)
            if key is None:
                if need.consistent and place.startswith("GSI"):
                    return "a GSI gives no strongly consistent read"
                free.append(entity.name)
                continue
            reason = refusal(entity, key, place, need)
            if reason:
                return f"{reason}; {self._together(entity, need, place)}"
        names = list(dict.fromkeys(free))
        lacking = f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} no key there"
        if free and not here.startswith(("GSI", "LSI")):
            return f"{lacking}, and what the table itself answers needs no index entry"
        if len(free) == len(needs):
            return f"{lacking}; {self._shared(needs, here, place)}"
        if free:
            return f"{lacking} to lie beside the others"
        return "it would be answered there too, in no fewer requests and at no less cost"

    def _shared(self, needs: Sequence[Need], here: str, place: str) -> str:
        """What it would mean to answer needs from an index in which their entities have no key."""
        if self._is_apart(here):
            return "shared, it would be text, which writes must know whole"
        held = self._plan.table.index(place).projection
        carried = set(held.attributes)
        asked = [set(n.returns) if n.returns is not None else None for n in needs if not n.count]
        if held.type != "ALL" and any(names is None or not names <= carried for names in asked):
            beside = ", ".join(f"`{name}`" for name in held.attributes)
            return f"the index carries only {beside} beside the keys" if beside else "the index carries only keys"
        return "one would do as well as here"

    def _is_apart(self, place: str) -> bool:
        """Whether an index holds one entity, and updates change an attribute that is in its key or decides about it."""
        index = self._plan.table.index(place)
        if len(index.entities) > 1 or not index.natural:
            return False
        (name,) = index.entities
        key = next(k for k in self._plan.entity(name).indexes if k.place == place)
        own = {f.value.attribute for f in key.fields if isinstance(f.value, NaturalKey)}
        own |= {name for condition in key.when for name in condition.names}
        entity = self._workload.entity(name)
        steps = [s for _, s in self._workload.steps_on(name) if s.actions]
        return any(not own.isdisjoint(changed_attributes(entity, step)) for step in steps)

    def _together(self, entity: EntityDef, need: Need, place: str) -> str:
        """Whether one key at that place could answer the need and what the place answers already."""
        held = [n for n in self._asked.get((entity.name, place), []) if n.pattern != need.pattern]
        if place.startswith("LSI"):
            return "a local index has the table's partition"
        against = next((n for n in held if not self._one_key(entity, [need, n], place)), None)
        if against is not None:
            return f"no one key answers it and `{against.pattern}`"
        if held and self._one_key(entity, [need, *held], place):
            return "a key that answers all of it exists, and the whole layout would not be better"
        if not held and place == BASE and not self._one_key(entity, [need], place):
            return f"no base key of {entity.name} answers it"
        if not held:
            return "a key that answers it there exists, and the whole layout would not be better"
        return f"no one key answers it and all of {', '.join(f'`{n.pattern}`' for n in held)}"

    def _one_key(self, entity: EntityDef, needs: Sequence[Need], place: str) -> bool:
        """Whether a candidate key of the planner answers all of these needs at a place."""
        if place == BASE:
            found = base_signatures(entity, needs, joinable=joinable(self._workload, entity))
        else:
            found = index_signatures(entity, needs)
        return any(all(answers(entity, s, place, n) for n in needs) for s in found)
