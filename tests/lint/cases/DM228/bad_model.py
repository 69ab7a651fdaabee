from datetime import datetime, timedelta

from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    placed_at: datetime = attr(lifetime=timedelta(days=30))


class Shop(Model):
    order = Get(Order)
