"""What the command line says does not change unnoticed, above all when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.golden.transcripts import cases, committed, transcript

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_command_line_says_what_is_committed(case: Path) -> None:
    assert transcript(case).files() == committed(case), "run `make regen` and read the diff"


def test_no_transcript_shows_a_traceback_of_ours() -> None:
    shown = {case.name: "".join(committed(case).values()) for case in cases()}
    assert shown
    assert [name for name, text in shown.items() if "Traceback" in text or "bug in dynamodel" in text] == []


def test_every_exit_code_is_shown_by_some_case() -> None:
    assert {committed(case)["exit"].strip() for case in cases()} == {"0", "1", "2", "3", "4", "5"}


def test_what_is_wrong_is_said_on_stderr_and_leaves_stdout_to_data() -> None:
    for case in cases():
        files = committed(case)
        if files["exit"].strip() in {"2", "3", "5"}:
            assert files["stdout"] == "", case.name
            assert files["stderr"], case.name
