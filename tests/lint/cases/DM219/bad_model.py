from dynamodel import Entity, Get, Model, Ulid


class Order(Entity, identity="order_id"):
    order_id: Ulid
    address: "Adress"


class Shop(Model):
    order = Get(Order)
