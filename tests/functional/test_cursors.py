"""Cursors: pages of every size, forwards and backwards, of one list and of merged ones; what is refused, and how."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import pairwise
from textwrap import dedent
from uuid import UUID

import boto3
import pytest

from dynamodel import pipeline
from dynamodel.emit.registry import emit
from dynamodel.ir.reads import ReadKind, ReadPattern
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.cases import make_suite
from dynamodel.verify.checker.hook import StrictClient
from dynamodel.verify.execution import Execution
from dynamodel.verify.generated import loaded
from dynamodel.verify.schema import create_table_request
from dynamodel.verify.state import Layout, Table
from tests.support.designs import EXAMPLES, NAMES, designed
from tests.support.packages import EVERYTHING, everything, import_package, submodule
from tests.support.quick import quick_aws

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
SHAPES = EVERYTHING.with_name("shapes_model.py")
ONE, TWO = UUID(int=1), UUID(int=2)
ACCESS = {"region_name": "us-east-1", "aws_access_key_id": "dynamodel", "aws_secret_access_key": "dynamodel"}


@pytest.mark.parametrize("name", [*NAMES, "everything"])
def test_pages_lead_forwards_and_back_again(name):
    workload, plan = everything() if name == "everything" else (designed(name).workload, designed(name).plan)
    suite = make_suite(workload)
    lists = {
        p.name: p
        for p in workload.patterns
        if isinstance(p, ReadPattern) and p.kind not in {ReadKind.COLLECTION, ReadKind.SCAN}
    }
    turned = 0
    with MotoBackend() as backend, loaded(workload, emit(workload, plan, None, ("python",), None)) as generated:
        table = Table(backend, backend.open_table(plan.table), Layout(workload, plan, suite.now))
        table.fill(suite.rows)
        client = generated.client_class(table.name, backend.client(), clock=lambda: suite.now, cursor_key=b"key")
        for case in suite.cases:
            if not case.pages or case.pattern not in lists:
                continue
            pattern = lists[case.pattern]
            whole = generated.call(client, pattern, case.arguments, limit=None).items
            for size in {1, 2, 3, max(1, len(whole) - 1)}:
                pages = [generated.call(client, pattern, case.arguments, limit=size)]
                while pages[-1].cursor is not None:
                    pages.append(generated.call(client, pattern, case.arguments, limit=size, cursor=pages[-1].cursor))
                assert [item for page in pages for item in page] == whole
                assert pages[0].previous is None
                for before, page in zip(reversed(pages[:-1]), reversed(pages), strict=False):
                    back = generated.call(client, pattern, case.arguments, limit=size, cursor=page.previous)
                    assert back.items == before.items
                    again = generated.call(client, pattern, case.arguments, limit=size, cursor=back.cursor)
                    assert again.items == page.items
                    turned += 1
                if len(pages) > 1:
                    back = generated.call(client, pattern, case.arguments, limit=size, cursor=pages[1].previous)
                    assert back.previous is None
    assert turned > 0


def answer(page):
    """What a page of a collection holds besides its cursors."""
    return dataclasses.replace(page, cursor=None, previous=None)


@pytest.mark.parametrize("model", [EVERYTHING, EXAMPLES / "tracker/model.py", SHAPES], ids=lambda f: f.stem)
def test_pages_of_collections_lead_forwards_and_back_again(model):
    """The first page alone has what is not paged, however it is reached."""
    workload = pipeline.load(model)
    plan = pipeline.plan(workload)
    suite = make_suite(workload)
    lists = {p.name: p for p in workload.reads if p.kind is ReadKind.COLLECTION}
    turned = 0
    with MotoBackend() as backend, loaded(workload, emit(workload, plan, None, ("python",), None)) as generated:
        table = Table(backend, backend.open_table(plan.table), Layout(workload, plan, suite.now))
        table.fill(suite.rows)
        client = generated.client_class(table.name, backend.client(), clock=lambda: suite.now, cursor_key=b"key")
        for case in suite.cases:
            if not case.pages or case.pattern not in lists:
                continue
            pattern = lists[case.pattern]
            for limit in [{}] if pattern.turns_several else [{"limit": size} for size in (1, 2, 3)]:
                pages = [generated.call(client, pattern, case.arguments, **limit)]
                while pages[-1].cursor is not None:
                    pages.append(generated.call(client, pattern, case.arguments, **limit, cursor=pages[-1].cursor))
                assert pages[0].previous is None
                for number, (before, here) in enumerate(pairwise(pages)):
                    back = generated.call(client, pattern, case.arguments, **limit, cursor=here.previous)
                    assert answer(back) == answer(before)
                    assert (back.previous is None) == (number == 0)
                    again = generated.call(client, pattern, case.arguments, **limit, cursor=back.cursor)
                    assert answer(again) == answer(here)
                    turned += 1
    assert turned > 0


def test_verify_turns_pages_back_and_sees_those_that_are_not_what_they_were(monkeypatch):
    known = designed("storefront")
    patterns = {p.name: p for p in known.workload.reads}
    cases = [case for case in known.suite.cases if case.pages]
    artifacts = emit(known.workload, known.plan, None, ("python",), None)
    with MotoBackend() as backend, loaded(known.workload, artifacts) as generated:
        strict = StrictClient(backend.client())
        name = backend.open_table(known.plan.table, strict.client)
        table = Table(backend, name, Layout(known.workload, known.plan, known.suite.now))
        table.fill(known.suite.rows)
        execution = Execution(generated, known.plan, table, strict, known.suite)
        assert not any(execution.run(patterns[case.pattern], case).wrong for case in cases)
        stream = submodule(generated.module, "merging").Stream
        monkeypatch.setattr(stream, "turned", lambda self: dataclasses.replace(self, back=True))  # yet read forwards
        found = [execution.run(patterns[case.pattern], case).wrong for case in cases]
        assert any("is another on the way back" in wrong for wrong in found)
        engine = submodule(generated.module, "engine")
        monkeypatch.setattr(engine, "has_order", lambda streams: False)
        found = [execution.run(patterns[case.pattern], case).wrong for case in cases]
        assert any("no way back" in wrong for wrong in found)


SEVERAL = """
    from dynamodel import Collection, Create, Entity, Model, Parent, Query, Ulid, asc, desc
    class Room(Entity, identity="room_id", count=1000):
        room_id: Ulid
    class Message(Entity, identity=("room_id", "number"), parent=Parent(Room, children=(10, 500))):
        room_id: Ulid
        number: int
    class Visit(Entity, identity=("room_id", "number"), parent=Parent(Room, children=(10, 500))):
        room_id: Ulid
        number: int
    class Badge(Entity, identity=("room_id", "name"), parent=Parent(Room, children=(2, 9))):
        room_id: Ulid
        name: str
    class Rooms(Model):
        room = Collection(
            Room,
            Query(Message, order_by=desc(Message.number), limit=2),
            Query(Visit, order_by=asc(Visit.number), limit=3),
            Badge,
            by=Room.room_id,
        )
        add_room = Create(Room)
        say = Create(Message)
        visit = Create(Visit)
        award = Create(Badge)
