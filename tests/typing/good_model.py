"""A model that says everything there is to say: type checkers must accept all of it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from dynamodel import (
    BatchGet,
    Check,
    Collection,
    Create,
    Delete,
    Deploy,
    Entity,
    Get,
    Model,
    Parent,
    Put,
    Query,
    Scan,
    Search,
    Transaction,
    Ulid,
    Update,
    Upsert,
    Vector,
    absent,
    any_of,
    asc,
    attr,
    begins_with,
    bucket,
    desc,
    eq,
    ge,
    gt,
    le,
    lt,
    now,
    present,
)  # fmt: skip


class Agent(Entity, identity="agent_id", count=200):
    agent_id: Ulid
    email: str = attr(unique=True)
    name: str


class Customer(Entity, identity="customer_id", count=500_000):
    customer_id: Ulid
    name: str = attr(bytes=40)
    open_tickets: int = attr(default=0)
    last_number: int = attr(default=0)


class Ticket(
    Entity, identity="ticket_id", parent=Parent(Customer, children=(6, 2_000)), counted_in=Customer.open_tickets
):
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


class Place(BaseModel):
    street: str
    city: str


class Order(
    Entity,
    identity=("tenant_id", "order_id"),
    parent=(Customer, Parent(Agent, via="agent_id", children=40)),
    count=3_000_000,
    unique=("tenant_id", "number"),
    history="revision",
):
    tenant_id: str
    order_id: UUID
    customer_id: Ulid
    agent_id: Ulid
    number: int = attr(ge=1, le=999_999, taken_from=Customer.last_number)
    revision: int
    total: Decimal = attr(ge=0, le=Decimal(1_000_000), scale=2)
    state: Literal["new", "paid"] = attr(share={"new": 0.1}, default="new")
    placed_at: datetime = attr(role="created")
    lease_until: datetime | None = None
    owner: str | None = None
    labels: set[str] = attr(items=(3, 10))
    lines: list[str] = attr(default=[])
    address: Place
    meaning: Vector[Literal[256]]
    buyer: str = attr(copy_of=Customer.name, tags="pii")


class Orders(
    Model, table="orders", tenant="tenant_id", indexes=4, deploy=Deploy(recovery=True, replicas=("eu-west-1",))
):
    order = Get(Order, consistent=True)
    by_number = Get(Order, by=(Order.tenant_id, Order.number), returns=(Order.total, Customer.name))
    many = BatchGet(Order, keys=(20, 100))
    every_order = Scan(Order, filter=Order.total > 100, rps=0.001)
    alike = Search(Order, near=Order.meaning, limit=5)
    of_day = Query(Order, by=bucket(Order.placed_at, "day"), order_by=(desc(Order.placed_at), Order.order_id), limit=10)
    leased = Query(Order, where=(present(Order.owner), Order.lease_until < now()), order_by=asc(Order.lease_until))
    unsorted = Query(Order, by=Order.customer_id, order_by=desc(Order.owner, nulls="last"), returns="count")
    named = Query(Order, by=Order.customer_id, range=begins_with(Order.buyer), rows=(3, 50), filter=gt(Order.total))
    place = Create(Order, rps=1)
    replace = Put(Message, when=any_of(Message.body == "draft", Message.body != "gone"))
    lease = Update(
        Order,
        set=(Order.owner, Order.lease_until, Order.state == "paid"),
        when=any_of(absent(Order.owner), Order.lease_until < now(), eq(Order.owner)),
    )
    label = Update(Order, add=Order.labels, append=Order.lines)
    sign_up = Upsert(Customer, set=Customer.name)
    release = Update(Order, remove=(Order.owner, Order.lease_until), when=le(Order.total))
    drop = Delete(Order, by=Order.customer_id, rps=0.01)
    thread = Collection(Ticket, Query(Message, order_by=desc(Message.message_id), limit=30), by=Ticket.ticket_id)
    move = Transaction(Check(Customer, when=Customer.open_tickets > 0), Delete(Order), Create(Message, times=(2, 5)))
    since = Query(Order, by=Order.customer_id, range=ge(Order.placed_at))
    below = Query(Order, by=Order.customer_id, range=lt(Order.total))


def sample() -> Order:
    """An instance: the constructor knows every attribute."""
    return Order(
        tenant_id="a",
        order_id=UUID(int=1),
        customer_id="01ARZ3NDEKTSV4RRFFQ69G5FAV",
        agent_id="01ARZ3NDEKTSV4RRFFQ69G5FAV",
        number=1,
        revision=1,
        total=Decimal("1.50"),
        placed_at=datetime.now(UTC),
        labels={"x"},
        address=Place(street="s", city="c"),
        meaning=Vector([0.1] * 256),
        buyer="b",
    )


def total(order: Order) -> Decimal:
    """An attribute of an instance has its own type."""
    return order.total
