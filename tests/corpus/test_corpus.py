"""The corpus holds what issue and README promise: all cases plan, and what they lack is known by name.

The expectations are exact on both sides: a case that gets better fails here too, so that it is written down.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.differences import BEYOND_IDENTITY, READS_FIRST
from tests.corpus.report import render
from tests.corpus.runner import FIELDS, is_complete, more_requests, run_file, summary

ROOT = Path(__file__).parent.parent.parent
CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


@pytest.fixture(scope="module")
def planned() -> dict[str, dict[str, Any]]:
    """The results of all cases, planned only."""
    return {file.stem: run_file(file, verify=False) for file in CASES}


def test_there_are_24_cases_and_every_pattern_of_every_case_is_served(planned: dict[str, dict[str, Any]]) -> None:
    assert len(planned) == 24
    assert {name: r["error"] for name, r in planned.items() if r["error"]} == {}
    assert {name: r["unserved"] for name, r in planned.items() if r["unserved"]} == {}


def test_what_takes_more_than_the_expert_has_a_cause_in_the_two_designs(planned: dict[str, dict[str, Any]]) -> None:
    more = [(name, d) for name, r in planned.items() for d in r["differences"] if d["more"]]
    lawful = {BEYOND_IDENTITY, READS_FIRST}  # no read takes more requests, and no index more that identities do not ask
    assert [(name, d["subject"], d["why"]) for name, d in more if d["cause"] not in lawful] == []
    counted = {(name, d["subject"]) for name, d in more}
    for name, r in planned.items():
        assert ((name, "GSIs") in counted) == (r["gsis"] > r["expert_gsis"])
        assert {i for i in r["requests"] if (name, i) in counted} >= set(more_requests(r))


def test_nothing_is_filtered_or_scanned_where_the_expert_does_not(planned: dict[str, dict[str, Any]]) -> None:
    assert [f"{n}.{i}" for n, r in planned.items() for i in r["filters"] if i not in r["expert_filters"]] == []


def test_no_plan_beats_its_own_bound_and_every_plan_is_proven(planned: dict[str, dict[str, Any]]) -> None:
    assert all(r["gsi_lower_bound"] <= r["gsis"] and r["gap"] == 0 for r in planned.values())


@pytest.mark.parametrize("file", CASES, ids=lambda f: f.stem)
def test_every_pattern_of_a_case_is_verified_on_moto(file: Path) -> None:
    result = run_file(file)
    assert result["error"] is None
    assert result["mismatches"] == []
    assert is_complete(result)


@pytest.mark.local
@pytest.mark.parametrize("file", CASES, ids=lambda f: f.stem)
def test_every_pattern_of_a_case_is_verified_on_dynamodb_local(file: Path, local_endpoint: str) -> None:
    result = run_file(file, endpoint=local_endpoint)
    assert result["error"] is None
    assert result["mismatches"] == []
    assert is_complete(result)


def test_the_command_prints_a_line_a_case_and_a_summary_and_survives_what_is_no_case(tmp_path: Path) -> None:
    good = tmp_path / "a.json"
    good.write_text(CASES[0].read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "b.json").write_text("[1, 2", encoding="utf-8")
    (tmp_path / "c.json").write_text("{}", encoding="utf-8")
    words = [sys.executable, "-m", "tests.corpus", str(tmp_path), str(tmp_path / "missing.json"), "--no-verify"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    *lines, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1, done.stderr
    assert [tuple(line) for line in lines] == [FIELDS] * 4
    assert [line["error"] is None for line in lines] == [True, False, False, False]
    assert last["errors"] == ["b", "c", "missing"]


def test_the_report_names_every_case_and_every_difference(planned: dict[str, dict[str, Any]]) -> None:
    text = render(dict(zip(CASES, planned.values(), strict=True)))
    assert all(f"**{name}**" in text for name in planned)
    for name, r in planned.items():
        assert text.count(f"**{name}** ") == len(r["differences"])


def test_the_summary_counts(planned: dict[str, dict[str, Any]]) -> None:
    counted = summary(list(planned.values()))
    assert (counted["summary"], counted["served"], counted["errors"]) == (24, counted["patterns"], [])
