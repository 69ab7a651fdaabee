"""Every operator on a sort key returns exactly the rows that the values say, with foreign keys around them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from dynamodel.ir.keys import BoundToken, Code, Component, Edge, Interval, Template, TextToken
from dynamodel.ir.values import Constant, Given
from dynamodel.keys.bounds import EVERYTHING, NOTHING, SortBounds, bound_text, sort_bounds, table_a2
from dynamodel.keys.codes import is_coded
from dynamodel.keys.refusal import UnencodableValue
from dynamodel.keys.templates import item_key
from tests.support.hostile import components, order_of, texts

if TYPE_CHECKING:
    from dynamodel.ir.values import Source

OPS = ("eq", "lt", "le", "gt", "ge", "between", "present", "absent")
TAIL = Component("z", Code.TEXT)
OWNER = Component("o", Code.TEXT)


@dataclass(frozen=True)
class Row:
    owner: str
    value: object
    tail: str


def resolve(source: Source) -> object:
    assert isinstance(source, Constant)
    return source.value


def wanted(component: Component, op: str, operands: list[object], row: Row) -> bool:
    """The oracle: the comparison on values; an absent value meets none."""
    key = order_of(component)
    if op in {"present", "absent"}:
        return (row.value is None) == (op == "absent")
    if op == "eq":
        return key(row.value) == key(operands[0])
    if row.value is None:
        return False
    value, bounds = key(row.value)[1], [key(o)[1] for o in operands]
    return {
        "lt": lambda: value < bounds[0],
        "le": lambda: value <= bounds[0],
        "gt": lambda: value > bounds[0],
        "ge": lambda: value >= bounds[0],
        "between": lambda: bounds[0] <= value <= bounds[-1],
    }[op]()


def foreign(prefix: tuple[str, ...]) -> list[str]:
    """Keys of other kinds of items in the same partition, as near to the prefix as tags can be."""
    if not prefix:
        return []
    tag = prefix[0]
    return [
        f"{near}#{rest}" for near in (tag[:-1], tag + "A", tag + "~", tag + "0") if near for rest in ("", "a#", "~#")
    ]


@given(st.data())
@settings(max_examples=200)
def test_the_condition_holds_exactly_the_rows_of_the_values(data: st.DataObject) -> None:
    component, values = data.draw(components)
    shape = data.draw(st.sampled_from(("alone", "tag", "tag and owner")))
    op = data.draw(st.sampled_from(OPS if is_coded(component) else OPS[:-2]))
    count = {"present": 0, "absent": 0, "between": 2}.get(op, 1)
    present = values.filter(lambda v: v is not None)
    operands = [data.draw(values if op == "eq" else present) for _ in range(count)]
    rows = [Row(data.draw(texts), data.draw(values), data.draw(texts)) for _ in range(data.draw(st.integers(0, 6)))]
    rows += [Row(data.draw(texts), o, data.draw(texts)) for o in operands]
    owner = data.draw(st.sampled_from([r.owner for r in rows])) if rows else ""
    literal = () if shape == "alone" else (TextToken("ORDER"),)
    middle = (OWNER,) if shape == "tag and owner" else ()
    template = Template((*literal, *middle, component, TAIL))
    keys = {item_key(template, {"o": r.owner, "x": r.value, "z": r.tail}): r for r in rows}
    prefix = tuple(BoundToken(t.text) for t in literal) + tuple(
        BoundToken(component=OWNER, source=Constant(owner)) for _ in middle
    )
    interval = table_a2(op, "SK", prefix, component, tuple(Constant(o) for o in operands))
    bounds = sort_bounds(interval, resolve)
    found = {k for k in (*keys, *foreign(tuple(t.text for t in literal))) if k is not None and bounds.admits(k)}
    expected = {k for k, r in keys.items() if (not middle or r.owner == owner) and wanted(component, op, operands, r)}
    assert found == expected
    legal(bounds)


def legal(bounds: SortBounds) -> None:
    """The service refuses empty operands and a lower bound above the upper one."""
    if bounds.op not in {"none", "all"}:
        assert bounds.lower or bounds.op == "at_most"
        assert bounds.upper or bounds.op not in {"between", "at_most"}
        assert bounds.op != "between" or bounds.lower.encode() <= bounds.upper.encode()


@given(texts, st.lists(texts, max_size=6), st.booleans(), st.booleans())
def test_begins_with_finds_the_values_with_that_prefix(
    prefix: str, values: list[str], tagged: bool, down: bool
) -> None:
    component = Component("x", Code.TEXT, descending=down)
    tag = (TextToken("USER"),) if tagged else ()
    template = Template((*tag, component))
    interval = table_a2("begins_with", "SK", tuple(BoundToken(t.text) for t in tag), component, (Constant(prefix),))
    bounds = sort_bounds(interval, resolve)
    legal(bounds)
    keys = {item_key(template, {"x": v}): v for v in [*values, prefix, prefix + "#", prefix[:-1]]}
    found = {v for k, v in keys.items() if k is not None and bounds.admits(k)}
    assert found == {v for v in keys.values() if v.startswith(prefix)}
    assert not any(bounds.admits(k) for k in foreign(tuple(t.text for t in tag)))


@given(
    st.sampled_from(("eq", "lt", "le", "gt", "ge")),
    st.decimals(-30, 30, places=3)
    | st.sampled_from([Decimal("1E+999999"), Decimal("-1E+999999"), Decimal("1E-999999")]),
    st.booleans(),
    st.integers(0, 2),
)
@settings(max_examples=200)
def test_bounds_beside_the_range_or_the_grid_are_clamped(op: str, bound: Decimal, down: bool, scale: int) -> None:
    component = Component("x", Code.NUMBER, down, minimum=Decimal(-3), maximum=Decimal(12), scale=scale)
    steps = [Decimal(n).scaleb(-scale) for n in range(-3 * 10**scale, 12 * 10**scale + 1)]
    prefix = (BoundToken("ORDER"),)
    bounds = sort_bounds(table_a2(op, "SK", prefix, component, (Constant(bound),)), resolve)
    compare = {"eq": bound.__eq__, "lt": bound.__gt__, "le": bound.__ge__, "gt": bound.__lt__, "ge": bound.__le__}[op]
    template = Template((TextToken("ORDER"), component))
    found = [v for v in steps if bounds.admits(item_key(template, {"x": v}) or "")]
    assert found == [v for v in steps if compare(v)]
    assert not any(bounds.admits(k) for k in foreign(("ORDER",)))


def test_an_empty_part_of_a_collection_leaves_the_rest_of_the_interval() -> None:
    """Lines above 99 there are none: the edge moves past the lines, and the root behind them is still read."""
    line = Component("n", Code.NUMBER, minimum=Decimal(0), maximum=Decimal(99))
    given_n = BoundToken(component=line, source=Given("n"))
    order = BoundToken("o")
    interval = Interval(
        "SK", Edge((order, BoundToken("LINE"), given_n), after=True), Edge((order, BoundToken("ROOT")), after=True)
    )
    bounds = sort_bounds(interval, lambda _: 99)
    assert bounds.admits("o#ROOT#")
    assert not bounds.admits("o#LINE#99#")
    assert sort_bounds(interval, lambda _: 98).admits("o#LINE#99#")


def test_the_vectors_of_the_table() -> None:
    text = Component("x", Code.TEXT)
    tag = (BoundToken("P"),)

    def bounds(op: str, prefix: tuple[BoundToken, ...], *values: object) -> SortBounds:
        return sort_bounds(table_a2(op, "SK", prefix, text, tuple(map(Constant, values))), resolve)

    assert bounds("eq", tag, "v") == SortBounds("begins_with", "P#v#")
    assert bounds("ge", tag, "v") == SortBounds("between", "P#v", "P$")
    assert bounds("gt", tag, "v") == SortBounds("between", "P#v$", "P$")
    assert bounds("le", tag, "v") == SortBounds("between", "P", "P#v$")
    assert bounds("lt", tag, "v") == SortBounds("between", "P", "P#v")
    assert bounds("between", tag, "v", "w") == SortBounds("between", "P#v", "P#w$")
    assert bounds("between", tag, "w", "v") == NOTHING
    assert bounds("begins_with", tag, "v") == SortBounds("begins_with", "P#v")
    assert bounds("ge", (), "v") == SortBounds("at_least", "v")
    assert bounds("gt", (), "v") == SortBounds("at_least", "v$")
    assert bounds("le", (), "v") == SortBounds("at_most", upper="v$")
    assert bounds("lt", (), "v") == SortBounds("at_most", upper="v")
    assert bounds("lt", (), "") == NOTHING
    assert bounds("ge", (), "") == EVERYTHING
    assert bounds("gt", (), "") == SortBounds("at_least", "$")
    assert bounds("le", (), "") == SortBounds("at_most", upper="$")
    assert bounds("between", (), "", "w") == SortBounds("at_most", upper="w$")
    assert bounds("begins_with", (), "") == EVERYTHING
    assert sort_bounds(None, resolve) == EVERYTHING


def test_the_whole_key_is_an_equality() -> None:
    tokens = (BoundToken("P"), BoundToken(component=Component("x", Code.TEXT), source=Constant("v")))
    interval = Interval("SK", Edge(tokens, after=False), Edge(tokens, after=True), whole=True)
    assert sort_bounds(interval, resolve) == SortBounds("equal", "P#v#")
    assert bound_text(tokens, resolve) == "P#v#"


def test_an_operand_longer_than_a_key_is_an_empty_answer_or_an_error() -> None:
    text = Component("x", Code.TEXT)
    long = (Constant("x" * 1100),)
    assert sort_bounds(table_a2("eq", "SK", (), text, long), resolve) == NOTHING
    assert sort_bounds(table_a2("begins_with", "SK", (), text, long), resolve) == NOTHING
    with pytest.raises(UnencodableValue):
        sort_bounds(table_a2("ge", "SK", (), text, long), resolve)


def test_wrong_operators_and_missing_sources_are_refused() -> None:
    text = Component("x", Code.TEXT)
    with pytest.raises(ValueError, match="no operator"):
        table_a2("ne", "SK", (), text, (Constant("x"),))
    with pytest.raises(ValueError, match="no source"):
        bound_text((BoundToken(component=text),), resolve)
