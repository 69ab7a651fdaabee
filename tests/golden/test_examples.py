"""The committed outputs of the examples are what the models give today, and every pattern of theirs is verified."""

from __future__ import annotations

import difflib
import hashlib
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


OTHER_SEED = "1" if os.environ.get("PYTHONHASHSEED") == "2" else "2"  # than that under which the files are compared
PRINT = """
import hashlib
from tests.golden.examples import EXAMPLES, outputs
for name in EXAMPLES:
    for path, text in sorted(outputs(name).items()):
        print(hashlib.sha256(text.encode()).hexdigest(), name, path)
"""


def test_another_hash_seed_gives_the_same_bytes() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": OTHER_SEED, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", PRINT]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    wanted = [
        f"{hashlib.sha256(text.encode()).hexdigest()} {name} {path}"
        for name in EXAMPLES
        for path, text in sorted(committed(name).items())
    ]
    assert done.stdout.splitlines() == wanted
