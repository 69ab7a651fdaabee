"""Hot partitions: how many shards, when, where, what cannot be helped, and a judge that counts again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.ir.entities import Bucket, BucketUnit, Estimate, ParentDef, Rate
from dynamodel.ir.keys import ShardToken, Template
from dynamodel.ir.reads import ReadKind
from dynamodel.ir.values import Given, Kind, ValueType
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.check import check
from dynamodel.planner.heat import Asked, Heat, Load
from dynamodel.planner.needs import need_of
from dynamodel.planner.places import Place
from dynamodel.planner.plan import make_plan
from dynamodel.planner.problem import EntityProblem
from dynamodel.planner.serve import Signature, SortPart
from tests.support.small import attribute, entity, equals, part, read, workload, write

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

UNIT = 1_000_000
TIME = ValueType(Kind.DATETIME)


def rate(peak: int) -> Rate:
    return Rate(peak * UNIT // 5, peak * UNIT)


def event(**options: Any) -> Any:
    return entity("E", "id", attribute("kind", **options), "at", attribute("body", size=500), count=1_000_000)


def create(peak: int, **options: Any) -> Any:
    return write("add", StepDef(StepKind.CREATE, "E", "e"), rate=rate(peak), **options)


def everything(limit: int | None = 5, **options: Any) -> Any:
    return read("all", part("E", order="-at", rows=5, limit=limit), **options)


def shards(model: Workload) -> dict[str, int]:
    plan = make_plan(model)
    assert check(model, plan) == ()
    return {k.place: k.shards for d in plan.entities for k in (d.base, *d.indexes) if k.shards > 1}


@pytest.mark.parametrize(("peak", "count"), [(700, 1), (701, 2), (1400, 2), (1401, 3)])
def test_a_constant_partition_takes_70_percent_of_a_partition_and_no_more(peak: int, count: int) -> None:
    assert shards(workload([event()], [create(peak), everything()])) == ({"GSI1": count} if count > 1 else {})


def test_what_is_assumed_spreads_nothing() -> None:
    busy, large = replace(rate(7000), assumed=True), Estimate(100_000_000, 100_000_000, assumed=True)
    assumed = [replace(create(1), rate=busy), everything(rate=busy)]
    assert shards(workload([replace(event(), count=large)], assumed)) == {}
    declared = replace(large, assumed=False)
    assert shards(workload([replace(event(), count=declared)], assumed)) == {"GSI1": 6}


def test_what_is_declared_says_how_much_meets_one_key() -> None:
    by_kind = read("of_kind", part("E", equals("kind"), order="-at", rows=5, limit=5))
    assert shards(workload([event()], [create(7000), by_kind])) == {}, "nothing is said of kinds"
    assert shards(workload([event(distinct=10)], [create(7000), by_kind])) == {}
    assert shards(workload([event(distinct=9)], [create(7000), by_kind])) == {"GSI1": 2}
    assert shards(workload([event(share=(("a", 300_000),))], [create(7000), by_kind])) == {"GSI1": 3}
    assert shards(workload([event()], [create(7000, hottest=500_000), by_kind])) == {"GSI1": 5}


def test_new_items_of_a_calendar_bucket_all_meet_the_present_one() -> None:
    day = attribute("at@day", TIME, bucket=Bucket("at", BucketUnit.DAY))
    for role, expected in (("created", {"GSI1": 2}), ("", {})):
        owner = entity("E", "id", attribute("at", TIME, role=role), day, count=1_000_000)
        of_day = read("of_day", part("E", equals("at@day"), order="at", rows=5, limit=5))
        assert shards(workload([owner], [create(900), of_day])) == expected


def test_a_base_key_is_sharded_where_its_partition_is_hot() -> None:
    owner = entity("E", "sensor n", attribute("sensor", distinct=4, immutable=True), count=1_000_000)
    by_sensor = read("of", part("E", equals("sensor"), order="n", rows=5, limit=5))
    assert shards(workload([owner], [create(4000), by_sensor])) == {"base": 2}
    get = read("one", part("E", equals("sensor", "n"), single=True), kind=ReadKind.GET)
    model = workload([owner], [create(4000), by_sensor, get])
    plan = make_plan(model)
    assert [(p.name, p.request_count) for p in plan.patterns] == [("add", 1), ("of", 2), ("one", 1)]


def test_a_layout_that_needs_no_shards_comes_first() -> None:
    """The partition by kind alone is hot; the one by kind and shop serves both reads, and is not."""
    owner = entity("E", "id", attribute("kind", distinct=2), attribute("shop", distinct=100), count=1_000_000)
    by_kind = read("narrow", part("E", equals("kind", "shop"), order="-id", rows=5, limit=5))
    assert shards(workload([owner], [create(2000), by_kind])) == {}
    assert shards(workload([owner], [create(2000), read("wide", part("E", equals("kind"), rows=5))])) == {"GSI1": 2}


def test_a_large_list_of_everything_is_sharded() -> None:
    owner = entity("E", "id", "at", attribute("body", size=1000), count=25_000_000)
    found = shards(workload([owner], [read("all", part("E", order="at", rows=5, limit=5))]))
    assert found == {"GSI1": 3}, "26 GB in partitions of 10"


def test_reads_of_everything_are_shared_out_pages_are_not() -> None:
    whole = Heat(reads=(Asked(3_000 * UNIT, 8192 * 4, consistent=False, paged=False),))
    assert whole.shards() == 8, "3,000 reads a second of 32 KB: an eighth is half a unit, a seventh a whole one"
    page = Heat(reads=(Asked(3_000 * UNIT, 8192 * 4, consistent=False, paged=True),))
    assert page.shards() == 1
    item = Heat(writes=(Load(2_000 * UNIT, 900 * UNIT),))
    assert item.shards() == 1, "its hottest item alone takes more than a shard gives"
    assert Heat(writes=(Load(2_000 * UNIT, 600 * UNIT),)).shards() == 3


def test_what_no_shard_can_help_is_said_with_the_numbers() -> None:
    config = entity("C", "", "value")
    model = workload([config], [read("config", part("C", single=True), kind=ReadKind.GET, rate=rate(5000))])
    (found,) = [f for f in make_plan(model).findings if f.code == "DM430"]
    assert "2,500 read units a second at peak, one gives 3,000" in found.message
    assert "one item" in found.message
    paged = workload([event()], [everything(rate=rate(10_000))])
    (found,) = [f for f in make_plan(paged).findings if f.code == "DM430"]
    assert "5,000 read units a second at peak" in found.message
    assert "every shard would be asked for as much" in found.message


def test_a_collection_is_not_sharded_but_its_heat_is_said() -> None:
    parent = entity("P", "p", "name", count=10)
    link = ParentDef("P", ("p",), Estimate(100, 400_000))
    child = entity("E", "p n", attribute("body", size=500), parents=(link,), count=1_000_000)
    together = read("together", part("P", equals("p"), single=True), part("E", equals("p"), rows=100))
    plan = make_plan(workload([parent, child], [create(5000), together]))
    assert not [k for d in plan.entities for k in (d.base, *d.indexes) if k.shards > 1]
    (found,) = [f for f in plan.findings if f.code == "DM430"]
    assert "2,000 write units a second at peak, one gives 1,000" in found.message
    assert "collection" in found.message


def test_an_update_of_one_hot_item_is_counted_on_its_item() -> None:
    set_body = ActionDef(ActionKind.SET, "body", Given("body"))
    change = write(
        "change", StepDef(StepKind.UPDATE, "E", equals=equals("id"), actions=(set_body,)), rate=rate(2000), hottest=UNIT
    )
    plan = make_plan(workload([event()], [change]))
    (found,) = [f for f in plan.findings if f.code == "DM430"]
    assert "2,000 write units" in found.message
    assert "one item" in found.message


def resharded(plan: Plan, count: int) -> Plan:
    """The plan with another number of shards in its only index, requests and counts alike."""

    def spread(template: Template) -> Template:
        rest = tuple(t for t in template.tokens if not isinstance(t, ShardToken))
        return Template((*rest, ShardToken(count)) if count > 1 else rest)

    (design,) = plan.entities
    (key,) = design.indexes
    (field,) = key.partition
    key = replace(key, partition=(replace(field, value=spread(field.value)),))  # type: ignore[arg-type]
    patterns = []
    for one in plan.patterns:
        reads = tuple(
            replace(
                r,
                shards=count,
                partition=(replace(r.partition[0], tokens=r.partition[0].tokens[: 2 if count > 1 else 1]),),
            )
            for r in one.reads
        )
        patterns.append(replace(one, reads=reads, request_count=count if reads else one.request_count))
    return replace(plan, entities=(replace(design, indexes=(key,)),), patterns=tuple(patterns))


@pytest.mark.parametrize("count", [1, 2, 4, 9])
def test_the_judge_counts_shards_again(count: int) -> None:
    model = workload([event()], [create(2000), everything()])
    plan = make_plan(model)
    assert check(model, resharded(plan, 3)) == ()
    assert "DM431" in {f.code for f in check(model, resharded(plan, count))}


def test_a_read_that_may_miss_no_child_weighs_on_the_table_as_the_strong_read_that_it_is() -> None:
    child = entity("E", "p n", attribute("body", size=500))
    find = read("find", part("E", equals("p"), rows=20), kept=True, rate=rate(100))
    problem, need = EntityProblem(workload([child], [find]), child), need_of(find, 0)
    key = Signature("E", ("p",), (SortPart("n"),))
    asked = [problem.asked(Place(kind, key, "E"), need, 500) for kind in ("base", "own")]
    assert [isinstance(one, Asked) and one.consistent for one in asked] == [True, False]
