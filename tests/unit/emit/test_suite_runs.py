"""The emitted suite does its work: it passes with the emitted package, alone, and fails when the package is wrong."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from dynamodel.emit.registry import emit
from dynamodel.emit.write import write
from tests.support.designs import NAMES, Designed, designed
from tests.support.quick import run_suite

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


def _emitted(folder: Path, example: str) -> Designed:
    case = designed(example)
    write(emit(case.workload, case.plan, case.suite), folder)
    return case


def _tests(case: Designed) -> int:
    """A test for each case, one about what each read with a Query brings, and one about the keys of all rows."""
    return len(case.suite.cases) + len(case.queried) + 1


def _summary(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    return {
        word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout.splitlines()[-1])
    }


def _passed(folder: Path, **environment: str) -> dict[str, int]:
    """The suites of all examples side by side in one run, without one that does not pass: how many tests of each."""
    for example in NAMES:
        _emitted(folder, example)
    done = run_suite(folder, "--junitxml=results.xml", **environment)
    assert done.returncode == 0, done.stdout[-4000:]
    ran = [case.attrib["classname"] for case in ET.parse(folder / "results.xml").iter("testcase") if not len(case)]
    return Counter(name.split(".")[1] for name in ran)


def _wanted() -> dict[str, int]:
    known = [designed(example) for example in NAMES]
    return {f"{case.workload.name}_patterns": _tests(case) for case in known}


def test_the_suites_pass_on_moto_with_a_test_for_each_case(tmp_path: Path) -> None:
    assert _passed(tmp_path) == _wanted()


def test_the_suite_runs_alone_in_any_order_of_tests_and_import_mode(tmp_path: Path) -> None:
    case = _emitted(tmp_path, "sessions")
    (tmp_path / "tests/conftest.py").write_text(
        "def pytest_collection_modifyitems(items):\n    items.reverse()\n", encoding="utf-8"
    )
    done = run_suite(tmp_path, "--import-mode=importlib", plainly=True)
    assert done.returncode == 0, done.stdout[-4000:]
    assert _summary(done) == {"passed": _tests(case)}


@pytest.mark.local
def test_the_suites_pass_on_dynamodb_local_and_remove_their_tables(tmp_path: Path, local_endpoint: str) -> None:
    import boto3

    assert _passed(tmp_path, DYNAMODB_ENDPOINT=local_endpoint) == _wanted()
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    client = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=local_endpoint, **keys)
    names = tuple(f"dynamodel-{designed(example).workload.name}-" for example in NAMES)
    assert [name for name in client.list_tables()["TableNames"] if name.startswith(names)] == []


FAULTS = [
    ("requests.py", "forward=False", "forward=True", "devices"),
    ("requests.py", 'expressions.alive("expires_at", keycodes.clock_seconds(now))', 'updates.exists("PK")', "extend"),
    ("keys.py", 'keycodes.partition_key("SESSION", keycodes.text(username))', '"SESSION#"', "devices"),
    ("wire.py", "return _EPOCH + timedelta(", "return _EPOCH - timedelta(", "session"),
    ("requests.py", 'update.set("expires_at"', 'update.set("expires"', "extend"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "tests"), FAULTS, ids=[wrong for _, _, wrong, _ in FAULTS])
def test_a_fault_in_the_package_makes_the_suite_fail(
    tmp_path: Path, file: str, right: str, wrong: str, tests: str
) -> None:
    case = _emitted(tmp_path, "sessions")
    path = tmp_path / case.workload.name / file
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    done = run_suite(tmp_path, "-x", "-k", tests)
    assert done.returncode == 1, done.stdout[-4000:]
    assert _summary(done)["failed"] == 1
