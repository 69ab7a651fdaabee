"""What a delete found were copies and guards: it took their keys for the items' own, or asked for an index GUARD1."""

from uuid import UUID

from dynamodel import Create, Delete, Entity, Get, Model, Put, attr


class Alpha(Entity, identity=("group", "key")):
    group: str
    key: UUID
    state: str = attr(distinct=3)
    email: str = attr(unique=True)
    found: int


class Random(Model, table="random", indexes=0, local_indexes=False):
    save = Put(Alpha)
    add = Create(Alpha)
    drop_state = Delete(Alpha, by=Alpha.state)
    drop_email = Delete(Alpha, by=Alpha.email)
    found = Delete(Alpha, by=Alpha.found)
    by_email = Get(Alpha, by=Alpha.email)
