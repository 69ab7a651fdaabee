from dynamodel import Entity, Get, Model, Ulid, attr


class Customer(Entity, identity="customer_id"):
    customer_id: Ulid
    name: str
    orders: int = attr(default=0)


class Order(Entity, identity="order_id", counted_in=Customer.orders):
    order_id: Ulid


class Invoice(Entity, identity="invoice_id", parent=Customer, counted_in=Customer.name):
    invoice_id: Ulid
    customer_id: Ulid


class Shop(Model):
    order = Get(Order)
