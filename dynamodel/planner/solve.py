"""The optimum of the whole model: where each collection lives, then the best keys of each entity, for each GSI count.

In: the workload. Out: `Solution`s for every number of GSIs, the search's certificate of being complete. Entities meet
only in collections, so once it is decided where each collection lives they are independent; collections that share
entities form a component, and components meet only in the number of slots.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import LOCAL_INDEXES
from dynamodel.planner.families import CollectionNeed, Group, collection_needs, common_partitions
from dynamodel.planner.layout import physical_names
from dynamodel.planner.needs import all_needs
from dynamodel.planner.nests import arranged
from dynamodel.planner.places import Place
from dynamodel.planner.problem import EntityProblem, Selection, order_key
from dynamodel.planner.search import Frontier, Imposed, solve_entity
from dynamodel.planner.serve import Signature
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import EntityDef, Options, Workload
    from dynamodel.planner.needs import Need

MOST_STRATEGIES = 4_000  # ways to place the collections of one component that are all tried

_SHORTEST = "0"  # the shortest literal that a key can have
BASE_PLACE, GSI_PLACE, SPLIT = "base", "gsi", "split"
ALONE = "alone"  # a GSI group of its own, although another one would agree with its partitions


@dataclass(frozen=True, slots=True)
class Solution:
    """Selections of a set of entities, the groups they form, and the objective."""

    selections: tuple[Selection, ...]
    groups: tuple[Group, ...]
    split: tuple[CollectionNeed, ...]
    extra_requests: int

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Base keys moved, needs without an answer, extra requests, cost; least first."""
        moved, unserved, extra, cost = (sum(column) for column in zip(*(s.rank for s in self.selections), strict=True))
        return moved, unserved, extra + self.extra_requests, cost

    @property
    def indexes(self) -> int:
        """How many GSIs the selections need."""
        return max((s.indexes for s in self.selections), default=0)

    @property
    def places(self) -> int:
        """How many GSIs, LSIs and copies there are: entities share the indexes, each has its own copies."""
        kinds = [[p.kind for p in s.places] for s in self.selections]
        local = max((k.count("local") for k in kinds), default=0)
        return self.indexes + local + sum(k.count("copy") for k in kinds)


@dataclass(frozen=True, slots=True)
class Outcome:
    """For each number of GSIs that the fewest requests can do with, from the least up, the best solution within it.

    `complete`: every way to place the collections was tried, and no search was cut short. `gap`: by how much of a
    month's cost the solutions may still be beaten.
    """

    by_count: tuple[Solution, ...]
    complete: bool
    gap: int = 0

    def minimum_cost(self) -> int:
        """The least cost of all."""
        return min(s.rank[-1] for s in self.by_count)


def solve(workload: Workload, locked: Plan | None = None) -> Outcome:
    """The best solutions for every number of GSIs allowed; base keys of a locked plan stay if they can."""
    needs: dict[str, list[Need]] = {}
    for need in all_needs(workload):
        needs.setdefault(need.entity, []).append(need)
    deployed = {d.entity: d.base for d in locked.entities} if locked else {}
    names = physical_names(workload)
    problems = {e.name: EntityProblem(workload, e, deployed.get(e.name), names) for e in workload.entities}
    components = _components(workload, collection_needs(workload))
    tables: list[list[Solution]] = []
    complete, gap = True, 0
    for entities, collections in components:
        solver = _Component(workload.options, [problems[e.name] for e in entities], collections, needs)
        tables.append(solver.best())
        complete = complete and solver.complete
        gap += solver.gap if solver.complete else min(s.rank for s in tables[-1])[-1] - solver.least_cost()
    useful = max((max(s.indexes for s in table) for table in tables), default=0)
    merged: list[Solution] = []
    for count in range(useful + 1):
        able = [min((s for s in table if s.indexes <= count), key=_key, default=None) for table in tables]
        chosen = [s for s in able if s is not None]
        if len(chosen) == len(tables):
            merged.append(_together(chosen))
    requests = min(s.rank[:-1] for s in merged)
    return Outcome(tuple(s for s in merged if s.rank[:-1] == requests), complete, gap)


def _together(parts: Sequence[Solution]) -> Solution:
    return Solution(
        tuple(s for one in parts for s in one.selections),
        tuple(g for one in parts for g in one.groups),
        tuple(c for one in parts for c in one.split),
        sum(one.extra_requests for one in parts),
    )


def _key(solution: Solution) -> tuple[object, ...]:
    return (*solution.rank, solution.indexes, len(solution.split), [order_key(s) for s in solution.selections])


