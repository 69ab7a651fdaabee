"""A layout given by hand: the plan's own costs what the plan costs, no other is better, and the judge has its say."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from dynamodel.explain.force import force
from dynamodel.explain.keys import signature_of
from dynamodel.explain.layout_file import WantedKey
from dynamodel.ir.plan import BASE
from dynamodel.ir.reads import ReadPattern
from dynamodel.planner.check import check
from dynamodel.planner.needs import all_needs
from dynamodel.planner.plan import COST_TOLERANCE, make_plan
from tests.property.planner.test_optimal import every_base, every_index, small_model
from tests.property.planner.test_optimal_local import together_model
from tests.support.designs import NAMES, designed

if TYPE_CHECKING:
    from dynamodel.explain.layout_file import Wanted
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload


def own_keys(model: Workload, plan: Plan) -> Wanted:
    return {
        e.entity: tuple(WantedKey(k.place, signature_of(model.entity(e.entity), e, k)) for k in (e.base, *e.indexes))
        for e in plan.entities
    }


def a_model(random: Random) -> Workload:
    """A small random model that says, as normalized ones do, which parts return one item at most."""
    model = small_model(random)
    identity = set(model.entities[0].identity)
    patterns = []
    for pattern in model.patterns:
        if isinstance(pattern, ReadPattern):
            (only,) = pattern.parts
            single = identity <= {e.attribute for e in only.equals}
            patterns.append(replace(pattern, parts=(replace(only, single=single),)))
        else:
            patterns.append(pattern)
    return replace(model, patterns=tuple(patterns))


@pytest.mark.parametrize("name", NAMES)
def test_the_layout_of_the_plan_gives_the_plan(name: str) -> None:
    model, plan = designed(name).workload, designed(name).plan
    for wanted in (own_keys(model, plan), {}):
        forced = force(model, plan, wanted)
        assert forced.findings == ()
        assert forced.plan is not None
        assert forced.delta is not None
        assert forced.delta.changes == ()
        assert forced.delta.before == forced.delta.after
        assert forced.plan.table == plan.table
        assert forced.plan.entities == plan.entities
        assert forced.plan.patterns == plan.patterns


def test_the_layout_of_a_small_plan_gives_the_plan() -> None:
    for seed in range(80):
        model = a_model(Random(seed))
        plan = make_plan(model)
        forced = force(model, plan, own_keys(model, plan))
        assert forced.delta is not None, seed
        assert forced.delta.before == forced.delta.after, seed
        assert tuple(f for f in forced.findings if f.code != "DM443") == check(model, plan), seed


def test_local_indexes_with_collections_give_the_plan_too() -> None:
    """To a thousandth: marks, and what is rounded up together, are not compared before they are known."""
    shared = 0
    for seed in range(24):
        model = together_model(Random(seed), "AB")
        plan = make_plan(model)
        shared += any(len(index.entities) > 1 for index in plan.table.lsis)
        forced = force(model, plan, own_keys(model, plan))
        assert forced.delta is not None, seed
        assert forced.feasible, seed
        one, two = forced.delta.before, forced.delta.after
        assert one.requests == two.requests, seed
        assert abs(one.monthly - two.monthly) * 1000 <= one.monthly, seed
    assert shared > 5


def test_no_layout_is_better_than_the_plan() -> None:
    worse = same = 0
    for seed in range(60):
        random = Random(seed)
        model = a_model(random)
        plan = make_plan(model)
        (owner,) = model.entities
        indexes = every_index(owner, list(all_needs(model)))
        for _ in range(4):
            keys = [WantedKey(BASE, random.choice(list(every_base(owner))))]
            count = min(len(indexes), random.choice((0, 1, 2, 3)), model.options.indexes)
            keys += [WantedKey(f"GSI{i}", s) for i, s in enumerate(random.sample(indexes, count), 1)]
            forced = force(model, plan, {owner.name: tuple(keys)})
            assert forced.delta is not None
            one, two = forced.delta.before, forced.delta.after
            assert one.unserved <= two.unserved
            if one.unserved == two.unserved == 0:
                assert one.requests <= two.requests
                if one.requests == two.requests:
                    assert one.monthly * 100 <= two.monthly * (100 + COST_TOLERANCE), (seed, keys)
            codes = {f.code for f in forced.findings}
            assert codes <= {"DM443", "DM442", "DM456"}, (seed, forced.findings)
            worse += one != two
            same += one == two
    assert worse > 50
    assert same > 5
