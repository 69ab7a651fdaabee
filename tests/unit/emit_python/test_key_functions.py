"""The key functions of emitted packages make the very texts of `dynamodel.keys`, for hostile values."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from dynamodel.emit.python.key_text import interval, stored_token
from dynamodel.emit.python.layout import flat
from dynamodel.ir.keys import BoundToken, Code, Component, Edge, Interval, ShardToken, Template
from dynamodel.ir.values import Given
from dynamodel.keys.bounds import NOTHING, SortBounds, sort_bounds, table_a2
from dynamodel.keys.codes import encode
from dynamodel.keys.refusal import UnencodableValue
from dynamodel.keys.templates import item_key
from tests.support.hostile import components, texts, wide_numbers
from tests.support.packages import everything, import_package, submodule

HEAD = (BoundToken("ORDER"), BoundToken(component=Component("c", Code.TEXT), source=Given("head")))


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    package = import_package(*everything(), tmp_path_factory.mktemp("emitted"), "emitted_for_keys")
    modules = ("bounds", "keycodes", "numbercodes", "errors")
    return {"dt": dt, "Decimal": Decimal, "UUID": UUID} | {m: submodule(package, m) for m in modules}


def evaluate(node, names, **values):
    return eval(flat(node), {**names, **values})


@settings(max_examples=200)
@given(data=st.data())
def test_a_stored_component_has_the_same_text(names, data):
    component, values = data.draw(components)
    value = data.draw(values)
    node = stored_token(component, lambda name: name, ())
    assert evaluate(node, names, x=value) == encode(component, value)


@pytest.mark.parametrize("bad", ["\ud800", "a\udfff"])
@pytest.mark.parametrize("descending", [False, True])
def test_a_lone_surrogate_is_refused(names, bad, descending):
    node = stored_token(Component("x", Code.TEXT, descending), lambda name: name, ())
    with pytest.raises(names["errors"].ValueRefused):
        evaluate(node, names, x=bad)


@pytest.mark.parametrize(
    ("component", "bad"),
    [
        (Component("x", Code.NUMBER, minimum=Decimal(0), maximum=Decimal(9)), 10),
        (Component("x", Code.NUMBER, minimum=Decimal(0), maximum=Decimal(9)), -1),
        (Component("x", Code.NUMBER, minimum=Decimal(0), maximum=Decimal(9)), Decimal("1.5")),
        (Component("x", Code.NUMBER, minimum=Decimal(0), maximum=Decimal(9)), True),
        (Component("x", Code.OPEN_NUMBER), Decimal("NaN")),
        (Component("x", Code.OPEN_NUMBER), Decimal("1" * 39)),
        (Component("x", Code.INSTANT), dt.datetime(2026, 1, 1)),  # noqa: DTZ001 - naive on purpose
        (Component("x", Code.EPOCH), dt.datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=dt.UTC)),
        (Component("x", Code.DATE), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_what_keys_refuse_the_package_refuses(names, component, bad):
    with pytest.raises(UnencodableValue):
        encode(component, bad)
    with pytest.raises(names["errors"].ValueRefused):
        evaluate(stored_token(component, lambda name: name, ()), names, x=bad)


@given(identity=texts, number=st.integers(0, 99))
def test_the_shard_of_an_item_is_the_same(names, identity, number):
    parts = (Component("a", Code.TEXT), Component("n", Code.NUMBER, minimum=Decimal(0), maximum=Decimal(99)))
    token = ShardToken(12)
    text = evaluate(stored_token(token, lambda name: name, parts), names, a=identity, n=number)
    assert f"{text}#" == item_key(Template((token,)), {"a": identity, "n": number}, parts)


def clause_of(bounds: SortBounds):
    """What the emitted package says for the bounds that `dynamodel.keys` computes."""
    text = {
        "all": "",
        "equal": "#sk = :sk",
        "begins_with": "begins_with(#sk, :sk)",
        "between": "#sk BETWEEN :low AND :high",
        "at_least": "#sk >= :low",
        "at_most": "#sk <= :high",
    }[bounds.op]
    values = {
        "all": [],
        "equal": [bounds.lower],
        "begins_with": [bounds.lower],
        "between": [bounds.lower, bounds.upper],
        "at_least": [bounds.lower],
        "at_most": [bounds.upper],
    }[bounds.op]
    return text, values


def check_bounds(names, condition, values):
    node = interval(condition, lambda source: source.argument)
    try:
        expected = sort_bounds(condition, lambda source: values[source.argument])
    except UnencodableValue:
        with pytest.raises(names["errors"].ValueRefused):
            evaluate(node, names, **values)
        return
    made = evaluate(node, names, **values)
    if expected == NOTHING:
        assert made is None
    else:
        assert (made.text, [v["S"] for v in made.values.values()]) == clause_of(expected)


@settings(max_examples=200)
@given(data=st.data(), head=texts, with_head=st.booleans())
def test_the_bounds_of_every_operator_are_the_same(names, data, head, with_head):
    component, drawn = data.draw(components)
    component = replace(component, attribute="x")
    op = data.draw(st.sampled_from(["eq", "lt", "le", "gt", "ge", "between"]))
    prefix = HEAD if with_head else ()
    condition = table_a2(op, "SK", prefix, component, (Given("x"), Given("y")) if op == "between" else (Given("x"),))
    x, y = data.draw(drawn.filter(lambda v: v is not None)), data.draw(drawn.filter(lambda v: v is not None))
    check_bounds(names, condition, {"head": head, "x": x, "y": y})


@settings(max_examples=150)
@given(
    value=wide_numbers,
    low=st.integers(-12, 12),
    steps=st.integers(0, 15),
    scale=st.integers(0, 2),
    op=st.sampled_from(["eq", "lt", "le", "gt", "ge"]),
    descending=st.booleans(),
    with_head=st.booleans(),
)
def test_number_bounds_outside_the_range_are_clamped_alike(names, value, low, steps, scale, op, descending, with_head):
    component = Component(
        "x",
        Code.NUMBER,
        descending,
        minimum=Decimal(low),
        maximum=Decimal(low) + Decimal(steps).scaleb(-scale),
        scale=scale,
    )
    condition = table_a2(op, "SK", HEAD if with_head else (), component, (Given("x"),))
    check_bounds(names, condition, {"head": "h", "x": value})


@given(start=texts, descending=st.booleans(), with_head=st.booleans())
def test_prefixes_are_the_same(names, start, descending, with_head):
    condition = table_a2(
        "begins_with", "SK", HEAD if with_head else (), Component("x", Code.TEXT, descending), (Given("x"),)
    )
    check_bounds(names, condition, {"head": "h", "x": start})


@pytest.mark.parametrize("length", [300, 1000, 1030, 3000])
@pytest.mark.parametrize("op", ["eq", "ge", "begins_with"])
def test_operands_that_are_too_long(names, length, op):
    condition = table_a2(op, "SK", HEAD, Component("x", Code.TEXT), (Given("x"),))
    check_bounds(names, condition, {"head": "h", "x": "é" * length})


def test_a_whole_key_is_an_equality(names):
    edge = (*HEAD, BoundToken(component=Component("x", Code.TEXT), source=Given("x")))
    condition = Interval("SK", Edge(edge, after=False), Edge(edge, after=True), whole=True)
    check_bounds(names, condition, {"head": "a#b", "x": ""})
