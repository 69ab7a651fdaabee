from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from dynamodel import Entity, Model, Ulid, Upsert, attr


class Address(BaseModel):
    city: str = "Rome"


class Order(Entity, identity="order_id", unique=(("series", "page"),)):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    address: Address = Address()
    number: str = attr(unique=True, default="1")
    series: str = "A"
    page: int | None = 1
    weight: int = 0
    note: str | None = None


class Shop(Model):
    save = Upsert(Order, set=Order.total)
