from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id", unique=("number", "regoin")):
    order_id: Ulid
    number: int
    region: str
    labels: list[str] = attr(unique=True)


class Shop(Model):
    order = Get(Order)
