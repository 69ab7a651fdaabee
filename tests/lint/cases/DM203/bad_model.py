from dynamodel import Entity, Get, Model, Ulid


class Order(Entity, identity=("region", "order_id")):
    region: str | None
    order_id: Ulid


class Shop(Model):
    order = Get(Order)
