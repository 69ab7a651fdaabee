"""Comparing answers: order between groups, freedom within them, cuts, and the smallest dataset that still fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dynamodel.ir.suite import PartRows, Row
from dynamodel.verify.answers import rows_differ
from dynamodel.verify.shrink import smallest

if TYPE_CHECKING:
    from collections.abc import Sequence

A, B, C, D = (Row("Item", {"name": name}) for name in "abcd")
PART = PartRows("Item", ((A,), (B, C), (D,)))


@pytest.mark.parametrize("rows", [[A, B, C, D], [A, C, B, D]])
def test_equal_rows_may_come_in_any_order(rows: list[Row]) -> None:
    assert rows_differ(PART, rows, None) is None


@pytest.mark.parametrize(
    "rows",
    [[B, A, C, D], [A, B, D, C], [A, B, B, D], [A, B, C], [A, B, C, D, D], [D, C, B, A], []],
)
def test_everything_else_differs(rows: list[Row]) -> None:
    assert rows_differ(PART, rows, None)


@pytest.mark.parametrize("rows", [[A, B], [A, C]])
def test_a_limit_may_cut_a_tie_anywhere(rows: list[Row]) -> None:
    assert rows_differ(PART, rows, 2) is None


@pytest.mark.parametrize("rows", [[A, D], [B, C], [A], [A, B, C]])
def test_a_limit_gives_the_first_rows_and_as_many_as_it_says(rows: list[Row]) -> None:
    assert rows_differ(PART, rows, 2)


def test_a_missing_row_is_named() -> None:
    assert "missing: Item(name='d')" in (rows_differ(PART, [A, B, C], None) or "")
    assert "not expected: Item(name='x')" in (rows_differ(PART, [A, B, C, D, Row("Item", {"name": "x"})], None) or "")


def test_a_value_that_differs_is_a_difference() -> None:
    assert rows_differ(PartRows("Item", ((Row("Item", {"n": 1}),),)), [Row("Item", {"n": "1"})], None)
    assert rows_differ(PartRows("Item", ((Row("Item", {"n": 1}),),)), [Row("Other", {"n": 1})], None)


@pytest.mark.parametrize(("needed", "size"), [({3}, 20), ({3, 17}, 20), ({0, 9, 19}, 20), (set(range(5)), 5)])
def test_the_smallest_dataset_keeps_just_what_is_needed(needed: set[int], size: int) -> None:
    def fails(rows: Sequence[int]) -> bool:
        return needed <= set(rows)

    assert smallest(range(size), fails, 200) == tuple(sorted(needed))


def test_the_search_ends_after_its_trials() -> None:
    tried = []

    def fails(rows: Sequence[int]) -> bool:
        tried.append(rows)
        return False

    assert smallest(range(50), fails, 7) == tuple(range(50))
    assert len(tried) == 7
