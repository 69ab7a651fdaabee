"""Transcripts of the command line: every folder in `cli/` is a case.

A case holds `command` (the words after `dynamodel`), the files that the command finds in its folder, and what comes
out: `stdout`, `stderr`, `exit`. Commands run in this process, in a copy of the folder.
"""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from dynamodel.cli.app import main

CASES = Path(__file__).parent / "cli"
COMMAND = "command"
RESULTS = ("stdout", "stderr", "exit")


@dataclass(frozen=True)
class Transcript:
    """What a command printed and how it ended."""

    stdout: str
    stderr: str
    exit: int

    def files(self) -> dict[str, str]:
        """The transcript as the files of its case."""
        return {"stdout": self.stdout, "stderr": self.stderr, "exit": f"{self.exit}\n"}


def cases() -> list[Path]:
    """Every case, sorted."""
    return sorted(path.parent for path in CASES.glob(f"*/{COMMAND}"))


def committed(case: Path) -> dict[str, str]:
    """The transcript that lies in the case now."""
    return {name: (case / name).read_text(encoding="utf-8") for name in RESULTS if (case / name).is_file()}


def transcript(case: Path) -> Transcript:
    """Run a case in a copy of its folder, so that nothing it writes stays."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "case"
        shutil.copytree(case, folder, ignore=shutil.ignore_patterns(COMMAND, *RESULTS, "__pycache__"))
        return run(shlex.split((case / COMMAND).read_text(encoding="utf-8")), folder)


def run(arguments: list[str], folder: Path, columns: int = 100) -> Transcript:
    """Run a command in a folder, on a screen of so many columns."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    code: object = 0
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DYNAMODEL_")} | {
        "COLUMNS": str(columns)
    }
    with (
        contextlib.chdir(folder),
        mock.patch.object(sys, "argv", ["dynamodel", *arguments]),
        mock.patch.dict(os.environ, clean, clear=True),
        mock.patch.object(sys, "dont_write_bytecode", True),
        contextlib.redirect_stdout(streams[0]),
        contextlib.redirect_stderr(streams[1]),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    out, err = (s.buffer.getvalue().decode() for s in streams)  # type: ignore[attr-defined]
    return Transcript(out, err, code if isinstance(code, int) else 0)


def rewrite(case: Path) -> list[str]:
    """Make the case's transcript what it is today; the files that changed."""
    before, after = committed(case), transcript(case).files()
    changed = [name for name in RESULTS if after[name] != before.get(name)]
    for name in changed:
        (case / name).write_text(after[name], encoding="utf-8", newline="\n")
    return changed
