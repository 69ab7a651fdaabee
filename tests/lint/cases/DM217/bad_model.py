from datetime import date, datetime

from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    date: date | None = None
    datetime: datetime = attr(role="created")


class Shop(Model):
    order = Get(Order)
