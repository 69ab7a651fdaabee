from dynamodel import Create, Deploy, Entity, Get, Model, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(Model, deploy=Deploy(replicas=("us-east-2",), witness="eu-west-1", consistency="strong")):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
