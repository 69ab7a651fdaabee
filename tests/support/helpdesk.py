"""A workload written by hand, with one pattern of nearly every kind: the help desk of the documentation, and more."""

from decimal import Decimal
from typing import Any

from dynamodel.ir.entities import AttributeDef, Bucket, BucketUnit, EntityDef, Estimate, ParentDef, Rate, UniqueDef
from dynamodel.ir.reads import (
    Argument,
    ConditionDef,
    Equal,
    JoinDef,
    Op,
    OrderTerm,
    PartDef,
    RangeDef,
    ReadKind,
    ReadPattern,
)
from dynamodel.ir.values import Constant, FromEntity, Given, Kind, Now, ObjectField, ValueType
from dynamodel.ir.workload import Options, Workload
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind, WritePattern

RATE = Rate(1_000_000, 5_000_000)
TEXT = ValueType(Kind.STRING, min_length=1)
ANY_TEXT = ValueType(Kind.STRING)
ULID = ValueType(Kind.ULID)
INT = ValueType(Kind.INTEGER, minimum=Decimal(0), maximum=Decimal(1000))
TIME = ValueType(Kind.DATETIME)
STATUS = ValueType(Kind.ENUM, values=("open", "closed"))
TAGS = ValueType(Kind.SET, element=ANY_TEXT)
NOTES = ValueType(Kind.LIST, element=ANY_TEXT)
HITS = ValueType(Kind.MAP, element=ValueType(Kind.INTEGER))
PLACE = ValueType(
    Kind.OBJECT, name="Place", fields=(ObjectField("city", ANY_TEXT), ObjectField("zip", ANY_TEXT, optional=True))
)


def attribute(name: Any, kind: Any, **options: Any) -> Any:
    return AttributeDef(name, kind, Estimate(24, 256), **options)


AGENT = EntityDef(
    "Agent",
    "AGENT",
    ("agent_id",),
    (attribute("agent_id", TEXT, immutable=True), attribute("email", TEXT), attribute("name", ANY_TEXT)),
    Estimate(200, 200),
    unique=(UniqueDef("Agent.email", ("email",)),),
)
CUSTOMER = EntityDef(
    "Customer",
    "CUSTOMER",
    ("customer_id",),
    (
        attribute("customer_id", ANY_TEXT, immutable=True),
        attribute("name", ANY_TEXT),
        attribute("open_tickets", INT),
        attribute("hits", HITS, optional=True),
        attribute("place", PLACE, optional=True),
    ),
    Estimate(1000, 1000),
)
TICKET = EntityDef(
    "Ticket",
    "TICKET",
    ("ticket_id",),
    (
        attribute("ticket_id", ULID, immutable=True, generated=True),
        attribute("customer_id", ANY_TEXT),
        attribute("status", STATUS),
        attribute("agent_id", TEXT, optional=True),
        attribute("priority", INT, optional=True),
        attribute("opened_at", TIME, immutable=True, role="created"),
        attribute("opened_at@day", ANY_TEXT, bucket=Bucket("opened_at", BucketUnit.DAY)),
        attribute("tags", TAGS, optional=True),
        attribute("notes", NOTES),
        attribute("version", ValueType(Kind.INTEGER), role="version"),
    ),
    Estimate(6000, 6000),
    parents=(ParentDef("Customer", ("customer_id",), Estimate(6, 2000)),),
)
MESSAGE = EntityDef(
    "Message",
    "MESSAGE",
    ("ticket_id", "number"),
    (
        attribute("ticket_id", ULID, immutable=True),
        attribute("number", INT, immutable=True),
        attribute("body", ANY_TEXT),
        attribute("expires_at", TIME, role="ttl"),
    ),
    Estimate(48000, 48000),
    parents=(ParentDef("Ticket", ("ticket_id",), Estimate(8, 300)),),
)


def equals(attr: Any, source: Any = None) -> Any:
    return Equal(attr, source or Given(attr))


def given(entity: Any, *names: Any) -> Any:
    return tuple(Argument(n, entity.attribute(n).type) for n in names)


def read(name: Any, kind: Any, *parts: Any, arguments: Any = (), **options: Any) -> Any:
    return ReadPattern(name, kind, parts, arguments, RATE, **options)


def write(name: Any, *steps: Any, arguments: Any = (), **options: Any) -> Any:
    return WritePattern(name, steps, arguments, RATE, **options)


