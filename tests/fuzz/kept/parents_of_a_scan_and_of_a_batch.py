"""Nothing read the parents of what a scan or a batch finds; a parent's attribute had the name of one of the row's."""

from dynamodel import BatchGet, Create, Entity, Get, Model, Parent, Scan, Update, attr


class Alpha(Entity, identity="key", count=100):
    key: str
    counts: dict[str, int] | None = None


class Beta(Entity, identity="id", parent=Parent(Alpha, via=("alpha_key",), children=(5, 50)), count=500):
    id: str
    alpha_key: str = attr(immutable=True)
    number: int = 0


class Kept(Model, table="kept"):
    all_of_them = Scan(Beta, returns=(Alpha.counts, Beta.number))
    some = BatchGet(Beta, returns=(Alpha.key, Beta.alpha_key))
    one = Get(Beta)
    count = Update(Alpha, add=Alpha.counts, rps=50)
    make = Create(Alpha)
    add = Create(Beta)
