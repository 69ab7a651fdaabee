"""The fixture for users' tests: what it gives, where, and that nobody else pays for it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "examples/sessions/model.py"

USING = """
    import boto3
    import pytest
    from dynamodel.verify.checker.refused import RequestRefused

    @pytest.mark.parametrize("again", [1, 2])
    def test_a_table(dynamodel_table, again):
        table = dynamodel_table({model!r})
        names = [i["IndexName"] for i in table.client.describe_table(TableName=table.name)["Table"].get(
            "GlobalSecondaryIndexes", [])]
        assert names == [i.name for i in table.plan.table.gsis]
        key = {{table.plan.table.partition.name: {{"S": "p"}}, table.plan.table.sort.name: {{"S": "s"}}}}
        assert table.client.scan(TableName=table.name)["Count"] == 0
        table.client.put_item(TableName=table.name, Item=key)
        other = dynamodel_table({model!r}, strict=False)
        assert other.name != table.name
        wrong = {{"RequestItems": {{table.name: [{{"DeleteRequest": {{"Key": key}}}}] * 26}}}}
        with pytest.raises(RequestRefused):
            table.client.batch_write_item(**wrong)
"""
UNUSED = """
    import sys

    def test_nothing_is_loaded():
        heavy = {"moto", "boto3", "botocore", "pydantic", "jinja2", "typer", "dynamodel.pipeline", "dynamodel.ir"}
        assert "dynamodel.pytest_plugin" in sys.modules
        assert not heavy & set(sys.modules)
"""


def run(folder: Path, text: str, *options: str, **environment: str) -> str:
    """Pytest in a process of its own with the plugin and no other."""
    (folder / "test_it.py").write_text(dedent(text), encoding="utf-8")
    variables = {k: v for k, v in os.environ.items() if not k.startswith("DYNAMODEL")}
    variables |= {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment
    words = [sys.executable, "-m", "pytest", "-q", "-p", "dynamodel.pytest_plugin", "-p", "no:cacheprovider", *options]
    done = subprocess.run(words, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_table_of_its_own_for_each_call_on_moto(tmp_path: Path) -> None:
    assert "2 passed" in run(tmp_path, USING.format(model=str(MODEL)))


def test_a_path_is_looked_up_from_the_root_and_a_model_without_a_layout_fails_with_its_findings(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "model.py").write_text("from dynamodel import Nothing\n")
    said = run(tmp_path, "def test_a(dynamodel_table):\n    dynamodel_table('model.py')\n")
    assert "1 failed" in said
    assert "DM1" in said


@pytest.mark.local
def test_tables_on_a_running_server_are_removed(tmp_path: Path, local_endpoint: str) -> None:
    text = USING.format(model=str(MODEL)) + "\n        assert '127.0.0.1' in table.client.meta.endpoint_url\n"
    assert "2 passed" in run(tmp_path, text, "--dynamodel-endpoint", local_endpoint)
    assert "2 passed" in run(tmp_path, text, DYNAMODEL_ENDPOINT=local_endpoint)


@pytest.mark.local
def test_a_server_is_started_for_the_run(tmp_path: Path, local_folder: Path) -> None:
    text = USING.format(model=str(MODEL))
    assert "2 passed" in run(tmp_path, text, "--dynamodel-backend", "local", DYNAMODEL_LOCAL_DIR=str(local_folder))


def test_a_remote_endpoint_is_refused(tmp_path: Path) -> None:
    said = run(tmp_path, USING.format(model=str(MODEL)), "--dynamodel-endpoint", "https://dynamodb.example.com")
    assert "DM705" in said
    assert "passed" not in said


def test_runs_that_do_not_use_it_load_nothing(tmp_path: Path) -> None:
    assert "1 passed" in run(tmp_path, UNUSED)


def test_the_entry_point_names_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (name,) = project["entry-points"]["pytest11"].values()
    assert hasattr(import_module(name), "dynamodel_table")
