from datetime import datetime
from typing import Literal

from dynamodel import Create, Entity, Model, Transaction, Ulid


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None


class Line(Entity, identity=("order_id", "number"), parent=Order):
    order_id: Ulid
    number: int


class Shop(Model):
    place = Transaction(Create(Order), Create(Line, times=(4, 150)))
