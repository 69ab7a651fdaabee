from dynamodel import Alarms, Create, Deploy, Entity, Get, Model, Replica, Role, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(
    Model,
    billing="provisioned",
    deploy=Deploy(
        read_cap=100,
        write_cap=50,
        recovery=False,
        recovery_days=7,
        encryption_key="alias/shop",
        alarm_topic="arn:aws:sns:us-east-1:111122223333:alarms",
        kinesis="arn:aws:kinesis:eu-west-1:111122223333:stream/changes",
        stream="keys_only",
        witness="us-east-2",
        roles=(Role("support", access="read", tenant_tag="tenant"),),
        replicas=(
            Replica("eu-west-1", read_cap=10, encryption_key="arn:aws:kms:eu-west-1:111122223333:key/1"),
            Replica("eu-west-2", kinesis="arn:aws:kinesis:eu-west-1:111122223333:stream/changes"),
        ),
    ),
):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
