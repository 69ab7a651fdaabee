"""Keys of items: injective, reversible, bounded, never empty; no two templates that pass the proof can meet."""

from __future__ import annotations

import zlib
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings, strategies as st

from dynamodel.ir.entities import AttributeDef, Bucket, BucketUnit, EntityDef, Estimate
from dynamodel.ir.keys import Absent, BoundToken, Code, Component, ShardToken, Template, TextToken, Token
from dynamodel.ir.values import Constant, Given, Kind, ValueType
from dynamodel.keys.choose import component_for, identity_components, logical_name, refusal
from dynamodel.keys.collisions import bound_row, can_collide, keys_can_collide, reached, template_row
from dynamodel.keys.refusal import MalformedKey, NoKeyCode, UnencodableValue
from dynamodel.keys.templates import item_key, key_size, literal_text, parse, shard_of
from tests.support.hostile import comparable, components, texts

TAGS = ("A", "AB", "B", "~", "ROOT", "0", "1")


@st.composite
def templates(draw: st.DrawFn) -> tuple[Template, dict[str, st.SearchStrategy[object]]]:
    tokens: list[Token] = []
    values: dict[str, st.SearchStrategy[object]] = {}
    for position in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            tokens.append(TextToken(draw(st.sampled_from(TAGS))))
            continue
        component, strategy = draw(components)
        name = f"x{position}"
        tokens.append(replace(component, attribute=name))
        values[name] = strategy
    return Template(tuple(tokens)), values


def draw_values(data: st.DataObject, strategies: dict[str, st.SearchStrategy[object]]) -> dict[str, object]:
    return {name: data.draw(strategy) for name, strategy in strategies.items()}


@given(templates(), st.data())
@settings(max_examples=200)
def test_a_key_is_never_empty_and_gives_its_values_back(
    made: tuple[Template, dict[str, st.SearchStrategy[object]]], data: st.DataObject
) -> None:
    template, strategies = made
    values = draw_values(data, strategies)
    key = item_key(template, values)
    assert key is not None
    assert key.endswith("#")
    assert key.count("#") == len(template.tokens)
    read = parse(template, key)
    assert item_key(template, {n.split("@")[0]: v for n, v in read.items()}) == key
    with pytest.raises(MalformedKey):
        parse(template, key + "#")


@given(templates(), st.data())
@settings(max_examples=200)
def test_different_values_different_keys(
    made: tuple[Template, dict[str, st.SearchStrategy[object]]], data: st.DataObject
) -> None:
    template, strategies = made
    one, other = draw_values(data, strategies), draw_values(data, strategies)
    by_name = {t.attribute: t for t in template.tokens if isinstance(t, Component)}
    same = all(
        (one[n] is None and other[n] is None)
        or (None not in (one[n], other[n]) and comparable(c, one[n]) == comparable(c, other[n]))
        for n, c in by_name.items()
    )
    assert (item_key(template, one) == item_key(template, other)) == same


@given(templates(), templates(), st.data())
@settings(max_examples=150)
def test_keys_of_templates_that_cannot_collide_never_meet(
    one: tuple[Template, dict[str, st.SearchStrategy[object]]],
    other: tuple[Template, dict[str, st.SearchStrategy[object]]],
    data: st.DataObject,
) -> None:
    rows = template_row(one[0]), template_row(other[0])
    keys = item_key(one[0], draw_values(data, one[1])), item_key(other[0], draw_values(data, other[1]))
    assert keys[0] is not None
    assert keys[1] is not None
    if keys[0] == keys[1]:
        assert can_collide(*rows)
    if keys[1].startswith(keys[0]):
        assert reached(*rows)
    # The proof is no blanket: what a template itself writes does collide with it.
    assert can_collide(rows[0], rows[0])


def entity(name: str, **types: ValueType) -> EntityDef:
    attributes = tuple(AttributeDef(n, t, Estimate(8, 20)) for n, t in types.items())
    return EntityDef(name, name.upper(), tuple(types)[:1], attributes, Estimate(10, 10))


TEXT, NUMBER = ValueType(Kind.STRING), ValueType(Kind.INTEGER, minimum=Decimal(0), maximum=Decimal(999))


def row(owner: EntityDef, *tokens: str) -> Template:
    return Template(tuple(component_for(owner.attribute(t[1:])) if t[0] == "." else TextToken(t) for t in tokens))


