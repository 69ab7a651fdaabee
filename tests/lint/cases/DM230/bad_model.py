from typing import Literal

from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    status: Literal["open", "paid"] = attr(share={"opened": 0.1, None: 0.2})


class Shop(Model):
    order = Get(Order)
