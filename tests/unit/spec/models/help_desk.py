"""A help desk: who asked, what was said, what is still open."""

from datetime import datetime, timedelta
from typing import Literal

from dynamodel import (
    Collection,
    Create,
    Entity,
    Get,
    Model,
    Parent,
    Query,
    Transaction,
    Ulid,
    Update,
    absent,
    attr,
    between,
    desc,
)


class Agent(Entity, identity="agent_id", count=200):
    agent_id: Ulid
    email: str = attr(unique=True)
    name: str


class Customer(Entity, identity="customer_id", count=500_000):
    customer_id: Ulid
    name: str = attr(bytes=40)
    open_tickets: int = attr(default=0)


class Ticket(Entity, identity="ticket_id", parent=Parent(Customer, children=(6, 2_000))):
    ticket_id: Ulid
    customer_id: Ulid
    status: Literal["open", "closed"] = attr(share={"open": 0.05})
    agent_id: Ulid | None = None
    opened_at: datetime = attr(role="created")
    version: int = attr(role="version")


class Message(Entity, identity=("ticket_id", "message_id"), parent=Parent(Ticket, children=(8, 300))):
    ticket_id: Ulid
    message_id: Ulid
    body: str = attr(bytes=(600, 20_000))
    expires_at: datetime = attr(role="ttl", lifetime=timedelta(days=730))


class HelpDesk(Model, table="helpdesk"):
    agent_by_email = Get(Agent, by=Agent.email, rps=5)
    ticket = Get(Ticket, rps=80)
    tickets_of_customer = Query(Ticket, by=Ticket.customer_id, order_by=desc(Ticket.opened_at), limit=20, rps=60)
    opened_between = Query(Ticket, by=Ticket.customer_id, range=between(Ticket.opened_at))
    open_queue = Query(Ticket, where=Ticket.status == "open", order_by=Ticket.opened_at, limit=50, rps=4)
    thread = Collection(
        Ticket, Query(Message, order_by=desc(Message.message_id), limit=30), by=Ticket.ticket_id, rps=90, peak=400
    )
    open_ticket = Transaction(Create(Ticket), Create(Message), Update(Customer, add=Customer.open_tickets), rps=2)
    reply = Create(Message, rps=12)
    assign = Update(Ticket, set=Ticket.agent_id, when=absent(Ticket.agent_id), rps=2)
    close = Update(Ticket, set=Ticket.status, when=Ticket.status == "open", rps=2)
