from dynamodel import Create, Entity, Get, Model, Parent, Transaction, Ulid, attr


class Report(Entity, identity="report_id"):
    report_id: Ulid
    title: str


class Page(Entity, identity=("report_id", "number"), parent=Parent(Report, children=(3, 20))):
    report_id: Ulid
    number: int
    body: str = attr(bytes=(2_000, 300_000))


class Reports(Model):
    store = Transaction(Create(Report), Create(Page, times=(3, 20)))
    page = Get(Page)
    report = Get(Report)
