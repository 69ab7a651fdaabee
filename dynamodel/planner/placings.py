"""Where collections live: in the table or a local index of it, in a GSI that they may share with others, part by part.

In: the problems of the entities that collections link. Out: `Placing`s, the choices for one collection after another,
and how what lives together is laid out. Nothing is priced here.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, NamedTuple

from dynamodel.planner.divisions import Division, Divisions
from dynamodel.planner.families import common_partitions, root_of, sparse_choices, touches
from dynamodel.planner.groups import Group, least_of
from dynamodel.planner.nests import arranged
from dynamodel.planner.sizes import room_for_local
from dynamodel.planner.solution import BASE_PLACE, GSI_PLACE, LOCAL_PLACE
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.planner.blocks import Known
    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.problem import EntityProblem


@dataclass(frozen=True, slots=True)
class Formed:
    """Pieces that live in the same partitions of the table or of a GSI; `local` has those of each local index.

    `key` tells it from others: its place, and which pieces live where.
    """

    place: str
    pieces: tuple[CollectionNeed, ...]
    local: tuple[tuple[CollectionNeed, ...], ...] = ()
    key: tuple[object, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out `key`, which is asked for at every step of the search."""
        local = tuple(tuple(c.key for c in some) for some in self.local)
        object.__setattr__(self, "key", (self.place, tuple(c.key for c in self.pieces), local))

    @property
    def every(self) -> tuple[CollectionNeed, ...]:
        """All pieces, those in local indexes last."""
        return self.pieces + tuple(c for some in self.local for c in some)


@dataclass(frozen=True, slots=True)
class Placing:
    """The collections decided so far: pieces that live together, and parts read alone."""

    formed: tuple[Formed, ...] = ()
    split: tuple[CollectionNeed, ...] = ()


class Layouts:
    """How pieces are laid out that live together, in any variant of a model."""

    def __init__(self) -> None:
        """Nothing is laid out yet."""
        self.orders: Known = {}
        self._known: dict[tuple[object, ...], tuple[object, Laid]] = {}

    def of(self, formed: Formed, entities: tuple[EntityDef, ...], lay_out: Callable[[Formed], Laid]) -> Laid:
        """The layouts of what is formed of these entities: those of the first variant if it asked for the same."""
        asked, known = (formed, entities), self._known.get(formed.key)
        if known is not None and known[0] == asked:
            return known[1]
        laid = lay_out(formed)
        self._known.setdefault(formed.key, (asked, laid))
        return laid


class Laid(NamedTuple):
    """The layouts of the partitions of the table or a GSI, then of these in each local index.

    `guessed`: of some it is not certain that none takes fewer requests.
    """

    groups: tuple[tuple[Group, ...], ...]
    guessed: bool = False


