"""A plan on given keys: which place answers each read, where collections lie as a whole, then the plan of that.

In: a workload and every entity's keys. Out: a plan, with patterns `unserved` that no key answers. Each read takes the
cheapest of the places that answer it; a collection lies where all its entities share its partition, or in several
places if that takes fewer requests. The seams to the planner: `EntityProblem.evaluate` prices a choice,
`nests.arranged` orders the blocks of a shared partition, `plan.assembled` makes the plan.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from dynamodel.explain.keys import answers
from dynamodel.ir.plan import BASE
from dynamodel.ir.reads import Op
from dynamodel.planner.beside import guard_options
from dynamodel.planner.divisions import Division, Divisions
from dynamodel.planner.families import collection_needs, root_of, touches
from dynamodel.planner.frame import fits
from dynamodel.planner.groups import Group, extra_requests
from dynamodel.planner.natural import Forms
from dynamodel.planner.needs import all_needs
from dynamodel.planner.nests import arranged
from dynamodel.planner.places import Place
from dynamodel.planner.plan import assembled
from dynamodel.planner.problem import EntityProblem
from dynamodel.planner.serve import serve
from dynamodel.planner.slots import Slotted, guard_name
from dynamodel.planner.solution import BASE_PLACE, GSI_PLACE, LOCAL_PLACE, Outcome, Solution

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dynamodel.explain.layout_file import WantedKey
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.needs import Need
    from dynamodel.planner.selection import Selection
    from dynamodel.planner.serve import Signature

_MOST_CHOICES = 4_000  # ways to answer one entity's reads that are compared; beyond it the first place that serves


def plan_on(workload: Workload, keys: Mapping[str, tuple[WantedKey, ...]]) -> Plan:
    """The best plan on these keys; each entity's are given with the base key first."""
    return _Placing(workload, keys).plan()


def _family(place: str) -> str:
    """The place whose partitions a place has: a local index those of the table."""
    return BASE if place.startswith("LSI") else place


def _all(formed: Mapping[str, list[CollectionNeed]]) -> list[CollectionNeed]:
    """The pieces of all places."""
    return [c for pieces in formed.values() for c in pieces]


def _requests(groups: Sequence[tuple[str, Group]]) -> tuple[int, int]:
    """How many groups cannot be laid out, and the requests of the others beyond one for each piece."""
    return sum(len(g.runs) < len(g.collections) for _, g in groups), sum(g.more_requests for _, g in groups)


