from dynamodel import Alarms, Cache, Create, Deploy, Entity, Get, Model, Replica, Role, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(
    Model,
    deploy=Deploy(
        cache=Cache(nodes=0, node_type="big"),
        alarms=Alarms(load=0),
        roles=(Role("No Name", access="everything"),),
        replicas=(Replica(region=5), Replica("eu-west-1", table_class="cheap")),
        warm_reads=5,
    ),
):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