def _components(
    workload: Workload, collections: Sequence[CollectionNeed]
) -> list[tuple[tuple[EntityDef, ...], tuple[CollectionNeed, ...]]]:
    near: dict[str, set[str]] = {e.name: {e.name} for e in workload.entities}
    for collection in collections:
        for name in collection.entities:
            near[name] |= set(collection.entities)
    label: dict[str, str] = {}
    for entity in workload.entities:
        reached = [] if entity.name in label else [entity.name]
        while reached:
            name = reached.pop()
            if name not in label:
                label[name] = entity.name
                reached += near[name]
    members: dict[str, list[EntityDef]] = {}
    for entity in workload.entities:
        members.setdefault(label[entity.name], []).append(entity)
    linked: dict[str, list[CollectionNeed]] = {}
    for collection in collections:
        linked.setdefault(label[collection.entities[0]], []).append(collection)
    return [(tuple(found), tuple(linked.get(at, ()))) for at, found in members.items()]


class _Component:
    """Entities linked by collections: tries every placing of the collections, and solves each entity for it."""

    def __init__(
        self,
        options: Options,
        problems: Sequence[EntityProblem],
        collections: tuple[CollectionNeed, ...],
        needs: Mapping[str, Sequence[Need]],
    ) -> None:
        self.complete = True
        self._options = options
        self._problems = {p.entity.name: p for p in problems}
        self._entities = {p.entity.name: p.entity for p in problems}
        self._collections = collections
        self._most = options.indexes
        placed = {c.pattern for c in collections}
        self._free = {name: tuple(n for n in needs.get(name, ()) if n.pattern not in placed) for name in self._entities}
        self._laid_out: dict[tuple[str, ...], Group | None] = {}
        self._solved: dict[tuple[object, ...], Frontier] = {}

    @property
    def gap(self) -> int:
        """By how much of a month's cost the best solutions may still be beaten."""
        gaps: dict[object, int] = {}
        for (name, *_), frontier in self._solved.items():
            gaps[name] = max(gaps.get(name, 0), frontier.gap)
        return sum(gaps.values())

    def least_cost(self) -> int:
        """What any layout costs: items without an index, in the shortest keys, and nothing read."""
        keys = {n: Signature(n, e.identity) for n, e in self._entities.items()}
        bare = {n: Place("base", key, _SHORTEST, block=((0, _SHORTEST),)) for n, key in keys.items()}
        return sum(p.evaluate([bare[n]], ()).cost for n, p in self._problems.items())

    def best(self) -> list[Solution]:
        """The best solution for each number of GSIs that improves on a smaller one, at least one."""
        found: dict[int, Solution] = {}
        self._try(self._strategies(frozenset()), found)
        least = min(found.values(), key=_key, default=None)
        if least is not None and least.extra_requests:
            # Collections that crowd each other out of one place may each have a place of their own.
            apart = {c.pattern for g in least.groups for c, r in zip(g.collections, g.runs, strict=True) if len(r) > 1}
            self._try(self._strategies(frozenset(apart | {c.pattern for c in least.split})), found)
        best: list[Solution] = []
        for count in sorted(found):
            if not best or found[count].rank < best[-1].rank:
                best.append(found[count])
        return best

    def _try(self, options: list[list[str]], found: dict[int, Solution]) -> None:
        """Solve every placing, or where these are too many what leads to better ones, and keep the best."""
        if math.prod(len(own) for own in options) <= MOST_STRATEGIES:
            for placing in product(*options):
                self._place(placing, found)
            return
        self.complete = False
        current: tuple[str, ...] = (SPLIT,) * len(options)
        least = self._place(current, found)
        improved = True
        while improved:
            improved = False
            for number, own in enumerate(options):
                for place in own:
                    other = (*current[:number], place, *current[number + 1 :])
                    rank = self._place(other, found)
                    if rank is not None and (least is None or rank < least):
                        current, least, improved = other, rank, True

    def _place(self, placing: Sequence[str], found: dict[int, Solution]) -> tuple[object, ...] | None:
        """Solve one placing, and keep what is best for each number of GSIs; the key of its best, None without one."""
        groups = self._groups(placing)
        if groups is None:
            return None
        split = tuple(c for c, place in zip(self._collections, placing, strict=True) if place == SPLIT)
        solutions = self._solutions(groups, split)
        for solution in solutions:
            known = found.get(solution.indexes)
            if known is None or _key(solution) < _key(known):
                found[solution.indexes] = solution
        return min((_key(s) for s in solutions), default=None)

    def _strategies(self, alone: frozenset[str]) -> list[list[str]]:
        """Where each collection may live."""
        options = []
        for collection in self._collections:
            own = [SPLIT]
            if not any(n.consistent for n in collection.parts):
                own = [GSI_PLACE, ALONE, SPLIT] if collection.pattern in alone else [GSI_PLACE, SPLIT]
            identities = [{*self._entities[e].identity, *self._problems[e].joinable} for e in collection.entities]
            if all(set(p) <= i for p, i in zip(collection.partitions, identities, strict=True)):
                own.insert(0, BASE_PLACE)
            options.append(own)
        return options

    def _groups(self, placing: Sequence[str]) -> tuple[Group, ...] | None:
        """The groups that a placing forms, None if it contradicts itself."""
        formed: list[list[CollectionNeed]] = []
        places: list[str] = []
        for collection, place in zip(self._collections, placing, strict=True):
            if place == SPLIT:
                continue
            touching = [
                i
                for i, one in enumerate(formed)
                if places[i] == place != ALONE and any(set(c.entities) & set(collection.entities) for c in one)
            ]
            agreeing = [i for i in touching if common_partitions([*formed[i], collection])]
            if place == BASE_PLACE and agreeing != touching:
                return None
            if not agreeing:
                formed.append([collection])
                places.append(place)
                continue
            first = agreeing[0]
            formed[first].append(collection)
            for other in reversed(agreeing[1:]):
                formed[first] += formed.pop(other)
                places.pop(other)
        named = [GSI_PLACE if place == ALONE else place for place in places]
        groups = [self._group(place, one) for place, one in zip(named, formed, strict=True)]
        return None if None in groups else tuple(g for g in groups if g is not None)

    def _group(self, place: str, collections: Sequence[CollectionNeed]) -> Group | None:
        names = tuple(c.pattern for c in collections)
        if names not in self._laid_out:
            self._laid_out[names] = self._lay_out(collections)
        found = self._laid_out[names]
        return replace(found, place=place) if found is not None else None

    def _lay_out(self, collections: Sequence[CollectionNeed]) -> Group | None:
        members = common_partitions(collections)
        if members is None:
            return None
        root = next((n for n, p in members.items() if set(self._entities[n].identity) == set(p)), next(iter(members)))
        group = Group(BASE_PLACE, self._entities[root].tag, tuple(members.items()), tuple(collections))
        laid_out = arranged(group, self._entities)
        self.complete = self.complete and (laid_out is None or laid_out.exact)
        return laid_out

    def _solutions(self, groups: tuple[Group, ...], split: tuple[CollectionNeed, ...]) -> list[Solution]:
        extra = sum(len(run) - 1 for g in groups for run in g.runs) + sum(len(c.parts) - 1 for c in split)
        frontiers = []
        for name in self._entities:
            frontier = self._entity(name, groups, split)
            if not frontier.best:
                return []
            frontiers.append(frontier)
        least = _colors([g for g in groups if g.place == GSI_PLACE])
        found = []
        for count in sorted({k for f in frontiers for k in f.best} | {least}):
            chosen = [f.at_most(count) for f in frontiers]
            if count < least or any(c is None for c in chosen):
                continue
            found.append(Solution(tuple(c for c in chosen if c is not None), groups, split, extra))
        return found

    def _entity(self, name: str, groups: tuple[Group, ...], split: tuple[CollectionNeed, ...]) -> Frontier:
        free = list(self._free[name])
        free += [replace(n, shared=False) for c in split for n in c.parts if n.entity == name]
        base: Imposed | None = None
        slots = []
        for group in groups:
            partition = group.partition_of(name)
            if partition is None:
                continue
            needs = tuple(n for c in group.collections for n in c.parts if n.entity == name)
            imposed = Imposed(partition, group.root, needs, group.block_of(name))
            if group.place == BASE_PLACE:
                base = imposed
            else:
                slots.append(imposed)
        memo = (name, base, tuple(slots), tuple(free))
        if memo not in self._solved:
            local = LOCAL_INDEXES if self._options.local_indexes else 0
            self._solved[memo] = solve_entity(self._problems[name], free, base, slots, self._most, local_indexes=local)
        self.complete = self.complete and not self._solved[memo].cut_short
        return self._solved[memo]


def _colors(groups: Sequence[Group]) -> int:
    """The fewest slots for groups of which two that share an entity need different ones."""
    return max(color_groups(groups).values(), default=-1) + 1


def color_groups(groups: Sequence[Group]) -> dict[Group, int]:
    """A slot for each group, the fewest possible: exact, by trying ever more slots."""
    entities = [{name for name, _ in g.members} for g in groups]

    def extend(colors: list[int], count: int) -> list[int] | None:
        if len(colors) == len(groups):
            return colors
        at = len(colors)
        for color in range(min(count, max(colors, default=-1) + 2)):
            if all(colors[i] != color or not entities[i] & entities[at] for i in range(at)):
                done = extend([*colors, color], count)
                if done is not None:
                    return done
        return None

    for count in range(len(groups) + 1):
        found = extend([], count)
        if found is not None:
            return dict(zip(groups, found, strict=True))
    return {}
