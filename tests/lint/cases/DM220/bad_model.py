from dynamodel import Entity, Get, Model, Ulid


class Order(Entity, identity="order_id", parent=42):
    order_id: Ulid


class Shop(Model):
    order = Get(Order)
