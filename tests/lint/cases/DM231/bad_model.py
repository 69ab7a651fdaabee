from typing import Literal

from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    status: Literal["open", "paid"] = attr(default="opened")
    total: int = attr(default=None)


class Shop(Model):
    order = Get(Order)
