from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    receipt: str = attr(generated=True)


class Shop(Model):
    order = Get(Order)
