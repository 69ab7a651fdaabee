"""A strong read of children read their parents without saying so."""

from dynamodel import Create, Entity, Model, Parent, Query, Ulid, attr


class Alpha(Entity, identity="key", count=100_000):
    key: Ulid
    note: str | None = None


class Beta(Entity, identity=("alpha_key", "key"), parent=Parent(Alpha, via=("alpha_key",), children=(5, 50))):
    alpha_key: Ulid
    key: Ulid
    number: int = attr(immutable=True)


class Kept(Model, table="kept", copies=False):
    numbered = Query(Beta, by=(Beta.alpha_key, Beta.number), consistent=True, returns=(Alpha.note, Beta.key))
    make = Create(Alpha)
    add = Create(Beta)
