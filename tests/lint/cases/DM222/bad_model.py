from dynamodel import Entity, Get, Model, Parent, Ulid, attr


class Customer(Entity, identity="customer_id"):
    customer_id: Ulid
    name: str
    orders: int = attr(default=0)


class Order(Entity, identity="order_id", parent=Parent(Customer, via="customer")):
    order_id: Ulid
    customer: int


class Shop(Model):
    order = Get(Order)
