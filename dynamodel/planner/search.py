"""The exact search for one entity: which base key and index keys answer its needs best, for each number of GSIs.

In: an `EntityProblem`, the partitions that collections impose, the needs. Out: the best `Selection` that takes at most
k GSI slots, for every k that the fewest requests can do with. Branch and bound: requests and costs only grow as
indexes are added, so a partial choice that is already no better than a complete one is dropped. What is too large for
it goes to the integer model.
"""

from __future__ import annotations

import math
from dataclasses import field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from dynamodel.planner.beside import copy_signatures, guard_options, may_carry
from dynamodel.planner.dominance import undominated
from dynamodel.planner.enumerate import index_signatures, with_presence_at_its_end
from dynamodel.planner.frame import Frame, Opened, frames_of
from dynamodel.planner.parts import Parts
from dynamodel.planner.places import BESIDE, MARKED, NATURAL, TEXT, Place, is_made_for
from dynamodel.planner.selection import better, slots_of
from dynamodel.planner.serve import Signature, serve
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamodel.planner.dominance import Keyed
    from dynamodel.planner.frame import Imposed
    from dynamodel.planner.needs import Need
    from dynamodel.planner.parts import Variant
    from dynamodel.planner.problem import EntityProblem
    from dynamodel.planner.selection import Selection

MOST_NODES = 5_000  # of the search, each as many times as it has places; the integer model goes on from there


@dataclass(slots=True)
class Frontier:
    """The best selections by number of GSI slots; exact where they need the fewest requests of all.

    `cut_short` says that the search gave up before it had seen everything and nothing else has closed it; `gaps` what
    is then left open: by how much of a month's cost the best within a number of slots may be beaten. With more than
    `enough` slots allowed the search would take the same steps; where that is not known it is more than are allowed.
    """

    most: int
    best: dict[int, Selection] = field(default_factory=dict)
    cut_short: bool = False
    gaps: dict[int, int] = field(default_factory=dict)
    enough: int = 0

    @property
    def gap(self) -> int:
        """The most that is left open for any number of slots, in millionths of a US dollar a month."""
        return max(self.gaps.values(), default=0)

    def at_most(self, count: int) -> Selection | None:
        """The best selection with at most that many GSI slots."""
        found: Selection | None = None
        for slots, selection in self.best.items():
            if slots <= count and (found is None or better(selection, found)):
                found = selection
        return found

    def absorbed(self, others: Sequence[Frontier]) -> Frontier:
        """A frontier with what is better in others, and what is open there; itself where there are none."""
        if not others:
            return self
        every = (self, *others)
        found = replace(self, best=dict(self.best), cut_short=any(f.cut_short for f in every))
        found.enough = max(f.enough for f in every)
        for selection in (s for other in others for s in other.best.values()):
            found.offer(selection)
        found.gaps = {k: max(f.gaps.get(k, 0) for f in every) for f in every for k in f.gaps}
        return found

    def offer(self, selection: Selection) -> None:
        """Keep a selection if it beats what needs no more slots."""
        if selection.indexes <= self.most:
            known = self.at_most(selection.indexes)
            if known is None or better(selection, known):
                self.best[selection.indexes] = selection

    def serves_more(self, unserved: int) -> bool:
        """Whether something known, whose base key has not moved, leaves fewer needs than these without an answer."""
        return any(known.rank[:2] < (0, unserved) for known in self.best.values())

    def hopeless(self, selection: Selection, more: int) -> bool:
        """Whether no completion can beat what is known with as many slots or fewer; it costs `more` at least."""
        slots, requests = selection.indexes, selection.rank[:-1]
        rank = (*requests, selection.cost + more)
        return any(
            known.rank[:-1] < requests or (count <= slots and known.rank < rank) for count, known in self.best.items()
        )


def solve_entity(
    problem: EntityProblem,
    needs: Sequence[Need],
    base: Imposed | None,
    groups: tuple[Sequence[Imposed], Sequence[Imposed]],
    most: int,
    *,
    local_indexes: int,
    literals: tuple[str, str],
) -> Frontier:
    """The best selections of one entity for each number of GSI slots up to `most`.

    `groups` are those in GSIs and in local indexes, beside which it may have `local_indexes` for itself. `literals` are
    the texts that its own partitions begin with, on the table and in indexes.
    """
    asked = _Asked(tuple(needs), base, (tuple(groups[0]), tuple(groups[1])), local_indexes, literals)
    answers = problem.answers.setdefault(asked, [])
    for known in answers:
        if most == known.most or min(most, known.most) >= known.enough:
            return known
    answers.append(_searched(problem, asked, most))
    return answers[-1]


