"""Writes of lists: batches of 25, what is put off sent again, the rest told at the deadline, nothing lost."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import boto3
import pytest
from botocore.exceptions import ClientError

from dynamodel import pipeline
from dynamodel.verify.schema import create_table_request
from tests.support.designs import designed
from tests.support.packages import import_package, submodule
from tests.support.quick import quick_aws

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    known = designed("gaming")
    return import_package(known.workload, known.plan, tmp_path_factory.mktemp("batches"), "batches_gaming")


@pytest.fixture
def dynamodb(monkeypatch, package):
    monkeypatch.setattr(submodule(package, "sending").time, "sleep", lambda seconds: None)
    access = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    with quick_aws():
        client = boto3.client("dynamodb", **access)
        client.create_table(**create_table_request(designed("gaming").plan.table, "t"))
        yield client


class Putting:
    """A client that answers for all but the first entries of a batch (`off` of them), so often; it counts entries."""

    def __init__(self, real, off=0, times=99):
        self.real, self.off, self.times, self.sizes = real, off, times, []

    def __getattr__(self, name):
        return getattr(self.real, name)

    def batch_write_item(self, RequestItems):  # noqa: N803 - the service's own name
        ((table, entries),) = RequestItems.items()
        self.sizes.append(len(entries))
        off = self.off if self.times > 0 else 0
        self.times -= 1
        if entries[off:]:
            self.real.batch_write_item(RequestItems={table: entries[off:]})
        return {"UnprocessedItems": {table: entries[:off]}} if off else {}


def items(package, count):
    made = package.Item.from_dict
    return [
        made({"player_id": "p", "item_id": f"i{n:03}", "name": "n", "amount": n, "traits": {}}) for n in range(count)
    ]


def test_a_list_is_written_and_removed_in_batches_of_25(package, dynamodb):
    client = Putting(dynamodb)
    game = package.GameProfiles("t", client, clock=lambda: NOW)
    game.loot(items(package, 60))
    assert client.sizes == [25, 25, 10]
    assert list(game.every(game.bag, player_id="p")) == items(package, 60)
    game.scrap([("p", f"i{n:03}") for n in range(1, 60)])
    assert client.sizes[3:] == [25, 25, 9]
    assert game.bag("p").items == items(package, 1)


def test_what_is_put_off_is_sent_again_until_it_is_done(package, dynamodb):
    client = Putting(dynamodb, off=7, times=5)
    game = package.GameProfiles("t", client, clock=lambda: NOW)
    game.loot(items(package, 60))
    assert list(game.every(game.bag, player_id="p")) == items(package, 60)
    assert sum(client.sizes) == 60 + 5 * 7


def test_the_rest_is_told_at_the_deadline(package, dynamodb):
    client = Putting(dynamodb, off=2)
    game = package.GameProfiles("t", client, clock=lambda: NOW, deadline=0.2)
    with pytest.raises(package.Unfinished) as caught:
        game.loot(items(package, 40))
    assert caught.value.pattern == "loot"
    rest, written = caught.value.rest, list(game.every(game.bag, player_id="p"))
    assert sorted([*rest, *written], key=lambda item: item.item_id) == items(package, 40)
    assert rest
    client.times = 0
    game.loot(list(rest))
    client.times = 99
    with pytest.raises(package.Unfinished) as caught:
        game.scrap([("p", f"i{n:03}") for n in range(40)])
    left = [(item.player_id, item.item_id) for item in game.every(game.bag, player_id="p")]
    assert sorted(caught.value.rest) == sorted(left)
    assert left


TEAMS = """
from dynamodel import BatchGet, Entity, Model, Parent, Put, Update, attr
class Team(Entity, identity="team_id", count=100):
    team_id: str
    title: str = attr(bytes=900)
class Member(Entity, identity=("team_id", "person"), parent=Parent(Team, children=(20, 500))):
    team_id: str
    person: str
class Teams(Model):
    save = Put(Team, rps=50)
    rename = Update(Team, set=Team.title, rps=50)
    join = Put(Member)
    some = BatchGet(Member, returns=(Member.person, Team.title), rps=0.1)
