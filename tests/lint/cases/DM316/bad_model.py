from datetime import datetime
from typing import Literal

from dynamodel import Entity, Model, Query, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None
    tags: set[str] = set()
    steps: list[str] = []


class Shop(Model):
    opened = Query(Order, where=Order.status == "opened")
    large = Query(Order, where=Order.total > "100")
    raise_total = Update(Order, add=Order.total == "100")
    tag = Update(Order, add=Order.tags == "new")
    go_on = Update(Order, append=Order.steps == "packed")
