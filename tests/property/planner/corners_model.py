"""Things with what the library lacks: optional orders, filters, copies of parents, shards, versions, a merged read."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from dynamodel import (
    BatchGet,
    Collection,
    Create,
    Entity,
    Get,
    Model,
    Parent,
    Query,
    Scan,
    Ulid,
    Update,
    asc,
    attr,
    desc,
    le,
    present,
)


class Room(Entity, identity="room_id", count=1_000):
    room_id: str
    name: str


class Thing(Entity, identity="thing_id", count=10_000):
    thing_id: str
    owner: Annotated[str, Field(min_length=1)] = attr(distinct=500)
    email: str = attr(unique=True)
    kind: Literal["a", "b"]
    color: Annotated[str, Field(min_length=1)] = attr(distinct=20)
    made_at: datetime
    seen_at: datetime | None = None
    note: str | None = None


class Visit(Entity, identity=("room_id", "visit_id"), parent=Parent(Room, children=(20, 500))):
    room_id: str
    visit_id: Ulid
    at: datetime
    purpose: str


class Call(Entity, identity=("room_id", "call_id"), parent=Parent(Room, children=(20, 500))):
    room_id: str
    call_id: Ulid
    at: datetime


class Beat(Entity, identity="beat_id", count=10_000):
    beat_id: Ulid
    day: str = attr(distinct=10)
    at: datetime
    color: str = ""


class Page(Entity, identity="page", history="revision", count=100):
    page: str
    title: str
    text: str
    revision: int


class Corners(Model, table="corners"):
    room = Get(Room)
    add_room = Create(Room, rps=0.1)
    thing = Get(Thing)
    things = BatchGet(Thing, keys=5)
    alone = Query(Thing, by=Thing.thing_id)
    of_color = Query(Thing, by=Thing.color, order_by=Thing.made_at, limit=5)
    by_seen = Query(Thing, by=Thing.kind, order_by=asc(Thing.seen_at, nulls="last"), limit=10)
    seen_before = Query(Thing, by=Thing.kind, range=le(Thing.seen_at), order_by=Thing.seen_at, limit=10)
    noted = Query(Thing, by=Thing.kind, where=present(Thing.note), order_by=Thing.made_at, limit=5)
    picky = Query(Thing, by=Thing.owner, filter=Thing.kind == "a")
    job = Scan(Thing, filter=Thing.kind == "a", rps=0.000_001)
    feed = Collection(
        Query(Visit, order_by=desc(Visit.at), limit=3),
        Query(Call, order_by=desc(Call.at), limit=3),
        by=Visit.room_id,
        merged=True,
    )
    lately = Collection(
        Room,
        Query(Visit, order_by=desc(Visit.at), limit=2),
        Query(Call, order_by=desc(Call.at), limit=2),
        by=Room.room_id,
    )
    calls = Query(Call, by=Call.call_id, returns=(Call.at, Room.name))
    beats = Query(Beat, by=Beat.day, order_by=Beat.at, limit=10, rps=10)
    beat = Get(Beat)
    page = Get(Page)

    add = Create(Thing)
    mark = Update(Thing, set=Thing.seen_at)
    visit = Create(Visit)
    call = Create(Call)
    edit = Update(Page, set=Page.text)
    pulse = Create(Beat, rps=20_000)
