"""The exact search for one entity: which base key and index keys answer its needs best, for each number of GSIs.

In: an `EntityProblem`, the partitions that collections impose, the needs. Out: the best `Selection` that takes at most
k GSI slots, for every k. Branch and bound: costs only grow as indexes are added, so a partial choice that is already
no better than a complete one is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from dynamodel.planner.enumerate import base_signatures, index_signatures, local_signatures
from dynamodel.planner.families import canonical
from dynamodel.planner.problem import EntityProblem, Place, Selection, base_serves, serves_strongly
from dynamodel.planner.serve import Signature, serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.planner.needs import Need

MOST_NODES = 50_000


@dataclass(frozen=True, slots=True)
class Imposed:
    """A partition that collections impose on an entity, the literal that names it, and the parts it must answer."""

    partition: tuple[str, ...]
    literal: str
    needs: tuple[Need, ...]


@dataclass(slots=True)
class Frontier:
    """The best selections by number of GSI slots; `complete` is false when the search was cut short."""

    most: int
    best: dict[int, Selection] = field(default_factory=dict)
    complete: bool = True

    def at_most(self, count: int) -> Selection | None:
        """The best selection with at most that many GSI slots."""
        found: Selection | None = None
        for slots, selection in self.best.items():
            if slots <= count and (found is None or better(selection, found)):
                found = selection
        return found

    def offer(self, selection: Selection) -> None:
        """Keep a selection if it beats what needs no more slots."""
        if selection.indexes <= self.most:
            known = self.at_most(selection.indexes)
            if known is None or better(selection, known):
                self.best[selection.indexes] = selection

    def hopeless(self, selection: Selection) -> bool:
        """Whether no completion of a partial selection can beat what is known with as many slots or fewer."""
        slots = selection.indexes
        return any(count <= slots and known.rank < selection.rank for count, known in self.best.items())


def better(one: Selection, other: Selection) -> bool:
    """Whether one selection comes first in the total order of `order_key`."""
    if one.rank != other.rank:
        return one.rank < other.rank
    return order_key(one) < order_key(other)


def order_key(selection: Selection) -> tuple[object, ...]:
    """A total order: the objective, then fewer places, then fewer components, then the text of the signatures."""
    components = sum(len(p.signature.attributes) + len(p.signature.when) for p in selection.places)
    return (*selection.rank, len(selection.places), components, _spelled(selection))


def _spelled(selection: Selection) -> str:
    return repr([(p.kind, p.signature) for p in selection.places])


def solve_entity(
    problem: EntityProblem,
    needs: Sequence[Need],
    base: Imposed | None,
    groups: Sequence[Imposed],
    most: int,
    *,
    local_indexes: int,
) -> Frontier:
    """The best selections of one entity for each number of GSI slots up to `most`."""
    entity = problem.entity
    frontier = Frontier(most)
    search = _Search(problem, frontier, most, local_indexes)
    group_options = [_group_signatures(problem, needs, imposed) for imposed in groups]
    if any(not options for options in group_options) or len(groups) > most:
        return frontier
    indexes = _undominated(problem, index_signatures(entity, needs, (), problem.updated), needs)
    for signature in _base_options(problem, needs, base):
        literal = base.literal if base else entity.tag
        first = Place("base", signature, literal, shared=base is not None)
        imposed_needs = list(base.needs) if base else []
        for chosen in product(*group_options):
            places = [first, *(Place("group", s, g.literal) for s, g in zip(chosen, groups, strict=True))]
            assigned = [(n, 0) for n in imposed_needs]
            assigned += [(n, at) for at, g in enumerate(groups, start=1) for n in g.needs]
            open_needs = []
            for need in needs:
                at = _first_serving(problem, places, need)
                if at is None:
                    open_needs.append(need)
                else:
                    assigned.append((need, at))
            search.run(places, assigned, open_needs, indexes)
    return frontier


def _base_options(problem: EntityProblem, needs: Sequence[Need], base: Imposed | None) -> list[Signature]:
    entity = problem.entity
    if base is None:
        return list(base_signatures(entity, needs, joinable=problem.joinable))
    pool = [*needs, *base.needs]
    found = []
    for signature in base_signatures(entity, pool, [base.partition], problem.joinable):
        if set(signature.partition) == set(base.partition):
            ordered = Signature(entity.name, base.partition, signature.sort)
            if all(_fits(problem, ordered, n) for n in base.needs):
                found.append(ordered)
    return list(dict.fromkeys(found))


def _group_signatures(problem: EntityProblem, needs: Sequence[Need], imposed: Imposed) -> list[Signature]:
    entity = problem.entity
    pool = [n for n in (*needs, *imposed.needs) if not n.consistent]
    found: dict[Signature, int] = {}
    for signature in index_signatures(entity, pool, [imposed.partition]):
        if set(signature.partition) != set(imposed.partition):
            continue
        ordered = Signature(entity.name, imposed.partition, signature.sort, signature.when)
        if all(_fits(problem, ordered, n) for n in imposed.needs):
            found[ordered] = sum(serve(ordered, n, entity) is not None for n in needs)
    return list(_undominated(problem, tuple(found), needs))


def _fits(problem: EntityProblem, signature: Signature, need: Need) -> bool:
    service = serve(signature, need, problem.entity)
    if service is None:
        return False
    wanted = canonical(need, problem.entity)
    return wanted is None or need.limit is None or service.forward == wanted


def _first_serving(problem: EntityProblem, places: Sequence[Place], need: Need) -> int | None:
    for at, place in enumerate(places):
        if not serves_strongly(need, place.kind):
            continue
        if place.kind == "base":
            served = base_serves(place.signature, need, problem.entity)
        else:
            served = serve(place.signature, need, problem.entity) is not None
        if served:
            return at
    return None


def _undominated(
    problem: EntityProblem, signatures: Sequence[Signature], needs: Sequence[Need]
) -> tuple[Signature, ...]:
    """Without signatures that another one beats in everything: needs served, cost of having it, bytes read from it."""
    entity = problem.entity
    plain = Place("base", Signature(entity.name, entity.identity), entity.tag)
    rows = []
    for signature in signatures:
        served = frozenset(i for i, n in enumerate(needs) if serve(signature, n, entity) is not None)
        place = Place("own", signature, entity.tag)
        own = problem.evaluate([plain, place], [])
        price = own.extra_requests, own.cost, problem.key_bytes(place), problem.hottest_share(place)
        rows.append((signature, served, price, (len(signature.attributes), repr(signature))))
    kept = []
    for signature, served, price, spelled in rows:
        beaten = any(
            served <= other_served
            and all(mine >= its for mine, its in zip(price, other_price, strict=True))
            and (served < other_served or (*price, *spelled) > (*other_price, *other_spelled))
            for other, other_served, other_price, other_spelled in rows
            if other != signature
        )
        if not beaten:
            kept.append(signature)
    return tuple(kept)


class _Search:
    """Depth first over the open needs: each is answered by an index already chosen, by a new one, or not at all."""

    def __init__(self, problem: EntityProblem, frontier: Frontier, most: int, local_indexes: int) -> None:
        self._problem = problem
        self._frontier = frontier
        self._most = most
        self._most_local = local_indexes
        self._nodes = 0

    def run(
        self,
        places: Sequence[Place],
        assigned: Sequence[tuple[Need, int]],
        open_needs: Sequence[Need],
        indexes: Sequence[Signature],
    ) -> None:
        """Explore every way to answer the open needs."""
        strong = local_signatures(self._problem.entity, places[0].signature, open_needs) if self._most_local else ()
        options: list[tuple[Need, list[tuple[str, Signature]]]] = []
        for need in open_needs:
            found = [("local", s) for s in strong if serve(s, need, self._problem.entity) is not None]
            if not need.consistent:
                found = [("own", s) for s in indexes if serve(s, need, self._problem.entity) is not None]
            options.append((need, found))
        options.sort(key=lambda o: len(o[1]))
        self._descend(list(places), list(assigned), [], options)

    def _descend(
        self,
        places: list[Place],
        assigned: list[tuple[Need, int]],
        unserved: list[Need],
        options: Sequence[tuple[Need, list[tuple[str, Signature]]]],
    ) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._frontier.complete = False
            return
        current = self._problem.evaluate(places, assigned, unserved)
        if not options:
            self._frontier.offer(current)
            return
        if self._frontier.hopeless(current):
            return
        (need, found), rest = options[0], options[1:]
        literal = places[0].literal if places[0].kind == "local" else self._problem.entity.tag
        for kind, signature in found:
            at = next((i for i, p in enumerate(places) if p.kind == kind and p.signature == signature), None)
            if at is not None:
                self._descend(places, [*assigned, (need, at)], unserved, rest)
                continue
            if sum(p.kind == "local" for p in places) >= self._most_local and kind == "local":
                continue
            if current.indexes >= self._most and kind == "own":
                continue
            place = Place(kind, signature, literal)
            self._descend([*places, place], [*assigned, (need, len(places))], unserved, rest)
        self._descend(places, assigned, [*unserved, need], rest)
