"""A copy answered a read that joins a parent: the generated code took the copy for a guard that names its item."""

from datetime import date

from dynamodel import Create, Entity, Get, Model, Parent, Query, attr, desc


class Alpha(Entity, identity=("group", "key"), count=100_000):
    group: str
    key: str
    size: int
    code: str = attr(unique=True)


class Beta(
    Entity,
    identity=("alpha_group", "alpha_key", "on"),
    parent=Parent(Alpha, via=("alpha_group", "alpha_key"), children=(5, 50)),
):
    alpha_group: str
    alpha_key: str
    on: date
    open: bool | None = None


class Kept(Model, table="kept", indexes=0, local_indexes=False):
    one = Get(Beta)
    in_group = Query(
        Beta,
        by=Beta.alpha_group,
        order_by=desc(Beta.on),
        where=Beta.open == False,  # noqa: E712 - a condition of the model
        returns=(Alpha.size, Beta.on),
    )
    by_code = Get(Alpha, by=Alpha.code, consistent=True)
    make = Create(Alpha, rps=1000, peak=4000)
    add = Create(Beta, rps=1000, peak=4000)
