"""The optimum of models with optional attributes and sparse keys in collections.

It is compared with every layout there is (`brute`), priced independently; keys may demand constants and presence.
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from dynamodel.ir.reads import Equal, Op
from dynamodel.ir.values import Constant, Given
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from dynamodel.planner.solve import solve
from tests.property.planner.brute.rows import CONSTANT
from tests.property.planner.test_optimal_collections import compare, rate
from tests.support.small import (
    attribute,
    entity,
    equals,
    is_absent,
    is_equal,
    is_present,
    part,
    ranged,
    read,
    workload,
    write,
)

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import PartDef
    from dynamodel.ir.workload import Pattern, Workload

MODELS = int(os.environ.get("DYNAMODEL_OPTIMA", "160")) // 10


def child(random: Random, name: str) -> EntityDef:
    """An entity below a parent, with a state, and with an attribute and a link that not every item has."""
    return entity(
        name,
        f"p {name.lower()}",
        attribute("x", size=random.choice((8, 90))),
        attribute("s", size=6, share=((CONSTANT, random.choice((50_000, 400_000))),)),
        attribute("o", size=random.choice((8, 60)), optional=True, share=((None, random.choice((300_000, 950_000))),)),
        attribute("q", size=10, optional=True, share=((None, 600_000),)),
        attribute("body", size=random.choice((20, 400, 1500))),
        count=random.choice((100, 60_000)),
    )


def parent(random: Random) -> EntityDef:
    return entity("P", "p", attribute("text", size=random.choice((10, 900))), count=random.choice((10, 5000)))


def sparse_model(random: Random, names: str) -> Workload:
    """A parent read with those of its children that are in a state, or have an attribute; and some of these alone."""
    children = [child(random, name) for name in names]
    patterns: list[Pattern] = []
    for number in range(random.randint(1, 3 - len(names))):
        parts = [sparse_part(random, c) for c in random.sample(children, random.randint(1, len(children)))]
        if random.random() < 0.8 or len(parts) == 1:
            parts.insert(random.randint(0, len(parts)), part("P", equals("p"), single=True))
        patterns.append(read(f"with{number}", *parts, rate=rate(random)))
    if random.random() < 0.6 / len(names) ** 2:
        patterns.append(sparse_read(random, random.choice(children)))
    for one in children:
        patterns += writes_of(random, one)
    return workload((parent(random), *children), patterns, copies=False, local_indexes=False)


def sparse_part(random: Random, one: EntityDef) -> PartDef:
    """Of a parent's children: those in a state, those that have an attribute, those that a link of theirs names."""
    own, roll = one.identity[1], random.random()
    sign, cut = random.choice(("", "-")), random.random() < 0.5
    by, where = equals("p"), ()
    if roll < 0.35:
        by = (*by, Equal("s", Constant(CONSTANT)))
        order = random.choice((own, "x"))
    elif roll < 0.6:
        where, order = (is_present("o"),), random.choice((own, "o", "x"))
    elif roll < 0.75:
        order = f"o>{random.choice(('first', 'last'))}"
    elif roll < 0.9:
        by, order = (Equal("q", Given("p")),), random.choice((own, "x"))
    else:
        return part(one.name, by, rows=7, range_=ranged("o", random.choice((Op.LE, Op.GE))))
    if not cut:
        return part(one.name, by, where=where, rows=random.choice((2, 40)))
    return part(one.name, by, where=where, rows=5, order=sign + order, limit=5)


def sparse_read(random: Random, one: EntityDef) -> Pattern:
    """Children in a state, or with an attribute, by themselves: all there are or those with a value."""
    own, roll, sign = one.identity[1], random.random(), random.choice(("", "-"))
    state = Equal("s", Constant(CONSTANT))
    returns = random.choice((None, ("p", own), ("x",)))
    if roll < 0.3:
        asked = part(one.name, (state,), order=f"{sign}x", rows=20, limit=20)
    elif roll < 0.5:
        asked = part(one.name, (*equals("x"), state), rows=3)
    elif roll < 0.7:
        asked = part(one.name, equals("o"), rows=3)
    elif roll < 0.85:
        asked = part(one.name, equals("x"), where=(is_present("o"),), order=f"{sign}o", rows=4)
    else:
        asked = part(one.name, equals("s"), order=random.choice(("", "x")), rows=9)
    return read(f"some_{one.name}", asked, returns=returns, rate=rate(random))


