from dynamodel import Cache, Create, Deploy, Entity, Get, Model, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(Model, deploy=Deploy(cache=Cache(size=3), alarm=True)):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
