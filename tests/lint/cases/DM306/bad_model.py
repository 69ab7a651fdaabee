from datetime import datetime
from typing import Literal

from dynamodel import Collection, Create, Entity, Model, Query, Transaction, Ulid


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None


class Shop(Model):
    place = Transaction(Create(Order), Query(Order, by=Order.customer_id))
    page = Collection(Order, Create(Order), by=Order.order_id)
