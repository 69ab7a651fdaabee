"""One condition on two maps asked for the second twice, a copy's was not asked for, and a declared condition that did
not hold was taken for a missing map, in a transaction also for another item's."""

from dynamodel import Create, Entity, Model, Query, Transaction, Update, absent, attr


class Edge(Entity, identity=("one", "other")):
    one: str
    other: str
    state: int | None = attr(distinct=2, default=None)
    seen: dict[str, int] | None = None
    hits: dict[str, int] | None = None


class Page(Entity, identity="page"):
    page: str
    hits: dict[str, int] | None = None


class Random(Model, table="random", local_indexes=False):
    add = Create(Edge)
    count = Update(Edge, add=(Edge.seen, Edge.hits))
    hit = Update(Edge, add=Edge.hits, when=Edge.state == 1)
    both = Transaction(Update(Page, add=Page.hits), Update(Edge, add=Edge.hits, when=absent(Edge.state)))
    into = Query(Edge, by=Edge.other, consistent=True)
    write = Create(Page)
