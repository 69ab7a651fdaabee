"""The ways to read a collection in several requests: which of its parts are read together, and which alone.

In: a `CollectionNeed`, and which sets of its parts one request can find. Out: `Division`s by their number of requests.
A set of which one request finds all can spare any of them, so larger sets are looked for among the smaller ones.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from dynamodel.planner.families import CollectionNeed

Parts = tuple[int, ...]  # positions of parts in a collection, ascending


@dataclass(frozen=True, slots=True)
class Division:
    """The pieces of a collection that are read together, and the piece whose parts are read one by one, if any."""

    together: tuple[CollectionNeed, ...]
    apart: tuple[CollectionNeed, ...]


class Divisions:
    """All divisions of one collection but those into nothing but single parts, and the collection as a whole."""

    def __init__(self, collection: CollectionNeed, fits: Callable[[CollectionNeed], bool]) -> None:
        """`fits` tells whether one request can find all parts of a piece, somewhere."""
        self._collection = collection
        self._sets = _sets_of(collection, fits)
        self._largest = max(map(len, self._sets), default=1)

    def least(self) -> int:
        """The fewest requests of any division; of single parts if there is no other."""
        count = len(self._collection.parts)
        return next((k for k in range(1, count) if next(self._of(range(count), k), None) is not None), count)

    def of(self, requests: int) -> Iterator[Division]:
        """The divisions that take so many requests."""
        for blocks in self._of(range(len(self._collection.parts)), requests):
            alone = tuple(part for block in blocks if len(block) == 1 for part in block)
            together = tuple(self._collection.piece(block) for block in blocks if len(block) > 1)
            if together and len(blocks) > 1:
                yield Division(together, (self._collection.piece(alone),) if alone else ())

    def _of(self, left: Collection[int], requests: int) -> Iterator[tuple[Parts, ...]]:
        """Every way to part what is left into so many sets, each read by one request."""
        if not left:
            if not requests:
                yield ()
            return
        if not requests or len(left) > requests * self._largest:
            return
        first = min(left)
        for block in ((first,), *(s for s in self._sets if s[0] == first and set(s) <= set(left))):
            rest = [part for part in left if part not in block]
            for others in self._of(rest, requests - 1):
                yield (block, *others)


def _sets_of(collection: CollectionNeed, fits: Callable[[CollectionNeed], bool]) -> Sequence[Parts]:
    """The sets of two parts or more that one request finds."""
    count = len(collection.parts)
    found: list[Parts] = []
    smaller: set[Parts] = {(part,) for part in range(count)}
    for size in range(2, count + 1):
        wanted = (
            s for s in combinations(range(count), size) if all(one in smaller for one in combinations(s, size - 1))
        )
        smaller = {s for s in wanted if fits(collection.piece(s))}
        if not smaller:
            break
        found += sorted(smaller)
    return found
