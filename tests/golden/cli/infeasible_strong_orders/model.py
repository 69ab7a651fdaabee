"""Six orders, all strongly consistent."""

from pydantic import Field

from dynamodel import Create, Entity, Get, Model, Query, Ulid


class Reading(Entity, identity=("device_id", "reading_id"), count=1_000):
    device_id: Ulid
    reading_id: Ulid
    total: int
    date: int
    state: int
    channel: int
    region: int
    weight: int


class Log(Model, copies=False):
    """A log."""

    reading = Get(Reading, consistent=True)
    add = Create(Reading)
    by_total = Query(Reading, by=Reading.device_id, order_by=Reading.total, limit=10, consistent=True)
    by_date = Query(Reading, by=Reading.device_id, order_by=Reading.date, limit=10, consistent=True)
    by_state = Query(Reading, by=Reading.device_id, order_by=Reading.state, limit=10, consistent=True)
    by_channel = Query(Reading, by=Reading.device_id, order_by=Reading.channel, limit=10, consistent=True)
    by_region = Query(Reading, by=Reading.device_id, order_by=Reading.region, limit=10, consistent=True)
    by_weight = Query(Reading, by=Reading.device_id, order_by=Reading.weight, limit=10, consistent=True)
