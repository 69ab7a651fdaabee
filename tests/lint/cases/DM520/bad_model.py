from dynamodel import Create, Deploy, Entity, Get, Model, Role, Ulid, Update


class Order(Entity, identity="order_id"):
    order_id: Ulid
    total: int


class Shop(
    Model,
    deploy=Deploy(
        roles=(Role("sales", patterns=("order", "plase")), Role("sales", access="all"), Role("nobody")),
    ),
):
    order = Get(Order)
    place = Create(Order)
    change = Update(Order, set=Order.total)
