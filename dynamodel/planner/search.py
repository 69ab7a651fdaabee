"""The exact search for one entity: which base key and index keys answer its needs best, for each number of GSIs.

In: an `EntityProblem`, the partitions that collections impose, the needs. Out: the best `Selection` that takes at most
k GSI slots, for every k that the fewest requests can do with. Branch and bound: requests and costs only grow as
indexes are added, so a partial choice that is already no better than a complete one is dropped. What is too large for
it goes to the integer model.
"""

from __future__ import annotations

import math
from dataclasses import field
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from dynamodel.ir.keys import Absent
from dynamodel.ir.reads import Op
from dynamodel.planner.beside import copy_signatures, guard_options, may_carry
from dynamodel.planner.enumerate import base_signatures, index_signatures, inverse, local_signatures
from dynamodel.planner.families import canonical
from dynamodel.planner.frame import Frame, Opened
from dynamodel.planner.parts import Parts
from dynamodel.planner.places import BESIDE, Place, base_serves, is_made_for, serves_strongly
from dynamodel.planner.problem import better
from dynamodel.planner.serve import Signature, SortPart, serve
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import ConditionDef, RangeDef
    from dynamodel.planner.families import Block
    from dynamodel.planner.needs import Need
    from dynamodel.planner.parts import Variant
    from dynamodel.planner.problem import EntityProblem, Selection

MOST_NODES = 5_000  # of the search, each as many times as it has places; the integer model goes on from there


@dataclass(frozen=True, slots=True)
class Imposed:
    """A partition that collections impose on an entity, the literal that names it, and the parts it must answer.

    `block` is where the entity's rows lie in it.
    """

    partition: tuple[str, ...]
    literal: str
    needs: tuple[Need, ...]
    block: Block

    @property
    def whole(self) -> tuple[str, ...]:
        """What a request for its rows alone fixes: the partition, and what the rows are nested under."""
        return self.partition + self.block.inside

    def signature(self, entity: EntityDef, sort: tuple[SortPart, ...], when: tuple[ConditionDef, ...]) -> Signature:
        """A key in the partition, with this sequence behind what the rows are nested under."""
        inside = tuple(
            SortPart(a, absent=Absent.SPARSE if entity.attribute(a).optional else Absent.REFUSED)
            for a in self.block.inside
        )
        if self.block.inverse:
            turned = {t.attribute for n in self.needs if n.limit is not None for t in n.order}
            turned |= {n.range.attribute for n in self.needs if n.range is not None}
            sort = tuple(inverse(p) if p.attribute in turned else p for p in sort)
        return Signature(entity.name, self.partition, inside + sort, when, len(inside))


@dataclass(slots=True)
class Frontier:
    """The best selections by number of GSI slots; exact where they need the fewest requests of all.

    `cut_short` says that the search gave up before it had seen everything and nothing else has closed it; `gaps` what
    is then left open: by how much of a month's cost the best within a number of slots may be beaten.
    """

    most: int
    best: dict[int, Selection] = field(default_factory=dict)
    cut_short: bool = False
    gaps: dict[int, int] = field(default_factory=dict)

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

    def absorb(self, other: Frontier) -> None:
        """Take over what is better in another frontier, and what is open there."""
        for selection in other.best.values():
            self.offer(selection)
        self.cut_short = self.cut_short or other.cut_short
        self.gaps = {k: max(f.gaps.get(k, 0) for f in (self, other)) for k in {*self.gaps, *other.gaps}}

    def offer(self, selection: Selection) -> None:
        """Keep a selection if it beats what needs no more slots."""
        if selection.indexes <= self.most:
            known = self.at_most(selection.indexes)
            if known is None or better(selection, known):
                self.best[selection.indexes] = selection

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
    frontier = Frontier(most)
    if len(groups[0]) > most:
        return frontier
    frames = list(_frames(problem, needs, base, groups, local_indexes=local_indexes, literal=literals[0]))
    known = tuple(needs)
    if known not in problem.keys:
        problem.keys[known] = _undominated(problem, index_signatures(problem.entity, needs, (), problem.updated), needs)
    scarce = any(most < len(frame.open) for frame in frames)
    search = _Search(problem, frontier, (most, local_indexes), literals[1], scarce=scarce)
    opened = [search.run(frame, problem.keys[known]) for frame in frames]
    if frontier.cut_short:
        from dynamodel.planner.integer import close

        close(frontier, problem, opened, local_indexes, scarce=scarce)
    return frontier


