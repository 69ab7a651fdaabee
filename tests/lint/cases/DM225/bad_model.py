from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    version: str = attr(role="version")


class Shop(Model):
    order = Get(Order)