OPEN = Equal("status", Constant("open"))
IS_OPEN = ConditionDef(Op.EQ, "status", (Constant("open"),))
BY_CUSTOMER = (equals("customer_id"),)
THREAD = (
    PartDef("Ticket", (equals("ticket_id"),), single=True),
    PartDef("Message", (equals("ticket_id"),), order=(OrderTerm("number", descending=True),), limit=3),
)
READS = (
    read(
        "ticket",
        ReadKind.GET,
        PartDef("Ticket", (equals("ticket_id"),), single=True),
        arguments=given(TICKET, "ticket_id"),
    ),
    read(
        "agent_by_email",
        ReadKind.GET,
        PartDef("Agent", (equals("email"),), single=True),
        arguments=given(AGENT, "email"),
    ),
    read(
        "tickets_of_customer",
        ReadKind.QUERY,
        PartDef("Ticket", BY_CUSTOMER, order=(OrderTerm("opened_at", descending=True),), limit=4),
        arguments=given(TICKET, "customer_id"),
    ),
    read(
        "opened_between",
        ReadKind.QUERY,
        PartDef("Ticket", BY_CUSTOMER, range=RangeDef("opened_at", Op.BETWEEN, (Given("low"), Given("high")))),
        arguments=(*given(TICKET, "customer_id"), Argument("low", TIME), Argument("high", TIME)),
    ),
    read(
        "opened_on",
        ReadKind.QUERY,
        PartDef("Ticket", (equals("opened_at@day"),), order=(OrderTerm("opened_at"),)),
        arguments=(Argument("opened_at@day", ANY_TEXT),),
    ),
    read(
        "open_queue",
        ReadKind.QUERY,
        PartDef("Ticket", (OPEN,), order=(OrderTerm("priority", nulls="last"),), limit=5),
        returns=("ticket_id", "priority"),
        joins=(JoinDef("Customer", ("customer_id",), ("name",)),),
    ),
    read("count_open", ReadKind.QUERY, PartDef("Ticket", (OPEN,)), count=True),
    read("thread", ReadKind.COLLECTION, *THREAD, arguments=given(TICKET, "ticket_id")),
    read(
        "some_tickets",
        ReadKind.BATCH_GET,
        PartDef("Ticket", ()),
        arguments=(Argument("ticket_ids", ULID, entity="Ticket", many=True, keys=True),),
    ),
    read(
        "customers_named",
        ReadKind.QUERY,
        PartDef("Customer", (), range=RangeDef("name", Op.BEGINS_WITH, (Given("prefix"),))),
        arguments=(Argument("prefix", ANY_TEXT),),
    ),
)
WRITES = (
    write("add_agent", StepDef(StepKind.CREATE, "Agent", "agent"), arguments=(Argument("agent", None, "Agent"),)),
    write(
        "change_email",
        StepDef(
            StepKind.UPDATE,
            "Agent",
            equals=(equals("agent_id"),),
            actions=(ActionDef(ActionKind.SET, "email", Given("email")),),
        ),
        arguments=given(AGENT, "agent_id", "email"),
    ),
    write("reply", StepDef(StepKind.CREATE, "Message", "message"), arguments=(Argument("message", None, "Message"),)),
    write(
        "save_customer",
        StepDef(StepKind.PUT, "Customer", "customer"),
        arguments=(Argument("customer", None, "Customer"),),
    ),
    write(
        "assign",
        StepDef(
            StepKind.UPDATE,
            "Ticket",
            equals=(equals("ticket_id"),),
            actions=(ActionDef(ActionKind.SET, "agent_id", Given("agent_id")),),
            when=(ConditionDef(Op.ABSENT, "agent_id"),),
        ),
        arguments=(*given(TICKET, "ticket_id"), Argument("agent_id", TEXT, optional=True)),
    ),
    write(
        "close",
        StepDef(
            StepKind.UPDATE,
            "Ticket",
            equals=(equals("ticket_id"),),
            actions=(
                ActionDef(ActionKind.SET, "status", Constant("closed")),
                ActionDef(ActionKind.REMOVE, "priority"),
                ActionDef(ActionKind.ADD, "tags", Given("tags")),
                ActionDef(ActionKind.APPEND, "notes", Given("notes")),
            ),
            when=(IS_OPEN, ConditionDef(Op.LT, "opened_at", (Now(),))),
        ),
        arguments=given(TICKET, "ticket_id", "tags", "notes"),
    ),
    write(
        "hit",
        StepDef(
            StepKind.UPDATE,
            "Customer",
            equals=(equals("customer_id"),),
            actions=(ActionDef(ActionKind.ADD, "hits", Given("hits")),),
        ),
        arguments=given(CUSTOMER, "customer_id", "hits"),
    ),
    write(
        "open_ticket",
        StepDef(StepKind.CREATE, "Ticket", "ticket"),
        StepDef(
            StepKind.UPDATE,
            "Customer",
            equals=(equals("customer_id", FromEntity("ticket", "customer_id")),),
            actions=(ActionDef(ActionKind.ADD, "open_tickets", Constant(1)),),
        ),
        arguments=(Argument("ticket", None, "Ticket"),),
        transaction=True,
    ),
    write(
        "drop_ticket",
        StepDef(StepKind.DELETE, "Ticket", equals=(equals("ticket_id"),)),
        arguments=given(TICKET, "ticket_id"),
    ),
    write(
        "drop_thread",
        StepDef(StepKind.DELETE, "Message", equals=(equals("ticket_id"),), by_identity=False),
        arguments=given(MESSAGE, "ticket_id"),
    ),
)


def helpdesk() -> Any:
    """The workload."""
    return Workload(
        "help_desk",
        "HelpDesk",
        "",
        (AGENT, CUSTOMER, TICKET, MESSAGE),
        (*READS, *WRITES),
        Options("helpdesk", copies=False),
    )
