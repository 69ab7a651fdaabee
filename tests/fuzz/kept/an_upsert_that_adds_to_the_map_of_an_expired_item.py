"""An upsert over an expired item begins at nothing in the entries of its maps as well."""

from datetime import datetime

from dynamodel import Create, Entity, Get, Model, Upsert, attr


class Alpha(Entity, identity="key", count=1000):
    key: str
    a0: str
    a1: dict[str, int]
    expires_at: datetime | None = attr(role="ttl", default=None)


class Random(Model, table="random"):
    p0 = Upsert(Alpha, set=Alpha.a0, add=Alpha.a1)
    p1 = Get(Alpha)
    p3 = Create(Alpha)
