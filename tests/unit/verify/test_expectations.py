"""What a read may ask for, by its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.plan import Operation
from dynamodel.planner.plan import make_plan
from dynamodel.verify.checker.hook import Recorded
from dynamodel.verify.expectations import unplanned_read
from tests.support.helpdesk import helpdesk

if TYPE_CHECKING:
    from collections.abc import Collection


def _unplanned(name: str, *, limit: int | None, types: Collection[str]) -> str | None:
    workload = helpdesk()
    plan = make_plan(workload)
    (read,) = plan.pattern(name).reads
    assert read.operation is Operation.QUERY
    asked = Recorded("Query", read.index, limit, read.forward)
    (pattern,) = (p for p in workload.reads if p.name == name)
    queried = {(read.index, each) for each in types}
    return unplanned_read(workload, plan, pattern, [asked], queried=queried, asked=0)


def test_what_the_plan_says_is_planned() -> None:
    assert _unplanned("opened_between", limit=None, types=["TICKET"]) is None
    assert _unplanned("tickets_of_customer", limit=5, types=[]) is None


def test_items_of_a_type_that_is_not_asked_for_are_a_mistake() -> None:
    wrong = _unplanned("opened_between", limit=None, types=["TICKET", "MESSAGE", "AGENT"])
    assert wrong == "items of AGENT, MESSAGE read besides"


def test_a_page_is_asked_for_with_its_limit() -> None:
    wrong = _unplanned("tickets_of_customer", limit=None, types=["TICKET"])
    assert wrong is not None
    assert wrong.endswith("without a limit")
