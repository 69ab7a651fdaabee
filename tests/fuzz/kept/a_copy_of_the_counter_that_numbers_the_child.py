"""A child is found by the counter of its parent that its own number is taken from."""

from datetime import datetime

from dynamodel import Create, Delete, Entity, Get, Model, Parent, Put, Query, attr


class Alpha(Entity, identity="key", count=100_000):
    key: int = attr(ge=0, le=10**9)
    a0: str
    last: int


class Beta(Entity, identity=("alpha_key", "key"), parent=Parent(Alpha, via=("alpha_key",), children=(5, 50))):
    alpha_key: int = attr(ge=0, le=10**9)
    key: str
    number: int = attr(taken_from=Alpha.last)
    changed_at: datetime = attr(role="updated")


class Random(Model, table="random"):
    p0 = Delete(Alpha)
    p1 = Put(Alpha)
    p2 = Get(Alpha, consistent=True)
    p3 = Query(Beta, by=(Beta.alpha_key, Alpha.last), limit=3)
    p4 = Create(Alpha)
    p5 = Create(Beta)