class _Asked(NamedTuple):
    """All that a search depends on but the problem and the number of slots."""

    needs: tuple[Need, ...]
    base: Imposed | None
    groups: tuple[tuple[Imposed, ...], tuple[Imposed, ...]]
    local_indexes: int
    literals: tuple[str, str]


def _searched(problem: EntityProblem, asked: _Asked, most: int) -> Frontier:
    needs, base, groups, local_indexes, literals = asked
    frontier = Frontier(most, enough=len(groups[0]))
    if len(groups[0]) > most:
        return frontier
    frames = list(frames_of(problem, needs, base, groups, local_indexes=local_indexes, literal=literals[0]))
    if needs not in problem.keys:
        problem.keys[needs] = undominated(problem, _index_keys(problem, needs), needs)
    open_most = max((len(frame.open) for frame in frames), default=0)
    scarce = most < open_most
    frontier.enough = max(frontier.enough, open_most)
    search = _Search(problem, frontier, most, literals[1], scarce=scarce)
    opened = [search.run(frame, problem.keys[needs]) for frame in frames]
    if frontier.cut_short:
        from dynamodel.planner.integer import close

        frontier.enough = most + 1
        close(frontier, problem, opened, scarce=scarce)
    return frontier


def _index_keys(problem: EntityProblem, needs: tuple[Need, ...]) -> list[Keyed]:
    """Every own index key that answers a need, in the form of attributes that suits it best, and as text."""
    if needs not in problem.candidates:
        problem.candidates[needs] = index_signatures(problem.entity, needs, (), problem.updated)
    able = problem.candidates[needs]
    longer = [(s, problem.forms(s)[0]) for one in able if (s := with_presence_at_its_end(one)) is not None]
    found = [(s, form) for s in able for form in dict.fromkeys((problem.forms(s)[0], TEXT))]
    return list(dict.fromkeys((*found, *(one for one in longer if one[1] in {NATURAL, MARKED}))))


