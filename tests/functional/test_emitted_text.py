"""What is emitted is formatted, lint-free and typed; names that collide are kept apart in every module."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dynamodel.emit.python.emitter import emit_python
from dynamodel.planner.plan import make_plan
from tests.support.designs import NAMES, designed
from tests.support.helpdesk import helpdesk
from tests.support.packages import everything, write_package


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All packages that the tests know, side by side."""
    target = tmp_path_factory.mktemp("packages")
    for name in NAMES:
        write_package(designed(name).workload, designed(name).plan, target)
    write_package(helpdesk(), make_plan(helpdesk()), target)
    write_package(*everything(), target)
    return target


def run(folder, *command):
    return subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)


def test_the_formatter_has_nothing_to_change(folder):
    done = run(folder, "ruff", "format", "--isolated", "--no-cache", "--diff", ".")
    assert done.returncode == 0, done.stdout[:4000]


def test_the_linter_has_nothing_to_say(folder):
    rules = ["--select", "E,F,I,UP,B,W", "--target-version", "py311"]
    done = run(folder, "ruff", "check", "--isolated", "--no-cache", *rules, ".")
    assert done.returncode == 0, done.stdout[:4000]


def test_it_passes_mypy_strict(folder):
    options = ["--strict", "--python-version", "3.11", "--config-file=", f"--cache-dir={folder / '.mypy'}"]
    done = run(folder, "mypy", *options, ".")
    assert done.returncode == 0, done.stdout[:4000]


def test_it_passes_strict_pyright(folder):
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict", "pythonVersion": "3.11"}')
    done = run(folder, "basedpyright", "--pythonpath", sys.executable)
    assert done.returncode == 0, done.stdout[:4000]


def test_emission_is_pure():
    workload, plan = everything()
    assert emit_python(workload, plan) == emit_python(workload, plan)


def test_the_package_needs_boto3_alone(folder):
    text = "".join(file.read_text() for file in folder.rglob("*.py"))
    assert "import dynamodel" not in text
    assert "from dynamodel" not in text
