from datetime import datetime
from typing import Literal

from dynamodel import Entity, Model, Query, Ulid


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None


class Shop(Model):
    open_large = Query(Order, where=Order.status == "open" and Order.total > 100)
    between_two = Query(Order, where=10 < Order.total < 100)