class _Placing:
    """Places collections and reads on the given keys."""

    def __init__(self, workload: Workload, keys: Mapping[str, tuple[WantedKey, ...]]) -> None:
        self._workload = workload
        self._entities = {e.name: e for e in workload.entities}
        self._keys = dict(keys)
        self._collections = collection_needs(workload)

    def plan(self) -> Plan:
        groups, split = self._groups()
        self._in_written_order(groups)
        members = {
            e: {place: g for place, g in groups if g.partition_of(e) is not None} for e in self._entities
        }  # fmt: skip
        selections = tuple(self._selection(e, members[e], split) for e in self._entities)
        names = {s.entity: self._names(s) for s in selections}
        formed = tuple(g for _, g in groups)
        solution = Solution(selections, formed, tuple(split), extra_requests(formed, split))
        forms = Forms(attributes=frozenset(k.place for own in self._keys.values() for k in own if k.natural))
        return assembled(self._workload, Outcome((solution,), complete=True), solution, Slotted(names, members), forms)

    def _names(self, selection: Selection) -> tuple[str, ...]:
        """The names of a selection's places: the given keys first, then guards, which every layout has."""
        own = [k.place for k in self._keys[selection.entity]]
        beside = selection.places[len(own) :]
        return (*own, *(guard_name(self._entities[selection.entity], p) for p in beside))

    def _groups(self) -> tuple[list[tuple[str, Group]], list[CollectionNeed]]:
        """Where each collection lies, by place, in the fewest requests; and the parts that no place holds together."""
        divisions = [self._division(collection) for collection in self._collections]
        pieces = [piece for division in divisions for piece in division.together]
        able = [[p for p in self._shared_places(piece) if self._fits(piece, p)] or [BASE] for piece in pieces]
        if prod(map(len, able)) > _MOST_CHOICES:
            able = [places[:1] for places in able]
        ways = [self._families(pieces, places) for places in product(*able)]
        best = min(ways, key=_requests)
        return best, [piece for division in divisions for piece in division.apart]

    def _families(self, pieces: Sequence[CollectionNeed], places: Sequence[str]) -> list[tuple[str, Group]]:
        """The groups where each piece lies in its place: what has entities in common shares partitions."""
        families: dict[str, list[dict[str, list[CollectionNeed]]]] = {}
        for piece, place in zip(pieces, places, strict=True):
            formed = families.setdefault(_family(place), [])
            touching = [one for one in formed if touches(_all(one), piece)]
            joined = {place: [piece]}
            for at, some in (both for one in touching for both in one.items()):
                joined.setdefault(at, []).extend(some)
            formed[:] = [*(one for one in formed if one not in touching), joined]
        return [group for name, some in families.items() for one in some for group in self._family(name, one)]

    def _division(self, collection: CollectionNeed) -> Division:
        """The pieces of a collection that are read together, in the fewest requests; the whole if it takes no more."""
        divisions = Divisions(collection, lambda piece: self._requests(piece) == 1)
        least = divisions.least()
        if self._place_of(collection) is not None and self._requests(collection) <= least:
            return Division((collection,), ())
        return next(divisions.of(least), Division((), (collection,)))

    def _place_of(self, piece: CollectionNeed) -> str | None:
        """The first place that holds all parts of a piece, None if none does."""
        return next((p for p in self._shared_places(piece) if self._fits(piece, p)), None)

    def _requests(self, piece: CollectionNeed) -> int:
        """The requests of a piece where it lies by itself, one for each part if it lies nowhere."""
        place = self._place_of(piece)
        if place is None:
            return len(piece.parts)
        members = self._members([piece])
        return self._arranged(place, members, root_of(members, self._entities), [piece]).more_requests + 1

    def _shared_places(self, collection: CollectionNeed) -> list[str]:
        """Places where all entities of a collection have a key, the table first."""
        sets = [[k.place for k in self._keys[e]] for e in collection.entities]
        return [p for p in sets[0] if all(p in other for other in sets)]

    def _fits(self, collection: CollectionNeed, place: str) -> bool:
        """Whether every part of a collection is answered there, from the partition that the collection shares."""
        for need, partition in zip(collection.parts, collection.partitions, strict=True):
            key = self._key(need.entity, place)
            if need.consistent and place.startswith("GSI"):
                return False
            if set(key.partition) != set(partition) or serve(key, need, self._entities[need.entity]) is None:
                return False
        return True

    def _key(self, entity: str, place: str) -> Signature:
        return next(k.signature for k in self._keys[entity] if k.place == place)

    def _family(self, place: str, formed: Mapping[str, list[CollectionNeed]]) -> Iterator[tuple[str, Group]]:
        """The groups of the same partitions: those of the table with its local indexes, or of a GSI."""
        order = {c.pattern: i for i, c in enumerate(self._collections)}
        every = sorted(_all(formed), key=lambda c: (order[c.pattern], c.key))
        members = self._members(every)
        for at in dict.fromkeys((place, *formed)):
            inside = {e: p for e, p in members.items() if any(k.place == at for k in self._keys[e])}
            there = [c for c in every if c in formed.get(at, ())]
            yield at, self._arranged(at, inside, root_of(members, self._entities), there)

    def _in_written_order(self, groups: Sequence[tuple[str, Group]]) -> None:
        """Write the partitions of keys in the order that their groups give."""
        for entity, own in self._keys.items():
            orders = {_family(place): partition for place, g in groups if (partition := g.partition_of(entity))}
            self._keys[entity] = tuple(
                replace(k, signature=replace(k.signature, partition=orders[_family(k.place)]))
                if _family(k.place) in orders
                else k
                for k in own
            )

    def _members(self, collections: Sequence[CollectionNeed]) -> dict[str, tuple[str, ...]]:
        """The entities of collections with what names the partition that they share."""
        members: dict[str, tuple[str, ...]] = {}
        for collection in collections:
            for entity, partition in zip(collection.entities, collection.partitions, strict=True):
                members.setdefault(entity, partition)
        return members

    def _arranged(
        self, place: str, members: Mapping[str, tuple[str, ...]], root: str, collections: Sequence[CollectionNeed]
    ) -> Group:
        kind = BASE_PLACE if place == BASE else GSI_PLACE if place.startswith("GSI") else LOCAL_PLACE
        group = Group(kind, root, tuple(members.items()), tuple(collections))
        sparse = {e: tuple(c for c in self._key(e, place).when if c.op is Op.EQ) for e in members}
        able = [
            found
            for turn in (False, True)
            for found in arranged(group, self._entities, sparse, turn=turn)
            if all(self._lies_so(found, place, need) for c in collections for need in c.parts)
        ]
        return min(able, key=lambda g: g.more_requests, default=group)

    def _lies_so(self, group: Group, place: str, need: Need) -> bool:
        """Whether the rows of a part are stored in the direction that a layout wants them in."""
        inverse = group.block_of(need.entity).inverse
        return fits(self._entities[need.entity], self._key(need.entity, place), need, inverse=inverse)

    def _selection(self, name: str, groups: Mapping[str, Group], split: Sequence[CollectionNeed]) -> Selection:
        entity = self._entities[name]
        own = self._keys[name]
        literal = groups[BASE].root if BASE in groups else entity.tag
        kinds = {BASE: "base", "LSI": "local"}
        places = [
            Place(
                kinds.get(k.place[:3] if k.place != BASE else BASE, "group" if k.place in groups else "own"),
                k.signature,
                groups[k.place].root if k.place in groups else literal if k.place.startswith("LSI") else entity.tag,
            )
            for k in own
        ]
        at = {k.place: i for i, k in enumerate(own)}
        imposed = [
            (n, at[place])
            for place, group in groups.items()
            for c in group.collections
            for needs in group.asked_of(c)
            for n in needs
            if n.entity == name
        ]
        free = [
            replace(n, shared=False)
            for n in (
                *(n for n in all_needs(self._workload) if n.pattern not in {c.pattern for c in self._collections}),
                *(n for c in split for n in c.parts),
            )
            if n.entity == name
        ]
        return self._cheapest(EntityProblem(self._workload, entity), places, imposed, free, own)

    def _cheapest(
        self,
        problem: EntityProblem,
        places: list[Place],
        imposed: list[tuple[Need, int]],
        free: list[Need],
        own: Sequence[WantedKey],
    ) -> Selection:
        """The best way to answer the reads from these places; what the table answers is asked of the table."""
        entity = problem.entity
        guards: list[Place] = []
        options: list[list[int]] = []
        for need in free:
            able = [i for i, k in enumerate(own) if answers(entity, k.signature, k.place, need)]
            if not able or able[0] != 0:
                offered = [Place(kind, s, entity.tag) for kind, s in guard_options(self._workload, entity, need)]
                guards += [p for p in offered if p not in guards]
                able += [len(own) + guards.index(p) for p in offered]
            options.append(able[:1] if able and able[0] == 0 else able)
        unserved = [n for n, able in zip(free, options, strict=True) if not able]
        served = [(n, able) for n, able in zip(free, options, strict=True) if able]
        size = 1
        for _, able in served:
            size *= len(able)
        ways = product(*(able if size <= _MOST_CHOICES else able[:1] for _, able in served))
        found = []
        for way in ways:
            used = sorted({at for at in way if at >= len(own)})
            number = {at: len(own) + i for i, at in enumerate(used)}
            chosen = [(need, number.get(at, at)) for (need, _), at in zip(served, way, strict=True)]
            beside = [guards[at - len(own)] for at in used]
            found.append(problem.evaluate([*places, *beside], [*imposed, *chosen], unserved))
        return min(found, key=lambda s: s.rank)
