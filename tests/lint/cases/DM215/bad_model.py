from dynamodel import Entity, Get, Model, Ulid, Vector


class Order(Entity, identity="order_id"):
    order_id: Ulid
    meaning: Vector(0)


class Shop(Model):
    order = Get(Order)
