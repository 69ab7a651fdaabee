"""The documentation of a rule is tested: its bad example gives its finding, and the four parts are there."""

from __future__ import annotations

import pytest

from dynamodel.catalog import CATALOG
from dynamodel.lint.registry import RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_a_rule_says_what_why_bad_and_good(rule: type) -> None:
    text = rule.__doc__ or ""
    positions = [text.find(word) for word in ("What it checks:", "Why:", "Bad:", "Good:")]
    assert -1 not in positions
    assert positions == sorted(positions)
    assert rule.code in CATALOG


def test_codes_of_rules_are_different() -> None:
    codes = [r.code for r in RULES]
    assert len(codes) == len(set(codes))
