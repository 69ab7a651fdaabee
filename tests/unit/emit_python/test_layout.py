"""Expressions are laid out as the formatter does it."""

from __future__ import annotations

import ast

from hypothesis import given, strategies as st

from dynamodel.emit.python.layout import Prefixed, call, docstring, flat, listing, mapping, statement


def test_what_fits_stays_on_its_line():
    assert statement(call("f", "a", b="1")) == "    f(a, b=1)"


def test_what_does_not_fit_is_broken_with_a_trailing_comma():
    long = "x" * 50
    assert statement(call("f", long, call("g", long)), 0) == f"f(\n    {long},\n    g({long}),\n)"


def test_an_empty_call_is_never_broken():
    assert statement(call("f" * 100), 0) == "f" * 100 + "()"


nodes = st.recursive(
    st.sampled_from(["a", "some_name", "'a longer text in quotes'", "1"]),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: call("function", *items))
        | st.lists(inner, max_size=4).map(listing)
        | st.lists(inner, max_size=3).map(lambda items: mapping([(f"'key{n}'", item) for n, item in enumerate(items)]))
        | inner.map(lambda node: Prefixed("lambda: ", node))
    ),
    max_leaves=20,
)


@given(node=nodes)
def test_layout_does_not_change_the_meaning(node):
    broken = statement(node, 0, before="x = ")
    assert ast.dump(ast.parse(broken)) == ast.dump(ast.parse(f"x = {flat(node)}"))


def test_docstrings_are_wrapped_and_end_on_their_own_line():
    assert docstring(["One line."], 4) == "One line."
    assert docstring(["First.", "Second."], 4) == "First.\n\n    Second.\n    "
