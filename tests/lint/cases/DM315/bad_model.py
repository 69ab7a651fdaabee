from datetime import datetime
from typing import Literal

from dynamodel import Entity, Model, Query, Ulid, attr


class Customer(Entity, identity="customer_id"):
    customer_id: Ulid
    name: str
    orders: int = attr(default=0)


class Order(Entity, identity="order_id", parent=Customer):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None


class Shop(Model):
    orders = Query(Order, by=Customer.customer_id)
    named = Query(Customer, by=Order.total)
