from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    name: str = attr(ge=3)
    rating: int = attr(ge=5, le=1)
    pieces: int = attr(scale=2)


class Shop(Model):
    order = Get(Order)
