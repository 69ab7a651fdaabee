"""`plan.json` gives back exactly the plan that was written, whatever the plan."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dynamodel.ir.codec import FORMAT, NotAPlan, amount, millionths, plan_from_json, plan_text, plan_to_json
from dynamodel.ir.deployment import Role
from dynamodel.ir.plan import Plan
from dynamodel.ir.structure import decode_value, encode_value
from tests.strategies import constants, integers, plans
from tests.support.tables import plan as table_plan


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plans)
def test_a_plan_survives_its_file(plan: Plan) -> None:
    text = plan_text(plan)
    again = plan_from_json(json.loads(text))
    assert again == plan
    assert plan_text(again) == text


@given(constants)
def test_a_constant_keeps_value_and_type(value: object) -> None:
    again = decode_value(json.loads(json.dumps(encode_value(value))))
    assert again == value
    assert type(again) is type(value)


@given(integers)
def test_an_amount_loses_no_digit(value: int) -> None:
    assert millionths(json.loads(json.dumps(amount(value)))) == value


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_an_amount_of_usual_size_is_a_number(value: int) -> None:
    assert isinstance(amount(value), int | float)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plans, st.data())
def test_a_damaged_file_is_refused_or_read_but_never_crashes(plan: Plan, data: st.DataObject) -> None:
    damaged = json.loads(plan_text(plan))
    place: Any = damaged
    for _ in range(data.draw(st.integers(0, 4))):
        inner = [v for v in (place.values() if isinstance(place, dict) else place) if isinstance(v, dict | list) and v]
        if not inner:
            break
        place = data.draw(st.sampled_from(inner))
    key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
    if data.draw(st.booleans()):
        del place[key]
    else:
        place[key] = data.draw(st.sampled_from([None, 7, "x", [], {}, [1], {"is": "nothing"}]))
    try:
        assert isinstance(plan_from_json(damaged), Plan)
    except NotAPlan as refused:
        assert str(refused)  # noqa: PT017 - both ends are legal, a traceback is not


def test_text_in_the_place_of_a_record_is_refused() -> None:
    damaged = plan_to_json(table_plan(deploy={"roles": (Role("sales", ("order",)),)}))
    damaged["deployment"]["roles"] = ["sales"]
    with pytest.raises(NotAPlan):
        plan_from_json(damaged)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, 'no "format"'),
        ([], 'no "format"'),
        ({}, 'no "format"'),
        ({"format": "dynamodel-plan/2"}, 'the format is "dynamodel-plan/2", this version reads "dynamodel-plan/1"'),
        ({"format": FORMAT}, "a part is missing"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(data: object, words: str) -> None:
    with pytest.raises(NotAPlan) as refused:
        plan_from_json(data)
    assert words in str(refused.value)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plans)
def test_every_entity_and_pattern_stands_under_its_name(plan: Plan) -> None:
    data = plan_to_json(plan)
    assert list(data["entities"]) == [e.entity for e in plan.entities]
    assert list(data["patterns"]) == [p.name for p in plan.patterns]
