"""Tables line up, amounts say what they are, findings look as documented."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from dynamodel.diagnostics import Diagnostic, Severity, SourceSpan
from dynamodel.report.diagnostics import diagnostic_text, diagnostics_json, diagnostics_text, summary
from dynamodel.report.text import cells, count, money, paragraph, printable, table, units

WIDE = Diagnostic(
    "DM301",
    Severity.ERROR,
    "access pattern `orders_by_status` filters on `status`, which `Order` does not have",
    SourceSpan("model.py", 42, 9),
    ("Order", "orders_by_status"),
    "did you mean `state`? `Order` has: customer_id, order_id, placed_at, state",
)
NOTED = Diagnostic("DM402", Severity.WARNING, "no layout", hint="allow a GSI", notes=("conflict: `a`, `b`",))


def test_a_finding_says_what_where_and_what_to_do() -> None:
    assert diagnostic_text(WIDE) == (
        "error[DM301]: access pattern `orders_by_status` filters on `status`, which `Order` does not have\n"
        "  model.py:42:9  Order > orders_by_status\n"
        "  hint: did you mean `state`? `Order` has: customer_id, order_id, placed_at, state\n"
    )


def test_a_finding_without_a_place_has_its_notes_and_the_hint_last() -> None:
    assert diagnostic_text(NOTED) == "warning[DM402]: no layout\n  conflict: `a`, `b`\n  hint: allow a GSI\n"


def test_several_findings_are_counted() -> None:
    assert diagnostics_text([WIDE, NOTED]).endswith("\n\n1 error, 1 warning\n")
    assert diagnostics_text([WIDE]) == diagnostic_text(WIDE)
    assert summary([]) == "no findings"
    assert summary([WIDE, WIDE]) == "2 errors"


def test_the_data_of_a_finding_is_the_same_as_its_text() -> None:
    (data,) = diagnostics_json([WIDE])["findings"]
    assert (data["code"], data["file"], data["line"], data["column"]) == ("DM301", "model.py", 42, 9)
    assert data["path"] == ["Order", "orders_by_status"]


def test_a_hostile_name_cannot_break_the_lines() -> None:
    text = diagnostic_text(Diagnostic("DM101", Severity.ERROR, "a\nb\x1b[31m\u2028"))
    assert text == "error[DM101]: a\\nb\\x1b[31m\\u2028\n"


def test_columns_line_up_in_any_script() -> None:
    text = table(("name", "n"), [("日本", "1"), ("é", "10"), ("e\u0301", "7")], right=(1,))
    assert text.splitlines() == ["  name   n", "  日本   1", "  é     10", "  e\u0301      7"]


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6), st.just("|")), min_size=1, max_size=4))
def test_the_last_column_starts_in_one_place(rows: list[tuple[str, str, str]]) -> None:
    lines = table(("a", "b", "|"), rows).splitlines()
    assert len(lines) == len(rows) + 1
    assert len({cells(line[: line.rindex("|")]) for line in lines}) == 1


@given(st.text())
def test_printable_text_is_one_line(text: str) -> None:
    assert len(printable(text).splitlines()) <= 1
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0.00"), (1, "<0.01"), (9_999, "<0.01"), (10_000, "0.01"), (1_234_567_891, "1,234.57"), (15_000, "0.02")],
)
def test_money(amount: int, text: str) -> None:
    assert money(amount) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0"), (500_000, "0.5"), (1_000_000, "1"), (2_345_678, "2.35"), (1_000, "0.001"), (1_500_000_000, "1,500")],
)
def test_units(amount: int, text: str) -> None:
    assert units(amount) == text


def test_counts_and_paragraphs() -> None:
    assert [count(1, "index", "indexes"), count(2, "index", "indexes"), count(0, "case")] == [
        "1 index",
        "2 indexes",
        "0 cases",
    ]
    wrapped = paragraph("word " * 40, bullet="- ").splitlines()
    assert wrapped[0].startswith("  - word")
    assert wrapped[1].startswith("    word")
    assert all(cells(line) <= 100 for line in wrapped)
