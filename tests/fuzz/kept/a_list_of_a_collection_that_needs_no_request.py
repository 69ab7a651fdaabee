"""Between two values in the wrong order there is nothing, so no request is made for a list that turns pages."""

from datetime import datetime
from uuid import UUID

from dynamodel import Collection, Create, Delete, Entity, Model, Parent, Query, Ulid, attr, between


class Alpha(Entity, identity=("group", "key"), count=100_000):
    group: str = attr(distinct=4)
    key: Ulid
    a4: datetime


class Beta(Entity, identity="key", parent=Parent(Alpha, via=("alpha_group", "alpha_key"), children=(5, 50))):
    key: Ulid
    alpha_group: str = attr(immutable=True)
    alpha_key: Ulid = attr(immutable=True)
    a1: UUID = attr(unique=True)


class Random(Model, table="random", copies=False):
    p1 = Query(Beta, by=(Beta.alpha_group, Beta.a1))
    p2 = Delete(Beta, by=Beta.a1)
    p3 = Collection(
        Alpha, Query(Beta, range=between(Beta.key), order_by=Beta.key, limit=2), by=(Alpha.group, Alpha.key)
    )
    p4 = Create(Alpha)
    p5 = Create(Beta)
