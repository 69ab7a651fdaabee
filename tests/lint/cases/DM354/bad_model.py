from dynamodel import Entity, Model, Query, Ulid, attr


class Order(Entity, identity="order_id", count=5_000_000):
    order_id: Ulid
    region: str = attr(distinct=20)


class Shop(Model):
    orders = Query(Order, by=Order.region)
