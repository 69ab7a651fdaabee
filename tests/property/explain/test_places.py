"""What is said about places and variants holds: by the serving rule, among all keys, and when planned by hand."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

from dynamodel.explain.keys import refusal, signature_of
from dynamodel.explain.places import explain_places
from dynamodel.explain.variants import drop, frontier, with_at_most, without
from dynamodel.ir.plan import BASE
from dynamodel.planner.needs import all_needs
from dynamodel.planner.plan import COST_TOLERANCE, make_plan
from dynamodel.planner.serve import serve
from tests.property.planner.test_optimal import every_base, every_index, small_model

_CONFLICT = re.compile(r"no one key answers it and `(\w+)`$")


def test_a_key_is_refused_with_a_reason_if_and_only_if_the_rule_says_no() -> None:
    refused = 0
    for seed in range(80):
        model = small_model(Random(seed))
        (owner,) = model.entities
        for need in all_needs(model):
            for signature in every_index(owner, list(all_needs(model))):
                served = serve(signature, need, owner) is not None
                reason = refusal(owner, signature, "GSI1", need)
                assert served == (reason == ""), (seed, signature, need, reason)
                assert "its conditions" not in reason, (seed, signature, need)
                refused += not served
    assert refused > 200


def test_the_keys_of_a_plan_spell_the_signatures_that_serve_its_patterns() -> None:
    for seed in range(80):
        model = small_model(Random(seed))
        plan = make_plan(model)
        (owner,), (design,) = model.entities, plan.entities
        needs = {n.pattern: n for n in all_needs(model)}
        for pattern in plan.patterns:
            for request in pattern.reads:
                key = design.key(request.index or BASE)
                assert key is not None
                if pattern.name in needs:
                    signature = signature_of(owner, design, key)
                    assert refusal(owner, signature, key.place, needs[pattern.name]) == "", (seed, pattern)


def test_two_patterns_that_no_key_answers_are_answered_by_none_of_all_keys() -> None:
    conflicts = 0
    for seed in range(80):
        model = small_model(Random(seed))
        (owner,) = model.entities
        needs = {n.pattern: n for n in all_needs(model)}
        indexes = every_index(owner, list(needs.values()))
        for place in explain_places(model, make_plan(model)):
            for use in place.uses:
                for other in use.elsewhere:
                    assert other.reason
                    against = _CONFLICT.search(other.reason)
                    if against is None or other.place == BASE:
                        continue
                    pair = [needs[use.pattern], needs[against[1]]]
                    both = [s for s in indexes if all(serve(s, n, owner) is not None for n in pair)]
                    assert not both, (seed, use.pattern, other, both[0])
                    conflicts += 1
    assert conflicts > 10


def test_every_use_of_the_table_is_by_a_base_key() -> None:
    for seed in range(25):
        model = small_model(Random(seed))
        (owner,) = model.entities
        (table, *_) = explain_places(model, make_plan(model))
        needs = {n.pattern: n for n in all_needs(model)}
        for use in table.uses:
            assert any(refusal(owner, s, BASE, needs[use.pattern]) == "" for s in every_base(owner))


def test_each_step_of_the_frontier_is_the_cheapest_plan_of_its_number_and_the_plan_is_near_one_of_them() -> None:
    several = 0
    for seed in range(25):
        model = small_model(Random(seed))
        plan = make_plan(model)
        steps = frontier(model, plan)
        assert [s.allowed for s in steps] == list(range(len(steps)))
        for step in steps:
            alone = make_plan(with_at_most(model, step.allowed), tolerance=0)
            assert (step.totals.monthly, step.totals.gsis) == (alone.cost.monthly, len(alone.table.gsis))
            assert step.totals.gsis <= step.allowed
        for less, more in pairwise(steps):
            one, two = less.totals, more.totals
            assert (two.unserved, two.requests if two.unserved == one.unserved else 0) <= (one.unserved, one.requests)
            if (two.unserved, two.requests) == (one.unserved, one.requests):
                assert two.monthly <= one.monthly, "who may have more may have less"
        (chosen,) = [s for s in steps if s.chosen]
        assert plan.cost.monthly * 100 <= chosen.totals.monthly * (100 + COST_TOLERANCE)
        several += len(steps) > 2
    assert several > 1


def test_what_a_dropped_pattern_saves_is_the_difference_to_the_plan_without_it() -> None:
    for seed in range(25):
        model = small_model(Random(seed))
        plan = make_plan(model)
        for pattern in model.patterns:
            delta = drop(model, plan, [pattern.name])
            left = make_plan(without(model, [pattern.name]))
            assert delta.before.monthly == plan.cost.monthly
            assert delta.after.monthly == left.cost.monthly
            gone = [c for c in delta.changes if c.after is None]
            assert [c.pattern for c in gone] == [pattern.name]
