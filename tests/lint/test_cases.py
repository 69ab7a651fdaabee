"""Every case gives exactly its findings, and every catalogued code of a model is shown by a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dynamodel.catalog import CATALOG
from tests.lint.cases_run import CASES, expected_file, findings, inputs, outcome

if TYPE_CHECKING:
    from pathlib import Path

ALL = inputs(CASES)


@pytest.mark.parametrize("case", ALL, ids=lambda c: f"{c.parent.name}-{c.stem}{c.suffix}")
def test_a_case_gives_exactly_its_findings(case: Path) -> None:
    assert outcome(case) == expected_file(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", ALL, ids=lambda c: f"{c.parent.name}-{c.stem}{c.suffix}")
def test_a_case_shows_the_code_of_its_folder(case: Path) -> None:
    codes = {f.code for f in findings(case)}
    assert (case.parent.name in codes) == case.stem.startswith("bad_")


def test_every_code_about_models_has_a_case() -> None:
    shown = {case.parent.name for case in ALL if case.stem.startswith("bad_")}
    assert {code for code in CATALOG if code[2] in "123"} <= shown <= set(CATALOG)


def test_findings_of_a_file_are_sorted_by_place() -> None:
    for case in ALL:
        places = [(f.span.line, f.span.column) for f in findings(case) if f.span and f.code[2:] < "250"]
        assert places == sorted(places), case
