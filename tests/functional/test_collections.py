"""Item collections of every shape through the whole path: planned in one request each, emitted, verified, tested."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.planner.check import check
from tests.support.quick import run_suite
from tests.support.whole import verify

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.verify.backends.base import Backend

NESTED = """
    from datetime import datetime
    from dynamodel import Collection, Create, Delete, Entity, Get, Model, Parent, Query, Ulid, Update, attr, desc
    class Customer(Entity, identity="customer_id", count=1000):
        customer_id: Ulid
        name: str
    class Order(Entity, identity=("customer_id", "order_id"), parent=Parent(Customer, children=(10, 500))):
        customer_id: Ulid
        order_id: str
        placed_at: datetime = attr(role="created")
    class Line(Entity, identity=("customer_id", "order_id", "line"), parent=Parent(Order, children=(4, 60))):
        customer_id: Ulid
        order_id: str
        line: int = attr(ge=0, le=999)
        product: str
    class Note(Entity, identity=("customer_id", "note_id"), parent=Parent(Customer, children=(10, 500))):
        customer_id: Ulid
        note_id: Ulid
        text: str
    class Shop(Model):
        customer = Get(Customer)
        everything = Collection(Customer, Order, Line, Note, by=Customer.customer_id)
        order = Collection(Order, Line, by=(Order.customer_id, Order.order_id))
        one = Get(Order)
        latest = Query(Order, by=Order.customer_id, order_by=desc(Order.placed_at), limit=25)
        last_lines = Query(Line, by=(Line.customer_id, Line.order_id), order_by=desc(Line.line), limit=3)
        add_customer = Create(Customer)
        add_order = Create(Order)
        add_line = Create(Line)
        add_note = Create(Note)
        rename = Update(Customer, set=Customer.name)
        drop = Delete(Line)
"""
DEEPER = """
    from dynamodel import Collection, Create, Entity, Model, Parent, Query, attr, desc
    class Site(Entity, identity="site", count=100):
        site: str
        title: str
    class Page(Entity, identity=("site", "page"), parent=Parent(Site, children=(5, 50))):
        site: str
        page: str
        title: str
    class Comment(Entity, identity=("site", "page", "comment"), parent=Parent(Page, children=(5, 50))):
        site: str
        page: str
        comment: int = attr(ge=0, le=9999)
        text: str
    class Reaction(
        Entity, identity=("site", "page", "comment", "reader"), parent=Parent(Comment, children=(2, 20))
    ):
        site: str
        page: str
        comment: int = attr(ge=0, le=9999)
        reader: str
    class Sites(Model):
        site = Collection(Site, Page, Comment, Reaction, by=Site.site)
        page = Collection(Page, Comment, Reaction, by=(Page.site, Page.page))
        comment = Collection(
            Comment,
            Query(Reaction, order_by=desc(Reaction.reader), limit=4),
            by=(Comment.site, Comment.page, Comment.comment),
        )
        add_site = Create(Site)
        add_page = Create(Page)
        add_comment = Create(Comment)
        react = Create(Reaction)
"""
BOTH_SIDES = """
    from dynamodel import Collection, Create, Entity, Model, Parent, Query, Ulid, attr, desc
    class Room(Entity, identity="room_id", count=1000):
        room_id: Ulid
        name: str
    class Message(Entity, identity=("room_id", "message_id"), parent=Parent(Room, children=(10, 500))):
        room_id: Ulid
        message_id: Ulid
        text: str
    class Visit(Entity, identity=("room_id", "number"), parent=Parent(Room, children=(10, 500))):
        room_id: Ulid
        number: int = attr(ge=0, le=99999)
        who: str
    class Rooms(Model):
        talk = Collection(Room, Query(Message, order_by=desc(Message.message_id), limit=4), by=Room.room_id)
        visitors = Collection(Room, Query(Visit, order_by=desc(Visit.number), limit=4), by=Room.room_id)
        add_room = Create(Room)
        say = Create(Message)
        visit = Create(Visit)
