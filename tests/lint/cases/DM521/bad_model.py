from dynamodel import Create, Deploy, Entity, Get, Model, Replica, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(
    Model, deploy=Deploy(tags={"aws:owner": "me", "team": "a, b"}, replicas=(Replica("eu-west-1", tags={"": "x"}),))
):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
