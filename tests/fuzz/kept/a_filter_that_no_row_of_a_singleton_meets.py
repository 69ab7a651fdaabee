"""No case was made up for a read without arguments that finds nothing, so it was never run."""

from dynamodel import Entity, Model, Put, Query, attr


class Beta(Entity, identity=()):
    level: int = attr(ge=-100, le=100)


class Random(Model, table="random"):
    below = Query(Beta, limit=3, where=Beta.level == -1, filter=Beta.level >= 0)
    save = Put(Beta)
