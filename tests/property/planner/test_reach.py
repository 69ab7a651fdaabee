"""The judge's translation of intervals into conditions holds for the keys that the service would return."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings, strategies as st

from dynamodel.ir.entities import AttributeDef, EntityDef, Estimate
from dynamodel.ir.keys import Absent, BoundToken, Code, Component, Edge, Interval, Template, TextToken, Token
from dynamodel.ir.values import Constant, Kind, Source, ValueType
from dynamodel.keys.bounds import sort_bounds
from dynamodel.keys.templates import item_key
from dynamodel.planner.checks.reach import Cut, comes_before, cut

VALUES = st.sampled_from(("", "A", "B", "AB", "b", "#", "$", "~"))
TAGS = st.sampled_from(("A", "AB", "B", "~"))
NAMES = ("a", "b")
ENTITY = EntityDef(
    "E",
    "E",
    ("a",),
    tuple(AttributeDef(n, ValueType(Kind.STRING), Estimate(2, 4), optional=True) for n in NAMES),
    Estimate(1, 1),
)


def component(name: str) -> st.SearchStrategy[Component]:
    return st.builds(
        Component,
        st.just(name),
        st.just(Code.TEXT),
        st.booleans(),
        st.sampled_from((Absent.REFUSED, Absent.REFUSED, Absent.FIRST, Absent.LAST)),
    )


@st.composite
def templates(draw: st.DrawFn) -> Template:
    tokens: list[Token] = []
    for name in NAMES:
        if draw(st.booleans()):
            tokens.append(TextToken(draw(TAGS)))
        if draw(st.booleans()):
            tokens.append(draw(component(name)))
    return Template(tuple(tokens) or (TextToken("A"),))


@st.composite
def intervals(draw: st.DrawFn, template: Template) -> Interval:
    """Two edges near a template: its own tokens bound, or others in their place."""

    def token(like: Token) -> BoundToken:
        own = like if isinstance(like, Component) and draw(st.integers(0, 3)) else draw(component("a"))
        kind = draw(st.integers(0, 5))
        if isinstance(like, TextToken) and kind:
            return BoundToken(like.text if kind > 1 else draw(TAGS))
        if kind == 0:
            return BoundToken(draw(st.sampled_from(("A", "%", "&", "$"))))
        return BoundToken(component=own, source=Constant(draw(VALUES)))

    rows = (*template.tokens, TextToken("A"))  # an edge may go on where the key ends
    shared = [token(t) for t in rows[: draw(st.integers(0, len(rows)))]]
    edges = []
    for _ in range(2):
        more = [token(t) for t in rows[len(shared) : len(shared) + draw(st.integers(0, 2))]]
        edges.append(Edge((*shared, *more), after=draw(st.booleans())))
    interval = Interval("SK", edges[0], edges[1])
    if draw(st.integers(0, 3)) == 0:
        same = replace(edges[0], after=False)
        interval = Interval("SK", same, replace(same, after=True), whole=draw(st.booleans()))
    return interval


def resolve(source: Source) -> object:
    assert isinstance(source, Constant)
    return source.value


def meets(found: Cut, values: dict[str, object]) -> bool:
    """The conditions of a cut, on values."""
    if any(values[name] != resolve(source) for name, source in found.equals):
        return False
    if any(values[name] is None for name in found.without_none):
        return False
    for op, source in found.bounds:
        value, bound = values[found.bounded], resolve(source)
        if value is None:
            continue  # said by without_none, or a coded absence that the cut takes in
        assert isinstance(value, str)
        assert isinstance(bound, str)
        if not {"lt": value < bound, "le": value <= bound, "gt": value > bound, "ge": value >= bound}[op]:
            return False
    return True


@given(st.data())
@settings(max_examples=250)
def test_a_cut_says_which_keys_the_interval_holds(data: st.DataObject) -> None:
    template = data.draw(templates())
    interval = data.draw(intervals(template))
    found = cut(interval, template, ENTITY)
    bounds = sort_bounds(interval, resolve)
    for _ in range(6):
        values: dict[str, object] = {}
        for token in template.tokens:
            if isinstance(token, Component):
                none = st.none() if token.absent is not Absent.REFUSED else VALUES
                values[token.attribute] = data.draw(VALUES | none)
        key = item_key(template, values)
        assert key is not None
        admitted = bounds.admits(key)
        if found.outcome == "none":
            assert not admitted, (key, bounds)
        elif found.outcome == "rows":
            assert admitted == meets(found, values), (key, bounds, found)


@given(templates(), templates(), st.data())
@settings(max_examples=80)
def test_what_comes_before_comes_before(one: Template, other: Template, data: st.DataObject) -> None:
    before = comes_before(one, other, 0)
    for _ in range(4):
        keys = []
        for template in (one, other):
            values: dict[str, object] = {
                t.attribute: data.draw(VALUES) for t in template.tokens if isinstance(t, Component)
            }
            keys.append(item_key(template, values))
        assert keys[0] is not None
        assert keys[1] is not None
        if before is not None:
            assert (keys[0] < keys[1]) == before, keys


def test_a_key_that_ends_where_the_edge_goes_on_lies_below_it() -> None:
    """A nested root, `A#`, is not in the interval of its children that begins with `A#B`."""
    root, child = Template((TextToken("A"),)), Template((TextToken("A"), TextToken("B")))
    end = Edge((BoundToken("A"),), after=True)
    children = Interval("SK", Edge((BoundToken("A"), BoundToken("B")), after=False), end)
    assert cut(children, root, ENTITY) == Cut("none")
    assert cut(children, child, ENTITY) == Cut("rows")
    assert not sort_bounds(children, resolve).admits("A#")
    assert comes_before(root, child, 0) is True
