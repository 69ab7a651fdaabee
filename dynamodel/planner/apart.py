"""Index keys that share an index with those like them alone, so that attributes can be keys there.

In: a solution in its slots. Out: the same with more slots. A half of a key that is text must be known whole when a part
of it changes, so what adds to a number in it reads the item first, and it makes the item longer; where no key of other
attributes is in the index, the attributes themselves are the key (`natural`). Fewer requests come before fewer indexes;
for money alone keys move as far as the indexes do that there are anyway, or, where sharing costs too much, to more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.planner.places import NATURAL, TEXT
from dynamodel.planner.slots import made_of
from dynamodel.planner.solution import Spread, solution_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from dynamodel.planner.problem import EntityProblem
    from dynamodel.planner.selection import Selection
    from dynamodel.planner.sharing import Sharing
    from dynamodel.planner.slots import Shape
    from dynamodel.planner.solution import Solution

_Like = tuple[str, "Shape"]  # an entity, and what a key of it is made of

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
        self.sharing, self._problems, self._most, self._fixed = sharing, problems, most, fixed

    def for_requests(self, solution: Solution, *, all_of_them: bool = False) -> Solution:
        """The solution with as many keys apart as spare a request, and no more.

        Where `all_of_them` are wanted, it is the solution as it was if there are too few indexes for that.
        """
        alike = _alike(solution)
        sparing = [list(self._sparing(s, self._able(s, alike))) for s in solution.selections]
        most = _all_of(options[0] for options in sparing if options)
        if all_of_them and _least_indexes(solution, solution.spread | most) > self._most:
            return solution
        for options in sparing:
            for some in options:
                found = self._moved(solution, some, self._most)
                if found is not None and found.rank[:-1] < solution.rank[:-1]:
                    solution = found
                    break
        for key in sorted(solution.spread):
            found = self.sharing.priced(replace(solution, spread=solution.spread - {key}))
            if found.rank[:-1] == solution.rank[:-1]:
                solution = found
        return solution

    def for_money(self, solution: Solution, most: int) -> Iterator[Solution]:
        """The solution with ever more keys apart, each time those that save the most, as long as they save anything.

        It has at most so many indexes, and never more than the model allows.
        """
        most = min(most, self._most)
        while True:
            moved = (self._moved(solution, some, most) for some in self._dearest(solution, most))
            able = [found for found in moved if found is not None]
            best = min(able, key=solution_key, default=solution)
            if best.rank >= solution.rank:
                return
            yield best
            solution = best

    def _able(self, selection: Selection, alike: Mapping[_Like, int]) -> list[Spread]:
        """Each own key that attributes would do for, with those of others that have to lie with it.

        None that is fixed, and none that items of another entity would stray to which has no key like it.
        """
        own, found = self._problems[selection.entity], list[Spread]()
        for number, place in enumerate(selection.places):
            form = own.forms(place.signature)[0]
            if place.kind != "own" or form == TEXT:
                continue
            names = place.signature.attributes
            others = own.strays.into(names, [selection.entity]) if form == NATURAL else set()
            some = {(other, alike.get((other, made_of(place.signature)), -1), False) for other in others}
            if all(at >= 0 for _, at, _ in some):
                some.add((selection.entity, number, form != NATURAL))
                if not any((entity, names) in self._fixed for entity, *_ in some):
                    found.append(frozenset(some))
        return found

    def _sparing(self, selection: Selection, able: Sequence[Spread]) -> Iterator[Spread]:
        """Keys of an entity that spare requests where they are apart, each time as few as spare so many; most first.

        What is not apart counts as text, for it may come to share its slot. All at once in the beginning: each that is
        text may ask for the same read.
        """
        every = _all_of(able)
        left = list(able)
        while left:
            spared = self._alone(selection, _all_of(left), every).rank[:-1]
            if spared >= selection.rank[:-1]:
                return
            without = [[one for one in left if one is not other] for other in left]
            ranks = [self._alone(selection, _all_of(some), every).rank[:-1] for some in without]
            if spared not in ranks:
                yield _all_of(left)
            left = without[ranks.index(min(ranks))]

    def _alone(self, selection: Selection, some: Spread, every: Spread = frozenset()) -> Selection:
        """A selection with some of its keys in the form that suits each by itself, the others of `every` as text."""
        own = self._problems[selection.entity]
        forms = {n: TEXT for entity, n, _ in every if entity == selection.entity}
        for entity, number, _ in some:
            if entity == selection.entity:
                forms[number] = own.forms(selection.places[number].signature)[0]
        places = [replace(p, form=forms.get(n, p.form)) for n, p in enumerate(selection.places)]
        if places == list(selection.places):
            return selection
        return own.evaluate(places, selection.assigned, selection.unserved)

    def _dearest(self, solution: Solution, most: int) -> Sequence[Spread]:
        """Keys worth moving, one by one and all of an entity, as far as so many indexes may do."""
        saved: dict[Spread, tuple[int, ...]] = {}
        alike = _alike(solution)
        for selection in solution.selections:
            as_text = {n for n, place in enumerate(selection.places) if place.form == TEXT}
            able = self._able(selection, alike)
            able = [some for some in able if any(e == selection.entity and n in as_text for e, n, _ in some)]
            for some in dict.fromkeys((*able, _all_of(able))):
                if _least_indexes(solution, solution.spread | some) > most:
                    continue
                found = self._alone(selection, some)
                if found.rank < selection.rank:
                    saved[some] = tuple(a - b for a, b in zip(found.rank, selection.rank, strict=True))
        return sorted(saved, key=lambda some: (saved[some], sorted(some)))[:_MOST_TRIED]

    def _moved(self, solution: Solution, some: Spread, most: int) -> Solution | None:
        """A solution in its slots with more of its keys apart, None if that takes more indexes than so many."""
        spread = solution.spread | some
        if _least_indexes(solution, spread) > most:
            return None
        found = self.sharing.priced(replace(solution, spread=spread))
        return found if found.indexes <= most else None


def _all_of(some: Iterable[Spread]) -> Spread:
    return frozenset().union(*some)


def _alike(solution: Solution) -> dict[_Like, int]:
    """The own keys of all entities by what they are made of."""
    return {
        (s.entity, made_of(place.signature)): number
        for s in solution.selections
        for number, place in enumerate(s.places)
        if place.kind == "own"
    }


def _least_indexes(solution: Solution, spread: Spread) -> int:
    """At least so many indexes are there: one for each key that is apart and like no other, and for the rest of one."""
    moved = Counter(entity for entity, *_ in spread)
    places = {s.entity: s.places for s in solution.selections}
    apart = {(places[entity][n].signature.attributes, is_alone and entity) for entity, n, is_alone in spread}
    return len(apart) + max(s.indexes - moved[s.entity] for s in solution.selections)