class _Search:
    """Depth first over the open needs: each is answered by an index already chosen, by a new one, or not at all."""

    def __init__(self, problem: EntityProblem, frontier: Frontier, most: int, literal: str, *, scarce: bool) -> None:
        self._literal = literal
        self._problem = problem
        self._frontier = frontier
        self._most, self._most_local = most, 0
        self._scarce = scarce
        self._nodes = 0
        self._parts = Parts(problem)
        self._asked: dict[tuple[str, int, Place], Variant] = {}

    def run(self, frame: Frame, indexes: Sequence[Keyed]) -> Opened:
        """Explore every way to answer the frame's open needs; what there was to choose from."""
        copies, size = self._copies(frame.open), self._parts.size(frame)
        self._most_local = frame.most_local + sum(p.kind == "local" for p in frame.places)
        options: list[_Option] = []
        for need in frame.open:
            base = frame.places[0]
            local = [Place("local", s, base.literal) for s in frame.local if self._problem.service(s, need) is not None]
            found = local
            if not need.consistent:
                able = [one for one in indexes if self._problem.service(one[0], need) is not None]
                found = [Place("own", signature, self._literal, form=form) for signature, form in able]
            found = [*dict.fromkeys((*found, *local)), *self._beside(copies, need, found)]
            options.append(_Option(need, tuple(found), partial(self._least, base, need, size)))
        opened = Opened(frame, tuple(o.places for o in options))
        options.sort(key=lambda o: (not o.need.consistent, len(o.places)))
        self._descend(list(frame.places), list(frame.assigned), [], options)
        return opened

    def _asks(self, place: Place, need: Need) -> Variant:
        """A place with what a need asks it to hold."""
        known = (need.pattern, need.part, place)
        if known not in self._asked:
            self._asked[known] = self._parts.variant(place, [need])
        return self._asked[known]

    def _least(self, base: Place, need: Need, size: int, place: Place) -> tuple[int, int]:
        """The least that a place costs which answers a need: to be read for it, and to be kept.

        Every step and the storage are rounded once with all that adds to them, so a part is counted with as much less.
        """
        variant = self._asks(place, need)
        read, kept = self._parts.read(base, variant, need, size), self._parts.kept(base, variant, size)
        return max(0, math.floor(read) - 1), max(0, math.floor(kept) - 1 - len(self._problem.steps))

    def _copies(self, needs: Sequence[Need]) -> tuple[Signature, ...]:
        """Copies worth trying: those made for strong reads, or where indexes are scarce, which may suit others too."""
        entity, workload = self._problem.entity, self._problem.workload
        made = [n for n in needs if is_made_for(n, "copy", scarce=self._scarce)]
        if not made or not may_carry(workload, entity):
            return ()
        every = copy_signatures(entity, needs)
        return tuple(s for s in every if any(serve(s, n, entity) is not None for n in made))

    def _beside(self, copies: Sequence[Signature], need: Need, indexes: Sequence[Place]) -> list[Place]:
        """Guards and copies that could answer a need.

        A guard that only names the item always takes one request more, so not where an index is to be had that costs no
        read before a write, and no shards.
        """
        entity, steps = self._problem.entity, range(len(self._problem.steps))
        spare = not self._scarce and not self._problem.warm
        free = spare and any(not any(self._parts.is_blind(self._asks(p, need), s) for s in steps) for p in indexes)
        options = guard_options(self._problem.workload, entity, need)
        found = [Place(kind, s, entity.tag) for kind, s in options if not (free and kind == "pointer")]
        return found + [Place("copy", s, entity.tag) for s in copies if serve(s, need, entity) is not None]

    def _descend(
        self,
        places: list[Place],
        assigned: list[tuple[Need, int]],
        unserved: list[Need],
        options: Sequence[_Option],
    ) -> None:
        self._nodes += len(places)
        if self._nodes > MOST_NODES:
            self._frontier.cut_short = True
            return
        if not options:
            self._frontier.offer(self._problem.evaluate(places, assigned, unserved))
            return
        if self._is_hopeless(places, assigned, unserved, options):
            return
        indexes = slots_of(places)
        option, rest = options[0], options[1:]
        for place in option.places:
            same = [i for i, p in enumerate(places) if p == place]
            alike = [a for n, a in assigned if a in same and self._asks(place, n) == self._asks(place, option.need)]
            for at in alike[:1] or same:
                self._descend(places, [*assigned, (option.need, at)], unserved, rest)
            if alike or (same and place.kind in BESIDE):
                continue  # who needs the same attributes shares an index; others may have one that is wider or narrower
            if not is_made_for(option.need, place.kind, scarce=self._scarce):
                continue  # those for which it is made come first
            if sum(p.kind == "local" for p in places) >= self._most_local and place.kind == "local":
                continue
            if place.kind == "own":
                if indexes >= self._most:
                    self._frontier.enough = self._most + 1
                    continue
                self._frontier.enough = max(self._frontier.enough, indexes + 1)
            self._descend([*places, place], [*assigned, (option.need, len(places))], unserved, rest)
        if not self._frontier.serves_more(len(unserved) + 1):
            self._descend(places, assigned, [*unserved, option.need], rest)

    def _is_hopeless(
        self,
        places: Sequence[Place],
        assigned: Sequence[tuple[Need, int]],
        unserved: Sequence[Need],
        options: Sequence[_Option],
    ) -> bool:
        """Whether nothing that comes of these places can beat what is known; asked before they are priced."""
        if not self._frontier.best:
            return False
        if self._frontier.serves_more(len(unserved)):
            return True
        return self._frontier.hopeless(self._problem.evaluate(places, assigned, unserved), _least_of(options, places))


class _Option:
    """An open need, and the places that could answer it."""

    def __init__(self, need: Need, places: tuple[Place, ...], least: Callable[[Place], tuple[int, int]]) -> None:
        self.need = need
        self.places = places
        self._least = least

    @cached_property
    def costs(self) -> dict[Place, tuple[int, int]]:
        """The least that each place costs: to be read, to be kept."""
        return {place: self._least(place) for place in self.places}


def _least_of(options: Sequence[_Option], places: Sequence[Place]) -> int:
    """The least that all open needs together add: an index still to come is kept for at most those it can answer."""
    sharing: dict[Place, int] = {}
    for option in options:
        for place in option.places:
            sharing[place] = sharing.get(place, 0) + 1
    taken = set(places)
    return sum(
        min(
            (read if place in taken else read + kept // sharing[place] for place, (read, kept) in option.costs.items()),
            default=0,
        )
        for option in options
    )
