"""A filter on either of two attributes of unlike types: each argument takes values of its own attribute."""

from datetime import datetime
from decimal import Decimal

from dynamodel import Create, Entity, Model, Query, Ulid, any_of, attr, eq


class Beta(Entity, identity=("group", "key"), count=1_000):
    group: str = attr(distinct=4)
    key: Ulid
    at: datetime | None = None
    amount: Decimal = attr(ge=Decimal(-50), le=Decimal(1000), scale=2)


class Kept(Model, table="kept"):
    either = Query(Beta, by=Beta.group, filter=any_of(eq(Beta.amount), eq(Beta.at)))
    make = Create(Beta)
