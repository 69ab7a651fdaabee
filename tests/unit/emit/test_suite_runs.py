"""The emitted suite does its work: it passes with the emitted package, alone, and fails when the package is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.emit.registry import emit
from dynamodel.emit.write import write
from dynamodel.verify.stored import with_keys
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
    """A test for each case, and one about the keys of all rows."""
    return len(case.suite.cases) + 1


def _summary(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    return {
        word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout.splitlines()[-1])
    }


@pytest.mark.parametrize("example", NAMES)
def test_the_suite_passes_on_moto_with_a_test_for_each_case(tmp_path: Path, example: str) -> None:
    case = _emitted(tmp_path, example)
    done = run_suite(tmp_path)
    assert done.returncode == 0, done.stdout[-4000:]
    assert _summary(done) == {"passed": _tests(case)}


EXPIRING = """
from datetime import datetime
from dynamodel import Create, Entity, Model, Ulid, attr
class Badge(Entity, identity="badge_id"):
    badge_id: Ulid
    name: str = attr(unique=True)
    until: datetime | None = attr(role="ttl", default=None)
class Badges(Model):
    issue = Create(Badge)
"""


def test_a_guard_that_has_expired_may_outlive_the_item_that_is_replaced(tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    model.write_text(EXPIRING, encoding="utf-8")
    workload = pipeline.load(model)
    plan, suite = pipeline.plan(workload), pipeline.suite(workload)
    assert any("identity of an expired item" in case.title for case in suite.cases)
    write(emit(workload, plan, with_keys(suite, workload, plan), ("python", "suite")), tmp_path)
    done = run_suite(tmp_path, "-k", "expired")
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_suite_runs_alone_in_any_order_of_tests_and_import_mode(tmp_path: Path) -> None:
    case = _emitted(tmp_path, "sessions")
    (tmp_path / "tests/conftest.py").write_text(
        "def pytest_collection_modifyitems(items):\n    items.reverse()\n", encoding="utf-8"
    )
    done = run_suite(tmp_path, "--import-mode=importlib", plainly=True)
    assert done.returncode == 0, done.stdout[-4000:]
    assert _summary(done) == {"passed": _tests(case)}


@pytest.mark.local
@pytest.mark.parametrize("example", NAMES)
def test_the_suite_passes_on_dynamodb_local_and_removes_its_table(
    tmp_path: Path, example: str, local_endpoint: str
) -> None:
    import boto3

    case = _emitted(tmp_path, example)
    done = run_suite(tmp_path, DYNAMODB_ENDPOINT=local_endpoint)
    assert done.returncode == 0, done.stdout[-4000:]
    assert _summary(done) == {"passed": _tests(case)}
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    client = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=local_endpoint, **keys)
    left = [name for name in client.list_tables()["TableNames"] if name.startswith(f"dynamodel-{case.workload.name}-")]
    assert left == []


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
