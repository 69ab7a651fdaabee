"""A tenant is part of what finds the items of a delete, not a condition on each."""

from dynamodel import Create, Delete, Entity, Get, Model


class Alpha(Entity, identity=("group", "key"), count=100_000):
    group: str
    key: str
    total: int


class Random(Model, table="random", tenant="group"):
    p0 = Get(Alpha)
    p1 = Delete(Alpha, by=Alpha.total)
    p2 = Create(Alpha)
