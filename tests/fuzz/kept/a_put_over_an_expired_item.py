"""A put under a condition found an item that had expired, took it for a changed one, and tried until it gave up."""

from datetime import datetime

from dynamodel import Create, Entity, Model, Put, Ulid, attr, eq


class Beta(Entity, identity="key", count=1_000):
    key: Ulid
    name: str = attr(unique=True)
    expires_at: datetime | None = attr(role="ttl", default=None)


class Kept(Model, table="kept"):
    replace = Put(Beta, when=eq(Beta.name))
    make = Create(Beta)
