from dynamodel import Entity, Get, Model, Ulid, attr


class Customer(Entity, identity="customer_id"):
    customer_id: Ulid
    name: str
    orders: int = attr(default=0)


class Order(Entity, identity="order_id"):
    order_id: Ulid
    buyer: str = attr(copy_of=Customer.name)


class Shop(Model):
    order = Get(Order)
