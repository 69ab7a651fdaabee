from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    scan: bytes = attr(bytes=(40_000, 500_000))


class Shop(Model):
    order = Get(Order)