"""
OVERLAPPING = """
    from dynamodel import Collection, Create, Entity, Model, Parent, Query, Ulid, asc, desc
    class Team(Entity, identity="team_id", count=100):
        team_id: Ulid
        name: str
    class Player(Entity, identity=("team_id", "number"), parent=Parent(Team, children=(5, 50))):
        team_id: Ulid
        number: int
        name: str
    class Coach(Entity, identity=("team_id", "coach_id"), parent=Parent(Team, children=(2, 5))):
        team_id: Ulid
        coach_id: Ulid
    class Match(Entity, identity=("team_id", "match_id"), parent=Parent(Team, children=(5, 50))):
        team_id: Ulid
        match_id: Ulid
        score: int
    class Venue(Entity, identity=("team_id", "venue_id"), parent=Parent(Team, children=(2, 5))):
        team_id: Ulid
        venue_id: Ulid
    class League(Model):
        squad = Collection(Query(Player, order_by=asc(Player.name)), Coach, by=Player.team_id)
        home = Collection(Team, Player, by=Team.team_id)
        season = Collection(Team, Venue, by=Team.team_id)
        plays = Collection(Venue, Query(Match, order_by=desc(Match.match_id)), by=Venue.team_id)
        everything = Collection(Team, Player, Coach, Match, Venue, by=Team.team_id)
        add_team = Create(Team)
        add_player = Create(Player)
        add_coach = Create(Coach)
        add_match = Create(Match)
        add_venue = Create(Venue)
"""
MODELS = {"nested": NESTED, "deeper": DEEPER, "both sides": BOTH_SIDES, "overlapping": OVERLAPPING}
INDEXES = {"nested": 1, "deeper": 0, "both sides": 0, "overlapping": 0}  # a list of orders alone needs a place


@pytest.fixture(params=MODELS)
def shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sort_key(plan: Plan, entity: str) -> str:
    return str(plan.entity(entity).base.sort[0].value)


def test_each_is_one_request_and_answers_as_declared(tmp_path: Path, shape: str, backends: tuple[Backend, ...]) -> None:
    plan = verify(tmp_path, MODELS[shape], backends)
    assert {p.name: p.request_count for p in plan.patterns if p.request_count != 1} == {}
    assert len(plan.table.gsis) == INDEXES[shape]
    assert "No layout" in plan.proof.statement


def test_the_emitted_suites_pass(tmp_path: Path) -> None:
    for text in MODELS.values():
        workload, plan = designed(tmp_path, text)
        pipeline.write(pipeline.artifacts(workload, plan, pipeline.suite(workload)), tmp_path)
    done = run_suite(tmp_path)
    assert done.returncode == 0, done.stdout[-4000:]
    assert len(list(tmp_path.glob("tests/*_patterns"))) == len(MODELS)


def test_grandchildren_lie_inside_their_parents(tmp_path: Path) -> None:
    plan = planned(tmp_path, DEEPER)
    assert sort_key(plan, "Page") == "PAGE#{page}#"
    assert sort_key(plan, "Reaction").startswith("PAGE#{page}#COMMENT#{comment}#")
    assert sort_key(plan, "Comment").startswith("PAGE#{page}#COMMENT#{comment}#")


def test_newest_first_on_both_sides_inverts_the_order_that_takes_no_room(tmp_path: Path) -> None:
    plan = planned(tmp_path, BOTH_SIDES)
    keys = {e: sort_key(plan, e) for e in ("Message", "Room", "Visit")}
    assert keys["Visit"].endswith("#{-number}#"), keys
    assert keys["Message"].endswith("#{message_id}#"), keys
    assert sorted(keys, key=keys.__getitem__) in (["Message", "Room", "Visit"], ["Visit", "Room", "Message"])


def test_what_no_order_of_blocks_gives_takes_another_place_or_more_requests(tmp_path: Path) -> None:
    """A star of three: the third child finds no side of the root, and the plan says what that takes and why."""
    third = """
    class Badge(Entity, identity=("room_id", "number"), parent=Parent(Room, children=(10, 500))):
        room_id: Ulid
        number: int = attr(ge=0, le=99999)
    class Rooms(Model{options}):
        badges = Collection(Room, Query(Badge, order_by=desc(Badge.number), limit=4), by=Room.room_id)
        award = Create(Badge)
"""
    star = BOTH_SIDES.replace("\n    class Rooms(Model):\n", third)
    with_index = planned(tmp_path, star.replace("{options}", ""))
    assert len(with_index.table.gsis) == 1
    assert {p.request_count for p in with_index.patterns} == {1}
    without = planned(tmp_path, star.replace("{options}", ", indexes=0"))
    (apart,) = [p for p in without.patterns if p.request_count > 1]
    assert (apart.status, apart.request_count) == ("degraded", 2)
    assert "no order of the blocks" in apart.reason
    assert any(f.code == "DM404" and apart.reason in f.message for f in without.findings)


def designed(folder: Path, text: str) -> tuple[Workload, Plan]:
    model = folder / "model.py"
    model.write_text(dedent(text))
    workload = pipeline.load(model)
    return workload, pipeline.plan(workload)


def planned(folder: Path, text: str) -> Plan:
    workload, plan = designed(folder, text)
    assert check(workload, plan) == ()
    return plan
