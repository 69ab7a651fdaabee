"""Where collections live: in the table, in an index that they may share with others, in several places, part by part.

In: the problems of the entities that collections link. Out: `Placing`s, the choices for one collection after another,
and how what lives together is laid out. Nothing is priced here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.planner.divisions import Division, Divisions
from dynamodel.planner.families import Group, common_partitions, least_of, sparse_choices
from dynamodel.planner.nests import arranged
from dynamodel.planner.solution import BASE_PLACE, GSI_PLACE
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.problem import EntityProblem


@dataclass(frozen=True, slots=True)
class Placing:
    """The collections decided so far: pieces that live together, with the kind of their place, and parts read alone."""

    formed: tuple[tuple[str, tuple[CollectionNeed, ...]], ...] = ()
    split: tuple[CollectionNeed, ...] = ()


class Placings:
    """The choices for the collections of one component; what is laid out once is remembered."""

    def __init__(self, problems: Sequence[EntityProblem], collections: Sequence[CollectionNeed]) -> None:
        """`guessed`: of some layout it is not certain that none takes fewer requests."""
        self._entities = {p.entity.name: p.entity for p in problems}
        self._joinable = {p.entity.name: p.joinable for p in problems}
        self._number = {c.pattern: i for i, c in enumerate(collections)}
        self._divisions: dict[str, Divisions] = {}
        self._fewest: dict[str, int] = {}
        self._laid_out: dict[tuple[object, ...], tuple[Group, ...]] = {}
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
        found = []
        touching = [
            i for i, (_, one) in enumerate(placing.formed) if any(set(c.entities) & set(piece.entities) for c in one)
        ]
        if self._may_live(piece, BASE_PLACE):
            base = [i for i in touching if placing.formed[i][0] == BASE_PLACE]
            found.append(self._joined(piece, placing, BASE_PLACE, base))
        if self._may_live(piece, GSI_PLACE):
            beside = [i for i in touching if placing.formed[i][0] == GSI_PLACE]
            ways = [beside] * (len(beside) > 1) + [[i] for i in beside] + [[]]
            found += [self._joined(piece, placing, GSI_PLACE, way) for way in ways]
        return [choice for choice in found if choice is not None]

    def _may_live(self, piece: CollectionNeed, place: str) -> bool:
        """Whether a place can hold the partitions of a piece: those of the table are named by identities alone."""
        if place == GSI_PLACE:
            return not any(n.consistent for n in piece.parts)
        named = [{*self._entities[e].identity, *self._joinable[e]} for e in piece.entities]
        return all(set(p) <= names for p, names in zip(piece.partitions, named, strict=True))

    def _alone(self, piece: CollectionNeed) -> int:
        """The fewest requests of a piece that lives by itself; of its parts one by one if it cannot live anywhere."""
        able = [p for p in (BASE_PLACE, GSI_PLACE) if self._may_live(piece, p)]
        found = [g.more_requests + 1 for place in able for g in self._laid(place, (piece,))]
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
        self, collection: CollectionNeed, placing: Placing, place: str, others: Sequence[int]
    ) -> Placing | None:
        """A placing in which a collection lives together with those of other places; None if they cannot agree."""
        members = tuple(sorted((*(c for i in others for c in placing.formed[i][1]), collection), key=self._order))
        if others and common_partitions(members) is None:
            return None
        rest = [one for i, one in enumerate(placing.formed) if i not in others]
        return replace(placing, formed=tuple(sorted((*rest, (place, members)), key=lambda f: self._order(f[1][0]))))

    def _order(self, piece: CollectionNeed) -> tuple[int, tuple[int, ...]]:
        pattern, parts = piece.key
        return self._number[pattern], parts

    def layouts(self, placing: Placing) -> list[tuple[Group, ...]]:
        """The layouts of each group of a placing."""
        return [self._laid(place, pieces) for place, pieces in placing.formed]

    def _laid(self, place: str, pieces: Sequence[CollectionNeed]) -> tuple[Group, ...]:
        known = (place, *(c.key for c in pieces))
        if known not in self._laid_out:
            self._laid_out[known] = self._lay_out(place, pieces)
        return self._laid_out[known]

    def groups(self, placing: Placing) -> tuple[Group, ...] | None:
        """What the groups of a placing take at least, None if one has no layout."""
        layouts = self.layouts(placing)
        return tuple(least_of(some) for some in layouts) if all(layouts) else None

    def _lay_out(self, place: str, collections: Sequence[CollectionNeed]) -> tuple[Group, ...]:
        """The layouts of a group; on an index also those that take fewer requests where keys demand constants."""
        members = common_partitions(collections)
        if members is None:
            return ()
        root = next((n for n, p in members.items() if set(self._entities[n].identity) == set(p)), next(iter(members)))
        group = Group(place, self._entities[root].tag, tuple(members.items()), tuple(collections))
        found = list(arranged(group, self._entities))
        tried = [(frozenset[str](), found[0].more_requests)] if found else []
        for sparse in sparse_choices(collections) if place == GSI_PLACE else ():
            more = arranged(group, self._entities, sparse)
            names = frozenset(repr((name, c)) for name, conditions in sparse.items() for c in conditions)
            if more and all(more[0].more_requests < requests for other, requests in tried if other <= names):
                tried.append((names, more[0].more_requests))
                found += more
        if any(not one.exact and one.more_requests for one in found):
            self.guessed = True
        return tuple(found)
