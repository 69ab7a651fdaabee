"""A guard named the item that a read returns with its parent: nothing read the parent."""

from dynamodel import Create, Entity, Get, Model, Parent, Query, Update, attr


class Alpha(Entity, identity="key", count=100_000):
    key: str
    size: int


class Beta(Entity, identity="id", parent=Parent(Alpha, via=("alpha",), children=(5, 50))):
    id: str
    alpha: str = attr(immutable=True)
    code: str = attr(unique=True)
    number: int = 0


class Kept(Model, table="kept", indexes=0):
    by_code = Get(Beta, by=Beta.code, returns=(Beta.id, Alpha.size))
    numbers = Query(Beta, by=Beta.code, returns=(Beta.number, Alpha.size))
    one = Get(Beta)
    change = Update(Beta, set=Beta.number, rps=5000)
    resize = Update(Alpha, set=Alpha.size, rps=5000)
    add = Create(Beta, rps=1000)
