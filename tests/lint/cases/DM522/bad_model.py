from dynamodel import Create, Deploy, Entity, Get, Model, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(
    Model, deploy=Deploy(policy={"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:Query"}]})
):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
