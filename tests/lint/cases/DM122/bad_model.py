from datetime import datetime

from dynamodel import Entity, Get, Model, Query, Ulid, attr


class Order(Entity, identity="order_id", counts=3):
    order_id: Ulid
    customer_id: Ulid = attr(immutible=True)
    placed_at: datetime


class Shop(Model, tables="shop"):
    orders = Query(Order, by=Order.customer_id, order=Order.placed_at)
    order = Get(Order, consistant=True)
