"""The command in a process of its own: what it loads, how long it takes, how it ends when someone stops listening."""

from __future__ import annotations

import json
import os
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
SHOP = ROOT / "examples" / "shop" / "model.py"
FOREIGN = ("boto3", "botocore", "moto", "jinja2", "cfnlint", "highspy", "rich", "numpy")

# Budgets are for an idle machine and measured by `make bench`; a test only refuses what is far beyond, in processor
# time, which other load on the machine disturbs least.
GENEROUS = 3.0


def command(*arguments: str, **environment: str) -> list[str]:
    return [sys.executable, "-m", "dynamodel", *arguments]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, env=environment(**more), cwd=ROOT
    )


def loaded_by(*arguments: str) -> set[str]:
    program = (
        "import atexit, json, sys; from dynamodel.cli.app import main; "
        "atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr)); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
        cwd=ROOT,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_planning_loads_nothing_that_only_emit_and_verify_need() -> None:
    modules = loaded_by("plan", str(SHOP))
    assert "pydantic" in modules  # the list is real
    assert [name for name in FOREIGN if name in modules] == []
    assert "email" not in modules  # what `importlib.metadata` would bring, for plugins that are not looked for
    assert "selectors" not in modules  # what `subprocess` would bring, for files that are not opened
    assert "_bz2" not in modules  # what `bz2` would bring, for archives that are not made
    assert "dynamodel.spec.deploy_parts" not in modules  # the model says no `Deploy`


def test_the_module_is_the_command_under_its_own_name() -> None:
    done = run("plan", "--help")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].split()[:3] == ["Usage:", "dynamodel", "plan"]
    script = subprocess.run(
        [Path(sys.executable).with_name("dynamodel"), "--version"], capture_output=True, text=True, check=True
    )
    assert run("--version").stdout == script.stdout


def test_the_version_loads_neither_pydantic_nor_the_command_line() -> None:
    modules = loaded_by("--version")
    assert [name for name in ("pydantic", "typer", *FOREIGN) if name in modules] == []


def test_emitting_loads_no_service_client(tmp_path: Path) -> None:
    modules = loaded_by("emit", str(SHOP), "--to", str(tmp_path))
    assert "jinja2" in modules
    assert [name for name in ("boto3", "botocore", "moto", "cfnlint") if name in modules] == []


@pytest.mark.parametrize("arguments", [("--version",), ("plan", str(SHOP))], ids=lambda a: a[0].strip("-"))
def test_a_command_starts_soon(arguments: tuple[str, ...]) -> None:
    run(*arguments)  # compiled and cached
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run(*arguments).returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"dynamodel {arguments[0]}: {seconds:.2f} s of processor time")
    assert seconds < GENEROUS


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", str(SHOP)),
        ("plan", str(SHOP), "--format", "json"),
        ("cost", str(SHOP)),
        ("schema",),
    ],
    ids=" ".join,
)
def test_two_hash_seeds_give_the_same_bytes(arguments: tuple[str, ...]) -> None:
    first, second = (run(*arguments, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first.returncode == 0, first.stderr
    assert first.stdout
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)


def test_a_closed_pipe_ends_the_command_quietly() -> None:
    reader, writer = os.pipe()
    process = subprocess.Popen(
        command("plan", str(SHOP)), stdout=writer, stderr=subprocess.PIPE, env=environment(), cwd=ROOT
    )
    os.close(reader)
    os.close(writer)
    _, errors = process.communicate(timeout=120)
    assert errors == b""
    assert process.returncode == 141


def test_head_gets_its_line() -> None:
    words = shlex.join(command("schema"))
    done = subprocess.run(
        ["bash", "-c", f"{words} | head -1"], capture_output=True, text=True, check=False, env=environment(), cwd=ROOT
    )
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_an_interrupt_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("raise KeyboardInterrupt\n")
    done = run("plan", str(tmp_path / "model.py"))
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


def test_a_closed_output_is_no_reason_to_fail() -> None:
    words = shlex.join(command("schema")) + " >&-"
    done = subprocess.run(
        ["bash", "-c", words], capture_output=True, text=True, check=False, env=environment(), cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_is_reported_without_a_traceback() -> None:
    if not Path("/dev/full").exists():
        return
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command("plan", str(SHOP)), stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment()
        )
    assert done.returncode == 5
    assert done.stderr.startswith("error[DM715]: ")
    assert "Traceback" not in done.stderr
