from dynamodel import Create, Entity, Get, Model, Parent, Query, Ulid, Update


class Show(Entity, identity="show_id", count=1_000):
    show_id: Ulid
    title: str


class Fan(Entity, identity=("fan_id", "show_id"), parent=Parent(Show, children=(200, 900_000))):
    fan_id: Ulid
    show_id: Ulid


class Shows(Model):
    add = Create(Show)
    show = Get(Show)
    rename = Update(Show, set=Show.title)
    follow = Create(Fan)
    followed = Query(Fan, by=Fan.fan_id, returns=(Fan.show_id, Show.title), limit=20, rps=1_000)
