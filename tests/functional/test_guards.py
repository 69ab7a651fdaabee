"""What keeps values unique, through create, change, swap, expiry and delete: the table holds exactly the guards due."""

from __future__ import annotations

import datetime as dt
from textwrap import dedent

import boto3
import pytest

from dynamodel import pipeline
from dynamodel.ir.suite import Row
from dynamodel.verify.schema import create_table_request
from dynamodel.verify.stored import Layout, comparable_item
from tests.support.packages import import_package, submodule
from tests.support.quick import quick_aws

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
SOON, LATER = NOW + dt.timedelta(hours=1), NOW + dt.timedelta(days=9)
MODEL = """
    from datetime import datetime
    from dynamodel import Create, Delete, Entity, Get, Model, Put, Transaction, Update, attr
    class Person(Entity, identity="person", unique=(("team", "badge"),)):
        person: str
        handle: str | None = attr(default=None, unique="handle")
        team: str = "t"
        badge: int | None = None
        gone_at: datetime | None = attr(role="ttl", default=None)
    class Robot(Entity, identity="robot"):
        robot: str
        handle: str = attr(unique="handle")
    class People(Model):
        join = Create(Person)
        join_all = Transaction(Create(Person, times=(2, 9)))
        save = Put(Person)
        build = Create(Robot)
        rename = Update(Person, set=Person.handle)
        assign = Update(Person, set=Person.badge)
        swap = Transaction(Update(Person, set=Person.handle), Update(Person, set=Person.handle))
        stay = Update(Person, set=Person.gone_at)
        leave = Delete(Person)
        person = Get(Person)
"""


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def designed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guards")
    (folder / "model.py").write_text(dedent(MODEL))
    workload = pipeline.load(folder / "model.py")
    plan = pipeline.plan(workload)
    return workload, plan, import_package(workload, plan, folder, "emitted_guards")


@pytest.fixture
def at(designed, monkeypatch):
    """The package, a client, its clock, and a check that the table holds exactly the items and guards of rows."""
    workload, plan, package = designed
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr(submodule(package, "sending").time, "sleep", lambda seconds: None)
    with quick_aws():
        dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        dynamodb.create_table(**create_table_request(plan.table, "t"))
        clock = Clock()

        def check(*entities):
            layout = Layout(workload, plan, NOW)
            rows = [Row(type(e).__name__, {k: v for k, v in e.to_dict().items() if v is not None}) for e in entities]
            held = {layout.base_key(i): comparable_item(i) for i in dynamodb.scan(TableName="t")["Items"]}
            assert held == {k: comparable_item(i) for k, i in layout.items(rows).items()}

        yield package, package.People("t", dynamodb, clock=clock), clock, check


def test_one_namespace_serves_several_types(at):
    package, client, _, check = at
    ada = package.Person(person="ada", handle="a", badge=1)
    client.join(ada)
    with pytest.raises(package.UniqueTaken, match="Robot: handle is taken"):
        client.build(package.Robot(robot="r", handle="a"))
    bob = package.Person(person="bob", badge=2)  # without a handle nothing is claimed
    client.join(bob)
    with pytest.raises(package.UniqueTaken):
        client.join(package.Person(person="eve", badge=2))
    check(ada, bob)


def test_a_change_gives_up_the_old_value(at):
    package, client, _, check = at
    client.join(package.Person(person="ada", handle="a"))
    renamed = client.rename("ada", "b")
    robot = package.Robot(robot="r", handle="a")
    client.build(robot)
    with pytest.raises(package.UniqueTaken):
        client.rename("ada", "a")
    check(renamed, robot)
    check(client.rename("ada", "b"), robot)
    check(client.rename("ada", None), robot)
    check(client.rename("ada", "c"), robot)
    check(client.assign("ada", 7), robot)


def test_two_items_swap_their_values(at):
    package, client, _, check = at
    ada, bob = (package.Person(person=p, handle=h) for p, h in (("ada", "a"), ("bob", "b")))
    client.join(ada)
    client.join(bob)
    client.swap("ada", "bob", "b", "a")
    check(package.Person(person="ada", handle="b"), package.Person(person="bob", handle="a"))
    client.join(package.Person(person="eve", handle="e"))
    with pytest.raises(package.UniqueTaken):
        client.swap("ada", "bob", "e", "b")
    with pytest.raises(package.UniqueTaken):
        client.swap("ada", "bob", "x", "x")
    client.swap("ada", "bob", "n", "b")  # one passes its value on
    check(*(package.Person(person=p, handle=h) for p, h in (("ada", "n"), ("bob", "b"), ("eve", "e"))))


def test_two_new_items_of_one_call_cannot_share_a_value(at):
    package, client, _, check = at
    with pytest.raises(package.UniqueTaken):
        client.join_all([package.Person(person=p, handle="a") for p in ("ada", "bob")])
    check()
    two = [package.Person(person=p, handle=p) for p in ("ada", "bob")]
    client.join_all(two)
    check(*two)


def test_an_expired_owner_has_no_claim(at):
    package, client, clock, check = at
    ada = package.Person(person="ada", handle="a", gone_at=SOON)
    client.join(ada)
    check(ada)
    clock.now = SOON
    bob = package.Person(person="bob", handle="a")
    client.join(bob)
    for call in (lambda: client.rename("ada", "x"), lambda: client.stay("ada", LATER)):
        with pytest.raises(package.NotFound):
            call()
    client.leave("ada")  # the guard has a new owner, and stays
    check(bob)


def test_a_longer_life_is_also_that_of_the_guards(at):
    package, client, clock, check = at
    client.join(package.Person(person="ada", handle="a", badge=3, gone_at=SOON))
    stayed = client.stay("ada", LATER)
    check(stayed)
    clock.now = SOON
    with pytest.raises(package.UniqueTaken):
        client.build(package.Robot(robot="r", handle="a"))
    check(client.stay("ada", None))


def test_put_and_delete_move_and_remove_guards(at):
    package, client, _, check = at
    client.save(package.Person(person="ada", handle="a", badge=1))
    other = package.Person(person="ada", handle="b")
    client.save(other)
    check(other)
    client.leave("ada")
    check()
