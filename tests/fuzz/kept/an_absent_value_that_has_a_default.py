"""None is a value of its own where the default is another one."""

from dynamodel import Create, Entity, Get, Model, Query, Update, attr, present


class Message(Entity, identity=("reader", "number")):
    reader: str
    number: int = attr(ge=0, le=999)
    unread: bool | None = attr(default=True, share={None: 0.5})
    labels: set[str] | None = attr(default={"new"})
    readers: set[str] | None = attr(default=set())


class Inbox(Model, table="inbox"):
    send = Create(Message)
    message = Get(Message)
    unread = Query(Message, by=Message.reader, where=present(Message.unread), order_by=Message.number)
    read = Update(Message, remove=(Message.unread, Message.labels))
