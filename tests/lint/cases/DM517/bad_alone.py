from dynamodel import Alarms, Create, Deploy, Entity, Get, Model, Role, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(
    Model,
    tenant="order_id",
    deploy=Deploy(
        utilization=50,
        consistency="strong",
        alarms=Alarms(topic="arn:aws:sns:us-east-1:111122223333:alarms"),
        alarm_topic="arn:aws:sns:us-east-1:111122223333:others",
        roles=(Role("support", access="read", tenant_tag="tenant", every_tenant=True),),
    ),
):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