def _frames(
    problem: EntityProblem,
    needs: Sequence[Need],
    base: Imposed | None,
    groups: tuple[Sequence[Imposed], Sequence[Imposed]],
    *,
    local_indexes: int,
    literal: str,
) -> Iterator[Frame]:
    """Every base key with every choice of keys in the collections' partitions, and what these answer."""
    entity = problem.entity
    imposed = [(kind, one) for kind, some in zip(("group", "local"), groups, strict=True) for one in some]
    options = [_group_signatures(problem, needs, one, kind) for kind, one in imposed]
    for signature in _base_options(problem, needs, base):
        first = Place("base", signature, literal)
        if base is not None:
            first = Place("base", signature, base.literal, shared=True, block=base.block.literals)
        for chosen in product(*options):
            shared = (
                Place(kind, s, one.literal, shared=True, block=one.block.literals)
                for s, (kind, one) in zip(chosen, imposed, strict=True)
            )
            places = (first, *shared)
            assigned = [(n, 0) for n in (base.needs if base else ())]
            assigned += [(n, at) for at, (_, one) in enumerate(imposed, start=1) for n in one.needs]
            open_needs = []
            for need in needs:
                at = _first_serving(problem, places, need)
                if at is None:
                    open_needs.append(need)
                else:
                    assigned.append((need, at))
            local = local_signatures(entity, signature, open_needs) if local_indexes else ()
            yield Frame(places, tuple(assigned), tuple(open_needs), local)


def _base_options(problem: EntityProblem, needs: Sequence[Need], base: Imposed | None) -> list[Signature]:
    entity = problem.entity
    if base is None:
        return list(base_signatures(entity, needs, joinable=problem.joinable))
    pool = [*needs, *base.needs]
    found = []
    for signature in base_signatures(entity, pool, [base.whole], problem.joinable):
        if set(signature.partition) == set(base.whole) and not (base.block.bare and signature.sort):
            ordered = base.signature(entity, signature.sort, ())
            if all(fits(entity, ordered, n, inverse=base.block.inverse) for n in base.needs):
                found.append(ordered)
    return list(dict.fromkeys(found))


def _group_signatures(
    problem: EntityProblem, needs: Sequence[Need], imposed: Imposed, kind: str
) -> tuple[Signature, ...]:
    entity, known = problem.entity, (tuple(needs), imposed, kind)
    if known in problem.keys:
        return problem.keys[known]
    needs = [n for n in needs if serves_strongly(n, kind)]
    pool = [*needs, *(n for n in imposed.needs if serves_strongly(n, kind))]
    found: dict[Signature, int] = {}
    for signature in index_signatures(entity, pool, [imposed.whole]):
        if set(signature.partition) != set(imposed.whole) or (imposed.block.bare and signature.sort):
            continue
        if not set(imposed.block.sparse) <= set(signature.when):
            continue
        ordered = imposed.signature(entity, signature.sort, signature.when)
        if all(fits(entity, ordered, n, inverse=imposed.block.inverse) for n in imposed.needs):
            found[ordered] = sum(serve(ordered, n, entity) is not None for n in needs)
    problem.keys[known] = _undominated(problem, tuple(found), needs)
    return problem.keys[known]


def fits(entity: EntityDef, signature: Signature, need: Need, *, inverse: bool) -> bool:
    """Whether a key in a partition that collections share answers a part of one, in a block stored so."""
    service = serve(signature, need, entity)
    if service is None:
        return False
    if service.ranged and not _is_edged(signature.sort[service.fixed], need.range):
        return False
    wanted = canonical(need, entity)
    return wanted is None or need.limit is None or service.forward == (wanted != inverse)


def _is_edged(part: SortPart, range_: RangeDef | None) -> bool:
    """Whether rows without the ranged attribute lie at the other end of a block than those that others may lie beside.

    An interval that goes on behind the range takes in what is there.
    """
    if part.absent not in {Absent.FIRST, Absent.LAST} or range_ is None:
        return True
    first = (range_.op in {Op.LE, Op.LT}) != part.descending  # the rows of the range are those that come first
    return range_.op in {Op.BETWEEN, Op.BEGINS_WITH} or part.absent is (Absent.LAST if first else Absent.FIRST)


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
    """Without signatures that another one beats in everything: needs served, what it must hold, cost, bytes read."""
    entity = problem.entity
    plain = Place("base", Signature(entity.name, entity.identity), entity.tag)
    heat = _heat(problem, signatures)
    rows = []
    for signature in signatures:
        services = ((i, serve(signature, n, entity)) for i, n in enumerate(needs))
        # The attributes of each need that are looked at in the entry, which must hold them.
        served = {i: {a for c in s.residual for a in c.names} for i, s in services if s is not None}
        place = Place("own", signature, entity.tag)
        own = problem.evaluate([plain, place], [])
        price = own.extra_requests, own.cost, problem.key_bytes(place), heat[frozenset(signature.partition)]
        rows.append((signature, served, price, (len(signature.attributes), -len(signature.partition), repr(signature))))
    kept = []
    for signature, served, price, spelled in rows:
        beaten = any(
            all(i in other_served and other_served[i] <= looked for i, looked in served.items())
            and all(mine >= its for mine, its in zip(price, other_price, strict=True))
            and (len(served) < len(other_served) or (*price, *spelled) > (*other_price, *other_spelled))
            for other, other_served, other_price, other_spelled in rows
            if other != signature
        )
        if not beaten:
            kept.append(signature)
    return tuple(kept)