def rare_model(random: Random) -> Workload:
    """Items found by an attribute: all, those with a value of one that not every item has, those in a range."""
    one = entity(
        "A",
        "a",
        attribute("x", size=random.choice((8, 90))),
        attribute("s", size=6, share=((CONSTANT, 200_000),)),
        attribute("o", size=random.choice((8, 60)), optional=True, share=((None, random.choice((300_000, 950_000))),)),
        attribute("q", size=10, optional=True, share=((None, 600_000),)),
        attribute("body", size=random.choice((20, 1500))),
        count=random.choice((100, 60_000)),
    )
    reads = [read(f"read{number}", rare_part(random), rate=rate(random)) for number in range(random.randint(2, 3))]
    return workload((one,), (*reads, *writes_of(random, one)), copies=False, local_indexes=False)


def rare_part(random: Random) -> PartDef:
    roll, sign, by = random.random(), random.choice(("", "-")), equals("x")
    nulls = random.choice(("first", "last"))
    if roll < 0.2:
        return part("A", by, rows=9)
    if roll < 0.4:
        return part("A", by, rows=4, range_=ranged("o", random.choice((Op.LE, Op.GE))))
    if roll < 0.55:
        return part("A", equals("x", random.choice("oq")), rows=3)
    if roll < 0.7:
        return part("A", by, where=(is_present("o"),), rows=5, order=random.choice(("", f"{sign}o")))
    if roll < 0.85:
        where = random.choice(((is_absent("o"),), (is_absent("q"),), (is_absent("q"), is_present("o"))))
        order = random.choice(("", f"{sign}a", f"{sign}o>{nulls}" if len(where) == 1 else f"{sign}o"))
        return part("A", by, where=where, rows=5, order=order, limit=5 if order else None)
    return part("A", by, rows=5, order=f"{sign}o>{nulls}", limit=5)


def writes_of(random: Random, one: EntityDef) -> list[Pattern]:
    """How an entity's items come, change and go."""
    kind = random.choice((StepKind.CREATE, StepKind.PUT))
    found: list[Pattern] = [write(f"make_{one.name}", StepDef(kind, one.name, "item"), rate=rate(random))]
    by = equals(*one.identity)
    if random.random() < 0.7:
        when = random.choice(((), (), (is_equal("s", CONSTANT),), (is_present("o"),)))
        action = random.choice(
            (
                ActionDef(ActionKind.SET, random.choice(("x", "s", "o", "q", "body")), Given("new")),
                ActionDef(ActionKind.SET, "s", Constant(random.choice((CONSTANT, "a")))),
                ActionDef(ActionKind.REMOVE, random.choice(("o", "q"))),
            )
        )
        step = StepDef(StepKind.UPDATE, one.name, equals=by, actions=(action,), when=when)
        found.append(write(f"set_{one.name}", step, rate=rate(random)))
    if random.random() < 0.4:
        found.append(write(f"drop_{one.name}", StepDef(StepKind.DELETE, one.name, equals=by), rate=rate(random)))
    return found


def shown(model: Workload) -> set[str]:
    """What there is in the best layout: places, and the keys there that demand something."""
    found = set()
    for selection in solve(model).by_count[-1].selections:
        for place in selection.places:
            sparse = [c.op for c in place.signature.when] + [p.absent for p in place.signature.sort]
            kind = "shared local" if place.kind == "local" and place.shared else place.kind
            found |= {kind, *(f"{place.kind}, {kind}" for kind in sparse)}
    return found


