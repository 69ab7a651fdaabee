"""What a user's type checker says about models: nothing about a good one, and most mistakes of a bad one."""

from __future__ import annotations

import re
from pathlib import Path

from mypy import api

from dynamodel.normalize.workload import normalize
from dynamodel.spec.loader import load_model

HERE = Path(__file__).parent
# mypy does not look at class keywords where a metaclass is present (Pydantic's is); the loader reports them
NOT_SEEN = 2


def test_mypy_accepts_the_good_model_and_finds_the_mistakes_of_the_bad_one() -> None:
    bad = HERE / "bad_model.py"
    seeded = {i for i, line in enumerate(bad.read_text().splitlines(), 1) if "# error" in line}
    report, _, _ = api.run(
        ["--strict", "--no-error-summary", "--hide-error-context", str(HERE / "good_model.py"), str(bad)]
    )
    found = {(m[1], int(m[2])) for m in re.finditer(r"^(?:.*[/\\])?(\w+)\.py:(\d+): error", report, re.MULTILINE)}
    assert {f for f in found if f[0] != "bad_model"} == set(), report
    lines = {line for _, line in found}
    assert lines <= seeded, report
    assert len(seeded - lines) <= NOT_SEEN, sorted(seeded - lines)


def test_the_good_model_is_good() -> None:
    workload = normalize(load_model(HERE / "good_model.py"))
    assert len(workload.patterns) == 20
    assert len({type(p).__name__ for p in workload.patterns}) == 2
