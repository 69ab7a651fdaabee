"""The order of blocks in a partition that answers collections in the fewest requests: consecutive ones with ends.

In: how many blocks there are, and for each collection the blocks that it wants whole and those that it wants a part
of. Out: the order, the blocks whose rows are stored in the inverse order, and the requests of each collection, which
are `intervals` of blocks.

The search is exact. It builds the order from the left; a collection whose blocks are interrupted has lost a request,
and a beginning that has lost as many as a whole order is known to lose is given up. Blocks that no collection relates
are ordered apart.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from dynamodel.planner.intervals import Demand, any_limited, intervals, is_sided, mentioned, sides_of
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Role = tuple[str, ...]
Known = dict[tuple[int, tuple[Demand, ...], bool], "Order"]  # best orders, by what they answer

FEW = 4  # blocks of which every order is looked at
MOST_STEPS = 20_000  # of one search; beyond it the order is the best one found and no claim is made


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
        own = [d for d in demands if mentioned(d) & set(members)]
        found = _best_of(members, own, turn=turn)
        blocks += found.blocks
        inverse |= found.inverse
        exact = exact and found.exact
    order = tuple(blocks)
    return Order(order, inverse, sum(len(intervals(order, inverse, d)) for d in demands), exact)


def best_orders(
    count: int,
    demands: Sequence[Demand],
    burden: Callable[[tuple[int, ...]], int],
    known: Known | None = None,
    *,
    turn: bool = True,
) -> tuple[Order, ...]:
    """The orders with the fewest requests: of each set of inverted blocks that it takes, the one of least `burden`.

    A set that holds one that does as well, with no more burden, is left out. Pages that hold nothing but their list
    come before less burden: they can be turned whatever happens to the rest. Of many blocks it is only the order that
    was found. `known` remembers best orders: partitions of other entities ask for the same ones.
    """
    known, asked = {} if known is None else known, (count, tuple(demands), turn)
    if asked not in known:
        known[asked] = best_order(count, demands, turn=turn)
    first = known[asked]
    plain = first.blocks == tuple(range(count)) and not first.inverse
    if count > FEW or (plain and not _Reads(demands).mixed_pages(first.blocks, first.inverse)):
        return (first,)
    turnable = sorted({p.block for d in demands for p in d.partial if is_sided(p)})
    burdens = {order: burden(order) for order in permutations(range(count))}
    ideal = (0, min(burdens.values()))
    reads = _Reads(demands)
    found: dict[Order, tuple[int, int]] = {}
    for number in range(len(turnable) * turn + 1):
        for inverse in map(frozenset, combinations(turnable, number)):
            if any(one.inverse <= inverse and found[one] == ideal for one in found):
                continue
            orders = (order for order in burdens if reads.requests(order, inverse) == first.requests)
            worth = {order: (reads.mixed_pages(order, inverse), burdens[order], order) for order in orders}
            best = min(worth, key=worth.__getitem__, default=None)
            if best is None:
                continue
            reached = worth[best][:2]
            if not any(one.inverse <= inverse and found[one] <= reached for one in found):
                found[Order(best, inverse, first.requests, first.exact)] = reached
    return tuple(found)


class _Reads:
    """What demands take in one order after the other."""

    def __init__(self, demands: Sequence[Demand]) -> None:
        self._demands = [_Counted(demand, many) for demand, many in Counter(demands).items()]

    def requests(self, order: tuple[int, ...], inverse: frozenset[int]) -> int:
        """The requests of all."""
        return sum(d.many * d.read(order, inverse)[0] for d in self._demands)

    def mixed_pages(self, order: tuple[int, ...], inverse: frozenset[int]) -> int:
        """The requests with a limit that read other blocks besides."""
        return sum(d.many * d.read(order, inverse)[1] for d in self._demands)


class _Counted:
    """A demand that `many` collections have; it minds which of the blocks are inverted that it wants a part of."""

    def __init__(self, demand: Demand, many: int) -> None:
        self.many = many
        self._demand = demand
        self._minded = frozenset(p.block for p in demand.partial)
        self._known: dict[tuple[tuple[int, ...], frozenset[int]], tuple[int, int]] = {}

    def read(self, order: tuple[int, ...], inverse: frozenset[int]) -> tuple[int, int]:
        """The requests that it takes, and those of them with a limit that read other blocks besides."""
        key = order, inverse & self._minded
        if key not in self._known:
            reads = intervals(order, inverse, self._demand)
            self._known[key] = len(reads), sum(len(r.blocks) > 1 and any_limited(r.partials) for r in reads)
        return self._known[key]


def _components(count: int, demands: Sequence[Demand]) -> list[list[int]]:
    """Blocks that collections relate, in the order of their first."""
    label = list(range(count))
    for demand in demands:
        old = {label[block] for block in mentioned(demand)}
        label = [min(old) if at in old else at for at in label]
    return [[b for b in range(count) if label[b] == at] for at in sorted(set(label))]


def _best_of(members: Sequence[int], demands: Sequence[Demand], *, turn: bool) -> Order:
    """The best order of related blocks: with as few inverted ones as that allows."""
    sided = {p.block: p.dearer for d in demands for p in d.partial if is_sided(p)}
    turnable = sorted(sided, key=lambda block: (sided[block], block)) if turn else []
    plain, none = tuple(members), frozenset[int]()
    requests, least = sum(len(intervals(plain, none, d)) for d in demands), _least(demands, none, frozenset(turnable))
    if requests == least:
        return Order(plain, none, requests, exact=True)
    roles = {block: _role(block, demands) for block in members}
    search = _Search(_classes(members, demands), demands, roles)
    for number, chosen in enumerate(_choices(turnable, roles)):
        if number == MOST_STEPS:
            search.give_up()
        elif search.best is None or search.best.requests > least:
            search.run(frozenset(chosen))
            continue
        break
    return search.best or Order(plain, none, requests, exact=False)


def _choices(turnable: Sequence[int], roles: Mapping[int, Role]) -> Iterator[tuple[int, ...]]:
    """The sets of blocks that may be inverted, small ones first: of blocks alike, the first ones stand for any."""
    alike: dict[Role, list[int]] = {}
    for block in turnable:
        alike.setdefault(roles[block], []).append(block)
    for count in range(len(turnable) + 1):
        for chosen in combinations(turnable, count):
            taken = Counter(roles[block] for block in chosen)
            if all(set(alike[role][:many]) <= set(chosen) for role, many in taken.items()):
                yield chosen


def _role(block: int, demands: Sequence[Demand]) -> Role:
    """What collections want of a block and of the others with it; blocks of one role may change places."""
    return tuple(
        sorted(
            repr(
                (
                    block in d.whole,
                    block in d.single,
                    sorted(d.whole - {block}),
                    sorted(d.single - {block}),
                    sorted(
                        (-1 if p.block == block else p.block, str(p.forward), p.limited, p.alone) for p in d.partial
                    ),
                )
            )
            for d in demands
            if block in mentioned(d)
        )
    )


def _least(demands: Sequence[Demand], inverse: frozenset[int], free: frozenset[int] = frozenset()) -> int:
    """The requests that no order of the blocks goes below, when some are inverted; those that are `free` may be either.

    Some block costs more of them because others want to lie beside it and it has one neighbor on each side.
    """
    partners: dict[int, list[tuple[int, set[str]]]] = {}
    for demand in demands:
        blocks = mentioned(demand)
        if len(blocks) == 2 and demand.whole:  # noqa: PLR2004 - a pair
            for block in blocks:
                (other,) = blocks - {block}
                partners.setdefault(block, []).append((other, _beside(demand, block, inverse, free)))
    crowded = 0
    for wanted in partners.values():
        left, right = (Counter(other for other, sides in wanted if side in sides) for side in ("left", "right"))
        two = max(left[a] + right[b] * (a != b) for a in (*left, -1) for b in (*right, -1))
        crowded = max(crowded, len(wanted) - two)
    return sum(_at_least(d) for d in demands) + crowded


def _at_least(demand: Demand) -> int:
    """The requests that a collection takes in any order: an interval has two ends, for two parts without a limit."""
    open_ended = sum(not p.limited and not p.alone for p in demand.partial)
    return max(bool(demand.whole), len(demand.partial) - open_ended // 2)


def _beside(demand: Demand, block: int, inverse: frozenset[int], free: frozenset[int]) -> set[str]:
    """On which sides of a block of a pair the other one may lie, to be read with it."""
    if len(demand.partial) != 1:
        return {"left", "right"}
    (part,) = demand.partial
    if part.limited and not demand.whole <= demand.single:
        return set()
    sides = {"left", "right"} if part.block in free else sides_of(part, inverse)
    return sides if part.block != block else {_OTHER[side] for side in sides}


_OTHER = {"left": "right", "right": "left"}


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

    def __init__(
        self, classes: Sequence[tuple[int, ...]], demands: Sequence[Demand], roles: Mapping[int, Role]
    ) -> None:
        self._classes = classes
        self._demands = demands
        self._roles = roles
        self._least = 0
        self._steps = 0
        self.best: Order | None = None

    def run(self, inverse: frozenset[int]) -> None:
        """Look for an order that needs fewer requests than the best known."""
        self._least = _least(self._demands, inverse)
        if self.best is None or self._least < self.best.requests:
            self._extend([], list(range(len(self._classes))), inverse)

    def give_up(self) -> None:
        """Make no claim about what was not looked at."""
        if self.best is not None:
            self.best = Order(self.best.blocks, self.best.inverse, self.best.requests, exact=False)

    def _extend(self, order: list[int], left: list[int], inverse: frozenset[int]) -> None:
        self._steps += 1
        exact = self._steps <= MOST_STEPS
        if self.best is not None and (not exact or self.best.requests <= self._least):
            self.best = Order(self.best.blocks, self.best.inverse, self.best.requests, self.best.exact and exact)
            return
        requests = self._requests(order, left, inverse)
        if self.best is not None and requests >= self.best.requests:
            return
        if not left:
            self.best = Order(tuple(order), inverse, requests, exact)
            return
        tried = set()
        for number in self._candidates(order, left):
            blocks = self._classes[number]
            role = self._roles[blocks[0]], blocks[0] in inverse, blocks[1:]
            if role in tried:
                continue  # one that is alike was tried here
            tried.add(role)
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
        last = order[-1] if order else -1
        total, late = 0, 0
        next_one: Counter[int] = Counter()
        for demand in self._demands:
            placed = _restricted(demand, set(order))
            certain = len(intervals(order, inverse, placed))
            if left and last in {p.block for p in placed.partial}:
                alone = _restricted(demand, set(order) - {last})
                certain = len(intervals(order, inverse, alone))  # the last may still go with what comes
            waiting = bool(demand.whole & to_come) and last not in demand.whole
            more = waiting and not any(p.block == last for p in placed.partial)
            total += max(certain + more, _at_least(demand))
            if len(demand.partial) == 1 and demand.whole and not demand.whole & to_come:
                (part,) = demand.partial
                if part.block in to_come:  # only what comes next may still lie beside the last
                    late += 1
                    fits = last in (demand.single if part.limited else demand.whole)
                    next_one[part.block] += fits and "right" in sides_of(part, inverse)
        return total + late - max(next_one.values(), default=0)


def _restricted(demand: Demand, placed: set[int]) -> Demand:
    return Demand(demand.whole & placed, demand.single & placed, tuple(p for p in demand.partial if p.block in placed))
