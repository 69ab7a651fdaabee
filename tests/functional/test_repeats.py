"""Writes that are sent again after a lost answer: with a token they are made once."""

from __future__ import annotations

import datetime as dt
from random import Random
from uuid import uuid4

import pytest
from botocore.exceptions import ConnectionClosedError

from dynamodel.verify.schema import create_table_request
from tests.support.designs import designed
from tests.support.packages import import_package
from tests.support.trouble import client, troubled_client

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    known = designed("gaming")
    return import_package(known.workload, known.plan, tmp_path_factory.mktemp("repeats"), "repeats_gaming")


@pytest.fixture
def table(local_endpoint):
    boto, name = client(local_endpoint), f"repeats-{uuid4().hex}"
    boto.create_table(**create_table_request(designed("gaming").plan.table, name))
    yield name
    boto.delete_table(TableName=name)


def counted(package, table, endpoint, **options):
    """The amount of an item to which one was added, with the answer lost and the call made again; it was 5 before."""
    calm = package.GameProfiles(table, client(endpoint), clock=lambda: NOW)
    calm.find_item(package.Item.from_dict({"player_id": "p", "item_id": "i", "name": "n", "amount": 5, "traits": {}}))
    shaky = package.GameProfiles(table, troubled_client(endpoint, Random(1), throttled=0, lost=1), clock=lambda: NOW)
    with pytest.raises(ConnectionClosedError):
        shaky.count_item("p", "i", 1, **options)
    return calm.count_item("p", "i", 1, **options).amount


def test_with_a_token_it_is_added_once(package, table, local_endpoint):
    assert counted(package, table, local_endpoint, idempotency_token="once") == 6


def test_with_a_token_it_is_a_transaction_that_is_read_back(package, table, local_endpoint):
    asked: list[str] = []
    boto = client(local_endpoint)
    boto.meta.events.register("before-call.dynamodb", lambda model, **_: asked.append(model.name))
    calm = package.GameProfiles(table, boto, clock=lambda: NOW)
    calm.find_item(package.Item.from_dict({"player_id": "p", "item_id": "i", "name": "n", "amount": 5, "traits": {}}))
    assert calm.count_item("p", "i", 1, idempotency_token="one").amount == 6
    assert asked[-2:] == ["TransactWriteItems", "GetItem"]
    assert "a read of the item afterwards" in " ".join(calm.count_item.__doc__.split())


def test_without_a_token_it_is_added_twice_as_the_docstring_says(package, table, local_endpoint):
    assert counted(package, table, local_endpoint) == 7
    assert "adds twice" in package.GameProfiles.count_item.__doc__


def test_a_token_for_another_change_is_refused(package, table, local_endpoint):
    counted(package, table, local_endpoint, idempotency_token="mine")
    calm = package.GameProfiles(table, client(local_endpoint), clock=lambda: NOW)
    with pytest.raises(package.TokenReused) as caught:
        calm.count_item("p", "i", 2, idempotency_token="mine")
    assert caught.value.pattern == "count_item"


def test_what_comes_to_the_same_when_repeated_takes_no_token(package):
    client = package.GameProfiles
    assert "idempotency_token" not in client.find_item.__annotations__
    assert "idempotency_token" in client.save_progress.__annotations__
