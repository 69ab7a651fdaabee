from dynamodel import Entity, Get, Model, Ulid


class Order(Entity, identity=("order", "order_id", "order_id")):
    order_id: Ulid


class Shop(Model):
    order = Get(Order)
