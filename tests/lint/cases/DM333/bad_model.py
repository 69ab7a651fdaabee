from datetime import datetime
from typing import Literal

from dynamodel import Collection, Entity, Model, Query, Ulid


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None


class Shop(Model):
    page = Collection(Order, Query(Order, order_by=Order.placed_at), by=Order.order_id)
