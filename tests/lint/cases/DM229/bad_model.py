from typing import Literal

from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    status: Literal["open", "paid"] = attr(share={"open": 0.7, "paid": 0.6})


class Shop(Model):
    order = Get(Order)
