"""Local indexes only where the largest partition, as far as it is declared, stays below 10 GB with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.explain.conflict import LIMIT_COLLECTION, conflicts
from dynamodel.ir.entities import Estimate, ParentDef
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from dynamodel.planner.sizes import room_for_local
from tests.support.small import attribute, entity, equals, part, read, workload

if TYPE_CHECKING:
    from dynamodel.ir.workload import Workload

DEVICE = entity("Device", "device", "name")


def reading(most: int, *, assumed: bool = False) -> Any:
    """A reading of 1 KB with its keys; a device has so many."""
    parent = ParentDef("Device", ("device",), Estimate(most // 2, most, assumed=assumed))
    return entity("Reading", "device at", "value", attribute("body", size=470), count=10**9, parents=(parent,))


def model(most: int, **options: Any) -> Workload:
    highest = part("Reading", equals("device"), order="-value", rows=5, limit=5)
    patterns = [
        read("one", part("Reading", equals("device", "at"), single=True)),
        read("highest", highest, consistent=True),
        read("both", part("Device", equals("device"), single=True), highest, consistent=True),
    ]
    return workload((DEVICE, reading(most)), patterns, **options)


def test_each_local_index_takes_as_much_room_as_the_items() -> None:
    room = [
        room_for_local([(reading(most), ("device",))]) for most in (1_000, 1_300_000, 2_000_000, 4_000_000, 9_000_000)
    ]
    assert room == [5, 5, 3, 1, 0]
    assert room_for_local([(reading(9_000_000, assumed=True), ("device",))]) == 5
    assert room_for_local([(reading(9_000_000), ("device", "at"))]) == 5, "a partition of one item"
    assert room_for_local([(reading(2_000_000), ("device",))] * 2) == 1, "entities that share it"


def test_a_partition_that_may_grow_too_large_has_no_local_index() -> None:
    for most, local in ((100_000, 1), (9_000_000, 0)):
        plan = make_plan(model(most))
        assert check(model(most), plan) == ()
        assert len(plan.table.lsis) == local
        assert plan.pattern("highest").reads[0].beside == ("" if local else "COPY1")
        assert plan.pattern("both").request_count == (1 if local else 2)


def test_what_nothing_else_answers_is_refused_with_the_limit() -> None:
    large = model(9_000_000, copies=False)
    plan = make_plan(large)
    assert [p.name for p in plan.patterns if p.status == "unserved"] == ["highest", "both"]
    found = conflicts(large, ["highest", "both"])
    assert {conflict.limit for conflict in found} == {LIMIT_COLLECTION}
    assert {m.pattern for conflict in found for m in conflict.members} == {"highest", "both"}
