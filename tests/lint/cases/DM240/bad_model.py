from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    name: str = attr(items=3)


class Shop(Model):
    order = Get(Order)
