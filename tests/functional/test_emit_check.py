"""`emit` and `emit --check` on a folder that others use too: all targets, each kind of drift, files that are theirs."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dynamodel.cli import exit_codes
from dynamodel.cli.emit import emit
from dynamodel.emit.registry import DEFAULT, EMITTERS
from dynamodel.errors import EnvironmentFault

if TYPE_CHECKING:
    from pathlib import Path

MODEL = '''
"""Notes."""

from datetime import datetime, timedelta

from dynamodel import Create, Deploy, Entity, Get, Model, Query, attr, desc


class Note(Entity, identity=("author", "note"), count=1_000):
    author: str
    note: str
    expires: datetime = attr(role="ttl", lifetime=timedelta(days=30))


class Notes(Model, deploy=Deploy(roles=True)):
    write = Create(Note, rps=1)
    note = Get(Note, rps=5)
    of_author = Query(Note, by=Note.author, order_by=desc(Note.note), limit=10, rps=5)
'''
TARGETS = tuple(EMITTERS)
PLAIN = MODEL.replace(", deploy=Deploy(roles=True)", "").replace("Deploy, ", "")


def _run(model: Path, folder: Path, *targets: str, check: bool = False) -> int:
    return emit(model, folder, targets=targets or None, check=check, templates=None)


def _tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (p for p in sorted(folder.rglob("*")) if p.is_file())
    return {p.relative_to(folder).as_posix(): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.py"
    path.write_text(MODEL, encoding="utf-8")
    return path


def test_a_second_run_of_all_targets_touches_nothing(model: Path, tmp_path: Path) -> None:
    assert _run(model, tmp_path / "out", *TARGETS) == exit_codes.DONE
    before = _tree(tmp_path / "out")
    assert {path.split("/")[0] for path in before} == {
        *("cloudformation", "cloudformation_json", "terraform", "cdk", "sam", "create_table", "notes", "tests"),
    }
    assert _run(model, tmp_path / "out", *TARGETS, check=True) == exit_codes.DONE
    assert _run(model, tmp_path / "out", *TARGETS) == exit_codes.DONE
    assert _tree(tmp_path / "out") == before


@pytest.mark.parametrize("target", TARGETS)
def test_one_target_leaves_the_files_of_the_others(model: Path, tmp_path: Path, target: str) -> None:
    _run(model, tmp_path / "out", *TARGETS)
    before = _tree(tmp_path / "out")
    assert _run(model, tmp_path / "out", target, check=True) == exit_codes.DONE
    assert _run(model, tmp_path / "out", target) == exit_codes.DONE
    assert _tree(tmp_path / "out") == before


def test_every_kind_of_drift_is_an_exit_of_one_with_a_diff(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    model.write_text(PLAIN, encoding="utf-8")
    _run(model, folder, *DEFAULT, "terraform", "create-table")
    (folder / "terraform/notes/mine.tf").write_text("# mine\n")
    (folder / "create_table/notes/mine.json").write_text("{}\n")
    (folder / "terraform/notes/outputs.tf").unlink()
    with (folder / "notes/client.py").open("a") as file:
        file.write("extra = 1\n")
    model.write_text(PLAIN.replace('expires: datetime = attr(role="ttl", lifetime=timedelta(days=30))', "text: str"))
    before = _tree(folder)
    capsys.readouterr()
    assert _run(model, folder, *DEFAULT, "terraform", "create-table", check=True) == exit_codes.FINDINGS
    told = capsys.readouterr()
    assert _tree(folder) == before
    assert "-extra = 1\n" in told.out
    assert "+++ b/terraform/notes/outputs.tf\n" in told.out
    assert "missing: terraform/notes/outputs.tf" in told.err
    assert "changed: notes/client.py" in told.err
    assert "stale: create_table/notes/update-time-to-live.json" in told.err
    assert "mine" not in told.err
    assert _run(model, folder, *DEFAULT, "terraform", "create-table") == exit_codes.DONE
    assert _run(model, folder, *DEFAULT, "terraform", "create-table", check=True) == exit_codes.DONE
    after = _tree(folder)
    assert "create_table/notes/update-time-to-live.json" not in after
    for kept in ("terraform/notes/mine.tf", "create_table/notes/mine.json"):
        assert after[kept] == before[kept]


def test_a_disk_that_is_full_leaves_the_older_run_whole(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    _run(model, folder, *TARGETS)
    before = {path: held for path, (held, _) in _tree(folder).items()}
    model.write_text(MODEL.replace('"""Notes."""', '"""Other notes."""').replace("limit=10", "limit=20"))
    written = 0

    def full(descriptor: int) -> None:
        nonlocal written
        del descriptor
        written += 1
        if written == 7:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("dynamodel.emit.write.os.fsync", full)
    with pytest.raises(EnvironmentFault, match="No space left on device"):
        _run(model, folder, *TARGETS)
    assert {path: held for path, (held, _) in _tree(folder).items()} == before


KILLED = """
import os, signal, sys
from pathlib import Path
from dynamodel.cli.app import main

real, left = Path.replace, int(sys.argv.pop(1))


def replace(self, target):
    global left
    if self.name.endswith(".new"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return real(self, target)


Path.replace = replace
main()
"""


@pytest.mark.parametrize("renamed", [0, 3])
def test_a_run_that_is_killed_leaves_each_file_whole_and_the_next_one_mends_it(
    model: Path, tmp_path: Path, renamed: int
) -> None:
    folder, other = tmp_path / "out", tmp_path / "other"
    _run(model, folder, *TARGETS)
    before = {path: held for path, (held, _) in _tree(folder).items()}
    model.write_text(MODEL.replace('"""Notes."""', '"""Other notes."""').replace("limit=10", "limit=20"))
    _run(model, other, *TARGETS)
    wanted = {path: held for path, (held, _) in _tree(other).items()}
    targets = [word for target in TARGETS for word in ("--target", target)]
    words = [sys.executable, "-c", KILLED, str(renamed), "emit", str(model), "--to", str(folder), *targets]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    found = {path: held for path, (held, _) in _tree(folder).items()}
    drafts = {path for path in found if path.endswith((".new", ".old"))}
    assert drafts
    changed = {path for path in before if found[path] != before[path]}
    assert len(changed) == renamed
    assert all(found[path] == wanted[path] for path in changed)
    assert _run(model, folder, *TARGETS, check=True) == exit_codes.FINDINGS
    assert _run(model, folder, *TARGETS) == exit_codes.DONE
    assert {path: held for path, (held, _) in _tree(folder).items()} == wanted
