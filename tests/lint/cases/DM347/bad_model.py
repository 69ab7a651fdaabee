from dynamodel import Entity, Model, Search, Ulid, Vector


class Order(Entity, identity="order_id"):
    order_id: Ulid
    meaning: Vector(4)


class Shop(Model):
    similar = Search(Order, near=Order.meaning, limit=101)
    counted = Search(Order, near=Order.meaning, returns="count")
