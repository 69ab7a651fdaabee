from datetime import datetime

from dynamodel import Create, Entity, Get, Model, Parent, Query, Ulid, Update, attr, desc


class Order(Entity, identity="order_id"):
    order_id: Ulid
    date: datetime


class Line(Entity, identity=("order_id", "number"), parent=Parent(Order, children=(4, 50))):
    order_id: Ulid
    number: int
    product: str
    date: datetime = attr(copy_of=Order.date)


class Shop(Model):
    place = Create(Order)
    add = Create(Line)
    order = Get(Order)
    sales = Query(Line, by=Line.product, order_by=desc(Line.date), limit=10)
    move = Update(Order, set=Order.date, rps=2)
