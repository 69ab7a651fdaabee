from dynamodel import Entity, Get, Model, Ulid


class Order(Entity, identity="order_id"):
    order_id: Ulid
    price: float


class Shop(Model):
    order = Get(Order)
