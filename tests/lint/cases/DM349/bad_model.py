from dynamodel import Check, Create, Delete, Entity, Model, Parent, Transaction, Ulid, Update, attr


class Agent(Entity, identity="name"):
    name: str
    load: int = attr(default=0)
    solved: int = attr(default=0)


class Ticket(Entity, identity="ticket_id", parent=Parent(Agent, via="agent")):
    ticket_id: Ulid
    agent: str | None = attr(default=None, immutable=True)


class Report(Entity, identity="report_id", parent=Parent(Agent, via="about"), counted_in=Agent.solved):
    report_id: Ulid
    about: str | None = attr(default=None, immutable=True)


class Desk(Model):
    hire = Create(Agent)
    open_ticket = Transaction(Create(Ticket), Update(Agent, add=Agent.load == 1))
    assigned = Transaction(Check(Agent, by=Ticket.agent), Create(Ticket))
    drop = Transaction(Delete(Ticket), Update(Agent, add=Agent.load == -1, by=Agent.name))
    report = Create(Report)
