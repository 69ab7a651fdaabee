from dynamodel import Entity, Model, Upsert


class Page(Entity, identity="page", history="revision"):
    page: str
    text: str
    revision: int


class Wiki(Model):
    save = Upsert(Page, set=Page.text)