def test_the_collision_of_the_laws() -> None:
    """`ORDER#{a}#{b}#` with b = LINE against `ORDER#{a}#LINE#{n}#`: closed, they differ in length and cannot meet."""
    one, other = entity("e", a=TEXT, b=TEXT), entity("f", a=TEXT, n=TEXT)
    short, long = (
        template_row(row(one, "ORDER", ".a", ".b"), one),
        template_row(row(other, "ORDER", ".a", "LINE", ".n"), other),
    )
    assert not can_collide(short, long)
    assert reached(short, long)
    assert can_collide(short, template_row(row(other, "ORDER", ".a", "LINE"), other))


@pytest.mark.parametrize(
    ("value_type", "literal", "meets"),
    [
        (TEXT, "LINE", True),
        (ValueType(Kind.STRING, max_length=1), "LINE", False),
        (ValueType(Kind.STRING, max_length=2), "LINE", True),  # two escaped characters are longer than the literal
        (ValueType(Kind.STRING, min_length=5), "LINE", False),
        (ValueType(Kind.ENUM, values=("a", "b")), "LINE", False),
        (ValueType(Kind.ENUM, values=("a", "LINE")), "LINE", True),
        (ValueType(Kind.UUID), "LINE", False),
        (ValueType(Kind.ULID), "LINE", False),
        (ValueType(Kind.ULID), "01ARZ3NDEKTSV4RRFFQ69G5FAV", True),
        (ValueType(Kind.DATETIME), "LINE", False),
        (ValueType(Kind.DATE), "LINE", False),
        (ValueType(Kind.BYTES), "LINE", False),
        (ValueType(Kind.BYTES), "cafe", True),
        (ValueType(Kind.BOOLEAN), "1", True),
        (ValueType(Kind.BOOLEAN), "11", False),
        (NUMBER, "LINE", False),
        (NUMBER, "12", False),
        (NUMBER, "012", True),
        (ValueType(Kind.INTEGER), "1", True),
        (ValueType(Kind.INTEGER), "LINE", False),
    ],
)
def test_a_literal_against_a_variable(value_type: ValueType, literal: str, meets: bool) -> None:
    e = entity("e", a=value_type)
    assert can_collide(template_row(row(e, ".a"), e), template_row(row(e, literal))) is meets


def test_primary_keys_collide_only_when_both_halves_do() -> None:
    e = entity("e", a=TEXT)
    one, other = (row(e, "E", ".a"), row(e, "E")), (row(e, "E", ".a"), row(e, "F"))
    assert keys_can_collide(one, one, (e, e))
    assert not keys_can_collide(one, other, (e, e))


def test_a_constant_in_a_request_reaches_only_its_own_value() -> None:
    e = entity("e", status=TEXT, a=TEXT)
    status = component_for(e.attribute("status"))
    prefix = (BoundToken("E"), BoundToken(component=status, source=Constant("open")))
    assert reached(bound_row(prefix, e), template_row(row(e, "E", ".status", ".a"), e))
    assert reached(bound_row(prefix, e), template_row(row(e, "E", "open", ".a"), e))
    assert not reached(bound_row(prefix, e), template_row(row(e, "E", "closed", ".a"), e))
    asked = (BoundToken("E"), BoundToken(component=status, source=Given("status")))
    assert reached(bound_row(asked, e), template_row(row(e, "E", "closed", ".a"), e))


@given(texts, texts)
def test_a_shard_follows_the_identity_alone(one: str, other: str) -> None:
    e = entity("e", a=TEXT, b=TEXT)
    identity = identity_components(e)
    template = Template((TextToken("E"), ShardToken(12), component_for(e.attribute("b"))))
    key = item_key(template, {"a": one, "b": other}, identity)
    assert key is not None
    shard = key.split("#")[1]
    assert len(shard) == 2
    assert int(shard) == shard_of(identity, {"a": one, "b": "elsewhere"}, 12) < 12
    assert parse(template, key) == {"b": other}


def test_the_shard_of_a_known_identity() -> None:
    identity = (Component("a", Code.TEXT), Component("n", Code.BOOLEAN))
    assert shard_of(identity, {"a": "x y", "n": True}, 1000) == zlib.crc32(b"x$20y#1#") % 1000


