from dynamodel import Entity, Get, Model, attr


class Page(Entity, identity="url"):
    url: str = attr(bytes=(80, 2_000))


class Shop(Model):
    page = Get(Page)
