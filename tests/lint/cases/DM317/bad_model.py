from datetime import datetime
from typing import Literal

from dynamodel import Entity, Model, Query, Ulid, begins_with


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None


class Tag(Entity, identity="tag_id"):
    tag_id: Ulid
    labels: list[str]


class Shop(Model):
    prefix = Query(Order, by=Order.customer_id, range=begins_with(Order.total))
    labeled = Query(Tag, by=Tag.labels)
    sorted_flags = Query(Tag, order_by=Tag.labels)
