"""Entities linked by collections: where each collection lives, and the best keys of each entity for it.

In: the problems of the entities, their collections and needs. Out: the best `Solution` for each number of GSIs, and
what is certain about them. A collection lives in the partitions of the base table, as they lie there or in a local
index, in a slot of an index that it may share with collections it has entities in common with, or in several places
(`divisions`), each with some of its parts; the others are read one by one. Depth first over these choices, those of
fewer requests first; what is decided, with everything undecided answered freely, bounds what may come of it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product, repeat
from math import prod
from typing import TYPE_CHECKING

from dynamodel.planner.frame import fits
from dynamodel.planner.frontiers import Frontiers
from dynamodel.planner.groups import SHORTEST, extra_requests
from dynamodel.planner.guests import with_guests
from dynamodel.planner.places import Place
from dynamodel.planner.placings import Formed, Layouts, Placing, Placings
from dynamodel.planner.serve import Signature
from dynamodel.planner.solution import (
    BASE_PLACE,
    GSI_PLACE,
    Solution,
    comes_before,
    slots_taken,
)
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.groups import Group
    from dynamodel.planner.needs import Need
    from dynamodel.planner.problem import EntityProblem
    from dynamodel.planner.selection import Selection


MOST_EFFORT = 1600  # choices that are bounded or solved in one component; what is left open then is stated
PAIR, NEIGHBORS = 2, 2
MOST_LAYOUTS = 16  # of the groups of one placing that are bounded one by one
UNBOUNDED = 2  # collections still to decide below which looking at every choice is cheaper than bounding it

Rank = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Crowd:
    """An entity with the `slots` that it needs, what it costs at least with them, and who is read with it.

    Of the others at least `beyond` are read from an index; `apart` is what each then costs at least.
    """

    name: str
    slots: int
    cost: int
    beyond: int
    apart: Mapping[str, int]

    def least(self, costs: Mapping[str, int]) -> int:
        """What has to be added to the costs of the entities."""
        return max(0, self.cost - costs[self.name]) + sum(
            sorted(max(0, cost - costs[name]) for name, cost in self.apart.items())[: self.beyond]
        )


class Component:
    """Entities linked by collections; `best` searches, the rest tells what is certain after it."""

    def __init__(
        self,
        most: tuple[int, int],
        problems: Sequence[EntityProblem],
        collections: Sequence[CollectionNeed],
        needs: Mapping[str, Sequence[Need]],
        layouts: Layouts,
    ) -> None:
        """`most` GSIs and local indexes; `layouts` has what is known of partitions.

        Collections with fewer common values come first: they decide partitions. What must be read strongly comes before
        all: local indexes are made for that, others may join it there.
        """
        self._most, self._most_local = most
        self._problems = {p.entity.name: p for p in problems}
        self._entities = {p.entity.name: p.entity for p in problems}
        self._collections = tuple(sorted(collections, key=lambda c: (not c.consistent, len(c.partitions[0]))))
        self._placings = Placings(problems, collections, self._most_local, layouts)
        strong = [c for c in collections if c.consistent and self._most_local]
        self._strong = frozenset(name for c in strong for name in c.entities)
        placed = {c.pattern for c in collections}
        free = {name: tuple(n for n in needs.get(name, ()) if n.pattern not in placed) for name in self._entities}
        self._frontiers = Frontiers(most, self._problems, self._placings, free)
        self._best: list[Solution] = []
        self._found: dict[int, Solution] = {}
        self._effort = 0
        self._open: list[Rank] = []

    @property
    def complete(self) -> bool:
        """Whether nothing needs fewer requests than what was found."""
        requests = min(s.rank for s in self._found.values())[:-1]
        searched = not self._frontiers.cut_short
        return searched and not self._placings.guessed and all(rank[:-1] >= requests for rank in self._open)

    @property
    def gap(self) -> int:
        """By how much of a month's cost the best solutions may still be beaten."""
        best = min(s.rank for s in self._found.values())
        if not self.complete:
            return best[-1] - self._least_cost()
        least = [rank[-1] for rank in self._open if rank[:-1] == best[:-1]]
        return self._frontiers.gap + max(0, best[-1] - min(least, default=best[-1]))

    def _least_cost(self) -> int:
        """What any layout costs: items without an index, in the shortest keys, and nothing read."""
        keys = {n: Signature(n, e.identity) for n, e in self._entities.items()}
        bare = {n: Place("base", key, SHORTEST, block=((0, SHORTEST),)) for n, key in keys.items()}
        return sum(p.evaluate([bare[n]], ()).cost for n, p in self._problems.items())

    def best(self) -> list[Solution]:
        """The best solution for each number of GSIs that improves on a smaller one, at least one."""
        if not self._best:
            self._decide(0, Placing(), (0, 0, 0, 0))
            for count in sorted(self._found):
                if not self._best or self._found[count].rank < self._best[-1].rank:
                    self._best.append(self._found[count])
        return self._best

    def holds_for(self, most: int) -> bool:
        """Whether the search would find the same, step by step, if so many GSIs were allowed; it has been done."""
        return most == self._most or min(most, self._most) >= self._frontiers.enough

    def _decide(self, number: int, placing: Placing, least: Rank) -> None:
        """Try every choice for what is not decided, the most promising first, and keep the best.

        `least` is what nothing that comes of the placing goes below.
        """
        groups = self._placings.groups(placing)
        if groups is None or self._is_beaten((0, 0, extra := extra_requests(groups, placing.split))):
            return
        if self._effort > MOST_EFFORT and self._found:
            self._open.append(least)
            return
        if number == len(self._collections):
            self._effort += 1
            for chosen in product(*self._placings.layouts(placing)):
                self._offer(placing, chosen)
            return
        collection, left = self._collections[number], self._collections[number + 1 :]
        extra += self._placings.least_extra(left)
        for requests in range(self._placings.fewest(collection), len(collection.parts) + 1):
            moved, unserved, known, _ = least
            if self._is_beaten((moved, unserved, max(extra + requests - 1, known))):
                break
            choices = self._placings.choices(collection, placing, requests)
            for rank, choice in (
                self._promising(choices, left) if len(left) >= UNBOUNDED else zip(repeat(least), choices)
            ):
                self._decide(number + 1, choice, max(rank, least))

    def _promising(self, choices: Sequence[Placing], left: Sequence[CollectionNeed]) -> Iterator[tuple[Rank, Placing]]:
        """The choices that may be better than what is known when their turn comes, by what they cost at least."""
        bounded = [(at, choice, self._bounds(choice, left)) for at, choice in enumerate(choices)]
        ranked = [(min(bounds.values()), at, bounds, choice) for at, choice, bounds in bounded if bounds is not None]
        for rank, _, bounds, choice in sorted(ranked, key=lambda r: r[:2]):
            if not self._is_hopeless(bounds):
                yield rank, choice

    def _is_beaten(self, requests: tuple[int, int, int]) -> bool:
        """Whether something known does with fewer requests."""
        return any(known.rank[:-1] < requests for known in self._found.values())

    def _is_hopeless(self, bounds: Mapping[int, Rank]) -> bool:
        """Whether something known is better for every number of GSIs."""
        return all(
            any(
                known.rank[:-1] < rank[:-1] or (known.indexes <= count and known.rank < rank)
                for known in self._found.values()
            )
            for count, rank in bounds.items()
        )

    def _bounds(self, placing: Placing, left: Sequence[CollectionNeed]) -> dict[int, Rank] | None:
        """The least rank for each number of GSIs of anything that comes of a placing; None when nothing can."""
        groups = self._placings.groups(placing)
        if groups is None or self._is_beaten((0, 0, extra_requests(groups, placing.split))):
            return None
        self._effort += 1
        layouts = self._placings.layouts(placing)
        few = prod(len(some) for some in layouts) <= MOST_LAYOUTS
        bounds = [self._bound(placing, left, one) for one in (product(*layouts) if few else [groups])]
        found: dict[int, Rank] = {}
        for bound in bounds:
            for count, rank in bound.items():
                found[count] = min(rank, found.get(count, rank))
        return found or None

    def _bound(self, placing: Placing, left: Sequence[CollectionNeed], groups: Sequence[Group]) -> dict[int, Rank]:
        """The least rank for each number of GSIs in one layout of the groups."""
        bare = self._frontiers.short(groups)
        frontiers = [self._frontiers.of(name, bare, placing.split, tuple(left)) for name in self._entities]
        extra = extra_requests(groups, placing.split) + self._placings.least_extra(left)
        least = slots_taken([g for g in groups if g.place == GSI_PLACE])
        crowds = self._crowds(placing, left)
        slots = max((c.slots for c in crowds), default=0)
        found: dict[int, Rank] = {}
        for count in sorted({k for f in frontiers for k in f.best} | {least, slots}):
            chosen = [f.at_most(count) for f in frontiers]
            if count >= least and None not in chosen:
                ranks = [c.rank for c in chosen if c is not None]
                moved, unserved, more, cost = (sum(column) for column in zip(*ranks, strict=True))
                # What is charged for a request of several parts is not the least where one of them has no answer.
                cost = 0 if unserved else cost - sum(f.gap for f in frontiers)
                if count < slots:  # then a collection is read in more requests
                    found[count] = (moved, unserved, more + extra + 1, cost)
                    continue
                costs = {name: rank[-1] for name, rank in zip(self._entities, ranks, strict=True)}
                found[count] = (moved, unserved, more + extra, cost + max((c.least(costs) for c in crowds), default=0))
        return found

    def _crowds(self, placing: Placing, left: Sequence[CollectionNeed]) -> list[_Crowd]:
        """The entities that are read with more others than lie beside them, each with the others in one request.

        A row lies beside two others at most in a partition, so an entity of which a partition holds one row needs a
        place for every two entities that it is read with; these cannot all be read from the base table. Local indexes
        are places too, but hold what is read strongly alone: that does not count.
        """
        found = []
        for name, entity in self._entities.items():
            pairs = [c for c in left if name in c.entities and len(set(c.entities)) == PAIR]
            pairs = [c for c in pairs if set(entity.identity) <= set(c.partition_of(name))]
            pairs = [c for c in pairs if not self._strong.issuperset(c.entities)]
            if len(pairs) <= 1:
                continue
            beside: set[str] = set()
            room = {BASE_PLACE: NEIGHBORS, GSI_PLACE: 0}
            taken = 0
            for one in placing.formed:
                near = [set(c.entities) for c in one.pieces if name in c.entities]
                if near:
                    others = {e for entities in near for e in entities if len(entities) == PAIR}
                    beside |= others
                    on_index = one.place == GSI_PLACE
                    room[one.place] = max(0, NEIGHBORS - len(others - {name})) + on_index * room[one.place]
                    taken += on_index
            partners: dict[str, list[CollectionNeed]] = {}
            for pair in pairs:
                for other in set(pair.entities) - beside - {name}:
                    partners.setdefault(other, []).append(pair)
            more = -(-max(0, len(partners) - sum(room.values())) // NEIGHBORS)
            beyond = max(0, len(partners) - room[BASE_PLACE])
            if more or beyond:
                alike = len({frozenset(c.partition_of(name)) for c in pairs}) == 1  # then any of them cost the same
                own = self._cost_apart(name, pairs[:more] if alike else (), placing, left)
                apart = {e: min(self._cost_apart(e, (c,), placing, left) for c in cs) for e, cs in partners.items()}
                found.append(_Crowd(name, taken + more, own, beyond, apart))
        return found

    def _cost_apart(
        self, name: str, apart: Sequence[CollectionNeed], placing: Placing, left: Sequence[CollectionNeed]
    ) -> int:
        """The least that an entity costs when each of some collections is read from an index of its own."""
        formed = (*placing.formed, *(Formed(GSI_PLACE, (c,)) for c in apart))
        groups = self._placings.groups(replace(placing, formed=formed))
        if groups is None:
            return 0
        bare = self._frontiers.short(groups)
        frontier = self._frontiers.of(name, bare, placing.split, tuple(c for c in left if c not in apart))
        found = frontier.at_most(self._most)
        return 0 if found is None else found.cost - frontier.gap

    def _offer(self, placing: Placing, groups: tuple[Group, ...]) -> None:
        """Solve one placing in one layout of its groups, and keep what is best for each number of GSIs."""
        frontiers, split = [], placing.split
        for name in self._entities:
            frontier = self._frontiers.of(name, groups, split, (), settled=True)
            if not frontier.best:
                return
            frontiers.append(frontier)
        least = slots_taken([g for g in groups if g.place == GSI_PLACE])
        for count in sorted({k for f in frontiers for k in f.best} | {least}):
            chosen = [f.at_most(count) for f in frontiers]
            if count < least or any(c is None for c in chosen):
                continue
            selections = tuple(c for c in chosen if c is not None)
            if self._is_idle(placing, selections):
                continue
            held = with_guests(groups, selections, self._entities)
            solution = Solution(selections, held, split, extra_requests(held, split))
            known = self._found.get(solution.indexes)
            if known is None or comes_before(solution, known):
                self._found[solution.indexes] = solution

    def _is_idle(self, placing: Placing, selections: Sequence[Selection]) -> bool:
        """Whether a collection lives in a local index that the table would answer: then it is read there."""
        keys = {s.entity: s.places[0].signature for s in selections}
        return any(
            all(
                fits(self._entities[n.entity], keys[n.entity], n, inverse=group.block_of(n.entity).inverse)
                for n in piece.parts
            )
            for piece, group in self._placings.on_table(placing)
        )
