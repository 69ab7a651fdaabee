"""What commands do to folders and streams, run in this process."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from dynamodel.cli import console, exit_codes
from dynamodel.ir.codec import plan_from_json
from tests.golden.transcripts import run

ROOT = Path(__file__).parent.parent.parent.parent
SESSIONS = str(ROOT / "examples" / "sessions" / "model.py")


def test_the_starter_model_plans_cleanly(tmp_path: Path) -> None:
    done = run(["init", "board"], tmp_path)
    assert (done.stdout, done.exit) == ("board/model.py\n", 0)
    assert run(["lint", "board/model.py"], tmp_path).exit == 0
    plan = json.loads(run(["plan", "board/model.py", "--format", "json"], tmp_path).stdout)
    assert {pattern["status"] for pattern in plan["patterns"].values()} == {"served"}
    assert plan["findings"] == []


def test_the_starter_model_is_verified(tmp_path: Path) -> None:
    run(["init"], tmp_path)
    done = run(["verify", "model.py", "--format", "json"], tmp_path)
    report = json.loads(done.stdout)
    assert report["passed"], report["findings"]
    assert {p["result"] for p in report["patterns"].values()} == {"verified"}


def test_a_json_plan_on_stdout_is_the_lock_byte_for_byte(tmp_path: Path) -> None:
    run(["init"], tmp_path)
    printed = run(["plan", "model.py", "--format", "json", "--lock"], tmp_path)
    lock = (tmp_path / "model.plan.json").read_text()
    assert printed.stdout == lock
    assert plan_from_json(json.loads(lock)).model == "board"
    assert run(["plan", "model.py", "--format", "json"], tmp_path).stdout == lock


def test_an_infeasible_plan_leaves_the_lock_as_it_was(tmp_path: Path) -> None:
    case = ROOT / "tests/golden/cli/unserved/model.py"
    (tmp_path / "model.py").write_text(case.read_text())
    assert run(["plan", "model.py", "--lock"], tmp_path).exit == exit_codes.INFEASIBLE
    assert not (tmp_path / "model.plan.json").exists()


def test_emit_check_sees_every_kind_of_drift_and_repairs_nothing(tmp_path: Path) -> None:
    emit = ["emit", SESSIONS, "--to", "build"]
    written = run(emit, tmp_path)
    assert written.exit == 0
    assert run([*emit, "--check"], tmp_path).exit == 0
    template = tmp_path / "build/cloudformation" / next((tmp_path / "build/cloudformation").iterdir()).name
    text = template.read_text()
    template.write_text(text.replace("AWS::DynamoDB::Table", "AWS::DynamoDB::Tabel"))
    drift = run([*emit, "--check"], tmp_path)
    assert drift.exit == exit_codes.FINDINGS
    assert "-    Type: AWS::DynamoDB::Tabel" in drift.stdout
    assert "error[DM513]" in drift.stderr
    assert "Tabel" in template.read_text()
    again = run(emit, tmp_path)
    assert again.stdout == f"cloudformation/{template.name}\n"
    assert template.read_text() == text


def test_emitting_twice_writes_nothing_the_second_time(tmp_path: Path) -> None:
    first = run(["emit", SESSIONS, "--to", "build"], tmp_path)
    second = run(["emit", SESSIONS, "--to", "build"], tmp_path)
    assert first.stdout.splitlines() == sorted(first.stdout.splitlines())
    assert (second.stdout, second.exit) == ("", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan"],
        ["emit", "model.py"],
        ["plan", "model.py", "--format", "yaml"],
        ["verify", "model.py", "--backend", "oracle"],
        ["verify", "model.py", "--items", "0"],
        ["nonsense"],
        ["plan", "model.py", "--nonsense"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_a_usage_error(tmp_path: Path, arguments: list[str]) -> None:
    done = run(arguments, tmp_path)
    assert done.exit == exit_codes.USAGE
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["init", "plan", "emit", "verify", "lint", "explain", "cost", "rules", "schema"])
def test_every_command_has_help(tmp_path: Path, name: str) -> None:
    assert name in run(["--help"], tmp_path).stdout
    done = run([name, "--help"], tmp_path)
    assert done.exit == 0
    assert f"dynamodel {name}" in done.stdout


def test_the_schema_is_json_schema_of_the_json_form(tmp_path: Path) -> None:
    schema = json.loads(run(["schema"], tmp_path).stdout)
    assert schema["title"] == "dynamodel-spec/1"


def test_our_own_bug_shows_its_traceback_and_exits_with_70(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> int:
        raise ZeroDivisionError

    with pytest.raises(SystemExit) as end:
        console.run(broken)
    assert end.value.code == exit_codes.OUR_BUG
    assert "ZeroDivisionError" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_color_is_for_terminals_only_and_respects_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert console.colored(Terminal())
    assert not console.colored(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not console.colored(Terminal())


def test_color_adds_nothing_but_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    console.out_report("error[DM101]: `x`\n  hint: y\n")
    assert terminal.getvalue() == "\x1b[31merror\x1b[0m[DM101]: `x`\n  \x1b[32mhint\x1b[0m: y\n"