class Placings:
    """The choices for the collections of one component; what is laid out once is remembered."""

    def __init__(
        self,
        problems: Sequence[EntityProblem],
        collections: Sequence[CollectionNeed],
        local_indexes: int,
        layouts: Layouts,
    ) -> None:
        """`guessed`: of some layout it is not certain that none takes fewer requests."""
        self._entities = {p.entity.name: p.entity for p in problems}
        self._joinable = {p.entity.name: p.joinable for p in problems}
        self._number = {c.pattern: i for i, c in enumerate(collections)}
        self._local_indexes = local_indexes
        self._divisions: dict[str, Divisions] = {}
        self._fewest: dict[str, int] = {}
        self._laid_out: dict[tuple[object, ...], tuple[tuple[Group, ...], ...]] = {}
        self._least: dict[tuple[object, ...], tuple[Group, ...] | None] = {}
        self._layouts = layouts
        self._rooms: dict[tuple[tuple[str, tuple[str, ...]], ...], int] = {}
        self.guessed = False

    def choices(self, collection: CollectionNeed, placing: Placing, requests: int) -> list[Placing]:
        """Where a collection may live if it takes so many requests by itself, given where others do."""
        divisions: list[Division] = []
        if requests == self._alone(collection):
            divisions.append(Division((collection,), ()))
        if not collection.woven:
            divisions += self._divided(collection).of(requests)
        if requests == len(collection.parts):
            divisions.append(Division((), (collection,)))
        found = []
        for division in divisions:
            placings = [replace(placing, split=tuple(sorted((*placing.split, *division.apart), key=self._order)))]
            for piece in division.together:
                placings = [choice for one in placings for choice in self._placed(piece, one)]
            found += placings
        return found

    def _placed(self, piece: CollectionNeed, placing: Placing) -> list[Placing]:
        """Where parts that are read together may live, given where others do."""
        touching = [i for i, one in enumerate(placing.formed) if touches(one.every, piece)]
        found: list[Placing | None] = []
        if self._may_live(piece, BASE_PLACE):
            base = [i for i in touching if placing.formed[i].place == BASE_PLACE]
            found.append(self._joined(piece, placing, BASE_PLACE, base))
            found += self._locally(piece, placing, base)
        if self._may_live(piece, GSI_PLACE):
            beside = [i for i in touching if placing.formed[i].place == GSI_PLACE]
            ways = [beside] * (len(beside) > 1) + [[i] for i in beside] + [[]]
            found += [self._joined(piece, placing, GSI_PLACE, way) for way in ways]
        return [choice for choice in found if choice is not None]

    def _locally(self, piece: CollectionNeed, placing: Placing, base: Sequence[int]) -> list[Placing | None]:
        """The choices of a local index: one that is there, or one more where the piece is read strongly.

        What need not be read strongly joins what must, and only with entities that are there for it.
        """
        there = [some for i in base for some in placing.formed[i].local]
        if piece.consistent:
            near = [some for some in there if touches(some, piece)]
            ways = [near] * (len(near) > 1) + [[some] for some in there] + [[]] * (len(there) < self._local_indexes)
        else:
            strong = [{e for c in some if c.consistent for e in c.entities} for some in there]
            ways = [[some] for some, held in zip(there, strong, strict=True) if held.issuperset(piece.entities)]
        return [self._joined(piece, placing, LOCAL_PLACE, base, way) for way in ways]

    def _may_live(self, piece: CollectionNeed, place: str) -> bool:
        """Whether a place can hold the partitions of a piece: those of the table are named by identities alone."""
        if place == GSI_PLACE:
            return not piece.consistent
        named = [{*self._entities[e].identity, *self._joinable[e]} for e in piece.entities]
        return all(set(p) <= names for p, names in zip(piece.partitions, named, strict=True))

    def _alone(self, piece: CollectionNeed) -> int:
        """The fewest requests of a piece that lives by itself; of its parts one by one if it cannot live anywhere."""
        ways = [Formed(place, (piece,)) for place in (BASE_PLACE, GSI_PLACE) if self._may_live(piece, place)]
        if piece.consistent and self._local_indexes and self._may_live(piece, BASE_PLACE):
            ways.append(Formed(BASE_PLACE, (), ((piece,),)))
        found = [g.more_requests + 1 for way in ways for g in self._laid(way)[-1]]
        return min(found, default=len(piece.parts))

    def _divided(self, collection: CollectionNeed) -> Divisions:
        if collection.pattern not in self._divisions:
            self._divisions[collection.pattern] = Divisions(collection, lambda piece: self._alone(piece) == 1)
        return self._divisions[collection.pattern]

    def fewest(self, collection: CollectionNeed) -> int:
        """The fewest requests of a collection that lives anywhere."""
        if collection.pattern not in self._fewest:
            whole = self._alone(collection)
            self._fewest[collection.pattern] = whole if whole == 1 else min(whole, self._divided(collection).least())
        return self._fewest[collection.pattern]

    def least_extra(self, left: Sequence[CollectionNeed]) -> int:
        """The requests beyond one each that collections take at least."""
        return sum(self.fewest(c) - 1 for c in left)

    def _joined(
        self,
        piece: CollectionNeed,
        placing: Placing,
        place: str,
        others: Sequence[int],
        beside: Sequence[tuple[CollectionNeed, ...]] = (),
    ) -> Placing | None:
        """A placing in which a piece lives together with those of other places; None if they cannot agree.

        In a local index it lives with those `beside` it, and shares the partitions of the table with all `others`.
        """
        met = [placing.formed[i] for i in others]
        pieces = [c for one in met for c in one.pieces]
        local = [some for one in met for some in one.local if some not in beside]
        if place == LOCAL_PLACE:
            local.append(self._sorted([*(c for some in beside for c in some), piece]))
        else:
            pieces.append(piece)
        kept = tuple(sorted(local, key=lambda some: self._order(some[0])))
        formed = Formed(GSI_PLACE if place == GSI_PLACE else BASE_PLACE, self._sorted(pieces), kept)
        members = common_partitions(formed.every)
        if members is None or len(kept) > self.most_local(tuple(members.items())):
            return None
        rest = [one for i, one in enumerate(placing.formed) if i not in others]
        return replace(placing, formed=tuple(sorted((*rest, formed), key=lambda f: self._order(f.every[0]))))

    def most_local(self, members: tuple[tuple[str, tuple[str, ...]], ...]) -> int:
        """The most local indexes of entities that share partitions by these attributes."""
        if members not in self._rooms:
            room = room_for_local((self._entities[name], p) for name, p in members)
            self._rooms[members] = min(self._local_indexes, room)
        return self._rooms[members]

    def _sorted(self, pieces: Sequence[CollectionNeed]) -> tuple[CollectionNeed, ...]:
        return tuple(sorted(pieces, key=self._order))

    def _order(self, piece: CollectionNeed) -> tuple[int, tuple[int, ...]]:
        pattern, parts = piece.key
        return self._number[pattern], parts

    def layouts(self, placing: Placing) -> list[tuple[Group, ...]]:
        """The layouts of each group of a placing."""
        return [layouts for formed in placing.formed for layouts in self._laid(formed)]

    def on_table(self, placing: Placing) -> Iterator[tuple[CollectionNeed, Group]]:
        """The pieces in local indexes, each with every layout in which the table would have it in as few requests."""
        for formed in placing.formed:
            for piece in (c for some in formed.local for c in some):
                with_it = replace(formed, pieces=self._sorted([*formed.pieces, piece]))
                least = min((g.more_requests for g in self._laid(formed)[0]), default=0)
                yield from ((piece, g) for g in self._laid(with_it)[0] if g.more_requests <= least)

    def groups(self, placing: Placing) -> tuple[Group, ...] | None:
        """What the groups of a placing take at least, None if one has no layout."""
        found = [self._least_laid(formed) for formed in placing.formed]
        return None if None in found else tuple(group for some in found if some for group in some)

    def _least_laid(self, formed: Formed) -> tuple[Group, ...] | None:
        if formed.key not in self._least:
            laid = self._laid(formed)
            self._least[formed.key] = tuple(least_of(some) for some in laid) if all(laid) else None
        return self._least[formed.key]

    def _laid(self, formed: Formed) -> tuple[tuple[Group, ...], ...]:
        """The layouts of the partitions of the table or a GSI, then of these in each local index."""
        if formed.key not in self._laid_out:
            entities = tuple(self._entities[name] for c in formed.every for name in c.entities)
            laid = self._layouts.of(formed, entities, self._lay_out)
            self._laid_out[formed.key] = laid.groups
            self.guessed = self.guessed or laid.guessed
        return self._laid_out[formed.key]

    def _lay_out(self, formed: Formed) -> Laid:
        members = common_partitions(formed.every)
        if members is None:
            return Laid(((),))
        whole = Group(formed.place, root_of(members, self._entities), tuple(members.items()), formed.pieces)
        found = [self._arranged(whole)]
        for pieces in formed.local:
            entities = {e for c in pieces for e in c.entities}
            inside = tuple((name, p) for name, p in members.items() if name in entities)
            found.append(self._arranged(replace(whole, place=LOCAL_PLACE, members=inside, collections=pieces)))
        guessed = any(not one.exact and one.more_requests for some in found for one in some)
        return Laid(tuple(found), guessed)

    def _arranged(self, group: Group) -> tuple[Group, ...]:
        """The layouts of a group; on an index also those that take fewer requests where keys demand constants."""
        found = list(arranged(group, self._entities, known=self._layouts.orders))
        tried = [(frozenset[str](), found[0].more_requests)] if found else []
        for sparse in sparse_choices(group.collections) if group.place != BASE_PLACE else ():
            more = arranged(group, self._entities, sparse, self._layouts.orders)
            names = frozenset(repr((name, c)) for name, conditions in sparse.items() for c in conditions)
            if more and all(more[0].more_requests < requests for other, requests in tried if other <= names):
                tried.append((names, more[0].more_requests))
                found += more
        return tuple(found)
