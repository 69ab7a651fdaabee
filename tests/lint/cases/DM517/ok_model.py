from dynamodel import Alarms, Create, Deploy, Entity, Get, Model, Replica, Role, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(
    Model,
    deploy=Deploy(
        replicas=("eu-west-1", Replica("eu-west-2", table_class="infrequent_access")),
        alarms=Alarms(topic="arn:aws:sns:us-east-1:111122223333:alarms", load=80),
        roles=(Role("sales", patterns=("order", "place")), Role("reporting", access="read")),
        tags={"owner": "team-shop"},
    ),
):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
