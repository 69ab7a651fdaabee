from dynamodel import Entity, Get, Model


class Order(Entity, identity="labels"):
    labels: list[str]


class Shop(Model):
    order = Get(Order)
