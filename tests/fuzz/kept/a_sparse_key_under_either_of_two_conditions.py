"""The judge knew no sparse key whose condition has alternatives, and refused the plan."""

from dynamodel import Create, Entity, Model, Query, Update, Upsert, any_of, attr


class Beta(Entity, identity=("group", "key"), count=100_000):
    group: str
    key: str
    state: int | None = attr(distinct=3, default=None)
    rank: int = attr(ge=-100, le=100)


class Random(Model, table="random"):
    some = Query(Beta, by=Beta.group, order_by=Beta.rank, where=any_of(Beta.state == 0, Beta.rank == -1), rps=100)
    add = Create(Beta)
    move = Update(Beta, set=Beta.rank)
    reset = Update(Beta, set=Beta.state == 0)
    clear = Update(Beta, remove=Beta.state, when=Beta.state == 0)
    shift = Update(Beta, add=Beta.rank)
    save = Upsert(Beta, set=(Beta.rank, Beta.state))