"""


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    """The package of a model with lists that turn pages together, and its plan."""
    folder = tmp_path_factory.mktemp("rooms")
    (folder / "model.py").write_text(dedent(SEVERAL))
    workload = pipeline.load(folder / "model.py")
    plan = pipeline.plan(workload)
    return import_package(workload, plan, folder, "cursors_rooms"), plan


@pytest.fixture
def rooms(several):
    """That package, and a client of it."""
    package, plan = several
    with quick_aws():
        dynamodb = boto3.client("dynamodb", **ACCESS)
        dynamodb.create_table(**create_table_request(plan.table, "t"))
        yield package, package.Rooms("t", dynamodb, cursor_key=b"key")


def fill(package, client, number, messages, visits):
    room = f"{number:026}"
    client.add_room(package.Room(room_id=room))
    client.award(package.Badge(room_id=room, name="first"))
    for n in range(messages):
        client.say(package.Message(room_id=room, number=n))
    for n in range(visits):
        client.visit(package.Visit(room_id=room, number=n))
    return room


@pytest.mark.parametrize(
    ("messages", "visits"), [(0, 0), (0, 1), (1, 0), (2, 3), (3, 3), (2, 4), (5, 1), (4, 12), (9, 0), (7, 6), (0, 10)]
)
def test_lists_that_turn_pages_together_turn_them_back_together(rooms, messages, visits):
    package, client = rooms
    room = fill(package, client, messages * 100 + visits, messages, visits)
    pages = [client.room(room)]
    while pages[-1].cursor is not None:
        pages.append(client.room(room, cursor=pages[-1].cursor))
    assert [m.number for page in pages for m in page.messages] == list(reversed(range(messages)))
    assert [v.number for page in pages for v in page.visits] == list(range(visits))
    assert all(len(page.messages) == 2 for page in pages[: messages // 2])
    assert all(len(page.visits) == 3 for page in pages[: visits // 3])
    assert [page.room is not None for page in pages] == [page.badges != [] for page in pages]
    assert [page.previous is None for page in pages] == [page.room is not None for page in pages] == [
        True, *([False] * (len(pages) - 1))
    ]  # fmt: skip
    for number in reversed(range(1, len(pages))):
        back = client.room(room, cursor=pages[number].previous)
        assert answer(back) == answer(pages[number - 1])
        assert answer(client.room(room, cursor=back.cursor)) == answer(pages[number])
    here = pages[-1]  # and all the way by the pages found on it
    for before in reversed(pages[:-1]):
        here = client.room(room, cursor=here.previous)
        assert answer(here) == answer(before)
    assert here.previous is None
    for behind in pages[1:]:
        here = client.room(room, cursor=here.cursor)
        assert answer(here) == answer(behind)
    assert here.cursor is None


def test_no_row_is_lost_on_the_way_back_when_lists_grow_meanwhile(rooms):
    package, client = rooms
    room = fill(package, client, 77, 9, 2)
    here = client.room(room)
    while here.cursor is not None:
        here = client.room(room, cursor=here.cursor)
    for n in (2, 3, 4, 5):  # behind the end of the shorter list
        client.visit(package.Visit(room_id=room, number=n))
    found = [here]
    while found[-1].previous is not None:
        found.append(client.room(room, cursor=found[-1].previous))
    assert [v.number for page in reversed(found) for v in page.visits] == list(range(6))
    assert [m.number for page in reversed(found) for m in page.messages] == list(reversed(range(9)))
    assert found[-1].room is not None


def test_what_a_cursor_says_of_ended_lists_is_checked(rooms):
    package, client = rooms
    room = fill(package, client, 78, 5, 0)
    plain = package.Rooms("t", client._connection.client)
    cursor = plain.room(room).cursor
    for ended in ([], [[0, 0]], [[0, 0], [-1, 0]], [[0, 0], [0, "1"]], [[0, 0], [True, 0]], 7, [[0, 0]] * 3):
        with pytest.raises(package.CursorInvalid, match="damaged"):
            plain.room(room, cursor=altered(cursor, ended=ended))


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return import_package(*everything(), tmp_path_factory.mktemp("cursors"), "cursors_everything")


@pytest.fixture
def dynamodb():
    with quick_aws():
        client = boto3.client("dynamodb", **ACCESS)
        client.create_table(**create_table_request(everything()[1].table, "t"))
        yield client


@pytest.fixture
def client(package, dynamodb):
    made = package.Everything("t", dynamodb, clock=lambda: NOW, cursor_key=b"secret")
    for n in range(5):
        values = {"account_id": ONE, "list": f"p{n}", "map": "m", "state": "draft", "rank": n, "score": 5}
        made.write_page(package.ENTITIES["Page"].from_dict(values))
    return made


def altered(cursor, **changes):
    """A cursor with other content under the signature that it had."""
    body, _, signature = cursor.partition(".")
    held = {**json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))), **changes}
    text = urlsafe_b64encode(json.dumps(held).encode()).rstrip(b"=").decode()
    return f"{text}.{signature}" if signature else text


def refused(package, call, words):
    with pytest.raises(package.CursorInvalid, match=words) as caught:
        call()
    assert caught.value.pattern == "pages_ranked"


def test_a_signed_cursor_takes_no_change_and_no_other_key(package, client, dynamodb):
    cursor = client.pages_ranked(ONE, -100, 100, limit=2).cursor
    others = [package.Everything("t", dynamodb, clock=lambda: NOW, cursor_key=key) for key in (b"other", None)]
    unsigned = others[1].pages_ranked(ONE, -100, 100, limit=2).cursor
    for wrong in (
        altered(cursor, row=1),
        cursor.partition(".")[0],
        unsigned,
        others[0].pages_ranked(ONE, -100, 100, limit=2).cursor,
    ):
        refused(package, lambda wrong=wrong: client.pages_ranked(ONE, -100, 100, cursor=wrong), "signature")
    assert client.pages_ranked(ONE, -100, 100, limit=2, cursor=cursor).items


def test_an_unsigned_cursor_is_still_held_to_its_call(package, client, dynamodb):
    plain = package.Everything("t", dynamodb, clock=lambda: NOW)
    cursor = plain.pages_ranked(ONE, -100, 100, limit=2).cursor
    held = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    (position,) = held["at"]
    elsewhere = {name: {"S": value["S"].replace("0001", "0002")} for name, value in position.items()}
    for wrong, words in (
        (altered(cursor, plan="0" * 16), "another version"),
        (altered(cursor, pattern="pages"), "another call"),
        (altered(cursor, at=[elsewhere]), "another call"),
        (altered(cursor, at=[]), "damaged"),
        (altered(cursor, back="x"), "damaged"),
        ("%%%", "damaged"),
    ):
        refused(package, lambda wrong=wrong: plain.pages_ranked(ONE, -100, 100, cursor=wrong), words)
    refused(package, lambda: plain.pages_ranked(TWO, -100, 100, cursor=cursor), "another call")


def test_a_cursor_of_a_former_plan_is_refused(package, client, monkeypatch):
    cursor = client.pages_ranked(ONE, -100, 100, limit=2).cursor
    monkeypatch.setattr(submodule(package, "pages"), "PLAN", "another")
    refused(package, lambda: client.pages_ranked(ONE, -100, 100, cursor=cursor), "another version")


def ranks(page):
    return [item.rank for item in page]


def test_pages_go_on_when_items_come_and_go_between_them(package, client):
    first = client.pages_ranked(ONE, -100, 100, limit=2)
    assert ranks(first) == [4, 3]
    second = client.pages_ranked(ONE, -100, 100, limit=2, cursor=first.cursor)
    values = {"account_id": ONE, "list": "new", "map": "m", "state": "draft", "rank": 9, "score": 5}
    client.write_page(package.ENTITIES["Page"].from_dict(values))
    back = client.pages_ranked(ONE, -100, 100, limit=2, cursor=second.previous)
    assert ranks(back) == [4, 3]
    newer = client.pages_ranked(ONE, -100, 100, limit=2, cursor=back.previous)
    assert ranks(newer) == [9]
    assert newer.previous is None


def test_a_page_is_full_although_entries_have_lost_their_items(package):
    engine, merging, sending = (submodule(package, name) for name in ("engine", "merging", "sending"))
    entries = [{"PK": {"S": "p"}, "SK": {"S": str(n)}, "G": {"S": "g"}} for n in range(6)]

    class Table:
        """An index that still has what the table has no more."""

        def query(self, **request):
            after = request.get("ExclusiveStartKey", {"SK": {"S": ""}})["SK"]["S"]
            found = [e for e in entries if e["SK"]["S"] > after][: request["Limit"]]
            last = {} if found[-1:] == entries[-1:] else {"LastEvaluatedKey": found[-1]}
            return {"Items": found, **last}

        def batch_get_item(self, RequestItems):  # noqa: N803 - the service's own name
            ((name, asked),) = RequestItems.items()
            return {
                "Responses": {name: [{**key, "n": {"N": "1"}} for key in asked["Keys"] if key["SK"]["S"] not in "13"]}
            }

    request = {"TableName": "t", "KeyConditionExpression": "G = :g", "IndexName": "G"}
    made, whole = engine.Engine("t"), merging.Whole(("PK", "SK"))

    def page(cursor=None):
        streams = merging.streams([request], ("PK", "SK", "G"), limit=3)
        steps = made.page("listed", streams, limit=3, cursor=cursor, whole=whole)
        return sending.Connection(Table()).run("listed", steps)

    first = page()
    assert [item["SK"]["S"] for item in first] == ["0", "2", "4"]
    assert [item["SK"]["S"] for item in page(first.cursor)] == ["5"]


def test_shards_are_merged_in_both_directions(package):
    """Streams of numbers, some equal: read as one list whatever the page's size."""
    engine, merging, sending = (submodule(package, name) for name in ("engine", "merging", "sending"))
    shards = [[0, 3, 3, 6], [1, 3, 5], [], [2, 4, 4, 7]]
    items = [
        [{"K": {"S": f"{s}-{n}"}, "V": {"N": str(v)}} for n, v in enumerate(held)] for s, held in enumerate(shards)
    ]

    class Table:
        def query(self, **request):
            held = items[request["ExpressionAttributeValues"][":s"]]
            held = held if request["ScanIndexForward"] else held[::-1]
            start = request.get("ExclusiveStartKey")
            at = 0 if start is None else next(n for n, i in enumerate(held) if i["K"] == start["K"]) + 1
            found = held[at : at + request.get("Limit", 99)]
            return {
                "Items": found,
                **({"LastEvaluatedKey": {"K": found[-1]["K"]}} if at + len(found) < len(held) else {}),
            }

    asked = [
        {
            "TableName": "t",
            "KeyConditionExpression": "S = :s",
            "ScanIndexForward": True,
            "ExpressionAttributeValues": {":s": n},
        }
        for n in range(4)
    ]
    made, connection = engine.Engine("t", secret=b"k"), sending.Connection(Table())

    def page(size, cursor=None):
        streams = merging.streams(asked, ("K",), limit=size)
        order = [(lambda item: int(item["V"]["N"]), False)]
        return connection.run("listed", made.page("listed", streams, limit=size, cursor=cursor, order=order))

    whole = page(None).items
    assert [int(i["V"]["N"]) for i in whole] == [0, 1, 2, 3, 3, 3, 4, 4, 5, 6, 7]
    for size in range(1, 13):
        pages = [page(size)]
        while pages[-1].cursor is not None:
            pages.append(page(size, pages[-1].cursor))
        assert [item for p in pages for item in p] == whole
        assert all(len(p) == size for p in pages[:-1])
        for before, here in pairwise(pages):
            assert page(size, here.previous).items == before.items
            assert page(size, page(size, here.previous).cursor).items == here.items
