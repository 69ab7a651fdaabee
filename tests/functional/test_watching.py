"""What surrounds the calls of an emitted package: hooks, capacity figures, dicts and JSON, stream records."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
from base64 import b64encode
from decimal import Decimal
from uuid import UUID

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from dynamodel.verify.schema import create_table_request
from tests.support.packages import everything, import_package, submodule
from tests.support.quick import quick_aws

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
ONE = UUID(int=1)
ACCESS = {"region_name": "us-east-1", "aws_access_key_id": "dynamodel", "aws_secret_access_key": "dynamodel"}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return import_package(*everything(), tmp_path_factory.mktemp("watched"), "watched_everything")


@pytest.fixture
def dynamodb():
    with quick_aws():
        client = boto3.client("dynamodb", **ACCESS)
        client.create_table(**create_table_request(everything()[1].table, "t"))
        yield client


def account(package, **values):
    given = {
        "account_id": ONE,
        "email": "a@b",
        "contact": {"address": {"street": "s"}, "phones": ["1"]},
        "balance": Decimal("1.50"),
        **values,
    }
    return package.Account.from_dict(given)


def noting(package):
    class Noting(package.Hooks):
        def __init__(self):
            self.noted = []

        def start(self, pattern, call):
            self.noted.append(("start", pattern, call.operation))

        def end(self, pattern, call, outcome):
            self.noted.append(("end", pattern, type(outcome.error).__name__, outcome.usage.requests))

        def throttled(self, pattern, call, throttle):
            self.noted.append(("throttled", pattern, throttle.code, throttle.attempt, throttle.reasons))

    return Noting()


def test_hooks_are_told_of_every_request_by_the_patterns_name(package, dynamodb):
    hooks = noting(package)
    client = package.Everything("t", dynamodb, clock=lambda: NOW, hooks=hooks)
    client.account(ONE)
    assert hooks.noted == [("start", "account", "get_item"), ("end", "account", "NoneType", 1)]
    hooks.noted.clear()
    client.sign_up(account(package))
    with pytest.raises(package.AlreadyExists):
        client.sign_up(account(package))
    failed = "TransactionCanceledException"
    assert hooks.noted[-1] == ("end", "sign_up", failed, 1)
    (shown,) = client.params(client.account, ONE)
    assert shown.request["ReturnConsumedCapacity"] == "INDEXES"


def test_throttling_is_told_with_the_services_reasons(package, monkeypatch):
    config = Config(account_id_endpoint_mode="disabled", retries={"total_max_attempts": 2, "mode": "standard"})
    boto, hooks = boto3.client("dynamodb", config=config, **ACCESS), noting(package)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    reason = {"reason": "TableReadKeyRangeThroughputExceeded", "resource": "arn:t"}
    error = {"__type": "x#ThrottlingException", "message": "slow", "throttlingReasons": [reason]}

    def refuse(request, **_):
        response = AWSResponse(request.url, 400, {}, None)
        response._content = json.dumps(error).encode()
        return response

    boto.meta.events.register("before-send.dynamodb.*", refuse)
    client = package.Everything("t", boto, clock=lambda: NOW, hooks=hooks)
    with pytest.raises(boto.exceptions.ClientError):
        client.account(ONE)
    told = [note for note in hooks.noted if note[0] == "throttled"]
    assert [note[:4] for note in told] == [("throttled", "account", "ThrottlingException", n) for n in (1, 2)]
    assert all("TableReadKeyRangeThroughputExceeded" in note[4][0] for note in told)
    assert hooks.noted[-1][:2] == ("end", "account")


@pytest.mark.parametrize("kind", ["Hooks", "LoggingHooks", None])
def test_throttling_is_logged_once_for_each_time(package, monkeypatch, caplog, kind):
    config = Config(account_id_endpoint_mode="disabled", retries={"total_max_attempts": 2, "mode": "standard"})
    boto = boto3.client("dynamodb", config=config, **ACCESS)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    reason = {"reason": "TableReadKeyRangeThroughputExceeded", "resource": "arn:t"}
    error = {"__type": "x#ThrottlingException", "message": "slow", "throttlingReasons": [reason]}

    def refuse(request, **_):
        response = AWSResponse(request.url, 400, {}, None)
        response._content = json.dumps(error).encode()
        return response

    boto.meta.events.register("before-send.dynamodb.*", refuse)
    hooks = getattr(package, kind)() if kind else None
    client = package.Everything("t", boto, clock=lambda: NOW, hooks=hooks)
    with pytest.raises(boto.exceptions.ClientError):
        client.account(ONE)
    warned = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    attempts = [1, 2] if kind else [2]  # without hooks botocore's own retries are not seen
    why = "ThrottlingException (TableReadKeyRangeThroughputExceeded arn:t)"
    assert warned == [f"account: get_item throttled at attempt {n}, {why}" for n in attempts]


@pytest.mark.local
def test_capacity_is_what_the_service_says(package, local_endpoint):
    boto = boto3.client("dynamodb", endpoint_url=local_endpoint, **ACCESS)
    boto.create_table(**create_table_request(everything()[1].table, "watched"))
    try:
        client = package.Everything("watched", boto, clock=lambda: NOW)
        with client.measured() as writing:
            client.sign_up(account(package))
        with client.measured() as outer, client.measured() as inner:
            client.account(ONE)
            client.account_by_email("a@b")
        client.account(ONE)
    finally:
        boto.delete_table(TableName="watched")
    assert (writing.requests, writing.read_units) == (1, 0)
    assert writing.write_units >= 4  # two items in a transaction
    assert inner == outer
    assert (inner.requests, inner.read_units, inner.write_units) == (2, 1.0, 0)
    assert inner.indexes == {"GSI1": 0.5}


def test_ends_and_throttling_can_be_logged(package, dynamodb, caplog):
    client = package.Everything("t", dynamodb, hooks=package.LoggingHooks())
    with caplog.at_level(logging.DEBUG, logger=package.__name__):
        client.account(ONE)
    (record,) = [r for r in caplog.records if r.name == package.__name__]
    assert record.getMessage().startswith("account: get_item in ")


FULL = {
    "nick": "né#$",
    "homes": [{"street": "x", "zip": "1"}],
    "hits": {"a": 1, "#": -2},
    "tags": {"t", ""},
    "photo": b"\x00\xff",
    "born": dt.date(999, 1, 1),
    "balance": Decimal("-999.99"),
    "expires_at": NOW + dt.timedelta(seconds=1),
}


def test_entities_go_to_dicts_and_json_and_back(package):
    whole = account(package, **FULL)
    for entity in (whole, account(package)):
        assert package.Account.from_dict(entity.to_dict()) == entity
        assert package.Account.from_json(entity.to_json()) == entity
        assert json.loads(entity.to_json())["contact"] == {"address": {"street": "s", "zip": None}, "phones": ["1"]}
    digits = account(package, balance=Decimal("0.1234567890123456789012345678901234567"))
    assert package.Account.from_json(digits.to_json()).balance == digits.balance
    with pytest.raises(package.ValueRefused):
        package.Account.from_json("[]")


@pytest.fixture
def image(package):
    whole = dataclasses.replace(account(package, **FULL), created_at=NOW, changed_at=NOW)
    return whole, submodule(package, "keys").account_item(whole)


def record(kind, *, text=False, **images):
    """A stream record; `text` as Lambda gives it, with bytes in base64."""
    held = {"Keys": {"PK": {"S": "p"}, "SK": {"S": "s"}}, "SequenceNumber": "1", **images}
    if text:
        held = json.loads(json.dumps(held, default=lambda b: b64encode(b).decode()))
    return {"eventName": kind, "dynamodb": held}


@pytest.mark.parametrize("text", [False, True])
def test_stream_records_are_read_as_entities(package, image, text):
    records = submodule(package, "records")
    entity, item = image
    older = {**item, "nick": {"S": "before"}}
    change = records.read(record("MODIFY", text=text, OldImage=older, NewImage=item))
    assert (change.kind, change.new, change.old) == ("MODIFY", entity, dataclasses.replace(entity, nick="before"))
    assert change.key == {"PK": {"S": "p"}, "SK": {"S": "s"}}
    assert records.read(record("INSERT", text=text)).new is None


def test_what_is_no_entity_in_a_stream_is_reported(package, image):
    records = submodule(package, "records")
    _, item = image
    strange = records.read(record("INSERT", NewImage={**item, "_type": {"S": "PLANET"}})).new
    assert (strange.tag, strange.item["_type"]) == ("PLANET", {"S": "PLANET"})
    assert "PLANET" in strange.reason
    half = records.read(record("INSERT", NewImage={k: v for k, v in item.items() if k != "email"})).new
    assert isinstance(half, records.Unknown)
    assert "email" in half.reason
    owner = submodule(package, "keys").account_owner_of(item)
    guard = records.read(record("REMOVE", OldImage={"PK": {"S": "g"}, "SK": {"S": "g"}, **owner})).old
    assert guard.owner == "ACCOUNT"


def test_a_removal_by_time_to_live_is_told_apart(package, image):
    records = submodule(package, "records")
    removed = record("REMOVE", OldImage=image[1])
    assert not records.read(removed).expired
    service = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert records.read({**removed, "userIdentity": service}).expired
