"""A plan beside the one that is deployed: what stays, what changes, and what that takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dynamodel.ir.entities import Rate
from dynamodel.ir.values import Given
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from tests.support.small import entity, equals, part, read, workload, write

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Pattern, Workload

ORDER = entity("Order", "customer number", "changed", "note", count=1000)
CUSTOMER = entity("Customer", "customer", "name", count=100)
ITEM = read("item", part("Order", equals("customer", "number"), single=True))
TOUCHED = write(
    "touch",
    StepDef(
        StepKind.UPDATE,
        "Order",
        equals=equals("customer", "number"),
        actions=(ActionDef(ActionKind.SET, "changed", Given("new")),),
    ),
)


def model(*patterns: Pattern, **options: Any) -> Workload:
    return workload((CUSTOMER, ORDER), (ITEM, TOUCHED, *patterns), **options)


def newest(name: str, **options: Any) -> Pattern:
    return read(name, part("Order", equals("customer"), order="-changed", rows=5, limit=5), **options)


WHOLE = read("whole", part("Customer", equals("customer"), single=True), part("Order", equals("customer"), rows=40))


def together(**options: Any) -> Pattern:
    parts = (
        part("Customer", equals("customer"), single=True),
        part("Order", equals("customer"), order="-changed", limit=5),
    )
    return read("together", *parts, consistent=True, **options)


def after(before: Workload, now: Workload) -> tuple[Plan, list[tuple[str, str]]]:
    """The plan beside the one that is deployed, with its findings about that by code and what they name."""
    deployed = make_plan(before)
    plan = make_plan(now, deployed)
    assert check(now, plan) == ()
    return plan, [(f.code, f.path[0] if f.path else "") for f in plan.findings if "DM411" <= f.code <= "DM418"]


def test_the_same_model_changes_nothing() -> None:
    one = model(newest("list", consistent=True), together())
    plan, found = after(one, one)
    assert plan == make_plan(one)
    assert found == []


def test_indexes_come_and_go() -> None:
    by_note = read("by_note", part("Order", equals("note"), rows=3))
    plan, found = after(model(newest("list")), model(by_note))
    assert [index.name for index in plan.table.gsis] == ["GSI2"]
    assert found == [("DM412", "GSI1"), ("DM413", "GSI2")]


def test_a_projection_cannot_change() -> None:
    _, found = after(model(newest("list", returns=("note",))), model(newest("list")))
    assert found == [("DM416", "GSI1")]
    plan, found = after(
        model(newest("list", returns=("note",), consistent=True)), model(newest("list", consistent=True))
    )
    assert found == [("DM416", "LSI1")]
    (changed,) = (f for f in plan.findings if f.code == "DM416")
    assert "make a table with it" in changed.hint


def test_a_base_key_stays_and_what_that_costs_is_said() -> None:
    often = replace(WHOLE, rate=Rate(100_000_000, 100_000_000))
    plan, found = after(model(), model(often))
    assert (
        plan.entity("Order").base
        == make_plan(model()).entity("Order").base
        != make_plan(model(often)).entity("Order").base
    )
    assert ("DM415", "") in found
    assert "DM411" not in dict(found)


def test_no_local_index_is_made_beside_a_deployed_table_where_something_else_answers() -> None:
    free = make_plan(model(newest("list"), together()))
    assert [index.name for index in free.table.lsis] == ["LSI1"]
    plan, found = after(model(newest("list")), model(newest("list"), together()))
    assert plan.table.lsis == ()
    assert plan.pattern("together").request_count == 2
    assert {request.beside for request in plan.pattern("together").reads} == {"", "COPY1"}
    assert ("DM415", "") in found
    assert "DM414" not in dict(found)


def test_a_local_index_that_is_deployed_is_used_by_others_too() -> None:
    strong = newest("list", consistent=True)
    plan, found = after(model(WHOLE, strong), model(WHOLE, strong, together()))
    (index,) = plan.table.lsis
    assert index.entities == ("Customer", "Order")
    assert plan.pattern("together").request_count == 1
    assert "DM414" not in dict(found)


def test_a_read_without_another_answer_takes_a_new_local_index_and_says_so() -> None:
    strong = newest("list", consistent=True)
    plan, found = after(model(WHOLE, copies=False), model(WHOLE, strong, copies=False))
    assert plan.pattern("list").status == "served"
    assert found == [("DM414", "LSI1")]
