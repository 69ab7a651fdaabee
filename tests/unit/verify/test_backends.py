"""Backends: what they refuse to do, and that nothing of theirs stays behind."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.errors import EnvironmentFault, UsageError
from dynamodel.planner.plan import make_plan
from dynamodel.verify.backends.base import PREFIX
from dynamodel.verify.backends.endpoint import EndpointBackend, is_local
from dynamodel.verify.backends.local import LocalBackend, find_java
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.checker.hook import StrictClient
from dynamodel.verify.checker.refused import RequestRefused
from tests.support.helpdesk import helpdesk

if TYPE_CHECKING:
    from pathlib import Path


def codes(error: Any) -> list[str]:
    return [d.code for d in error.value.diagnostics]


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8000", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:8000", "http://db.localhost"],
)
def test_addresses_of_this_machine_are_local(url: str) -> None:
    assert is_local(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://dynamodb.us-east-1.amazonaws.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://0.0.0.0:8000",
    ],
)
def test_other_addresses_are_refused_unless_allowed(url: str) -> None:
    assert not is_local(url)
    with pytest.raises(UsageError) as refused:
        EndpointBackend(url)
    assert codes(refused) == ["DM705"]
    assert "--allow-remote" in refused.value.diagnostics[0].hint
    assert EndpointBackend(url, allow_remote=True).url == url


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://localhost", "", "http://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        EndpointBackend(url)
    assert codes(refused) == ["DM704"]


def test_an_endpoint_that_does_not_answer_is_reported() -> None:
    with pytest.raises(EnvironmentFault) as refused, EndpointBackend("http://127.0.0.1:9"):
        pass
    assert codes(refused) == ["DM704"]


def test_a_folder_without_the_jar_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as refused:
        LocalBackend(tmp_path)
    assert codes(refused) == ["DM701"]


def fake_java(folder: Path, script: str) -> None:
    (folder / "bin").mkdir()
    (folder / "bin" / "java").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "bin" / "java").chmod(0o755)


def test_a_missing_java_and_an_old_one_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EnvironmentFault) as refused:
        find_java()
    assert codes(refused) == ["DM702"]
    fake_java(tmp_path, """echo 'openjdk version "11.0.2"' >&2""")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EnvironmentFault) as refused:
        find_java()
    assert "11.0.2" in refused.value.diagnostics[0].message


def test_a_server_that_ends_at_once_is_reported_with_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "DynamoDBLocal.jar").write_text("no jar")
    fake_java(tmp_path, """[ "$1" = -version ] && { echo 'version "17.0.1"'; exit 0; }\necho corrupt jarfile; exit 1""")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EnvironmentFault) as refused, LocalBackend(tmp_path):
        pass
    assert codes(refused) == ["DM703"]
    assert refused.value.diagnostics[0].notes == ("corrupt jarfile",)


def test_moto_reads_no_configuration_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text("[profile other]\nregion = eu-north-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "absent")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    with MotoBackend() as backend:
        assert backend.client().list_tables()["TableNames"] == []
    assert os.environ["AWS_PROFILE"] == "absent"


def test_a_backend_makes_the_planned_table_and_removes_only_its_own() -> None:
    plan = make_plan(helpdesk())
    with MotoBackend() as backend:
        client = backend.client()
        client.create_table(
            TableName="theirs",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        )
        name = backend.open_table(plan.table)
        assert name.startswith(PREFIX)
        made = client.describe_table(TableName=name)["Table"]
        assert sorted(i["IndexName"] for i in made["GlobalSecondaryIndexes"]) == [i.name for i in plan.table.gsis]
        ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        assert ttl["AttributeName"] == plan.table.ttl_attribute
        with pytest.raises(ValueError, match="theirs"):
            backend.drop_table("theirs")
        backend.drop_table(name)
        assert client.list_tables()["TableNames"] == ["theirs"]


def test_a_strict_client_refuses_before_sending_and_records_what_it_sends() -> None:
    plan = make_plan(helpdesk())
    with MotoBackend() as backend:
        strict = StrictClient(backend.client())
        name = backend.open_table(plan.table, strict.client)
        strict.take()
        key = {plan.table.partition.name: {"S": "p"}, plan.table.sort.name: {"S": "s"}}
        strict.client.get_item(TableName=name, Key=key, ConsistentRead=True)
        (request,) = strict.take()
        assert (request.operation, request.index, request.consistent) == ("GetItem", None, True)
        with pytest.raises(RequestRefused, match="one item twice"):
            strict.client.batch_write_item(RequestItems={name: [{"DeleteRequest": {"Key": key}}] * 2})
        assert strict.take() == []
        assert len(strict.refused) == 1


def test_moto_keeps_items_of_its_own() -> None:
    plan = make_plan(helpdesk())
    names = (plan.table.partition.name, plan.table.sort.name)
    item: dict[str, Any] = {name: {"S": "k"} for name in names} | {"tags": {"SS": ["a"]}, "raw": {"B": b"\xff"}}
    other = {name: {"S": "o"} for name in names}
    with MotoBackend() as backend:
        table = backend.open_table(plan.table)
        backend.write(table, [item, other], [])
        key = {name: item[name] for name in names}
        change = {"UpdateExpression": "ADD tags :t", "ExpressionAttributeValues": {":t": {"SS": ["b"]}}}
        changed = backend.client().update_item(TableName=table, Key=key, **change, ReturnValues="ALL_NEW")["Attributes"]
        assert sorted(changed["tags"]["SS"]) == ["a", "b"]
        assert changed["raw"] == item["raw"]
        assert item["tags"] == {"SS": ["a"]}
        backend.write(table, [], [key])
        assert backend.snapshot(table) == [other]
        with pytest.raises(Exception, match="empty string"):
            backend.write(table, [other | {plan.table.indexes[0].partition[0].name: {"S": ""}}], [])
