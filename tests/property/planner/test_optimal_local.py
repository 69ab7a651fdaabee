"""The optimum of models that read strongly: local indexes of one entity, and those that hold collections.

It is compared with every layout there is (`brute`), priced independently.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from dynamodel.ir.reads import Equal
from dynamodel.ir.values import Constant
from dynamodel.planner.solve import solve
from tests.property.planner.brute.rows import CONSTANT
from tests.property.planner.test_optimal_collections import compare, rate
from tests.property.planner.test_optimal_sparse import MODELS, child, parent, shown, sparse_read, writes_of
from tests.support.small import attribute, entity, equals, is_present, part, read, workload

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import PartDef
    from dynamodel.ir.workload import Pattern, Workload


def local_model(random: Random) -> Workload:
    """Children read together with their parent, and strongly by themselves in other orders than that of the table."""
    one = child(random, "A")
    parts = [part("P", equals("p"), single=True), part("A", equals("p"), rows=random.choice((2, 40)))]
    if random.random() < 0.5:
        ordered = random.choice(("a", "x"))
        parts[1] = part("A", equals("p"), rows=5, order=random.choice(("", "-")) + ordered, limit=5)
    patterns: list[Pattern] = [
        read("with", *parts, rate=rate(random), consistent=random.random() < 0.3),
        strong_read(random, "first"),
    ]
    if random.random() < 0.5:
        patterns.append(strong_read(random, "second"))
    if random.random() < 0.5:
        patterns.append(sparse_read(random, one))
    patterns += writes_of(random, one)
    model = workload((parent(random), one), patterns, copies=False)
    return read_twice(random, model) if random.random() < 0.3 else model


def read_twice(random: Random, model: Workload) -> Workload:
    """The model with a read that need not be strong, by the key of the last that must."""
    again = replace(model.reads[-1], name="again", consistent=False, rate=rate(random))
    return replace(model, patterns=(*model.patterns, again))


def strong_read(random: Random, name: str) -> Pattern:
    roll, sign = random.random(), random.choice(("", "-"))
    returns = random.choice((None, ("p", "a", "x")))
    by = equals("p")
    if roll < 0.3:
        asked = part("A", by, order=f"{sign}x", rows=5, limit=5)
    elif roll < 0.5:
        asked = part("A", (*by, *equals("x")), rows=3)
    elif roll < 0.7:
        asked = part("A", (*by, Equal("s", Constant(CONSTANT))), order=f"{sign}x", rows=3)
    elif roll < 0.85:
        asked = part("A", by, where=(is_present("o"),), order=f"{sign}o", rows=3)
    else:
        asked = part("A", by, order=f"{sign}o>{random.choice(('first', 'last'))}", rows=8, limit=8)
    return read(name, asked, returns=returns, consistent=True, rate=rate(random))


def together_model(random: Random, names: str) -> Workload:
    """A parent with its children, read strongly in an order that the table does not have, and in other ways too."""
    children = [child(random, name) for name in names]
    patterns: list[Pattern] = [
        read("strong", *parts(random, children), consistent=True, rate=rate(random)),
        read("item", part(children[0].name, equals(*children[0].identity), single=True), rate=rate(random)),
    ]
    if random.random() < 0.7:
        again = parts(random, children)
        patterns.append(read("again", *again, consistent=random.random() < 0.6, rate=rate(random)))
    if random.random() < 0.5:
        patterns.append(replace(strong_read(random, "alone"), consistent=random.random() < 0.7))
    for one in children:
        patterns += writes_of(random, one)
    return workload((parent(random), *children), patterns, copies=False)


def parts(random: Random, children: list[EntityDef]) -> list[PartDef]:
    """Of the parent, if it is read, and of some of its children: all, the first in some order, those in a state."""
    found = []
    for one in random.sample(children, random.randint(1, len(children))):
        roll, by = random.random(), equals("p")
        order = random.choice(("", "-")) + random.choice(("x", "x", one.identity[1]))
        if roll < 0.6:
            found.append(part(one.name, by, rows=5, order=order, limit=5))
        elif roll < 0.8:
            found.append(part(one.name, (*by, Equal("s", Constant(CONSTANT))), rows=3))
        else:
            found.append(part(one.name, by, rows=random.choice((2, 40))))
    if random.random() < 0.9 or len(found) == 1:
        found.insert(random.randint(0, len(found)), part("P", equals("p"), single=True))
    return found


def test_local_indexes_beside_collections_cost_the_least() -> None:
    seen: Counter[str] = Counter()
    tried = 0
    for seed in range(MODELS * 3 // 4):
        model = local_model(Random(seed))
        if compare(seed, model, 2):
            tried += 1
            seen.update(shown(model))
    assert tried > MODELS // 5
    wanted = {"local, refused", "local, first", "local, last", "group", "own, eq"}
    assert wanted <= set(seen), wanted - set(seen)


@pytest.mark.parametrize(
    ("names", "most", "models", "many"),
    [("A", 1, MODELS, 2000), ("A", 2, MODELS // 4, 3000), ("AB", 1, MODELS // 8, 2000)],
)
def test_collections_in_local_indexes_cost_the_least(names: str, most: int, models: int, many: int) -> None:
    seen: Counter[str] = Counter()
    tried = 0
    for seed in range(models):
        model = together_model(Random(seed), names)
        if compare(seed, model, most, many):
            tried += 1
            seen.update(shown(model))
    assert tried > models // 4
    assert seen["shared local"] > 0, seen


def test_a_local_index_holds_a_collection_that_takes_two_requests_there() -> None:
    """The table could give the parent and one kind of its children, not all that the collection is read for."""
    one, other = (entity(n, f"p {n.lower()}", attribute("x", size=90), count=100) for n in "AB")
    newest = part("B", equals("p"), rows=5, order="x", limit=5)
    strong = read("all", part("P", equals("p"), single=True), part("A", equals("p"), rows=2), newest, consistent=True)
    by_text = read("some", part("A", equals("p", "x"), rows=3))
    model = workload((entity("P", "p"), one, other), (strong, by_text), copies=False)
    assert compare(0, model, 1, 2000)
    fewest, *_ = solve(model).by_count
    assert (fewest.indexes, fewest.local) == (0, 1)
