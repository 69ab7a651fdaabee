from datetime import datetime
from typing import Literal

from dynamodel import Collection, Entity, Model, Ulid


class Order(Entity, identity="order_id"):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    placed_at: datetime
    total: int
    note: str | None = None


class Note(Entity, identity="note_id"):
    note_id: Ulid
    about: Ulid


class Shop(Model):
    page = Collection(Order, Note, by=Order.order_id)
