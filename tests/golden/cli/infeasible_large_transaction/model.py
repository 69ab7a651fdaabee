"""A transaction of more items than a transaction takes."""

from dynamodel import Create, Entity, Get, Model, Parent, Transaction, Ulid


class Order(Entity, identity="order_id", count=1_000):
    order_id: Ulid
    total: int


class Line(Entity, identity=("order_id", "line"), parent=Parent(Order, children=(20, 150))):
    order_id: Ulid
    line: int


class Shop(Model):
    """A shop."""

    order = Get(Order)
    place = Transaction(Create(Order), Create(Line, times=(20, 150)))
