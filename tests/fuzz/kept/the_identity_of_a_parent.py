"""A child was to copy the identity of its parent, which a new child did not read: an identity was thought known."""

from dynamodel import Create, Entity, Get, Model, Parent, Query, Ulid, attr


class Alpha(Entity, identity="key", count=100_000):
    key: Ulid
    note: str | None = None


class Beta(Entity, identity="key", parent=Parent(Alpha, via=("alpha_key",), children=(5, 50))):
    key: Ulid
    alpha_key: Ulid = attr(immutable=True)


class Kept(Model, table="kept"):
    alpha = Get(Alpha)
    alphas = Query(Alpha)
    beta = Get(Beta, returns=(Alpha.key, Beta.key))
    make = Create(Alpha)
    add = Create(Beta)
