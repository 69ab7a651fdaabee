"""What a child that may expire holds of its parent is renewed by the clock."""

from datetime import datetime

from dynamodel import Create, Entity, Model, Parent, Query, Update, attr


class Alpha(Entity, identity="key", count=1_000):
    key: str
    a1: int | None = attr(ge=-100, le=100, distinct=3, default=None)


class Beta(Entity, identity="key", parent=Parent(Alpha, via=("alpha_key",), children=(5, 50))):
    key: str
    alpha_key: str = attr(immutable=True)
    b0: str = attr(distinct=3)
    expires_at: datetime | None = attr(role="ttl", default=None)


class Random(Model, table="random"):
    p1 = Update(Alpha, set=Alpha.a1)
    p6 = Query(Beta, by=(Beta.b0, Alpha.a1), limit=4)
    p8 = Create(Alpha)
    p9 = Create(Beta)
