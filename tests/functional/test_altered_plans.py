"""Shapes that the planner makes rarely, by plans changed by hand: shards, and indexes of keys alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from dynamodel.ir.keys import BoundToken, ShardToken, Template
from dynamodel.ir.plan import BoundKey, Operation, Projection, ReadRequest
from dynamodel.normalize.workload import normalize
from dynamodel.planner.plan import make_plan
from dynamodel.spec.loader import load_model
from dynamodel.verify.schema import create_table_request
from tests.support.packages import import_package
from tests.support.quick import quick_aws

NOW = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
MODEL = """
from datetime import datetime

from dynamodel import Create, Entity, Get, Model, Query, Update, desc, gt


class Event(Entity, identity="event_id", count=1000):
    event_id: str
    room: str
    at: datetime
    text: str


class Events(Model, table="events", multi_attribute_keys=False):
    add = Create(Event)
    event = Get(Event)
    of_room = Query(Event, by=Event.room, order_by=desc(Event.at), limit=4)
    since = Query(Event, by=Event.room, range=gt(Event.at))
    count = Query(Event, by=Event.room, returns="count")
    move = Update(Event, set=Event.room)
"""


@pytest.fixture(scope="module")
def designed(tmp_path_factory):
    file = tmp_path_factory.mktemp("model") / "model.py"
    file.write_text(MODEL)
    workload = normalize(load_model(Path(file)))
    return workload, make_plan(workload)


def sharded(plan, count):
    """The plan with its index spread over shards."""
    (entity,) = plan.entities
    (key,) = entity.indexes
    (field,) = key.partition
    tokens = (*field.value.tokens, ShardToken(count))
    key = replace(key, partition=(replace(field, value=Template(tokens)),))

    def spread(request):
        if request.index is None:
            return request
        (bound,) = request.partition
        partition = (BoundKey(bound.name, (*bound.tokens, BoundToken())),)
        return replace(request, partition=partition, shards=count)

    def changed(design):
        step = tuple(replace(s, read_first=()) for s in design.steps)
        return replace(design, reads=tuple(spread(r) for r in design.reads), steps=step)

    patterns = tuple(changed(p) for p in plan.patterns)
    return replace(plan, entities=(replace(entity, indexes=(key,)),), patterns=patterns)


def hydrated(plan):
    """The plan with an index of keys only, whose reads fetch the items from the table."""
    indexes = tuple(replace(i, projection=Projection("KEYS_ONLY")) for i in plan.table.indexes)

    def fetched(design):
        if not any(r.index for r in design.reads) or design.name == "count":
            return design
        return replace(design, reads=(*design.reads, ReadRequest(Operation.BATCH_GET_ITEM, None, (0,), hydrate=0)))

    return replace(plan, table=replace(plan.table, indexes=indexes), patterns=tuple(fetched(p) for p in plan.patterns))


@pytest.fixture(params=["sharded", "hydrated"])
def package_and_client(request, designed, tmp_path, monkeypatch):
    workload, plan = designed
    plan = sharded(plan, 3) if request.param == "sharded" else hydrated(plan)
    package = import_package(workload, plan, tmp_path, f"altered_{request.param}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with quick_aws():
        dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        dynamodb.create_table(**create_table_request(plan.table, "t"))
        client = package.Events("t", dynamodb)
        for n in range(11):
            at = NOW + dt.timedelta(seconds=n)
            client.add(package.Event(event_id=f"e{n}", room="a" if n != 5 else "b", at=at, text=f"t{n}"))
        yield package, client, dynamodb
    import sys

    for name in [m for m in sys.modules if m.startswith(package.__name__)]:
        del sys.modules[name]


EXPECTED = [f"t{n}" for n in reversed(range(11)) if n != 5]


def test_one_page_is_in_order(package_and_client):
    _, client, _ = package_and_client
    assert [e.text for e in client.of_room("a")] == EXPECTED[:4]
    assert [e.text for e in client.of_room("a", limit=None)] == EXPECTED
    assert client.of_room("none").items == []


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_lose_and_repeat_nothing(package_and_client, size):
    _, client, _ = package_and_client
    assert [e.text for e in client.every(client.of_room, room="a", limit=size)] == EXPECTED


def test_ranges_and_counts(package_and_client):
    _, client, _ = package_and_client
    found = client.since("a", NOW + dt.timedelta(seconds=7))
    assert sorted(e.text for e in found) == ["t10", "t8", "t9"]
    assert client.count("a") == 10


def test_an_update_moves_the_item_within_its_shard(package_and_client):
    package, client, dynamodb = package_and_client
    moved = client.move("e5", "a")
    assert moved.room == "a"
    assert len(client.of_room("a", limit=None)) == 11
    assert client.of_room("b").items == []
    stored = dynamodb.scan(TableName="t")["Items"]
    if "sharded" in package.__name__:
        assert len({i["GSI1PK"]["S"] for i in stored}) > 1


def test_a_cursor_of_fewer_shards_is_refused(package_and_client):
    package, client, _ = package_and_client
    cursor = client.of_room("a", limit=1).cursor
    assert cursor is not None
    with pytest.raises(package.CursorInvalid):
        client.of_room("b", cursor=cursor)
