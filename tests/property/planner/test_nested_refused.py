"""The judge refuses layouts of nested and two-sided collections that are broken on purpose, by reach and by order."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.ir.keys import BoundToken, Component, Interval, TextToken
from dynamodel.ir.plan import BASE
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from tests.functional.test_collections import BOTH_SIDES, DEEPER, NESTED
from tests.property.planner.test_check_refuses import component, half, lower, request, upper

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

MODELS = {"nested": NESTED, "deeper": DEEPER, "both sides": BOTH_SIDES}


@cache
def planned(name: str) -> tuple[Workload, Plan]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.py"
        file.write_text(dedent(MODELS[name]))
        workload = pipeline.load(file)
    return workload, make_plan(workload)


def interval(plan: Plan, name: str) -> Interval:
    found = plan.pattern(name).reads[0].sort
    assert isinstance(found, Interval)
    return found


def shorter(plan: Plan, name: str) -> Plan:
    """The interval of a request with the last token of both ends left out."""
    cut = interval(plan, name).lower.tokens[:-1]
    return upper(lower(plan, name, tokens=cut), name, tokens=cut)


def orders_from_the_nest(plan: Plan) -> Plan:
    """The list of orders asked of the table, where the lines of each order lie behind it."""
    whole = plan.pattern("everything").reads[0].partition
    nest = (BoundToken("ORDER"),)
    narrow = upper(lower(plan, "order", tokens=nest), "order", tokens=nest).pattern("order").reads[0].sort
    return request(plan, "latest", index=None, partition=whole, sort=narrow)


BROKEN: dict[str, tuple[str, Callable[[Plan], Plan], str]] = {
    "a list of parents reads their children": ("nested", orders_from_the_nest, "DM461"),
    "lines read with their order": ("nested", lambda p: shorter(p, "last_lines"), "DM461"),
    "lines of every order": (
        "nested",
        lambda p: upper(lower(p, "order", tokens=(BoundToken("ORDER"),)), "order", tokens=(BoundToken("ORDER"),)),
        "DM462",
    ),
    "an order without its own row": (
        "nested",
        lambda p: request(p, "order", sort=interval(p, "last_lines"), page=None),
        "DM461",
    ),
    "a child's text in the middle is lost": (
        "nested",
        lambda p: half(p, "Line", BASE, "sort", lambda ts: (*(t for t in ts if t != TextToken("LINE")),)),
        "DM461",
    ),
    "children under another value": (
        "nested",
        lambda p: half(
            p,
            "Line",
            BASE,
            "sort",
            lambda ts: (ts[0], ts[3], ts[2], ts[1]),
        ),
        "DM461",
    ),
    "a grandchild beside its parent": (
        "deeper",
        lambda p: half(p, "Reaction", BASE, "sort", lambda ts: (TextToken("REACTION"), *ts[1:])),
        "DM461",
    ),
    "one level too high": ("deeper", lambda p: shorter(p, "page"), "DM462"),
    "the inverse order stored as it is": (
        "both sides",
        lambda p: component(p, "Visit", BASE, "sort", descending=False),
        "DM464",
    ),
    "the other end of a child": (
        "both sides",
        lambda p: request(p, "talk", forward=not p.pattern("talk").reads[0].forward),
        "DM469",
    ),
    "the root at the end": (
        "both sides",
        lambda p: half(p, "Room", BASE, "sort", lambda _: (TextToken("~~"),)),
        "DM461",
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_the_plans_themselves_are_accepted(name: str) -> None:
    assert check(*planned(name)) == ()


@pytest.mark.parametrize("about", BROKEN)
def test_a_collection_broken_on_purpose_is_refused(about: str) -> None:
    name, change, code = BROKEN[about]
    workload, plan = planned(name)
    broken = change(plan)
    assert broken != plan
    found = check(workload, broken)
    assert code in {d.code for d in found}, [f"{d.code}: {d.message}" for d in found]


def test_the_models_are_what_the_alterations_suppose() -> None:
    _, plan = planned("nested")
    tokens = plan.entity("Line").base.sort[0].value.tokens  # type: ignore[union-attr]
    assert [type(t) for t in tokens] == [TextToken, Component, TextToken, Component]
