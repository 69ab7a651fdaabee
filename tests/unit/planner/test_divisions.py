"""Which parts of a collection are read together: every division into sets that one request finds, by their number."""

from __future__ import annotations

from itertools import chain, combinations
from random import Random
from typing import TYPE_CHECKING

from dynamodel.planner.divisions import Divisions
from dynamodel.planner.families import collection_needs
from tests.support.small import attribute, entity, equals, part, read, workload

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dynamodel.planner.divisions import Division
    from dynamodel.planner.families import CollectionNeed


def collection_of(count: int) -> CollectionNeed:
    names = "ABCDEF"[:count]
    entities = [entity(name, f"p {name.lower()}", attribute("x")) for name in names]
    (found,) = collection_needs(workload(entities, [read("all", *(part(name, equals("p")) for name in names))]))
    return found


def partitions(things: list[int]) -> Iterator[list[tuple[int, ...]]]:
    if not things:
        yield []
        return
    first, *rest = things
    for size in range(len(rest) + 1):
        for some in combinations(rest, size):
            for others in partitions([t for t in rest if t not in some]):
                yield [(first, *some), *others]


def parts_of(division: Division) -> frozenset[tuple[int, ...]]:
    together = [piece.key[1] for piece in division.together]
    return frozenset((*together, *((p,) for piece in division.apart for p in piece.key[1])))


def downward(random: Random, count: int) -> set[tuple[int, ...]]:
    """Sets that one request finds: with each set all that are part of it."""
    large = [tuple(sorted(random.sample(range(count), random.randint(2, count)))) for _ in range(random.randint(0, 3))]
    return set(chain.from_iterable(combinations(s, size) for s in large for size in range(2, len(s) + 1)))


def test_every_division_is_found_once_by_its_number_of_requests() -> None:
    for seed in range(60):
        random = Random(seed)
        collection = collection_of(random.randint(2, 5))
        count = len(collection.parts)
        able = downward(random, count)
        divisions = Divisions(collection, lambda piece, able=able: piece.key[1] in able)
        every = [p for p in partitions(list(range(count))) if all(len(s) == 1 or s in able for s in p)]
        assert divisions.least() == min(map(len, every)), seed
        for requests in range(1, count + 1):
            wanted = [frozenset(p) for p in every if len(p) == requests and 1 < requests < count]
            found = [parts_of(d) for d in divisions.of(requests)]
            assert sorted(map(sorted, found)) == sorted(map(sorted, wanted)), seed


def test_a_set_is_asked_about_only_if_all_smaller_ones_do() -> None:
    asked: list[tuple[int, ...]] = []

    def fits(piece: CollectionNeed) -> bool:
        asked.append(piece.key[1])
        return piece.key[1] == (0, 1)

    Divisions(collection_of(6), fits)
    assert _sizes(asked) == {2}
    assert len(asked) == 15


def _sizes(sets: Collection[tuple[int, ...]]) -> set[int]:
    return {len(s) for s in sets}
