from datetime import datetime

from dynamodel import Cache, Create, Deploy, Entity, Get, Model, Query, Transaction, Ulid, Update, attr


class Stock(Entity, identity="sku", count=1_000):
    sku: str = attr(bytes=(8, 12))
    sold: int = attr(default=0)
    code: str = attr(unique=True)


class Session(Entity, identity="token", count=1_000):
    token: Ulid
    stock: str = attr(bytes=(8, 12))
    version: int = attr(role="version")
    ends: datetime = attr(role="ttl")


class Shop(Model, deploy=Deploy(cache=Cache(query_seconds=0, item_seconds=0))):
    stock = Get(Stock, consistent=True)
    sessions = Query(Session, by=Session.stock)
    add = Create(Stock)
    sell = Update(Stock, add=Stock.sold)
    begin = Create(Session)
    both = Transaction(Create(Session), Update(Stock, set=Stock.sold))
