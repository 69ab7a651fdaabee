"""Copies of what is upserted while others write the same item: whoever is later sees what the earlier has left."""

from __future__ import annotations

import datetime as dt

import boto3
import pytest

from dynamodel import pipeline
from dynamodel.verify.schema import create_table_request
from tests.support.packages import import_package
from tests.support.quick import quick_aws

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
MODEL = """
from datetime import datetime
from dynamodel import Delete, Entity, Get, Model, Query, Update, Upsert, attr
class Task(Entity, identity="task"):
    task: str
    team: str
    uses: int = 0
    text: str
    expires_at: datetime | None = attr(role="ttl", default=None)
class Desk(Model, table="desk", local_indexes=False):
    save = Upsert(Task, set=(Task.team, Task.text), add=Task.uses)
    let = Update(Task, set=Task.expires_at)
    drop = Delete(Task)
    task = Get(Task, consistent=True)
    of_team = Query(Task, by=Task.team, consistent=True)
"""


class Meddling:
    """A client that lets others write between a read and the transaction that follows it, and counts transactions."""

    def __init__(self, real):
        self.real, self.first, self.sent = real, None, 0

    def __getattr__(self, name):
        return getattr(self.real, name)

    def transact_write_items(self, **request):
        self.sent += 1
        first, self.first = self.first, None
        if first is not None:
            first()
        return self.real.transact_write_items(**request)


@pytest.fixture
def desks(tmp_path):
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    workload = pipeline.load(tmp_path / "model.py")
    plan = pipeline.plan(workload)
    (design,) = plan.entities
    assert [copy.attributes for copy in design.copies] == [("team", "task")]
    package = import_package(workload, plan, tmp_path, "upserted_desk")
    access = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    with quick_aws():
        client = boto3.client("dynamodb", **access)
        client.create_table(**create_table_request(plan.table, "desk"))
        meddled = Meddling(client)
        clock = [NOW]
        yield meddled, clock, *(package.Desk("desk", c, clock=lambda: clock[0]) for c in (meddled, client))


def listed(desk, *teams):
    return {team: [(row.task, row.text, row.uses) for row in desk.every(desk.of_team, team=team)] for team in teams}


def test_an_item_that_another_makes_meanwhile_is_updated(desks):
    meddled, _, mine, other = desks
    meddled.first = lambda: other.save("t", "red", "theirs", 3)
    mine.save("t", "blue", "mine", 4)
    assert meddled.sent == 2
    assert (mine.task("t").text, mine.task("t").uses) == ("mine", 7)
    assert listed(mine, "red", "blue") == {"red": [], "blue": [("t", "mine", 7)]}


def test_a_copy_that_another_moves_meanwhile_is_the_one_that_goes(desks):
    meddled, _, mine, other = desks
    mine.save("t", "red", "first", 1)
    meddled.first = lambda: other.save("t", "green", "theirs", 1)
    mine.save("t", "blue", "mine", 1)
    assert listed(mine, "red", "green", "blue") == {"red": [], "green": [], "blue": [("t", "mine", 3)]}


def test_an_item_that_another_deletes_meanwhile_is_made_anew(desks):
    meddled, _, mine, other = desks
    mine.save("t", "red", "first", 1)
    meddled.first = lambda: other.drop("t")
    mine.save("t", "blue", "mine", 1)
    assert listed(mine, "red", "blue") == {"red": [], "blue": [("t", "mine", 1)]}


def test_of_an_expired_item_nothing_is_left_in_its_copy(desks):
    meddled, clock, mine, _ = desks
    mine.save("t", "red", "first", 5)
    mine.let("t", NOW + dt.timedelta(days=1))
    clock[0] = NOW + dt.timedelta(days=2)
    mine.save("t", "red", "again", 1)
    assert listed(mine, "red") == {"red": [("t", "again", 1)]}
    mine.let("t", NOW + dt.timedelta(days=3))
    clock[0] = NOW + dt.timedelta(days=4)
    meddled.real.delete_item(TableName="desk", Key=key_of(meddled.real))  # as DynamoDB does, the copy some other day
    mine.save("t", "red", "third", 1)
    assert listed(mine, "red") == {"red": [("t", "third", 1)]}


def key_of(client):
    """The key of the item itself."""
    (item,) = [i for i in client.scan(TableName="desk")["Items"] if i["_type"]["S"] == "TASK"]
    return {name: item[name] for name in ("PK", "SK")}
