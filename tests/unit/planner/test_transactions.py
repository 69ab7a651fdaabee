"""What one transaction writes: counted with the guards and copies of the plan."""

from __future__ import annotations

from typing import Any

from dynamodel.ir.entities import Estimate
from dynamodel.ir.reads import ReadKind
from dynamodel.ir.values import Given
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.lint.registry import lint
from dynamodel.lint.rules.patterns.transaction_size import written_items
from dynamodel.planner.plan import make_plan
from tests.support.small import attribute, entity, equals, part, read, workload, write


def model(times: int, **options: Any) -> Any:
    owner = entity("E", "a b", "text", attribute("body", size=options.pop("size", 10)), unique=("text",))
    create = StepDef(StepKind.CREATE, "E", "e", times=Estimate(1, times))
    move = StepDef(
        StepKind.UPDATE, "E", equals=equals("a", "b"), actions=(ActionDef(ActionKind.SET, "text", Given("new")),)
    )
    strong = [read(f"by_{n}", part("E", equals(n), rows=3), consistent=True) for n in ("a", "b")]
    by_text = read("by_text", part("E", equals("text"), single=True), kind=ReadKind.GET)
    return workload(
        (owner,), (write("add", create, transaction=True), write("move", move), *strong, by_text), **options
    )


def test_guards_and_copies_count_and_a_moved_one_twice() -> None:
    of = model(33, local_indexes=False)
    plan = make_plan(of)
    assert len(plan.entities[0].beside) == 2, "a guard and a copy"
    add, move = of.writes
    assert written_items(of, plan, add) == 99
    assert written_items(of, None, add) == 66, "copies are the plan's"
    moved = plan.pattern("move").steps[0]
    assert written_items(of, plan, move) == 1 + 2 * len(moved.guards) + len(moved.refreshed)
    assert not [f for f in lint(of, plan) if f.code == "DM351"]
    larger = model(34, local_indexes=False)
    assert [f.path for f in lint(larger, make_plan(larger)) if f.code == "DM351"] == [("Small", "add")]


def test_bytes_count_what_guards_and_copies_carry() -> None:
    of = model(30, local_indexes=False, size=40_000)
    plan = make_plan(of)
    assert not [f for f in lint(of) if f.code == "DM432"], "30 items of 80 KB at most"
    assert [f.path for f in lint(of, plan) if f.code == "DM432"] == [("Small", "add")], "their copies are as large"


def test_each_item_of_a_list_is_a_transaction_with_its_copies_alone() -> None:
    owner = entity("E", "a b", attribute("body", size=150_000), *"cdefghijklmn")
    load = write("load", StepDef(StepKind.PUT, "E", "items", times=Estimate(3, 90)))
    strong = [read(f"by_{n}", part("E", equals(n), rows=3), consistent=True) for n in "abcdefghijklmn"]
    of = workload((owner,), (load, *strong), local_indexes=False)
    plan = make_plan(of)
    copies = len(plan.entities[0].copies)
    assert (copies, written_items(of, plan, load)) == (13, 1 + 1 + 2 * 12), "that by b stays, the others may move"
    assert [f.path for f in lint(of, plan) if f.code == "DM432"] == [("Small", "load")], "14 times 300 KB"
    assert not [f for f in lint(of) if f.code == "DM432"]
