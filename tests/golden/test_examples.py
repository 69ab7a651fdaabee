"""The committed outputs of the examples are what the models give today, and every pattern of theirs is verified."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.golden.examples import EXAMPLES, ROOT, committed, outputs

@pytest.mark.parametrize("name", EXAMPLES)
def test_the_committed_outputs_are_what_the_model_gives(name: str) -> None:
    wanted, found = outputs(name), committed(name)
    differences = [
        line
        for path in sorted({*wanted, *found})
        for line in difflib.unified_diff(
            *(files.get(path, "").splitlines() for files in (found, wanted)), f"expected/{path}", path, lineterm="", n=1
        )
    ]
    assert not differences, "run `make regen` and read the diff\n" + "\n".join(differences[:80])


def test_every_example_has_a_page_and_the_list_names_it() -> None:
    listed = (ROOT / "examples/README.md").read_text(encoding="utf-8")
    folders = sorted(f.parent.name for f in (ROOT / "examples").glob("*/model.py"))
    assert folders == sorted(EXAMPLES)
    for name in folders:
        assert (ROOT / "examples" / name / "README.md").is_file()
        assert f"]({name}/model.py)" in listed


def test_two_runs_under_different_hash_seeds_give_the_same_bytes() -> None:
    program = "from tests.golden.examples import outputs; print(outputs('shop'))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
