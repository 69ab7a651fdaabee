"""What is over by the clock, a page in another order: no key gives both, so all that is over is read and sorted."""

from datetime import datetime

from dynamodel import Create, Entity, Model, Query, desc, now


class Alpha(Entity, identity=("group", "key"), count=1_000):
    group: str
    key: str
    a2: datetime


class Random(Model, table="random"):
    p0 = Query(Alpha, order_by=(Alpha.group, desc(Alpha.a2)), limit=1, where=Alpha.a2 < now())
    p2 = Create(Alpha)
