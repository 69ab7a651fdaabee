"""Which keys share an index: what holds less than whole items keeps apart from them where that is cheaper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel import pipeline
from dynamodel.explain.variants import with_at_most
from dynamodel.ir.entities import Rate
from dynamodel.ir.values import Given
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from tests.support.small import entity, equals, part, read, workload, write

if TYPE_CHECKING:
    from pathlib import Path

OFTEN = Rate(100_000_000, 100_000_000)


def plan_of(*entities: Any, patterns: Any) -> Any:
    model = workload(entities, patterns)
    plan = make_plan(model)
    assert check(model, plan) == ()
    return plan


def wide(name: str) -> Any:
    """An entity with two lookups, one of whole items and one of a name."""
    return entity(name, "id", "a", "b", "body", "note")


def lookups(name: str) -> list[Any]:
    return [
        read(f"{name}_by_b", part(name, equals("b"), rows=3), returns=("note",)),
        read(f"{name}_by_a", part(name, equals("a"), rows=3)),
    ]


def test_narrow_keys_share_a_slot_with_each_other() -> None:
    plan = plan_of(wide("E"), wide("F"), patterns=[*lookups("E"), *lookups("F")])
    projections = {i.name: (i.projection.type, i.projection.attributes) for i in plan.table.gsis}
    assert projections == {"GSI1": ("ALL", ()), "GSI2": ("INCLUDE", ("note",))}
    assert {plan.pattern(f"{n}_by_b").reads[0].index for n in "EF"} == {"GSI2"}
    assert plan.proof.gap == 0


def written(name: str, attribute: str) -> Any:
    action = (ActionDef(ActionKind.SET, attribute, Given("new")),)
    step = StepDef(StepKind.UPDATE, name, equals=equals("id"), actions=action)
    return write(f"set_{name}", step, rate=OFTEN)


def test_another_index_is_made_where_sharing_one_costs_too_much() -> None:
    """Each change of a counter would be written to the whole items of an index that needs only names of the other."""
    narrow = entity("E", "id", "a", "note", "seen")
    patterns = [
        read("by_a", part("E", equals("a"), rows=3), returns=("note",)),
        written("E", "seen"),
        read("others", part("F", equals("b"), rows=3)),
    ]
    plan = plan_of(narrow, entity("F", "id", "b", "body"), patterns=patterns)
    assert [i.projection.type for i in plan.table.gsis] == ["ALL", "INCLUDE"]
    assert plan.pattern("set_E").units.index_write == 0
    assert plan.proof.gap == 0


def test_what_sharing_costs_is_told_and_no_gap() -> None:
    narrow = entity("E", "id", "a", "note", "seen")
    patterns = [
        read("by_a", part("E", equals("a"), rows=3), returns=("note",)),
        read("others", part("F", equals("b"), rows=3)),
    ]
    plan = plan_of(narrow, entity("F", "id", "b", "body"), patterns=patterns)
    assert len(plan.table.gsis) == 1
    assert plan.proof.gap == 0
    assert plan.proof.cost_lower_bound + plan.proof.traded == plan.cost.monthly
    assert "less than 0.01 USD a month is paid to have fewer indexes" in plan.proof.statement
    assert plan.proof.traded > 0


def test_a_key_that_is_deployed_stays_in_its_index() -> None:
    """A new entity that shares a projection would else draw the key of another one into its slot."""
    before = plan_of(wide("E"), wide("F"), patterns=[*lookups("E"), *lookups("F")])
    held = {(d.entity, k.place): k.fields for d in before.entities for k in d.indexes}
    whole = read("E_by_b", part("E", equals("b"), rows=3))
    changed = workload([wide("E"), wide("F")], [whole, *lookups("E")[1:], *lookups("F")])
    after = make_plan(changed, before)
    assert check(changed, after) == ()
    assert {(d.entity, k.place): k.fields for d in after.entities for k in d.indexes} == held
    assert "is paid to leave keys in the indexes that are deployed" in after.proof.statement
    assert (after.proof.gap, after.proof.traded > 0) == (0, True)


ELECTION = '''
"""Protocols of stations and who has voted."""

from datetime import datetime
from typing import Literal

from dynamodel import Create, Entity, Get, Model, Query, Ulid, Update, attr, present


class Voter(Entity, identity="voter", count=50_000_000):
    voter: Ulid
    district: Ulid = attr(distinct=300)
    name: str = attr(bytes=(900, 2_000))
    voted_at: datetime = attr(role="created")


class Protocol(Entity, identity=("election", "district", "station"), count=10_000):
    election: str
    district: str
    station: int = attr(ge=1, le=9999)
    status: Literal["open", "sent", "checked", "disputed"] = attr(share={"open": 0.01, "sent": 0.02, "disputed": 0.01})
    sent_at: datetime


class Election(Model, table="election"):
    turnout = Query(Voter, by=Voter.district, returns="count", rps=0.1)
    vote = Create(Voter, rps=100)
    missing = Query(
        Protocol,
        by=(Protocol.election, Protocol.district),
        where=Protocol.status == "open",
        order_by=Protocol.station,
    )
    to_check = Query(
        Protocol, by=Protocol.election, where=Protocol.status == "sent", order_by=Protocol.sent_at, limit=50
    )
    disputed = Query(Protocol, by=Protocol.election, where=Protocol.status == "disputed")
    write = Create(Protocol)
'''


def test_an_entity_has_fewer_indexes_where_another_one_has_a_narrow_one_for_itself(tmp_path: Path) -> None:
    """Three sparse indexes of whole protocols are a little cheaper than two, and turnout reads keys alone."""
    path = tmp_path / "model.py"
    path.write_text(ELECTION)
    model = pipeline.load(path)
    plan = pipeline.plan(model)
    assert [(i.projection.type, i.entities) for i in plan.table.gsis] == [
        ("ALL", ("Protocol",)),
        ("ALL", ("Protocol",)),
        ("KEYS_ONLY", ("Voter",)),
    ]
    allowed = make_plan(with_at_most(model, 3), tolerance=0)
    assert allowed.cost.monthly < plan.cost.monthly * 101 // 100
