"""At a threshold another layout is best, and just before it the present one still is."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from dynamodel.explain.sensitivity import thresholds
from dynamodel.ir.entities import Rate
from dynamodel.planner.plan import make_plan
from tests.property.planner.test_optimal import small_model

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload


def at_rate(model: Workload, name: str, value: int) -> Plan:
    patterns = tuple(
        replace(p, rate=Rate(value, max(value, p.rate.peak * value // p.rate.average))) if p.name == name else p
        for p in model.patterns
    )
    return make_plan(replace(model, patterns=patterns))


def layout(plan: Plan) -> object:
    return plan.entities, [i.projection for i in plan.table.indexes]


def test_the_layout_turns_at_the_threshold_and_not_five_percent_before() -> None:
    turned = 0
    for seed in range(40):
        model = small_model(Random(seed))
        plan = make_plan(model)
        for found in thresholds(model, plan):
            assert found.changes, (seed, found)
            assert found.at != found.fact.value
            if found.fact.kind != "rate":
                continue
            now, at = found.fact.value, found.at
            before = at * 95 // 100 if at > now else at * 105 // 100 + 1
            assert layout(at_rate(model, found.fact.of, at)) != layout(plan), (seed, found)
            if min(now, at) < before < max(now, at):
                assert layout(at_rate(model, found.fact.of, before)) == layout(plan), (seed, found)
                turned += 1
    assert turned > 5


def test_the_nearest_fact_comes_first() -> None:
    for seed in range(20):
        model = small_model(Random(seed))
        distances = [t.percent for t in thresholds(model, make_plan(model))]
        assert distances == sorted(distances)
