"""A model of fifteen access patterns, as many reads as a service has and the writes beside them."""

FIFTEEN = '''"""Customers, their orders and what is in them."""

from datetime import datetime
from typing import Literal

from dynamodel import Collection, Create, Delete, Entity, Get, Model, Parent, Put, Query, Transaction, Ulid, Update
from dynamodel import attr, between, desc


class Customer(Entity, identity="customer_id", count=50_000):
    customer_id: Ulid
    email: str = attr(unique=True)
    name: str
    orders: int = attr(default=0)


class Order(Entity, identity="order_id", parent=Parent(Customer, children=(8, 500))):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid", "sent"] = attr(share={"open": 0.1, "paid": 0.1, "sent": 0.8})
    placed_at: datetime = attr(role="created")
    total: int = attr(ge=0, le=10_000_000)


class Line(Entity, identity=("order_id", "number"), parent=Parent(Order, children=(3, 100))):
    order_id: Ulid
    number: int = attr(ge=0, le=999)
    product: str
    amount: int


class Orders(Model, table="orders"):
    sign_up = Create(Customer)
    customer = Get(Customer)
    customer_by_email = Get(Customer, by=Customer.email)
    rename = Update(Customer, set=Customer.name)
    place = Transaction(Create(Order), Update(Customer, add=Customer.orders == 1))
    order = Collection(Order, Line, by=Order.order_id)
    orders_of_customer = Query(Order, by=Order.customer_id, order_by=desc(Order.placed_at), limit=20)
    orders_between = Query(Order, by=Order.customer_id, range=between(Order.placed_at))
    open_orders = Query(Order, where=Order.status == "open", order_by=Order.placed_at, limit=25)
    pay = Update(Order, set=Order.status == "paid", when=Order.status == "open")
    send = Update(Order, set=Order.status == "sent", when=Order.status == "paid")
    put_line = Put(Line)
    lines = Query(Line, by=Line.order_id)
    sold = Query(Line, by=Line.product, limit=50)
    drop_line = Delete(Line)
'''
