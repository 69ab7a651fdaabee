from dynamodel import Entity, Get, Model, Ulid, attr


class Order(Entity, identity="order_id"):
    order_id: Ulid
    handle: str = attr(unique="handles")


class Person(Entity, identity="person_id"):
    person_id: Ulid
    handle: int = attr(unique="handles")


class Shop(Model):
    order = Get(Order)
