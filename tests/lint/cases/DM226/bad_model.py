from datetime import datetime

from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    created_at: datetime = attr(role="created")
    made_at: datetime = attr(role="created")


class Shop(Model):
    order = Get(Order)
