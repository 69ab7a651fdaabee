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


class Shop(Model):
    orders = Query(Order, by=Order)
    pay = Update(Order, set={"status": "paid"})
