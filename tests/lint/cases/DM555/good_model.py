from dynamodel import Create, Entity, Model, Query, Update, attr, desc


class Page(Entity, identity="page", history="version"):
    page: str
    text: str
    version: int = attr(role="version")


class Wiki(Model):
    page = Create(Page)
    edit = Update(Page, set=Page.text)
    versions = Query(Page, by=Page.page, history=True, order_by=desc(Page.version), limit=9)