@pytest.mark.parametrize(("names", "most", "models"), [("A", 2, MODELS * 3 // 4), ("AB", 1, MODELS // 4)])
def test_sparse_keys_in_collections_cost_the_least(names: str, most: int, models: int) -> None:
    seen: Counter[str] = Counter()
    tried = 0
    for seed in range(models):
        model = sparse_model(Random(seed), names)
        if compare(seed, model, most):
            tried += 1
            seen.update(shown(model))
    assert tried >= models // 3
    if names == "A":
        wanted = {"group, eq", "group, present", "own, sparse"}
        assert wanted <= set(seen), wanted - set(seen)


def test_rows_with_and_without_a_value_cost_the_least() -> None:
    seen: Counter[str] = Counter()
    tried = 0
    for seed in range(MODELS):
        model = rare_model(Random(seed))
        if compare(seed, model, 2, 4_000):
            tried += 1
            seen.update(shown(model))
    assert tried > MODELS // 2
    assert {"own, sparse", "own, first", "own, last"} <= set(seen), seen


def test_children_in_a_state_come_with_their_parent_in_one_request() -> None:
    """Their key demands the state, so all that lies beside the parent is wanted."""
    one = entity("A", "p a", attribute("s", share=((CONSTANT, 50_000),)))
    state = Equal("s", Constant(CONSTANT))
    both = read("both", part("P", equals("p"), single=True), part("A", (*equals("p"), state), rows=3))
    model = workload((entity("P", "p"), one), (both,), copies=False)
    assert compare(0, model, 1)
    plan = make_plan(model)
    assert check(model, plan) == ()
    (design,) = plan.patterns
    assert (design.status, design.request_count) == ("served", 1)
    assert [k.when for d in plan.entities for k in d.indexes] == [(), (is_equal("s", CONSTANT),)]


def test_a_write_need_not_look_where_rows_without_an_attribute_have_a_place_of_their_own() -> None:
    """A sparse key is made up of all that it holds when the attribute comes; a request can leave such rows out too."""
    one = entity("A", "a", attribute("x"), attribute("o", optional=True, share=((None, 600_000),)))
    listed = read("listed", part("A", equals("x"), where=(is_present("o"),), order="-o", rows=4))
    action = ActionDef(ActionKind.SET, "o", Given("new"))
    change = write("change", StepDef(StepKind.UPDATE, "A", equals=equals("a"), actions=(action,)))
    model = workload((one,), (listed, change), copies=False)
    assert compare(0, model, 1)
    plan = make_plan(model)
    assert check(model, plan) == ()
    assert [d.request_count for d in plan.patterns] == [1, 1]
    (design,) = plan.entities
    (key,) = design.indexes
    assert (key.when, str(key.sort[0].value)) == ((), "A#{o?first}#")


@pytest.mark.parametrize("asked", ["since", "with_value"])
def test_a_list_and_its_rows_with_a_value_share_a_key_that_all_rows_have(asked: str) -> None:
    """Rows without the attribute have a place of their own in it, which only the list of all takes in."""
    one = entity("A", "a", attribute("x"), attribute("o", optional=True, share=((None, 600_000),)))
    listed = read("listed", part("A", equals("x"), rows=9))
    since = part("A", equals("x"), rows=3, range_=ranged("o"))
    some = read("some", since if asked == "since" else part("A", equals("x", "o"), rows=3))
    model = workload((one,), (listed, some), copies=False, indexes=1)
    assert compare(0, model, 1)
    plan = make_plan(model)
    assert check(model, plan) == ()
    assert [d.request_count for d in plan.patterns] == [1, 1]
    (design,) = plan.entities
    assert [str(k.sort[0].value) for k in design.indexes] == ["A#{o?first}#"]


def test_rows_without_a_value_are_found_by_the_key_that_has_those_with_one() -> None:
    """What the key codes for an absent value is fixed like a value; each list took a sparse index of its own."""
    one = entity("A", "a", attribute("x"), attribute("y"), attribute("o", optional=True, share=((None, 600_000),)))
    lacking = read("lacking", part("A", equals("x"), where=(is_absent("o"),), rows=5, order="-y", limit=5))
    having = read("having", part("A", equals("x"), where=(is_present("o"),), rows=4))
    model = workload((one,), (lacking, having), copies=False, indexes=1)
    assert compare(0, model, 1)
    plan = make_plan(model)
    assert check(model, plan) == ()
    assert [d.request_count for d in plan.patterns] == [1, 1]
    (design,) = plan.entities
    assert [str(k.sort[0].value) for k in design.indexes] == ["A#{o?first}#{y}#"]


def test_a_range_beside_another_type_leaves_out_the_rows_without_a_value() -> None:
    """Those that come last lie between the end of the range and the parent: one key cannot give both lists."""
    one = entity("A", "p a", attribute("o", optional=True, share=((None, 600_000),)))
    parent = part("P", equals("p"), single=True)
    since = read("since", parent, part("A", equals("p"), rows=7, range_=ranged("o")))
    last = read("last", parent, part("A", equals("p"), rows=5, order="-o>first", limit=5))
    model = workload((entity("P", "p"), one), (since, last), copies=False, local_indexes=False)
    assert compare(0, model, 2)
    assert check(model, make_plan(model)) == ()
