from datetime import datetime
from typing import Literal

from dynamodel import Deploy, Entity, Get, Model, Ulid


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None


class Shop(Model, billing="monthly", deploy=Deploy(recovery_days=90)):
    order = Get(Order, consistent="very")
