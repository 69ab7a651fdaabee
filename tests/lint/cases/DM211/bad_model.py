from datetime import timedelta
from typing import Literal

from dynamodel import Entity, Get, Model, Ulid


class Order(Entity, identity="order_id"):
    order_id: Ulid
    reference: int | str
    delivery: timedelta
    pair: tuple[int, str]
    mixed: Literal["a", 1]


class Shop(Model):
    order = Get(Order)
