"""DynamoDB Local is found, started once and reported; what it lacks is said in words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import local_dynamodb

ROOT = Path(__file__).parent.parent.parent.parent
A_TEST = "import pytest\n\n\n@pytest.mark.local\ndef test_it(local_endpoint):\n    assert local_endpoint\n"


@pytest.mark.local
def test_the_server_answers_and_knows_multi_attribute_keys(local_endpoint: str) -> None:
    from dynamodel.verify.backends.endpoint import EndpointBackend

    key = [{"AttributeName": name, "KeyType": kind} for name, kind in (("a", "HASH"), ("b", "HASH"), ("c", "RANGE"))]
    with EndpointBackend(local_endpoint) as backend:
        client = backend.client()
        client.create_table(
            TableName="house-multi",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "a", "b", "c")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[{"IndexName": "multi", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}],
        )
        (index,) = client.describe_table(TableName="house-multi")["Table"]["GlobalSecondaryIndexes"]
        client.delete_table(TableName="house-multi")
        client.close()
    assert index["KeySchema"] == key


def test_a_folder_without_the_jar_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DYNAMODEL_LOCAL_DIR", str(tmp_path))
    with pytest.raises(local_dynamodb.Missing, match=r"has no DynamoDBLocal\.jar"):
        local_dynamodb.folder()


def test_a_machine_without_java_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(local_dynamodb.Missing, match="Java 17"):
        local_dynamodb.java()


@pytest.mark.parametrize("ci", ["", "true"], ids=["developer", "ci"])
def test_what_did_not_run_is_said_and_fails_in_ci(tmp_path: Path, ci: str) -> None:
    folder = ROOT / "build" / f"house-{os.getpid()}-{ci or 'developer'}"
    folder.mkdir(parents=True)
    (folder / "test_it.py").write_text(A_TEST)
    environment = {**os.environ, "CI": ci, "DYNAMODEL_LOCAL_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment.pop("DYNAMODEL_LOCAL_ENDPOINT", None)
    environment.pop("PYTEST_XDIST_WORKER", None)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", str(folder)]
    try:
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    finally:
        (folder / "test_it.py").unlink()
        for left in folder.rglob("*.pyc"):
            left.unlink()
        for left in sorted(folder.rglob("*"), reverse=True):
            left.rmdir()
        folder.rmdir()
    assert "has no DynamoDBLocal.jar" in done.stdout
    if ci:
        assert done.returncode == 1
        assert "DynamoDB Local is required in CI" in done.stdout
    else:
        assert done.returncode == 0
        assert "NOT RUN: 1 tests." in done.stdout
