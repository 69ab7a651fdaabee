from dynamodel import Entity, Get, Model, Ulid


class Order(Entity):
    order_id: Ulid


class Shop(Model):
    order = Get(Order)
