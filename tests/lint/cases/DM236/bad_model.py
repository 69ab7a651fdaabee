from dynamodel import Entity, Get, Model, Ulid


class Order(Entity, identity="order_id", history="revison"):
    order_id: Ulid
    revision: int


class Text(Entity, identity="text_id", history="name"):
    text_id: Ulid
    name: str


class Shop(Model):
    order = Get(Order)
