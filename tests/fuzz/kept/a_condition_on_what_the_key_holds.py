"""One item is asked for by its whole key, and a condition looks at a part of that key too."""

from dynamodel import Create, Entity, Model, Query, Update


class Alpha(Entity, identity="alpha_id", count=100_000, history="revision"):
    alpha_id: str
    a0: str
    revision: int


class Beta(Entity, identity=("group", "number"), count=100_000):
    group: str
    number: int


class Random(Model, table="random"):
    p0 = Query(Alpha, by=(Alpha.alpha_id, Alpha.revision), where=Alpha.revision < 7, history=True)
    p1 = Query(Beta, by=(Beta.group, Beta.number), where=Beta.number >= 7)
    p2 = Query(Beta, by=(Beta.group, Beta.number), filter=Beta.number != 7)
    p3 = Create(Alpha)
    p4 = Update(Alpha, set=Alpha.a0)
    p5 = Create(Beta)
