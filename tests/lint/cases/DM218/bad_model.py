from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    note = attr(bytes=80)


class Shop(Model):
    order = Get(Order)
