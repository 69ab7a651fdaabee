"""Which local index a key lies in: with collections of its partition, with what holds the same, or in one more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.ir.entities import Rate
from dynamodel.ir.values import Given
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from tests.support.small import entity, equals, part, read, workload, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Pattern

OFTEN = Rate(100_000_000, 100_000_000)


def plan_of(*entities: Any, patterns: Sequence[Pattern]) -> Plan:
    model = workload(entities, patterns, copies=False)
    plan = make_plan(model)
    assert check(model, plan) == ()
    assert plan.proof.gap == 0
    return plan


def child(name: str) -> Any:
    return entity(name, f"p {name.lower()}", "x", "note", "seen")


def used(name: str) -> list[Pattern]:
    """An item by its identity, and its attributes written."""
    by = equals("p", name.lower())
    actions = tuple(ActionDef(ActionKind.SET, a, Given("new")) for a in ("x", "note", "seen"))
    return [
        read(f"one_{name}", part(name, by, single=True)),
        write(f"set_{name}", StepDef(StepKind.UPDATE, name, equals=by, actions=actions)),
    ]


def strong(name: str, **options: Any) -> Pattern:
    return read(f"by_x_{name}", part(name, equals("p"), order="x", rows=3), consistent=True, **options)


def seen(name: str) -> Pattern:
    """An attribute written often that no narrow list holds."""
    actions = (ActionDef(ActionKind.SET, "seen", Given("new")),)
    step = StepDef(StepKind.UPDATE, name, equals=equals("p", name.lower()), actions=actions)
    return write(f"look_{name}", step, rate=OFTEN)


def test_lists_of_two_entities_share_a_local_index() -> None:
    plan = plan_of(child("A"), child("B"), patterns=[*used("A"), *used("B"), strong("A"), strong("B")])
    assert [(i.name, i.entities) for i in plan.table.lsis] == [("LSI1", ("A", "B"))]


def test_a_narrow_list_has_its_own_where_sharing_costs_too_much() -> None:
    narrow, wide = strong("A", returns=("note",)), strong("B")
    plan = plan_of(child("A"), child("B"), patterns=[*used("A"), *used("B"), narrow, wide, seen("A")])
    assert [(i.projection.type, i.entities) for i in plan.table.lsis] == [("INCLUDE", ("A",)), ("ALL", ("B",))]
    assert plan.pattern("look_A").units.index_write == 0


def test_a_narrow_list_shares_one_where_that_costs_little() -> None:
    narrow, wide = strong("A", returns=("note",)), strong("B", rate=OFTEN)
    plan = plan_of(child("A"), child("B"), patterns=[*used("A"), *used("B"), narrow, wide])
    assert [(i.projection.type, i.entities) for i in plan.table.lsis] == [("ALL", ("A", "B"))]


def test_a_list_of_its_own_lies_in_the_local_index_of_a_collection_without_being_read_there() -> None:
    parent = entity("P", "p", "text")
    both = part("P", equals("p"), single=True), part("A", equals("p"), order="-x", rows=3, limit=3)
    patterns = [
        *used("A"),
        *used("B"),
        read("both", *both, consistent=True),
        read("all", *both[:1], part("B", equals("p"))),
        strong("B"),
    ]
    plan = plan_of(parent, child("A"), child("B"), patterns=patterns)
    (index,) = plan.table.lsis
    assert index.entities == ("P", "A", "B")
    assert index.patterns == ("both", "by_x_B")
    (request,) = plan.pattern("both").reads
    assert request.sort.lower is not None, "no request takes in the guest's rows"
