"""Copies under every kind of key, of what each kind of write makes, changes and deletes."""

from datetime import datetime
from typing import Literal

from dynamodel import Create, Delete, Entity, Get, Model, Put, Query, Transaction, Ulid, Update, Upsert, attr, desc


class Edge(Entity, identity=("a", "b"), count=10_000):
    a: str
    b: str
    weight: int = attr(default=0, ge=0, le=9)
    text: str


class Ticket(Entity, identity="ticket_id", count=10_000):
    ticket_id: Ulid
    team: str
    status: Literal["open", "done"] = attr(default="open", share={"open": 0.5, "done": 0.5})
    at: datetime = attr(role="created")
    text: str


class Copies(Model, table="copies", local_indexes=False):
    """Strong reads that neither the table nor a local index answers."""

    link = Create(Edge)
    out = Query(Edge, by=Edge.a, consistent=True)
    into = Query(Edge, by=Edge.b, consistent=True)
    one = Get(Edge)
    weigh = Upsert(Edge, set=Edge.text, add=Edge.weight)
    reword = Update(Edge, set=Edge.text)
    replace = Put(Edge)
    cut = Delete(Edge)
    ask = Create(Ticket)
    of_team = Query(Ticket, by=Ticket.team, order_by=desc(Ticket.at), limit=20, consistent=True)
    ticket = Get(Ticket)
    save = Upsert(Ticket, set=(Ticket.team, Ticket.text))
    note = Upsert(Ticket, set=(Ticket.text, Ticket.team), when=Ticket.status == "open")
    finish = Update(Ticket, set=Ticket.status == "done")
    both = Transaction(Upsert(Edge, set=Edge.text), Delete(Ticket))