"""


class Answering:
    """A client that answers for all keys of a batch, so often, and then for none."""

    def __init__(self, real, times):
        self.real, self.times = real, times

    def __getattr__(self, name):
        return getattr(self.real, name)

    def batch_get_item(self, RequestItems):  # noqa: N803 - the service's own name
        self.times -= 1
        if self.times < 0:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        return self.real.batch_get_item(RequestItems=RequestItems)


@pytest.mark.parametrize("answered", [0, 1])
def test_a_row_without_its_parent_s_attributes_is_left(tmp_path, dynamodb, answered):
    (tmp_path / "model.py").write_text(TEAMS, encoding="utf-8")
    workload = pipeline.load(tmp_path / "model.py")
    plan = pipeline.plan(workload)
    package = import_package(workload, plan, tmp_path, "batches_teams")
    dynamodb.create_table(**create_table_request(plan.table, "teams"))
    teams = package.Teams("teams", dynamodb)
    teams.save(package.Team(team_id="t", title="The team"))
    teams.join(package.Member(team_id="t", person="ada"))
    keys = [("t", "ada"), ("t", "bob")]
    assert [(row.person, row.team_title) for row in teams.some(keys)] == [("ada", "The team")]
    with pytest.raises(package.Unfinished) as caught:
        package.Teams("teams", Answering(dynamodb, answered), deadline=0).some(keys)
    assert caught.value.found == ()
    assert caught.value.rest == tuple(keys)


def test_pauses_grow_with_full_jitter(package, dynamodb, monkeypatch):
    slept = []
    monkeypatch.setattr(submodule(package, "sending").time, "sleep", slept.append)
    monkeypatch.setattr(submodule(package, "engine").random, "uniform", lambda low, high: high)
    game = package.GameProfiles("t", Putting(dynamodb, off=1, times=4), clock=lambda: NOW)
    game.loot(items(package, 3))
    assert slept == pytest.approx([0.1, 0.2, 0.4, 0.8])
    assert all(later == 2 * earlier for earlier, later in pairwise(slept))


def test_one_item_twice_and_an_item_too_large_are_refused_before_anything_is_sent(package, dynamodb):
    client = Putting(dynamodb)
    game = package.GameProfiles("t", client, clock=lambda: NOW)
    with pytest.raises(package.ValueRefused, match="once"):
        game.loot([*items(package, 30), *items(package, 1)])
    large = package.Item.from_dict({**items(package, 1)[0].to_dict(), "name": "n" * 500_000})
    with pytest.raises(package.LimitExceeded):
        game.loot([*items(package, 30)[1:], large])
    game.loot([])
    assert client.sizes == []


EDGES = """
from dynamodel import Delete, Entity, Model, Put, Query
class Edge(Entity, identity=("a", "b")):
    a: str
    b: str
    text: str
class Graph(Model, table="graph", local_indexes=False):
    load = Put(Edge, times=(3, 30))
    unload = Delete(Edge, times=(3, 30))
    out = Query(Edge, by=Edge.a, consistent=True)
    into = Query(Edge, by=Edge.b, consistent=True)
"""


class Transacting:
    """A client that makes so many transactions and then puts all off; it counts their items."""

    def __init__(self, real, times=99):
        self.real, self.times, self.sizes = real, times, []

    def __getattr__(self, name):
        return getattr(self.real, name)

    def transact_write_items(self, TransactItems):  # noqa: N803 - the service's own name
        self.sizes.append(len(TransactItems))
        self.times -= 1
        if self.times < 0:
            answer = {"Error": {"Code": "ThrottlingException", "Message": "later"}, "ResponseMetadata": {}}
            raise ClientError(answer, "TransactWriteItems")
        return self.real.transact_write_items(TransactItems=TransactItems)


def test_items_with_copies_are_transactions_of_which_the_rest_is_told(tmp_path, dynamodb):
    (tmp_path / "model.py").write_text(EDGES, encoding="utf-8")
    workload = pipeline.load(tmp_path / "model.py")
    plan = pipeline.plan(workload)
    package = import_package(workload, plan, tmp_path, "batches_edges")
    dynamodb.create_table(**create_table_request(plan.table, "graph"))
    edges = [package.Edge(a=f"a{n}", b="b", text="t") for n in range(5)]
    client = Transacting(dynamodb)
    graph = package.Graph("graph", client)
    graph.load(edges[:4])
    assert client.sizes == [2, 2, 2, 2]
    with pytest.raises(package.ValueRefused, match="once"):
        graph.load([*edges, edges[0]])
    with pytest.raises(package.LimitExceeded):
        graph.load([edges[4], package.Edge(a="a", b="b", text="t" * 500_000)])
    assert len(client.sizes) == 4, "refused before anything is sent"
    assert list(graph.every(graph.into, b="b")) == edges[:4]
    client.times = 1
    with pytest.raises(package.Unfinished) as caught:
        package.Graph("graph", client, deadline=0.1).unload([("a0", "b"), ("a1", "b"), ("a2", "b")])
    assert caught.value.rest == (("a1", "b"), ("a2", "b"))
    assert list(graph.every(graph.into, b="b")) == edges[1:4]
