"""What is added may be below what the sum may be: a stock of at least 0 is counted down by a constant."""

from dynamodel import Create, Entity, Get, Model, Update, attr


class Stock(Entity, identity="product"):
    product: str
    free: int = attr(default=100, ge=0, le=1_000)
    by_size: dict[str, int] = attr(default={})


class Stocks(Model, table="stocks"):
    fill = Create(Stock)
    take = Update(Stock, add=(Stock.free == -1, Stock.by_size == {"m": -1}), when=Stock.free > 0)
    stock = Get(Stock)
