"""The oracle's reads, on rows small enough that the answer is seen by eye."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dynamodel.ir.reads import ConditionDef, Op, OrderTerm, PartDef, RangeDef, ReadKind
from dynamodel.ir.suite import Count, Row
from dynamodel.ir.values import Constant, Given
from dynamodel.verify.oracle.compare import begins_with, canonical, cut, equal, less
from dynamodel.verify.oracle.conditions import Call, holds
from dynamodel.verify.oracle.reads import read
from dynamodel.verify.oracle.store import Store
from tests.support.helpdesk import CUSTOMER, MESSAGE, TICKET, equals, given, helpdesk, read as pattern

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ticket(number: Any, **values: Any) -> Any:
    held = {
        "ticket_id": f"T{number}",
        "customer_id": "c1",
        "status": "open",
        "opened_at": NOW,
        "notes": (),
        "version": 1,
    }
    return Row("Ticket", {**held, **values})


def ask(rows: Any, asked: Any, **arguments: Any) -> Any:
    workload = helpdesk()
    return read(workload, Store.of(workload, rows), asked, arguments, NOW)


def ids(groups: Any) -> Any:
    return [[row.values["ticket_id"] for row in group] for group in groups]


def by_name(name: Any) -> Any:
    return next(p for p in helpdesk().patterns if p.name == name)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Z", "a"),  # by bytes, not by alphabet
        ("o1", "o10"),
        ("o1\x00", "o1 "),
        ("\uffee", "😀"),  # UTF-16 would turn these two around
        (-10, -9),
        (9, 10),
        (b"\x7f", b"\x80"),
        (datetime(2030, 1, 1, 1, tzinfo=UTC), datetime.fromisoformat("2030-01-01T00:30:00-01:00")),
    ],
)
def test_values_sort_as_dynamodb_sorts_them(left: Any, right: Any) -> None:
    assert less(left, right)
    assert not less(right, left)


def test_values_of_different_types_are_neither_equal_nor_in_order() -> None:
    assert not equal(1, "1")
    assert not equal(True, 1)
    assert not less(1, "2")
    assert not equal(None, None)
    assert not less(None, 1)


def test_numbers_are_equal_by_value_and_times_by_instant() -> None:
    from decimal import Decimal

    assert equal(1, Decimal("1.00"))
    assert equal(NOW, NOW.astimezone(datetime.fromisoformat("2030-01-01T00:00:00+05:00").tzinfo))
    assert canonical((1, "a")) == canonical([Decimal(1), "a"])


def test_a_prefix_is_one_of_characters_as_written() -> None:
    assert begins_with("o10", "o1")
    assert begins_with("o1", "")
    assert not begins_with("O1", "o1")
    assert not begins_with(None, "")
    assert not begins_with(12, "1")


def test_a_bucket_is_cut_in_utc() -> None:
    from dynamodel.ir.entities import BucketUnit

    late = datetime.fromisoformat("2030-01-01T23:30:00-01:00")
    assert cut(late, BucketUnit.DAY) == "2030-01-02"
    assert cut(late, BucketUnit.HOUR) == "2030-01-02T00"


@pytest.mark.parametrize(
    ("op", "operands", "expected"),
    [
        (Op.EQ, ("x",), False),
        (Op.NE, ("x",), True),
        (Op.LT, ("x",), False),
        (Op.GE, ("x",), False),
        (Op.BETWEEN, ("a", "z"), False),
        (Op.BEGINS_WITH, ("",), False),
        (Op.PRESENT, (), False),
        (Op.ABSENT, (), True),
    ],
)
def test_an_absent_attribute_compares_false_except_for_not_equal(op: Any, operands: Any, expected: Any) -> None:
    condition = ConditionDef(op, "agent_id", tuple(Constant(o) for o in operands))
    assert holds(TICKET, {}, condition, Call({}, NOW)) is expected


def test_any_of_holds_when_one_condition_does() -> None:
    either = ConditionDef(
        Op.ANY_OF,
        any_of=(ConditionDef(Op.ABSENT, "agent_id"), ConditionDef(Op.EQ, "agent_id", (Given("agent"),))),
    )
    call = Call({"agent": "a1"}, NOW)
    assert holds(TICKET, {}, either, call)
    assert holds(TICKET, {"agent_id": "a1"}, either, call)
    assert not holds(TICKET, {"agent_id": "a2"}, either, call)


def test_rows_come_in_order_with_ties_together_and_the_limit_beside_them() -> None:
    rows = [ticket(1), ticket(2, opened_at=NOW - HOUR), ticket(3), ticket(4, customer_id="c10")]
    (part,) = ask(rows, by_name("tickets_of_customer"), customer_id="c1").parts
    assert ids(part.groups) == [["T1", "T3"], ["T2"]]
    assert part.take == 4


def test_both_ends_of_between_belong_to_it() -> None:
    rows = [ticket(n, opened_at=NOW + n * HOUR) for n in range(5)]
    (part,) = ask(rows, by_name("opened_between"), customer_id="c1", low=NOW + HOUR, high=NOW + 3 * HOUR).parts
    assert sorted(row.values["ticket_id"] for row in part.rows) == ["T1", "T2", "T3"]
    (empty,) = ask(rows, by_name("opened_between"), customer_id="c1", low=NOW + HOUR, high=NOW).parts
    assert empty.groups == ()


@pytest.mark.parametrize(
    ("op", "expected"),
    [(Op.LT, ["T0"]), (Op.LE, ["T0", "T1"]), (Op.GT, ["T2"]), (Op.GE, ["T1", "T2"])],
)
def test_open_ranges_have_the_right_edge(op: Any, expected: Any) -> None:
    part = PartDef("Ticket", (equals("customer_id"),), range=RangeDef("priority", op, (Given("priority"),)))
    asked = pattern("ranged", ReadKind.QUERY, part, arguments=given(TICKET, "customer_id", "priority"))
    rows = [ticket(n, priority=n) for n in range(3)] + [ticket(9)]
    (found,) = ask(rows, asked, customer_id="c1", priority=1).parts
    assert sorted(row.values["ticket_id"] for row in found.rows) == expected


@pytest.mark.parametrize(
    ("descending", "nulls", "expected"),
    [
        (False, "last", [["T1"], ["T2"], ["T3"]]),
        (False, "first", [["T3"], ["T1"], ["T2"]]),
        (True, "last", [["T2"], ["T1"], ["T3"]]),
        (True, "first", [["T3"], ["T2"], ["T1"]]),
    ],
)
def test_rows_without_the_attribute_stand_where_the_order_says(descending: Any, nulls: Any, expected: Any) -> None:
    part = PartDef("Ticket", (), order=(OrderTerm("priority", descending=descending, nulls=nulls),))
    rows = [ticket(1, priority=1), ticket(2, priority=2), ticket(3)]
    (found,) = ask(rows, pattern("all", ReadKind.QUERY, part)).parts
    assert ids(found.groups) == expected


def test_expired_rows_are_hidden_and_the_moment_itself_counts_as_expired() -> None:
    def message(number: Any, expires: Any) -> Any:
        return Row("Message", {"ticket_id": "T1", "number": number, "body": "", "expires_at": expires})

    rows = [message(1, NOW), message(2, NOW + timedelta(seconds=1)), message(3, NOW - HOUR)]
    _, found = ask(rows, by_name("thread"), ticket_id="T1").parts
    assert [row.values["number"] for row in found.rows] == [2]


def test_a_collection_has_its_parts_whole_and_apart() -> None:
    message = Row("Message", {"ticket_id": "T1", "number": 1, "body": "", "expires_at": NOW + HOUR})
    root, found = ask([ticket(1), message], by_name("thread"), ticket_id="T1").parts
    assert root.single
    assert root.rows[0].values["ticket_id"] == "T1"
    assert found.take == 3
    missing, orphans = ask([message], by_name("thread"), ticket_id="T1").parts
    assert missing.rows == ()
    assert len(orphans.rows) == 1


def test_merged_parts_are_interleaved_by_their_common_order() -> None:
    by_ticket = (equals("ticket_id"),)
    asked = pattern(
        "timeline",
        ReadKind.COLLECTION,
        PartDef("Ticket", by_ticket, order=(OrderTerm("version"),)),
        PartDef("Message", by_ticket, order=(OrderTerm("number"),), limit=2),
        arguments=given(MESSAGE, "ticket_id"),
        merged=True,
    )
    messages = [Row("Message", {"ticket_id": "T1", "number": n, "body": "", "expires_at": NOW + HOUR}) for n in (1, 3)]
    (part,) = ask([ticket(1, version=2), *messages], asked, ticket_id="T1").parts
    assert [row.entity for row in part.rows] == ["Message", "Ticket", "Message"]
    assert part.take == 2


def test_chosen_attributes_come_with_those_of_the_parent() -> None:
    customer = Row("Customer", {"customer_id": "c1", "name": "Ann", "open_tickets": 0})
    (part,) = ask([customer, ticket(1, priority=1), ticket(2, customer_id="nobody")], by_name("open_queue")).parts
    assert [dict(row.values) for row in part.rows] == [
        {"ticket_id": "T1", "priority": 1, "Customer.name": "Ann"},
        {"ticket_id": "T2"},
    ]


def test_a_count_counts_what_the_query_would_find() -> None:
    assert ask([ticket(1), ticket(2), ticket(3, status="closed")], by_name("count_open")) == Count(2)


def test_a_batch_keeps_the_order_asked_and_leaves_out_what_is_missing() -> None:
    (part,) = ask([ticket(1), ticket(2)], by_name("some_tickets"), ticket_ids=("T2", "T9", "T1", "T2")).parts
    assert ids(part.groups) == [["T2"], ["T1"]]


def test_a_bucket_is_an_equality_like_any_other() -> None:
    rows = [ticket(1), ticket(2, opened_at=NOW - 24 * HOUR)]
    (part,) = ask(rows, by_name("opened_on"), **{"opened_at@day": "2029-12-31"}).parts
    assert ids(part.groups) == [["T2"]]


def test_a_get_is_one_row_or_none() -> None:
    (part,) = ask([ticket(1)], by_name("ticket"), ticket_id="T1").parts
    assert part.single
    assert ids(part.groups) == [["T1"]]
    (none,) = ask([ticket(1)], by_name("ticket"), ticket_id="T").parts
    assert none.groups == ()


def test_two_gets_at_once_have_one_part_each() -> None:
    asked = pattern(
        "both",
        ReadKind.TRANSACT_GET,
        PartDef("Ticket", (equals("ticket_id"),), single=True),
        PartDef("Customer", (equals("customer_id"),), single=True),
        arguments=(*given(TICKET, "ticket_id"), *given(CUSTOMER, "customer_id")),
    )
    answer = ask([ticket(1)], asked, ticket_id="T1", customer_id="c1")
    assert [len(p.rows) for p in answer.parts] == [1, 0]
