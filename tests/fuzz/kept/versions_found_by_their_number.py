"""The versions of a history are written by the items' own steps, which keep no copies of them."""

from dynamodel import Create, Entity, Model, Query, Update, attr


class Beta(Entity, identity="key", count=100_000, history="revision"):
    key: int = attr(ge=0, le=10**9)
    a0: int | None = None
    revision: int


class Random(Model, table="random", local_indexes=False):
    p0 = Query(Beta, by=(Beta.revision, Beta.a0), consistent=True, history=True)
    p1 = Update(Beta, set=Beta.a0)
    p2 = Create(Beta)
