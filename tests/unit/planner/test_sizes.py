"""A key that may be too long is no candidate: another one is taken, or the pattern is not served."""

from __future__ import annotations

import pytest

from dynamodel.ir.entities import AttributeDef, Estimate
from dynamodel.ir.values import Kind, ValueType
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from dynamodel.planner.sizes import fits
from tests.support.small import entity, equals, part, read, signature, workload


def text(name: str, most: int) -> AttributeDef:
    return AttributeDef(name, ValueType(Kind.STRING, max_length=most), Estimate(20, most))


PAGE = entity("Page", "id", text("site", 40), text("title", 330), text("path", 600))


@pytest.mark.parametrize(
    ("partition", "sort", "legal"),
    [
        ("site", "title", True),  # 330 characters of three bytes each at worst
        ("site", "title site", False),
        ("site", "path", False),
        ("path", "site", True),
        ("path title", "", False),
        ("path", "title", True),
    ],
)
def test_keys_within_their_limits(partition: str, sort: str, *, legal: bool) -> None:
    assert fits(PAGE, signature("Page", partition, sort), "GSI1") is legal


def test_two_patterns_take_an_index_each_where_their_common_key_would_be_too_long() -> None:
    both = read("both", part("Page", equals("site", "path")))
    listed = read("listed", part("Page", equals("site"), order="title"))
    model = workload((PAGE,), (both, listed, read("of_path", part("Page", equals("path"), order="site"))))
    plan = make_plan(model)
    assert [p.status for p in plan.patterns] == ["served"] * 3
    assert check(model, plan) == ()


def test_a_pattern_that_needs_a_key_that_is_too_long_is_not_served() -> None:
    model = workload((PAGE,), (read("listed", part("Page", equals("site"), order="path")),))
    assert [p.status for p in make_plan(model).patterns] == ["unserved"]
