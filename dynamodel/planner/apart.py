"""Index keys that share an index with those like them alone, so that attributes can be keys there.

In: a solution in its slots. Out: the same with more slots. A half of a key that is text must be known whole when a part
of it changes, so what adds to a number in it reads the item first, and it makes the item longer; where no key of other
attributes is in the index, the attributes themselves are the key (`natural`). Fewer requests come before fewer indexes,
fewer indexes before money: that is why they are shared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.planner.places import TEXT
from dynamodel.planner.solution import Spread, solution_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from dynamodel.planner.problem import EntityProblem
    from dynamodel.planner.selection import Selection
    from dynamodel.planner.sharing import Sharing
    from dynamodel.planner.solution import Solution

_MOST_TRIED = 20  # keys that are moved for money: those that save the most by themselves


class Apart:
    """Spreads solutions over more slots, at most as many as the model allows."""

    def __init__(
        self,
        sharing: Sharing,
        problems: Mapping[str, EntityProblem],
        most: int,
        fixed: Collection[tuple[str, tuple[str, ...]]] = (),
    ) -> None:
        """Keys that are `fixed`, by entity and attributes, stay where they are."""
        self._sharing, self._problems, self._most, self._fixed = sharing, problems, most, fixed

    def for_requests(self, solution: Solution) -> Solution:
        """The solution with as many keys apart as spare a request, and no more."""
        for selection in solution.selections:
            mine = self._able(selection)
            if any(selection.places[n].form == TEXT for _, n in mine) and selection.extra_requests:
                found = self._moved(solution, mine)  # all of an entity: any that is text asks for the same read
                if found is not None and found.rank[:-1] < solution.rank[:-1]:
                    solution = found
        for key in sorted(solution.spread):
            found = self._sharing.priced(replace(solution, spread=solution.spread - {key}))
            if found.rank[:-1] == solution.rank[:-1]:
                solution = found
        return solution

    def for_money(self, solution: Solution) -> Iterator[Solution]:
        """The solution with ever more keys apart, each time those that save the most, as long as they save anything."""
        while True:
            able = [found for some in self._dearest(solution) if (found := self._moved(solution, some)) is not None]
            best = min(able, key=solution_key, default=solution)
            if best.rank >= solution.rank:
                return
            yield best
            solution = best

    def _able(self, selection: Selection) -> Spread:
        """The own keys that attributes would do for, by themselves; not those that are fixed."""
        own = self._problems[selection.entity]
        return frozenset(
            (selection.entity, number)
            for number, place in enumerate(selection.places)
            if place.kind == "own"
            and own.forms(place.signature)[0] != TEXT
            and (selection.entity, place.signature.attributes) not in self._fixed
        )

    def _dearest(self, solution: Solution) -> Sequence[Spread]:
        """Keys worth moving, one by one and all of an entity."""
        saved: dict[Spread, tuple[int, ...]] = {}
        for selection in solution.selections:
            own = self._problems[selection.entity]
            numbers = sorted(n for _, n in self._able(selection) if selection.places[n].form == TEXT)
            for some in dict.fromkeys((*((n,) for n in numbers), tuple(numbers))):
                places = [
                    replace(p, form=own.forms(p.signature)[0]) if n in some else p
                    for n, p in enumerate(selection.places)
                ]
                found = own.evaluate(places, selection.assigned, selection.unserved)
                if some and found.rank < selection.rank:
                    less = (mine - its for mine, its in zip(found.rank, selection.rank, strict=True))
                    saved[frozenset((selection.entity, n) for n in some)] = tuple(less)
        return sorted(saved, key=lambda some: (saved[some], sorted(some)))[:_MOST_TRIED]

    def _moved(self, solution: Solution, some: Spread) -> Solution | None:
        """A solution in its slots with more of its keys apart, None if these are more slots than there may be."""
        found = self._sharing.priced(replace(solution, spread=solution.spread | some))
        return found if found.indexes <= self._most else None
