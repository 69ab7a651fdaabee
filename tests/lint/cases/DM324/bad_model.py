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


class Note(Entity, identity="note_id", parent=Order):
    note_id: Ulid
    order_id: Ulid


class Shop(Model):
    feed = Collection(Query(Order, order_by=Order.placed_at), Query(Note, order_by=Note.note_id), by=Order.order_id, merged=True)
