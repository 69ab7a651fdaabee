"""Quoting survives any text: what a reader of the target language gets back is what went in."""

from __future__ import annotations

import ast
from decimal import Decimal

import pytest
import yaml
from hypothesis import given, strategies as st
from jinja2 import Environment

from dynamodel.emit.filters import FILTERS, comment, docstring, python_literal, yaml_scalar

HOSTILE = (
    *("", " ", '"', "'", '"""', "'''", '""""', 'a"', "a\\", "\\", "\\n", "\n", "\r\n", "\t", "\0", "\x7f", "\x85"),
    *(
        "\u2028",
        "\ufeff",
        "\ud800",
        "é",
        "😀",
        "{{ x }}",
        "{% raw %}",
        "{# c #}",
        "a: b",
        "a #b",
        "#",
        "- a",
        "yes",
        "No",
    ),
    *(
        "null",
        "~",
        "1",
        "1.5",
        "0x1f",
        "1e3",
        "2026-11-01",
        "1_000",
        "12:30",
        "=",
        "<<",
        "!Ref x",
        "&a",
        "*a",
        "%",
        "@",
    ),
    *("`", "a ", " a", "${AWS::Region}", "NaN", ".inf", "x" * 300, '\\"""', '"\\"'),
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30), st.text(alphabet="\"'\\{}%#\n :-", max_size=12))
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    texts,
    st.binary(max_size=20),
    st.decimals(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple), st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=8,
)


def _evaluate(text: str) -> object:
    return eval(text, {"__builtins__": {}, "Decimal": Decimal, "set": set})


@given(values)
def test_a_python_literal_makes_the_value(value: object) -> None:
    assert _evaluate(python_literal(value)) == value


@given(st.sets(texts))
def test_sets_are_written_in_one_order(value: set[str]) -> None:
    text = python_literal(value)
    assert _evaluate(text) == value
    assert text == python_literal({*reversed(list(value))})


@given(texts)
def test_a_python_literal_stays_on_its_line(value: str) -> None:
    assert len(python_literal(value).splitlines()) == 1


@given(st.one_of(st.none(), st.booleans(), st.integers(), texts))
def test_yaml_reads_the_value_back(value: object) -> None:
    text = yaml_scalar(value)
    assert yaml.safe_load(f"key: {text} # comment\n") == {"key": value}
    assert yaml.safe_load(f"[{text}, {text}]") == [value, value]


@given(texts)
def test_a_docstring_is_the_text(text: str) -> None:
    module = ast.parse(f'def f():\n    """{docstring(text)}"""\n')
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert ast.get_docstring(function, clean=False) == text


@given(texts)
def test_a_comment_is_one_line_that_ends_nothing(text: str) -> None:
    line = comment(text)
    assert len(line.splitlines()) <= 1
    assert ast.parse(f"x = 1  # {line}\n").body
    assert yaml.safe_load(f"# {line}\nkey: 1\n") == {"key": 1}


@given(texts)
def test_text_with_template_syntax_is_printed_and_not_run(text: str) -> None:
    environment = Environment(autoescape=False)
    environment.filters |= FILTERS
    printed = environment.from_string("{{ text | py }}").render(text=text)
    assert _evaluate(printed) == text


@pytest.mark.parametrize("value", [1.5, object(), b"x"])
def test_yaml_refuses_what_it_has_no_scalar_for(value: object) -> None:
    with pytest.raises(TypeError, match="no YAML scalar"):
        yaml_scalar(value)


def test_python_refuses_floats() -> None:
    with pytest.raises(TypeError, match="float"):
        python_literal(1.5)
