from datetime import datetime
from typing import Literal

from dynamodel import Check, Create, Entity, Get, Model, Transaction, Ulid


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None


class Shop(Model):
    nothing = Transaction()
    mixed = Transaction(Get(Order), Create(Order))
    demand = Transaction(Check(Order, when=Order.status == "open"))
