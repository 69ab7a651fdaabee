"""Small models whose best layout uses a rare kind of place, through the whole path; each says which place it is."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.ir import wording
from dynamodel.ir.wording import key_value
from dynamodel.verify.runner import verify as run
from tests.support.faults import Fault
from tests.support.whole import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dynamodel.ir.plan import Plan
    from dynamodel.verify.backends.base import Backend


def shards(plan: Plan) -> dict[str, int]:
    """The sharded keys of a plan: `Event GSI1` to the number of shards."""
    keys = [(d.entity, k) for d in plan.entities for k in (d.base, *d.indexes)]
    return {f"{entity} {key.place}": key.shards for entity, key in keys if key.shards > 1}


def beside(plan: Plan) -> dict[str, int]:
    """What is kept beside items: `User GUARD1` to the number of attributes that it carries."""
    return {
        f"{d.entity} {place}": len(one.carries)
        for d in plan.entities
        for place in ("GUARD1", "GUARD2", "COPY1")
        if (one := d.beside_place(place)) is not None
    }


def partitions(plan: Plan) -> dict[str, str]:
    """The partition keys of everything but single items: `Visit GSI1` to its text."""
    keys = [(d.entity, k) for d in plan.entities for k in d.indexes]
    return {f"{entity} {key.place}": ", ".join(key_value(f.value) for f in key.partition) for entity, key in keys}


def copied(plan: Plan) -> dict[str, str]:
    """The attributes of parents that children hold, with what they are copies of."""
    return {f"{c.entity}.{c.attribute}": f"{c.parent}.{c.source}" for c in plan.copied}


MODELS: dict[str, tuple[str, Callable[[Plan], object], object]] = {
    "a hot list of everything is sharded, its parts of collections too": (
        """
        from datetime import datetime
        from dynamodel import Collection, Create, Delete, Entity, Get, Model, Query, Ulid, Update, attr, desc, ge
        class Event(Entity, identity="event_id", count=1_000_000):
            event_id: Ulid
            at: datetime = attr(role="created")
            kind: str = attr(distinct=3)
            text: str = attr(bytes=(300, 1000))
        class Sensor(Entity, identity="kind"):
            kind: str
            name: str
        class Alarm(Entity, identity="alarm_id", count=1_000_000):
            alarm_id: Ulid
            kind: str = attr(distinct=3)
            at: datetime
        class Log(Model, table="log"):
            add = Create(Event, rps=1000, peak=3000)
            newest = Query(Event, order_by=desc(Event.at), limit=3)
            since = Query(Event, range=ge(Event.at), returns=(Event.event_id, Event.at))
            number = Query(Event, returns="count")
            of_kind = Query(Event, by=Event.kind, order_by=Event.at, limit=2)
            board = Collection(
                Sensor, Query(Alarm, order_by=desc(Alarm.at), limit=2), Query(Event, order_by=desc(Event.at), limit=2),
                by=Sensor.kind,
            )
            ring = Create(Alarm, rps=1000, peak=3000)
            event = Get(Event)
            change = Update(Event, set=(Event.kind, Event.text))
            drop = Delete(Event)
            forget_kind = Delete(Event, by=Event.kind)
            sensor = Create(Sensor)
        """,
        shards,
        {"Alarm GSI1": 2, "Event GSI2": 5, "Event GSI3": 5, "Event GSI4": 5},
    ),
    "a hot partition of the table is sharded, single items are found": (
        """
        from datetime import datetime
        from dynamodel import BatchGet, Create, Delete, Entity, Get, Model, Query, Transaction, Update, Upsert
        from dynamodel import attr, between, desc
        class Reading(Entity, identity=("sensor", "at"), count=2_000_000):
            sensor: str = attr(distinct=4)
            at: datetime
            level: int
            text: str = attr(bytes=(300, 1000))
        class Sensor(Entity, identity="sensor"):
            sensor: str
        class Readings(Model, table="readings", indexes=0):
            add = Create(Reading, rps=1000, peak=4000)
            latest = Query(Reading, by=Reading.sensor, order_by=desc(Reading.at), limit=3)
            strongly = Query(Reading, by=Reading.sensor, range=between(Reading.at), rows=20, consistent=True)
            highest = Query(Reading, by=Reading.sensor, order_by=desc(Reading.level), limit=2, consistent=True)
            one = Get(Reading)
            several = BatchGet(Reading)
            both = Transaction(Get(Sensor), Get(Reading))
            fix = Update(Reading, set=Reading.level)
            save = Upsert(Reading, set=(Reading.level, Reading.text))
            drop = Delete(Reading)
            clear = Delete(Reading, by=Reading.sensor)
        """,
        shards,
        {"Reading base": 3},
    ),
    "guards that carry attributes answer strong reads by what is unique": (
        """
        from datetime import datetime, timedelta
        from dynamodel import Create, Delete, Entity, Get, Model, Put, Query, Transaction, Ulid, Update, Upsert, attr
        class User(Entity, identity="user_id"):
            user_id: Ulid
            email: str = attr(unique="address")
            handle: str | None = attr(unique=True)
            name: str
            logins: int = 0
            tags: set[str] = attr(default=set())
            seen: list[str] = attr(default=[])
            version: int = attr(role="version")
            changed: datetime = attr(role="updated")
            expires_at: datetime | None = attr(role="ttl", lifetime=timedelta(days=9))
        class Team(Entity, identity="team_id"):
            team_id: Ulid
            address: str = attr(unique="address")
            name: str
        class People(Model, table="people"):
            add = Create(User)
            found = Transaction(Create(User), Create(Team))
            by_email = Get(User, by=User.email, consistent=True)
            named = Query(User, by=(User.email, User.name), consistent=True)
            name_of = Get(User, by=User.handle, returns=(User.name, User.logins), consistent=True)
            team = Get(Team, by=Team.address)
            user = Get(User)
            log_in = Update(User, add=User.logins == 1, append=User.seen, when=User.email == "a@b.c")
            tag = Update(User, add=User.tags, remove=User.handle)
            replace = Put(User)
            save = Upsert(User, set=(User.email, User.name, User.expires_at), add=User.logins)
            leave = Delete(User)
            close = Delete(Team)
        """,
        beside,
        {"User GUARD1": 10, "User GUARD2": 3, "Team GUARD1": 3},
    ),
    "a guard that names its item is read before it": (
        """
        from dynamodel import Create, Delete, Entity, Get, Model, Ulid, Update, Upsert, attr
        class User(Entity, identity=("tenant", "user_id")):
            tenant: str
            user_id: Ulid
            email: str = attr(unique=True)
            name: str
        class People(Model, table="people", copies=False):
            add = Create(User)
            by_email = Get(User, by=User.email, consistent=True)
            name_of = Get(User, by=User.email, returns=(User.name,), consistent=True)
            rename = Update(User, set=User.name)
            move = Update(User, set=User.email)
            save = Upsert(User, set=(User.email, User.name))
            leave = Delete(User)
        """,
        beside,
        {"User GUARD1": 0},
    ),
    "copies answer strong reads by another key": (
        """
        from datetime import datetime, timedelta
        from dynamodel import Create, Delete, Entity, Get, Model, Put, Query, Update, Upsert, attr, desc, ge
        class Follow(Entity, identity=("follower", "followee")):
            follower: str
            followee: str
            at: datetime
            weight: int = 1
            tags: set[str] = attr(default=set())
            counts: dict[str, int] = attr(default={})
            seen: list[str] = attr(default=[])
            note: str | None = None
            expires_at: datetime | None = attr(role="ttl", lifetime=timedelta(days=9))
        class Graph(Model, table="graph", local_indexes=False):
            follow = Create(Follow)
            one = Get(Follow)
            followers = Query(Follow, by=Follow.followee, order_by=desc(Follow.at), limit=3, consistent=True)
            since = Query(Follow, by=Follow.followee, range=ge(Follow.at), consistent=True)
            following = Query(Follow, by=Follow.follower, limit=3, consistent=True)
            number = Query(Follow, by=Follow.followee, returns="count", consistent=True)
            touch = Update(Follow, set=Follow.at, remove=Follow.note)
            weigh = Update(Follow, add=Follow.weight)
            tag = Update(Follow, add=Follow.tags, set=Follow.note)
            revisit = Update(
                Follow, set=Follow.at, add=(Follow.tags, Follow.weight, Follow.counts), append=Follow.seen
            )
            move = Put(Follow, times=(2, 4))
            part = Delete(Follow, times=(2, 4))
            keep = Upsert(Follow, set=(Follow.at, Follow.expires_at), add=(Follow.weight, Follow.tags))
            unfollow = Delete(Follow)
            forget = Delete(Follow, by=Follow.followee)
        """,
        beside,
        {"Follow COPY1": 9},
    ),
    "a copy takes the place of an index that the model rules out": (
        """
        from dynamodel import Create, Delete, Entity, Get, Model, Put, Query, Update, Upsert, attr
        class Edge(Entity, identity=("a", "b")):
            a: str
            b: str
            text: str
            weight: int = 0
            uses: dict[str, int] = attr(default={})
            seen: list[str] = attr(default=[])
        class Graph(Model, table="graph", indexes=0, local_indexes=False):
            add = Create(Edge)
            out = Query(Edge, by=Edge.a)
            into = Query(Edge, by=Edge.b)
            say = Update(Edge, set=Edge.text)
            use = Upsert(Edge, set=Edge.text, add=(Edge.weight, Edge.uses))
            see = Upsert(Edge, set=Edge.text, append=Edge.seen)
            load = Put(Edge, times=(2, 4))
            unload = Delete(Edge, times=(2, 4))
            replace = Put(Edge)
            cut = Delete(Edge)
            cut_all = Delete(Edge, by=Edge.a)
        """,
        beside,
        {"Edge COPY1": 6},
    ),
    "copies of items whose versions are kept, and of the versions": (
        """
        from datetime import datetime
        from dynamodel import Create, Delete, Entity, Get, Model, Put, Query, Update, attr, desc
        class Page(Entity, identity="page", history="revision"):
            page: str
            revision: int
            editor: str
            mail: str | None = attr(unique=True, default=None)
            text: str
            at: datetime = attr(role="updated")
        class Wiki(Model, table="wiki", local_indexes=False):
            add = Create(Page)
            page = Get(Page)
            of_editor = Query(Page, by=Page.editor, order_by=desc(Page.at), limit=3, consistent=True)
            by_mail = Get(Page, by=Page.mail, returns=Page.text, consistent=True)
            before = Query(Page, history=True, by=Page.editor, order_by=desc(Page.at), consistent=True)
            edit = Update(Page, set=Page.text)
            hand_over = Update(Page, set=(Page.editor, Page.mail))
            replace = Put(Page)
            drop = Delete(Page)
        """,
        beside,
        {"Page GUARD1": 1, "Page COPY1": 6, "PageVersion COPY1": 6},
    ),
    "a strong list of what meets a condition is a copy of that part": (
        """
        from datetime import datetime
        from typing import Literal
        from dynamodel import Check, Create, Delete, Entity, Get, Model, Put, Query, Transaction, Ulid, Update, Upsert
        from dynamodel import any_of, attr, desc, present
        class Ticket(Entity, identity="ticket_id"):
            ticket_id: Ulid
            team: str
            status: Literal["new", "open", "done"] = "new"
            urgent: bool = False
            owner: str | None = None
            due: datetime | None = None
            at: datetime = attr(role="created")
            text: str
        class Desk(Model, table="desk"):
            ask = Create(Ticket)
            ask_again = Put(Ticket)
            ticket = Get(Ticket)
            new = Query(Ticket, where=Ticket.status == "new", order_by=Ticket.at, limit=3, consistent=True)
            alive = Query(
                Ticket, where=any_of(Ticket.status == "open", Ticket.urgent == True), returns=Ticket.text,
                consistent=True,
            )
            owned = Query(
                Ticket, by=Ticket.team, where=(Ticket.status == "open", present(Ticket.owner)),
                order_by=desc(Ticket.due, nulls="last"), consistent=True,
            )
            begin = Update(Ticket, set=(Ticket.status == "open", Ticket.owner), when=Ticket.status == "new")
            finish = Update(Ticket, set=Ticket.status == "done", remove=Ticket.owner)
            turn = Update(Ticket, set=(Ticket.status, Ticket.urgent, Ticket.due))
            reword = Update(Ticket, set=Ticket.text)
            note = Upsert(Ticket, set=(Ticket.team, Ticket.text, Ticket.urgent))
            take = Upsert(Ticket, set=(Ticket.team, Ticket.text, Ticket.status == "open", Ticket.owner))
            drop = Delete(Ticket)
            swap = Transaction(Delete(Ticket, when=Ticket.status == "done"), Create(Ticket))
        """,
        lambda plan: sorted(wording.conditions(copy.when) for design in plan.entities for copy in design.copies),
        ['(status = "open" or urgent = true)', 'status = "new"', 'status = "open" and owner present'],
    ),
    "buckets of time that the caller knows are partitions": (
        """
        from datetime import date, datetime
        from dynamodel import Create, Entity, Get, Model, Query, Ulid, Update, attr, bucket, desc, ge
        class Visit(Entity, identity="visit_id"):
            visit_id: Ulid
            at: datetime
            born: date | None = None
            page: str
        class Visits(Model, table="visits"):
            add = Create(Visit)
            visit = Get(Visit)
            of_day = Query(Visit, by=bucket(Visit.at, "day"), order_by=desc(Visit.at), limit=3)
            of_page_in_month = Query(
                Visit, by=(Visit.page, bucket(Visit.at, "month")), range=ge(Visit.at), order_by=Visit.at
            )
            of_year = Query(Visit, by=bucket(Visit.born, "year"), returns=Visit.page)
            move = Update(Visit, set=Visit.at)
            correct = Update(Visit, set=Visit.born)
        """,
        partitions,
        {
            "Visit GSI1": "VISIT#{at@day}#",
            "Visit GSI2": "VISIT#{page}#{at@month}#",
            "Visit GSI3": "VISIT#{born@year?}#",
        },
    ),
    "what children are read with or found by is copied to them": (
        """
        from dynamodel import Create, Delete, Entity, Get, Model, Parent, Put, Query, Ulid, Update, attr, desc
        class Team(Entity, identity="team"):
            team: str
            city: str
            motto: str | None = None
        class Player(Entity, identity="player", parent=Parent(Team, children=(11, 30))):
            player: Ulid
            team: str = attr(immutable=True)
            rank: int = attr(ge=0, le=99)
        class League(Model, table="league"):
            found_team = Create(Team, rps=0.01)
            move = Update(Team, set=(Team.city, Team.motto), rps=0.01)
            forget = Update(Team, remove=Team.motto, rps=0.01)
            dissolve = Delete(Team, rps=0.01)
            sign = Create(Player)
            sign_again = Put(Player)
            promote = Update(Player, set=Player.rank)
            player = Get(Player, returns=(Player.rank, Team.motto), rps=50)
            best_in_city = Query(Player, by=Team.city, order_by=desc(Player.rank), limit=3)
        """,
        copied,
        {"Player.team_city": "Team.city", "Player.team_motto": "Team.motto"},
    ),
}


@pytest.mark.parametrize("about", MODELS)
def test_every_pattern_answers_as_declared(tmp_path: Path, about: str, backends: tuple[Backend, ...]) -> None:
    text, place, expected = MODELS[about]
    assert place(verify(tmp_path, text, backends)) == expected


COPIES, GUARDS, PARTS, EDGES = "copies answer", "guards that", "a strong list", "a copy takes"
VERSIONS = "copies of items whose"
REFRESHED, MOVED = "actions += guards.refreshed", "actions += guards.changes"
FAULTS = (
    Fault("copy not written", COPIES, "requests.py", "follow", "keys.follow_guards(follow)", "[]"),
    Fault("copy left stale", COPIES, "requests.py", "weigh", REFRESHED, "guards.refreshed"),
    Fault("copy not moved", COPIES, "requests.py", "touch", MOVED, "guards.changes"),
    Fault("what is added not put anew", COPIES, "requests.py", "revisit", "[*stored_seen, *seen]", "stored_seen"),
    Fault("copy kept", COPIES, "requests.py", "unfollow", MOVED, "guards.changes"),
    Fault("copy of every item", PARTS, "keys.py", "ticket_copy2", "if not ", "if None and not "),
    Fault("copy of a part not written", PARTS, "requests.py", "ask", "keys.ticket_guards(ticket)", "[]"),
    Fault("copy that stays when its part is left", PARTS, "requests.py", "finish", MOVED, "guards.changes"),
    Fault("copy not written by a batch", EDGES, "requests.py", "load", "keys.edge_guards(edge)", "[]"),
    Fault("copy left by a batch", COPIES, "requests.py", "move", "keys.follow_guards_of(stored)", "[]"),
    Fault("copy not upserted", EDGES, "requests.py", "use", "actions += guards.upserted", "guards.upserted"),
    Fault("copy left by an upsert", PARTS, "requests.py", "take", "guards.given_up(", "guards.given_up(None and "),
    Fault("copy without defaults", PARTS, "requests.py", "note", '"status": wire.given(', '"at": wire.given('),
    Fault("default not given", EDGES, "requests.py", "see", "update.default", "str"),
    Fault(
        "default in a key not given", PARTS, "requests.py", "note", 'stored_status = "new"', 'stored_status = "done"'
    ),
    Fault("copy of what expired", COPIES, "requests.py", "keep", "updates.live(stored", "(lambda s, *_: s)(stored"),
    Fault("copy of a version not written", VERSIONS, "requests.py", "edit", "keys.page_version_guards(version)", "[]"),
    Fault("guard left stale", GUARDS, "requests.py", "log_in", REFRESHED, "guards.refreshed"),
    Fault("another owner", GUARDS, "requests.py", "team_keeps", '["S"] == "TEAM"', '["S"] != ""'),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.title)
def test_a_fault_in_what_is_kept_beside_an_item_is_found(tmp_path: Path, fault: Fault) -> None:
    model = tmp_path / "model.py"
    model.write_text(dedent(next(text for about, (text, *_) in MODELS.items() if about.startswith(fault.pattern))))
    workload = pipeline.load(model)
    plan = pipeline.plan(workload)
    broken = fault.put_into(pipeline.artifacts(workload, plan, None, ("python",)))
    named = fault.function.removesuffix("_keeps")
    only = [p.name for p in workload.patterns if p.name == named]  # what is no pattern's alone is found by any
    suite, moto = pipeline.suite(workload), pipeline.backend("moto")
    report = run(workload, plan, broken, suite, moto, only=only, trials=0, until_wrong=True)
    assert not report.passed