def test_a_sparse_component_without_a_value_leaves_the_item_without_a_key() -> None:
    template = Template((TextToken("E"), Component("a", Code.TEXT, absent=Absent.SPARSE)))
    assert item_key(template, {"a": None}) is None
    assert item_key(template, {}) is None
    assert item_key(template, {"a": ""}) == "E##"
    with pytest.raises(UnencodableValue):
        item_key(Template((Component("a", Code.TEXT),)), {})


@given(st.text(alphabet=st.sampled_from(" #$a€😀"), max_size=12), st.booleans())
def test_no_key_is_longer_than_its_template_says(value: str, down: bool) -> None:
    by_bytes = AttributeDef("a", TEXT, Estimate(4, len(value.encode())))
    by_length = AttributeDef("a", ValueType(Kind.STRING, max_length=len(value)), Estimate(4, 10**6))
    for attribute in (by_bytes, by_length):
        template = Template((TextToken("E"), component_for(attribute, descending=down)))
        size = key_size(template, {"a": attribute}.__getitem__)
        key = item_key(template, {"a": value})
        assert key is not None
        assert len(key.encode()) <= size.most
        assert size.declared == size.most
        assert not size.assumed


@given(st.data())
def test_fixed_sizes_are_the_sizes(data: st.DataObject) -> None:
    component, values = data.draw(components)
    assume(component.code not in {Code.TEXT, Code.HEX})
    template = Template((component,))
    key = item_key(template, {"x": data.draw(values)})
    attribute = AttributeDef("x", ValueType(Kind.INTEGER), Estimate(8, 8))
    assert key is not None
    assert len(key) <= key_size(template, lambda _: attribute).most


def test_an_assumed_size_is_named_and_counted_at_its_average() -> None:
    attribute = AttributeDef("a", TEXT, Estimate(24, 256, assumed=True))
    size = key_size(Template((TextToken("E"), component_for(attribute))), lambda _: attribute)
    assert (size.most, size.declared, size.assumed) == (2 + 768 + 1, 2 + 24 + 1, ("a",))


@pytest.mark.parametrize("kind", [Kind.LIST, Kind.SET, Kind.MAP, Kind.OBJECT, Kind.ANY, Kind.VECTOR])
def test_types_without_an_order_are_in_no_key(kind: Kind) -> None:
    attribute = AttributeDef("a", ValueType(kind), Estimate(8, 8))
    assert "`a`" in refusal(attribute)
    with pytest.raises(NoKeyCode):
        component_for(attribute)


def test_codes_of_types() -> None:
    def code(value_type: ValueType, **more: object) -> Component:
        return component_for(AttributeDef("a", value_type, Estimate(8, 8), **more))  # type: ignore[arg-type]

    assert code(NUMBER) == Component("a", Code.NUMBER, minimum=Decimal(0), maximum=Decimal(999))
    assert code(ValueType(Kind.INTEGER)).code is Code.OPEN_NUMBER
    money = ValueType(Kind.DECIMAL, minimum=Decimal(0), maximum=Decimal(9), scale=2)
    assert code(money) == Component("a", Code.NUMBER, minimum=Decimal(0), maximum=Decimal(9), scale=2)
    assert code(replace(money, scale=None)).code is Code.OPEN_NUMBER
    assert code(ValueType(Kind.ENUM, values=(3, 1, 2))) == Component(
        "a", Code.NUMBER, minimum=Decimal(1), maximum=Decimal(3)
    )
    assert code(ValueType(Kind.ENUM, values=("x",))).code is Code.TEXT
    assert code(ValueType(Kind.DATETIME), role="ttl").code is Code.EPOCH
    assert code(TEXT, optional=True).absent is Absent.SPARSE
    bucket = code(ValueType(Kind.STRING), bucket=Bucket("placed_at", BucketUnit.DAY))
    assert (bucket.attribute, bucket.code, bucket.bucket) == ("placed_at", Code.INSTANT, BucketUnit.DAY)
    assert logical_name(bucket) == "placed_at@day"


@pytest.mark.parametrize("text", ["", "A#", "a b", "É", "$"])
def test_a_literal_needs_no_escape(text: str) -> None:
    with pytest.raises(UnencodableValue):
        literal_text(text)
    assert literal_text("ORDER_~1") == "ORDER_~1"
