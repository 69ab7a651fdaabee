"""Mistakes that a type checker finds before dynamodel runs: one in each line that ends in a mark."""

from decimal import Decimal
from typing import Literal

from dynamodel import (
    Collection,
    Create,
    Deploy,
    Entity,
    Get,
    Model,
    Query,
    Transaction,
    Ulid,
    Update,
    attr,
    between,
    bucket,
    desc,
)


class Customer(Entity, identity="customer_id", cuont=3):  # error: keyword of the header
    customer_id: Ulid
    name: str = attr(byte=40)  # error: keyword of attr


class Order(Entity, identity=7):  # error: type of the identity
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"]
    total: Decimal = attr(role="expiry")  # error: unknown role


class Shop(Model, tabel="shop"):  # error: keyword of the model
    by_state = Query(Order, by=Order.state)  # error: unknown attribute
    opened = Query(Order, where=Order.status == "opened")  # error: constant not among the values
    newest = Query(Order, order_by=desc(Order.placed_at))  # error: unknown attribute in an order
    order = Get(Order, consistant=True)  # error: keyword of a pattern
    customer = Get("Customer")  # error: text for an entity
    slow = Get(Order, rps="2")  # error: rate as text
    page = Query(Order, by=Order.customer_id, limit="10")  # error: limit as text
    ranged = Query(Order, by=Order.customer_id, range=Order.total)  # error: range without an operator
    large = Query(Order, where=Order.total > "100")  # error: constant of another type
    daily = Query(Order, by=bucket(Order.total, "week"))  # error: unknown unit
    place = Transaction(Create(Order), Query(Order))  # error: query in a transaction
    together = Collection(Order, Create(Order), by=Order.order_id)  # error: write in a collection
    pay = Update(Order, sets=Order.status)  # error: keyword of an update
    window = Query(Order, by=Order.customer_id, range=between())  # error: missing reference


deploy = Deploy(stream="all")  # error: unknown stream
sample = Order(order_id="a", customer_id="b", total=Decimal(1))  # error: missing field