def _heat(problem: EntityProblem, signatures: Sequence[Signature]) -> dict[frozenset[str], int]:
    """How unevenly each partition spreads load; never better than one of the same attributes and more does."""
    entity = problem.entity
    shares = {frozenset(s.partition): problem.hottest_share(Place("own", s, entity.tag)) for s in signatures}
    return {part: max(share for more, share in shares.items() if part <= more) for part in shares}


class _Search:
    """Depth first over the open needs: each is answered by an index already chosen, by a new one, or not at all."""

    def __init__(
        self, problem: EntityProblem, frontier: Frontier, most: tuple[int, int], literal: str, *, scarce: bool
    ) -> None:
        self._literal = literal
        self._problem = problem
        self._frontier = frontier
        self._most, self._most_local = most
        self._scarce = scarce
        self._nodes = 0
        self._parts = Parts(problem)
        self._asked: dict[tuple[str, int, Place], Variant] = {}

    def run(self, frame: Frame, indexes: Sequence[Signature]) -> Opened:
        """Explore every way to answer the frame's open needs; what there was to choose from."""
        entity, copies, size = self._problem.entity, self._copies(frame.open), self._parts.size(frame)
        options: list[_Option] = []
        for need in frame.open:
            base = frame.places[0]
            local = [Place("local", s, base.literal) for s in frame.local if serve(s, need, entity) is not None]
            found = local
            if not need.consistent:
                found = [Place("own", s, self._literal) for s in indexes if serve(s, need, entity) is not None]
            found = [*dict.fromkeys((*found, *local)), *self._beside(copies, need, found)]
            options.append(_Option(need, {place: self._least(base, place, need, size) for place in found}))
        opened = Opened(frame, tuple(tuple(o.places) for o in options))
        options.sort(key=lambda o: (not o.need.consistent, len(o.places)))
        self._descend(list(frame.places), list(frame.assigned), [], options)
        return opened

    def _asks(self, place: Place, need: Need) -> Variant:
        """A place with what a need asks it to hold."""
        known = (need.pattern, need.part, place)
        if known not in self._asked:
            self._asked[known] = self._parts.variant(place, [need])
        return self._asked[known]

    def _least(self, base: Place, place: Place, need: Need, size: int) -> tuple[int, int]:
        """The least that a place costs which answers a need: to be read for it, and to be kept.

        Every step and the storage are rounded once with all that adds to them, so a part is counted with as much less.
        """
        variant = self._asks(place, need)
        read, kept = self._parts.read(base, variant, need, size), self._parts.kept(base, variant, size)
        return max(0, math.floor(read) - 1), max(0, math.floor(kept) - 1 - len(self._problem.steps))

    def _copies(self, needs: Sequence[Need]) -> tuple[Signature, ...]:
        """Copies worth trying: for strong reads, and where indexes are scarce."""
        entity, workload = self._problem.entity, self._problem.workload
        wanted = [n for n in needs if is_made_for(n, "copy", scarce=self._scarce)]
        return copy_signatures(entity, wanted) if wanted and may_carry(workload, entity) else ()

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
        current = self._problem.evaluate(places, assigned, unserved)
        if not options:
            self._frontier.offer(current)
            return
        if self._frontier.hopeless(current, _least_of(options, places)):
            return
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
            if current.indexes >= self._most and place.kind == "own":
                continue
            self._descend([*places, place], [*assigned, (option.need, len(places))], unserved, rest)
        self._descend(places, assigned, [*unserved, option.need], rest)


class _Option(NamedTuple):
    """An open need, and the places that could answer it with the least that each costs: to be read, to be kept."""

    need: Need
    places: dict[Place, tuple[int, int]]


def _least_of(options: Sequence[_Option], places: Sequence[Place]) -> int:
    """The least that all open needs together add: an index still to come is kept for at most those it can answer."""
    sharing: dict[Place, int] = {}
    for option in options:
        for place in option.places:
            sharing[place] = sharing.get(place, 0) + 1
    taken = set(places)
    return sum(
        min(
            (
                read if place in taken else read + kept // sharing[place]
                for place, (read, kept) in option.places.items()
            ),
            default=0,
        )
        for option in options
    )
