from datetime import date, datetime
from typing import Literal

from dynamodel import Entity, Model, Query, Ulid, now


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    due_on: date
    note: str | None = None


class Shop(Model):
    orders = Query(Order, where=Order.total < now())
    overdue = Query(Order, by=Order.customer_id, where=Order.due_on < now())
