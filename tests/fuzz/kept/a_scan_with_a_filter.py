"""A job reads the whole table, and gives only what its filter keeps: of a type, by the caller's value, by a tenant."""

from datetime import datetime

from dynamodel import Create, Entity, Model, Parent, Scan, Ulid, attr, eq, le, now, present


class Alpha(Entity, identity=("group", "key"), count=100_000):
    group: str = attr(distinct=4)
    key: Ulid
    a0: int
    a1: datetime | None = None


class Beta(Entity, identity=("group", "alpha_key", "key"), parent=Parent(Alpha, via=("group", "alpha_key"))):
    group: str
    alpha_key: Ulid
    key: str
    a0: str


class Random(Model, table="random", tenant="group"):
    p0 = Scan(Alpha, filter=(le(Alpha.a0), present(Alpha.a1)))
    p1 = Scan(Alpha, filter=Alpha.a1 < now(), all_tenants=True)
    p2 = Scan(Alpha)
    p3 = Scan(Beta, filter=Beta.a0 != "", returns=(Beta.key, Alpha.a0), all_tenants=True)
    p4 = Scan(Beta, filter=eq(Beta.a0), consistent=True)
    p5 = Create(Alpha)
    p6 = Create(Beta)
