"""A level of a shared partition that holds one nest alone, which has no text of its own."""

from dynamodel import Collection, Create, Delete, Entity, Model, Parent, Query, Ulid, Update, desc


class Shop(Entity, identity="shop"):
    shop: Ulid


class Box(Entity, identity=("shop", "shelf", "box"), parent=Parent(Shop, children=(30, 900))):
    shop: Ulid
    shelf: str
    box: str
    label: str


class Thing(Entity, identity=("shop", "shelf", "box", "thing"), parent=Parent(Box, children=(5, 90))):
    shop: Ulid
    shelf: str
    box: str
    thing: str
    body: str


class Store(Model):
    everything = Collection(Box, Thing, by=(Box.shop, Thing.shop), rps=5)
    shelf = Collection(Box, Thing, by=(Box.shop, Box.shelf, Thing.shop, Thing.shelf), rps=50)
    box = Collection(Box, Query(Thing, order_by=desc(Thing.thing), limit=3), by=(Box.shop, Box.shelf, Box.box), rps=5)
    add_box = Create(Box)
    add = Create(Thing)
    change = Update(Thing, set=Thing.body)
    drop = Delete(Thing)
