from datetime import datetime
from typing import Literal

from dynamodel import Entity, Model, Query, Ulid, desc


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None


class Shop(Model):
    orders = Query(Order, by=desc(Order.customer_id))
    newest = Query(Order, by=Order.customer_id, order_by=-Order.placed_at)
