"""An upsert that adds to what is in a key begins at nothing where there is no item."""

from dynamodel import Create, Entity, Model, Query, Upsert, attr


class Gamma(Entity, identity="key", count=1_000):
    key: str
    a0: int = attr(ge=-100, le=100)


class Random(Model, table="random", multi_attribute_keys=False):
    p5 = Upsert(Gamma, add=Gamma.a0)
    p6 = Query(Gamma, by=Gamma.a0, returns="count")
    p9 = Create(Gamma)
