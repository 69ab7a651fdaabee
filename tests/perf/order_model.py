"""The model of the client's benchmark: an order of a dozen attributes, as the shop's people know them."""

from datetime import datetime
from decimal import Decimal

from dynamodel import Entity, Get, Model, Put, Query, attr


class Order(Entity, identity=("customer_id", "order_id"), count=1_000_000):
    customer_id: str
    order_id: str
    status: str
    email: str
    created_at: datetime
    quantity: int
    total: Decimal
    paid: bool
    tags: list[str]
    note: str = attr(bytes=(640, 2_000))


class Orders(Model, table="orders"):
    put_order = Put(Order, rps=1)
    order = Get(Order, rps=10)
    orders = Query(Order, by=Order.customer_id, rps=10)
