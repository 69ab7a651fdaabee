"""A link without bounds has those of what it names; one with its own is written otherwise, and shares no partition."""

from dynamodel import Check, Collection, Create, Entity, Model, Parent, Query, Transaction, attr


class Alpha(Entity, identity="key", count=100_000):
    key: int = attr(ge=0, le=10**9)
    a0: int


class Beta(Entity, identity=("alpha_key", "key"), parent=Parent(Alpha, via=("alpha_key",), children=(5, 50))):
    alpha_key: int
    key: str


class Gamma(Entity, identity=("alpha_key", "key"), parent=Parent(Alpha, via=("alpha_key",), children=(5, 50))):
    alpha_key: int = attr(ge=0, le=10**6)
    key: str


class Random(Model, table="random"):
    p0 = Collection(Alpha, Beta, by=Alpha.key)
    p1 = Collection(Alpha, Gamma, by=Alpha.key)
    p2 = Collection(Alpha, Beta, Gamma, by=Alpha.key)
    p3 = Query(Beta, by=Beta.alpha_key, returns=(Beta.key, Alpha.a0))
    p4 = Query(Gamma, by=Gamma.alpha_key, returns=(Gamma.key, Alpha.a0))
    p5 = Create(Alpha)
    p6 = Transaction(Create(Beta), Check(Alpha))
    p7 = Transaction(Create(Gamma), Check(Alpha))
