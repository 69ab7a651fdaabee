"""The order of blocks in a partition that answers collections in the fewest requests: consecutive ones with ends.

In: how many blocks there are, and for each collection the blocks that it wants whole and those that it wants a part
of. Out: the order, the blocks whose rows are stored in the inverse order, and the requests of each collection. A
request reads one interval: blocks wanted whole that lie side by side, and at an end of them at most one that is wanted
in part, on the side from which it is read (keys.md C).

The search is exact. It builds the order from the left; a collection whose blocks are interrupted has lost a request,
and a beginning that has lost as many as a whole order is known to lose is given up. Blocks that no collection relates
are ordered apart.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_STEPS = 20_000  # of one search; beyond it the order is the best one found and no claim is made


@dataclass(frozen=True, slots=True)
class Partial:
    """A block of which a collection wants a part, in the key's own order the first rows (`forward`) or the last.

    `limited`: a number of rows, so that only single rows may come with it. `forward` None: any rows will do.
    `alone`: the part is no interval at an end, so that it takes a request of its own. `text`: its order is that of
    texts, whose inverse takes twice the room.
    """

    block: int
    forward: bool | None = None
    limited: bool = False
    alone: bool = False
    text: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """What one collection reads: blocks wanted whole, those of them with at most one row, and blocks wanted in part."""

    whole: frozenset[int]
    single: frozenset[int]
    partial: tuple[Partial, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """One request: neighboring blocks from first to last, the part at an end if there is one, and the direction."""

    blocks: tuple[int, ...]
    partial: Partial | None = None
    forward: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """The blocks in order, those stored inversely, the requests of all collections; `exact` if none has fewer."""

    blocks: tuple[int, ...]
    inverse: frozenset[int]
    requests: int
    exact: bool


def best_order(count: int, demands: Sequence[Demand], *, turn: bool = True) -> Order:
    """An order of the blocks 0 … count - 1 with the fewest requests, the plain one if it can be.

    Without `turn` no block is stored inversely.
    """
    blocks: list[int] = []
    inverse: frozenset[int] = frozenset()
    exact = True
    for members in _components(count, demands):
        own = [d for d in demands if _mentioned(d) & set(members)]
        found = _best_of(members, own, turn=turn)
        blocks += found.blocks
        inverse |= found.inverse
        exact = exact and found.exact
    order = tuple(blocks)
    return Order(order, inverse, sum(len(intervals(order, inverse, d)) for d in demands), exact)


def intervals(order: Sequence[int], inverse: frozenset[int], demand: Demand) -> list[Interval]:
    """The fewest requests that read a collection from blocks in this order."""
    runs: list[list[int]] = []
    place = {block: i for i, block in enumerate(order)}
    for block in sorted(demand.whole, key=place.__getitem__):
        if runs and place[runs[-1][-1]] == place[block] - 1:
            runs[-1].append(block)
        else:
            runs.append([block])
    taken: dict[int, Partial] = {}  # number of a run -> the part that comes with it
    left: list[Partial] = []
    for part in sorted(demand.partial, key=lambda p: (place[p.block], p.block)):
        sides = _sides(part, inverse)
        before = next((i for i, run in enumerate(runs) if place[run[-1]] == place[part.block] - 1), None)
        after = next((i for i, run in enumerate(runs) if place[run[0]] == place[part.block] + 1), None)
        for run, side in ((before, "right"), (after, "left")):
            fits = run is not None and side in sides and run not in taken
            if fits and run is not None and (not part.limited or set(runs[run]) <= demand.single):
                taken[run] = part
                break
        else:
            left.append(part)
    found = []
    for number, whole in enumerate(runs):
        beside = taken.get(number)
        if beside is None:
            found.append(Interval(tuple(whole)))
        elif place[beside.block] > place[whole[-1]]:
            found.append(Interval((*whole, beside.block), beside))
        else:
            found.append(Interval((beside.block, *whole), beside, forward=False))
    found += [Interval((p.block,), p, forward=(p.forward is not False) != (p.block in inverse)) for p in left]
    return found


def _sides(part: Partial, inverse: frozenset[int]) -> set[str]:
    """On which side of whole blocks a part may lie: its rows are those nearest to them."""
    if part.alone:
        return set()
    if part.forward is None:
        return {"left", "right"}
    return {"right"} if part.forward != (part.block in inverse) else {"left"}


def _mentioned(demand: Demand) -> set[int]:
    return {*demand.whole, *(p.block for p in demand.partial)}


def _components(count: int, demands: Sequence[Demand]) -> list[list[int]]:
    """Blocks that collections relate, in the order of their first."""
    label = list(range(count))
    for demand in demands:
        old = {label[block] for block in _mentioned(demand)}
        label = [min(old) if at in old else at for at in label]
    return [[b for b in range(count) if label[b] == at] for at in sorted(set(label))]


def _best_of(members: Sequence[int], demands: Sequence[Demand], *, turn: bool) -> Order:
    """The best order of related blocks: with as few inverted ones as that allows."""
    least = sum(max(bool(d.whole), len(d.partial)) for d in demands) + _crowded(demands)
    sided = {p.block: p.text for d in demands for p in d.partial if p.forward is not None and not p.alone}
    turnable = sorted(sided, key=lambda block: (sided[block], block))
    classes = _classes(members, demands)
    plain = tuple(members)
    requests = sum(len(intervals(plain, frozenset(), d)) for d in demands)
    if requests == least:
        return Order(plain, frozenset(), requests, exact=True)
    search = _Search(classes, demands, least)
    for count in range(len(turnable) + 1 if turn else 1):
        for chosen in combinations(turnable, count):
            search.run(frozenset(chosen))
            if search.best is not None and search.best.requests == least:
                return search.best
    return search.best or Order(plain, frozenset(), requests, exact=False)


def _crowded(demands: Sequence[Demand]) -> int:
    """The requests that some block costs because more others want to lie beside it than its two neighbors."""
    partners: dict[int, Counter[int]] = {}
    for demand in demands:
        blocks = _mentioned(demand)
        if len(blocks) == 2 and demand.whole:  # noqa: PLR2004 - a pair
            for block in blocks:
                partners.setdefault(block, Counter()).update(blocks - {block})
    return max((c.total() - sum(n for _, n in c.most_common(2)) for c in partners.values()), default=0)


def _classes(members: Sequence[int], demands: Sequence[Demand]) -> list[tuple[int, ...]]:
    """Blocks that every collection wants alike, and whole: they may as well lie side by side."""
    found: dict[tuple[object, ...], list[int]] = {}
    for block in members:
        parts = [i for i, d in enumerate(demands) if any(p.block == block for p in d.partial)]
        role = (*((block in d.whole, block in d.single) for d in demands), block if parts else None)
        found.setdefault(role, []).append(block)
    return [tuple(blocks) for blocks in found.values()]


class _Search:
    """Depth first over the orders of classes of blocks, for one choice of inverted blocks after the other."""

    def __init__(self, classes: Sequence[tuple[int, ...]], demands: Sequence[Demand], least: int) -> None:
        self._classes = classes
        self._demands = demands
        self._least = least
        self._steps = 0
        self.best: Order | None = None

    def run(self, inverse: frozenset[int]) -> None:
        """Look for an order that needs fewer requests than the best known."""
        self._extend([], list(range(len(self._classes))), inverse)

    def _extend(self, order: list[int], left: list[int], inverse: frozenset[int]) -> None:
        self._steps += 1
        exact = self._steps <= MOST_STEPS
        if self.best is not None and (not exact or self.best.requests == self._least):
            self.best = Order(self.best.blocks, self.best.inverse, self.best.requests, self.best.exact and exact)
            return
        requests = self._requests(order, left, inverse)
        if self.best is not None and requests >= self.best.requests:
            return
        if not left:
            self.best = Order(tuple(order), inverse, requests, exact)
            return
        for number in self._candidates(order, left):
            rest = [n for n in left if n != number]
            self._extend([*order, *self._classes[number]], rest, inverse)

    def _candidates(self, order: Sequence[int], left: Sequence[int]) -> Iterator[int]:
        """What may come next, first what goes on with the collections that have begun."""
        begun = [d for d in self._demands if d.whole & set(order)]
        weight = {n: sum(bool(d.whole & set(self._classes[n])) for d in begun) for n in left}
        yield from sorted(left, key=lambda n: (-weight[n], n))

    def _requests(self, order: Sequence[int], left: Sequence[int], inverse: frozenset[int]) -> int:
        """The requests of all collections that a beginning of an order makes certain."""
        to_come = {block for n in left for block in self._classes[n]}
        total = 0
        for demand in self._demands:
            placed = _restricted(demand, set(order))
            certain = len(intervals(order, inverse, placed))
            last = order[-1] if order else -1
            if left and last in {p.block for p in placed.partial}:
                alone = _restricted(demand, set(order) - {last})
                certain = len(intervals(order, inverse, alone))  # the last may still go with what comes
            waiting = bool(demand.whole & to_come) and last not in demand.whole
            more = waiting and not any(p.block == last for p in placed.partial)
            total += max(certain + more, bool(demand.whole), len(demand.partial))
        return total


def _restricted(demand: Demand, placed: set[int]) -> Demand:
    return Demand(demand.whole & placed, demand.single & placed, tuple(p for p in demand.partial if p.block in placed))
