from dynamodel import Create, Deploy, Entity, Get, Model, Replica, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(Model, deploy=Deploy(encryption="customer", replicas=("eu-west-1",))):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
