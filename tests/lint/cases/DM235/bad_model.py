from dynamodel import Entity, Get, Model, Ulid, attr


class Customer(Entity, identity="customer_id"):
    customer_id: Ulid
    name: str
    orders: int = attr(default=0)


class Order(Entity, identity="order_id", parent=Customer, counted_in=Customer.orders):
    order_id: Ulid
    customer_id: Ulid


class Invoice(Entity, identity="invoice_id", parent=Customer, counted_in=Customer.orders):
    invoice_id: Ulid
    customer_id: Ulid
    number: int = attr(taken_from=Customer.orders)


class Shop(Model):
    order = Get(Order)
