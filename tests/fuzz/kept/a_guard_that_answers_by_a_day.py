"""A guard answered a read that also fixes the day of a time: the judge looked for the day among what it carries."""

from datetime import date

from dynamodel import Create, Entity, Get, Model, Query, Ulid, attr, bucket


class Beta(Entity, identity="key", count=1_000):
    key: Ulid
    on: date
    name: str = attr(unique=True)


class Kept(Model, table="kept"):
    by_name = Get(Beta, by=Beta.name, consistent=True)
    on_a_day = Query(Beta, by=(Beta.name, bucket(Beta.on, "day")), limit=3)
    on_a_month = Query(Beta, by=(Beta.name, bucket(Beta.on, "month")), returns=Beta.key)
    make = Create(Beta, rps=1000)
