"""The order of blocks against every permutation, and layouts of nests against the rows that intervals return."""

from __future__ import annotations

from itertools import combinations, permutations
from random import Random

from dynamodel.planner.blocks import best_order
from dynamodel.planner.intervals import Demand, Partial, intervals
from dynamodel.planner.plan import make_plan
from tests.support.small import entity, equals, part, read, workload


def drawn(random: Random) -> tuple[int, list[Demand]]:
    """Two to five blocks, and one to four collections that want some of them whole and some in part."""
    count, demands = random.randint(2, 5), []
    for _ in range(random.randint(1, 4)):
        whole: set[int] = set()
        partial = []
        for block in random.sample(range(count), random.randint(1, count)):
            if random.random() < 0.3:
                forward = random.choice((None, True, False))
                partial.append(Partial(block, forward, random.random() < 0.6, random.random() < 0.1))
            else:
                whole.add(block)
        single = frozenset(b for b in whole if random.random() < 0.6)
        demands.append(Demand(frozenset(whole), single, tuple(partial)))
    return count, demands


def requests(order: tuple[int, ...], inverse: frozenset[int], demands: list[Demand]) -> int:
    return sum(len(intervals(order, inverse, d)) for d in demands)


def test_no_order_of_blocks_takes_fewer_requests() -> None:
    more_than_one = turned = 0
    for seed in range(250):
        count, demands = drawn(Random(seed))
        found = best_order(count, demands)
        assert found.exact
        assert sorted(found.blocks) == list(range(count))
        assert found.requests == requests(found.blocks, found.inverse, demands)
        turnable = sorted({p.block for d in demands for p in d.partial if p.forward is not None})
        every = [frozenset(c) for k in range(len(turnable) + 1) for c in combinations(turnable, k)]
        best = min(requests(o, i, demands) for o in permutations(range(count)) for i in every)
        assert found.requests == best, f"seed {seed}: {demands}"
        more_than_one += found.requests > len(demands)
        turned += bool(found.inverse)
    assert more_than_one > 20
    assert turned > 5


def test_a_request_reads_an_interval_that_ends_with_its_parts() -> None:
    two_sided = 0
    for seed in range(400):
        count, demands = drawn(Random(seed))
        found = best_order(count, demands)
        place = {block: i for i, block in enumerate(found.blocks)}
        for demand in demands:
            read = intervals(found.blocks, found.inverse, demand)
            answered = sorted((b, False) for b in demand.whole) + sorted((p.block, True) for p in demand.partial)
            returned = [(b, b in {p.block for p in one.partials}) for one in read for b in one.blocks]
            assert sorted(returned) == sorted(answered)
            for one in read:
                places = [place[b] for b in one.blocks]
                assert places == list(range(places[0], places[0] + len(places))), "neighbors, in order"
                two_sided += len(one.partials) > 1
                assert len(one.partials) < 2 or not any(p.limited for p in one.partials), "one page, one limit"
                for cut in one.partials if len(one.blocks) > 1 else ():
                    assert cut.block in {one.blocks[0], one.blocks[-1]}
                    assert not cut.alone
                    at_the_end = cut.block == one.blocks[-1]
                    assert cut.forward in {None, at_the_end != (cut.block in found.inverse)}, "the nearest rows"
                    if cut.limited:
                        assert at_the_end == one.forward
                        assert set(one.blocks) - {cut.block} <= demand.single
    assert two_sided > 5


def test_consecutive_ones_of_many_blocks_are_found_at_once() -> None:
    """Twenty-four blocks, and intervals of a hidden order as the collections: one request each."""
    for seed in range(10):
        random = Random(seed)
        hidden = random.sample(range(24), 24)
        demands = []
        for _ in range(20):
            first = random.randrange(22)
            blocks = frozenset(hidden[first : first + random.randint(2, 6)])
            demands.append(Demand(blocks, blocks))
        found = best_order(24, demands)
        assert found.exact
        assert found.requests == len(demands), f"seed {seed}"


def test_a_root_with_many_limited_children_is_ordered_at_once() -> None:
    """Children that are wanted alike may change places, so one order of each kind is looked at."""
    for count in range(3, 12):
        root = frozenset({count})
        demands = [Demand(root, root, (Partial(b, forward=False, limited=True, dearer=9 - b),)) for b in range(count)]
        found = best_order(count + 1, demands)
        assert found.exact
        assert found.requests == 2 * count - 2, "two of them lie beside the root, on either side"
        (inverse,) = found.inverse
        assert inverse == min(range(count), key=lambda b: (9 - b, b)), "the one whose inverse costs least"


def test_without_an_index_collections_take_as_few_requests_as_any_order_gives() -> None:
    """The whole planner against every order: a root and children in one partition, nothing but the base table."""
    apart = 0
    for seed in range(40):
        random = Random(seed)
        children = ["A", "B", "C"][: random.randint(1, 3)]
        root = entity("R", "k", "x")
        others = [entity(name, f"k {name.lower()}", "x") for name in children]
        patterns, demands = [], []
        for number in range(random.randint(1, 4)):
            read_here = random.sample(children, random.randint(1, len(children)))
            parts, whole, partial = [], set(), []
            if random.random() < 0.8:
                parts.append(part("R", equals("k")))
                whole.add(0)
            for name in read_here:
                block = 1 + children.index(name)
                if random.random() < 0.5:
                    backwards = random.random() < 0.5
                    order = ("-" if backwards else "") + name.lower()
                    parts.append(part(name, equals("k"), order=order, limit=3, rows=3))
                    partial.append(Partial(block, not backwards, limited=True))
                else:
                    parts.append(part(name, equals("k"), rows=5))
                    whole.add(block)
            if len(parts) > 1:
                patterns.append(read(f"p{number}", *parts))
                demands.append(Demand(frozenset(whole), frozenset(whole & {0}), tuple(partial)))
        if not patterns:
            continue
        plan = make_plan(workload([root, *others], patterns, indexes=0))
        count = 1 + len(children)
        turned = [frozenset(c) for k in range(count) for c in combinations(range(1, count), k)]
        best = min(requests(o, i, demands) for o in permutations(range(count)) for i in turned)
        assert sum(p.request_count for p in plan.patterns) == best, f"seed {seed}: {demands}"
        apart += best > len(patterns)
    assert apart > 5
