"""The oracle's writes: outcome, error and the rows afterwards, each computed by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.suite import Row
from dynamodel.ir.values import Constant, Given
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.verify.oracle.compare import canonical
from dynamodel.verify.oracle.store import Store
from dynamodel.verify.oracle.writes import write
from tests.support.helpdesk import TICKET, equals, given, helpdesk, write as pattern

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
ANN = Row("Agent", {"agent_id": "a1", "email": "ann", "name": "Ann"})
BOB = Row("Agent", {"agent_id": "a2", "email": "bob", "name": "Bob"})
CUSTOMER = Row("Customer", {"customer_id": "c1", "name": "C", "open_tickets": 1})
TICKET_1 = Row(
    "Ticket",
    {"ticket_id": "T1", "customer_id": "c1", "status": "open", "priority": 3, "opened_at": NOW - timedelta(hours=1)}
    | {"notes": ("a",), "version": 4},
)


def by_name(name: Any) -> Any:
    return next(p for p in helpdesk().patterns if p.name == name)


def call(rows: Any, asked: Any, **arguments: Any) -> Any:
    workload = helpdesk()
    return write(workload, Store.of(workload, rows), asked, arguments, NOW)


def held(outcome: Any, entity: Any, *identity: Any) -> Any:
    return outcome.store.rows[entity].get(tuple(canonical(v) for v in identity))


def message(expires: Any) -> Any:
    return Row("Message", {"ticket_id": "T1", "number": 1, "body": "hi", "expires_at": expires})


def test_create_adds_a_row_and_refuses_a_second_one() -> None:
    outcome = call([], by_name("add_agent"), agent=ANN)
    assert outcome.errors == ()
    assert held(outcome, "Agent", "a1") == ANN.values
    again = call([ANN], by_name("add_agent"), agent=replace(ANN, values={**ANN.values, "email": "new"}))
    assert again.errors == ("AlreadyExists",)
    assert held(again, "Agent", "a1") == ANN.values


def test_create_replaces_an_expired_row() -> None:
    outcome = call([message(NOW)], by_name("reply"), message=message(NOW + timedelta(days=1)))
    assert outcome.errors == ()
    assert held(outcome, "Message", "T1", 1)["expires_at"] == NOW + timedelta(days=1)


def test_create_sets_version_and_times_by_role() -> None:
    fresh = Row("Ticket", {**TICKET_1.values, "ticket_id": "T2", "version": 7})
    outcome = call([CUSTOMER], by_name("open_ticket"), ticket=fresh)
    assert held(outcome, "Ticket", "T2")["version"] == 1
    assert held(outcome, "Ticket", "T2")["opened_at"] == TICKET_1.values["opened_at"]


def test_a_unique_value_is_taken_by_live_rows_only() -> None:
    taken = Row("Agent", {"agent_id": "a9", "email": "ann", "name": "X"})
    assert call([ANN], by_name("add_agent"), agent=taken).errors == ("UniqueTaken",)
    assert call([BOB], by_name("add_agent"), agent=taken).errors == ()


def test_everything_that_is_wrong_is_named() -> None:
    both = Row("Agent", {"agent_id": "a1", "email": "bob", "name": "X"})
    assert call([ANN, BOB], by_name("add_agent"), agent=both).errors == ("AlreadyExists", "UniqueTaken")


def test_keeping_the_own_unique_value_is_no_conflict() -> None:
    assert call([ANN, BOB], by_name("change_email"), agent_id="a1", email="ann").errors == ()
    assert call([ANN, BOB], by_name("change_email"), agent_id="a1", email="bob").errors == ("UniqueTaken",)


def test_put_replaces_the_whole_row() -> None:
    full = Row("Customer", {**CUSTOMER.values, "hits": {"a": 1}})
    outcome = call([full], by_name("save_customer"), customer=CUSTOMER)
    assert held(outcome, "Customer", "c1") == CUSTOMER.values


def test_update_refuses_a_missing_row_and_an_expired_one() -> None:
    assert call([], by_name("assign"), ticket_id="T1", agent_id="a1").errors == ("NotFound",)


def test_update_counts_versions_and_checks_the_expected_one() -> None:
    outcome = call([TICKET_1], by_name("assign"), ticket_id="T1", agent_id="a1", expected_version=4)
    assert outcome.errors == ()
    assert outcome.returned.values["version"] == 5
    assert outcome.returned.values["agent_id"] == "a1"
    stale = call([TICKET_1], by_name("assign"), ticket_id="T1", agent_id="a1", expected_version=3)
    assert stale.errors == ("VersionConflict",)


def test_a_condition_that_does_not_hold_changes_nothing() -> None:
    closed = Row("Ticket", {**TICKET_1.values, "status": "closed"})
    outcome = call([closed], by_name("close"), ticket_id="T1", tags=frozenset({"x"}), notes=("n",))
    assert outcome.errors == ("ConditionFailed",)
    assert held(outcome, "Ticket", "T1") == closed.values


def test_update_sets_removes_adds_and_appends() -> None:
    outcome = call([TICKET_1], by_name("close"), ticket_id="T1", tags=frozenset({"x"}), notes=("b", "c"))
    assert held(outcome, "Ticket", "T1") == {
        **{n: v for n, v in TICKET_1.values.items() if n != "priority"},
        "status": "closed",
        "tags": frozenset({"x"}),
        "notes": ("a", "b", "c"),
        "version": 5,
    }


def test_setting_none_removes_the_attribute() -> None:
    rows = [Row("Ticket", {**TICKET_1.values, "priority": 1})]
    step = StepDef(
        StepKind.UPDATE,
        "Ticket",
        equals=(equals("ticket_id"),),
        actions=(ActionDef(ActionKind.SET, "priority", Given("priority")),),
    )
    outcome = call(
        rows, pattern("rank", step, arguments=given(TICKET, "ticket_id", "priority")), ticket_id="T1", priority=None
    )
    assert "priority" not in held(outcome, "Ticket", "T1")


def test_adding_to_entries_of_a_map_counts_missing_ones_from_zero() -> None:
    rows = [Row("Customer", {**CUSTOMER.values, "hits": {"a": 1}})]
    outcome = call(rows, by_name("hit"), customer_id="c1", hits={"a": 2, "b": 5})
    assert held(outcome, "Customer", "c1")["hits"] == {"a": 3, "b": 5}


def test_a_transaction_happens_whole_or_not_at_all() -> None:
    fresh = Row("Ticket", {**TICKET_1.values, "ticket_id": "T2"})
    done = call([CUSTOMER], by_name("open_ticket"), ticket=fresh)
    assert held(done, "Customer", "c1")["open_tickets"] == 2
    assert done.returned is None
    failed = call([], by_name("open_ticket"), ticket=fresh)
    assert failed.errors == ("NotFound",)
    assert held(failed, "Ticket", "T2") is None


def test_two_steps_on_one_item_have_no_defined_answer() -> None:
    step = StepDef(StepKind.DELETE, "Ticket", equals=(equals("ticket_id"),))
    with pytest.raises(ValueError, match="one item"):
        call(
            [TICKET_1],
            pattern("twice", step, step, arguments=given(TICKET, "ticket_id"), transaction=True),
            ticket_id="T1",
        )


def test_delete_does_not_mind_a_missing_row_unless_a_condition_does() -> None:
    assert call([], by_name("drop_ticket"), ticket_id="T1").errors == ()
    gone = call([TICKET_1], by_name("drop_ticket"), ticket_id="T1")
    assert held(gone, "Ticket", "T1") is None
    step = StepDef(StepKind.DELETE, "Ticket", equals=(equals("ticket_id"),), when=(ConditionDef(Op.PRESENT, "status"),))
    asked = pattern("drop_if", step, arguments=given(TICKET, "ticket_id"))
    assert call([], asked, ticket_id="T1").errors == ("ConditionFailed",)


def test_delete_by_something_else_counts_the_live_rows_it_removes() -> None:
    rows = [message(NOW + timedelta(days=1)), Row("Message", {**message(NOW).values, "number": 2})]
    outcome = call(rows, by_name("drop_thread"), ticket_id="T1")
    assert outcome.returned == 1
    assert held(outcome, "Message", "T1", 1) is None
    assert held(outcome, "Message", "T1", 2) is not None


def test_check_demands_without_writing() -> None:
    check = StepDef(
        StepKind.CHECK,
        "Ticket",
        equals=(equals("ticket_id"),),
        when=(ConditionDef(Op.EQ, "status", (Constant("open"),)),),
    )
    asked = pattern("check", check, arguments=given(TICKET, "ticket_id"), transaction=True)
    assert call([TICKET_1], asked, ticket_id="T1").errors == ()
    assert call([], asked, ticket_id="T1").errors == ("ConditionFailed",)
