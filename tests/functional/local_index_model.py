"""Notes in the order of their titles, read strongly: so by a local index."""

from dynamodel import Alarms, Create, Delete, Deploy, Entity, Get, Model, Query, Transaction, Update


class Entry(Entity, identity=("owner", "number")):
    owner: str
    number: int
    title: str


class Notes(Model, table="notes", deploy=Deploy(alarms=Alarms())):
    entry = Get(Entry, consistent=True)
    by_title = Query(Entry, by=Entry.owner, order_by=Entry.title, limit=10, consistent=True)
    add = Create(Entry)
    rename = Update(Entry, set=Entry.title)
    both = Transaction(Create(Entry, times=(2, 5)))
    drop = Delete(Entry)
