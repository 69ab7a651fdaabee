from dynamodel import Create, Deploy, Entity, Get, Model, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(
    Model,
    deploy=Deploy(
        policy={
            "Statement": {
                "Sid": "x" * 20_480,
                "Effect": "Allow",
                "Principal": "*",
                "Action": "dynamodb:GetItem",
                "Resource": "*",
            }
        }
    ),
):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
