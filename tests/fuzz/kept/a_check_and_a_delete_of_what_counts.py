"""A transaction has one action on an item: a check of what counts joins its change, a delete or new one needs none."""

from dynamodel import Check, Create, Delete, Entity, Model, Parent, Transaction, Ulid


class Alpha(Entity, identity="key", count=100_000):
    key: Ulid
    total: int


class Beta(Entity, identity=("alpha_key", "key"), parent=Parent(Alpha, via="alpha_key"), counted_in=Alpha.total):
    alpha_key: Ulid
    key: str
    a0: str


class Random(Model, table="random"):
    p0 = Create(Alpha)
    p1 = Transaction(Create(Beta), Check(Alpha, when=Alpha.total < 7))
    p2 = Transaction(Delete(Beta), Check(Alpha))
    p3 = Transaction(Delete(Beta), Delete(Alpha))
    p4 = Create(Beta)
    p5 = Transaction(Create(Alpha), Create(Beta))
