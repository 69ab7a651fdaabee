"""Every call of a write failed for two reasons, so none was made up: the one that is told was not known."""

from dynamodel import Check, Create, Entity, Get, Model, Transaction, attr


class Opened(Entity, identity=()):
    by: str


class Closed(Entity, identity=()):
    times: int = attr(ge=1, le=9)


class Door(Model):
    opened = Get(Opened)
    closed = Get(Closed)
    open_anew = Transaction(Create(Opened), Check(Closed, when=Closed.times < 1))
