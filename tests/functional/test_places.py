"""Small models whose best layout uses a rare kind of place, through the whole path; each says which place it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from tests.support.whole import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dynamodel.ir.plan import Plan


def shards(plan: Plan) -> dict[str, int]:
    """The sharded keys of a plan: `Event GSI1` to the number of shards."""
    keys = [(d.entity, k) for d in plan.entities for k in (d.base, *d.indexes)]
    return {f"{entity} {key.place}": key.shards for entity, key in keys if key.shards > 1}


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
}


@pytest.mark.parametrize("about", MODELS)
def test_every_pattern_answers_as_declared(tmp_path: Path, about: str) -> None:
    text, place, expected = MODELS[about]
    assert place(verify(tmp_path, text, pipeline.backend("moto"))) == expected


@pytest.mark.local
@pytest.mark.parametrize("about", MODELS)
def test_every_pattern_answers_as_declared_on_dynamodb_local(tmp_path: Path, about: str, local_endpoint: str) -> None:
    text, place, expected = MODELS[about]
    assert place(verify(tmp_path, text, pipeline.backend("moto", endpoint=local_endpoint))) == expected
