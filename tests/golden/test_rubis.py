"""The page about RUBiS is what the planner says today, of every statement, in the cheaper way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.writes import StepKind
from dynamodel.planner.denormalize import denormalized
from dynamodel.planner.plan import make_plan
from dynamodel.planner.solution import COST_TOLERANCE
from tests.golden import rubis

_ENTITIES = {
    "categories": "Category", "regions": "Region", "users": "User", "items": "Item", "bids": "Bid",
    "comments": "Comment", "buynow": "Purchase",
}  # fmt: skip
_KINDS = {StepKind.CREATE: "insert", StepKind.UPDATE: "update"}


def test_the_committed_page_is_what_the_planner_says() -> None:
    assert rubis.REPORT.read_text(encoding="utf-8") == rubis.render(), "run `make regen` and read the diff"


def test_every_statement_is_a_pattern_of_its_kind_on_its_entity_at_its_rate() -> None:
    asked = rubis.statements()
    assert [s["id"] for s in asked.values()] == [f"S{n}" for n in range(1, 37)]
    for pattern in rubis.model().patterns:
        statement = asked[pattern.name]
        reads = isinstance(pattern, ReadPattern)
        entities = {e.entity for e in (pattern.parts if reads else pattern.steps)}  # type: ignore[union-attr]
        path = {_ENTITIES[p["entity"]] for p in statement.get("path", ())} | {_ENTITIES[statement["target"]]}
        assert entities <= path, pattern.name
        assert statement["kind"] == ("read" if reads else _KINDS[pattern.steps[0].kind]), pattern.name  # type: ignore[union-attr]
        assert pattern.rate.average == round(statement["frequency"]["bidding"] * 1_000_000), pattern.name
        if isinstance(pattern, ReadPattern):
            limit = None if pattern.name == "items_in_region" else statement["limit"]  # the caller drops some
            assert pattern.parts[0].limit == limit, pattern.name
            assert bool(pattern.parts[0].range) == (bool(statement["range"]) and pattern.name != "bid_on_by_me")
            order = [term["attribute"] for term in statement["order_by"]]
            assert [t.attribute for t in pattern.parts[0].order] == order, pattern.name
        else:
            changed = {a.attribute for s in pattern.steps for a in s.actions}
            assert changed == (set(statement["sets"]) if statement["kind"] == "update" else set()), pattern.name


def test_entities_have_the_counts_and_sizes_of_the_benchmark() -> None:
    for name, facts in rubis.facts()["entities"].items():
        entity = rubis.model().entity(_ENTITIES[name])
        assert entity.count.average == facts["count"]
        own = {a.name: a for a in entity.attributes}
        for attribute, told in facts["attributes"].items():
            if attribute == "dummy":
                continue
            mine = own[f"{entity.name.lower()}_id" if attribute == "id" else attribute]
            if told["type"] == "string":
                assert mine.size.average == told["bytes"], (name, attribute)


@pytest.mark.parametrize("mix", rubis.MIXES)
def test_every_mix_is_served_and_proven(mix: str) -> None:
    workload, plan = rubis.planned(mix)
    assert [p.name for p in plan.patterns if p.status == "unserved"] == []
    assert plan.proof.gap == 0
    if plan.proof.gsi_lower_bound < len(plan.table.gsis):
        options = replace(workload.options, indexes=len(plan.table.gsis) - 1, copies=False)
        fewer = make_plan(replace(workload, options=options))
        least = plan.cost.monthly - plan.proof.traded
        assert fewer.cost.monthly * 100 > least * (100 + COST_TOLERANCE)
    assert sum(not p.kept for p in workload.patterns) == sum(mix in s["frequency"] for s in rubis.statements().values())


@pytest.mark.parametrize("name", rubis.WAYS)
def test_the_model_follows_relationships_in_the_cheapest_way(name: str) -> None:
    best = rubis.cheapest("bidding", name)
    assert best is not None
    assert best == rubis.ways("bidding", name)[0]
    for way in rubis.ways("bidding", name):
        assert way.whole.unserved == 0, way


@pytest.mark.parametrize("name", rubis.WAYS)
def test_every_way_is_another_design(name: str) -> None:
    workload = rubis.mixed(rubis.model(), "bidding")
    plans = [make_plan(denormalized(variant(workload, "bidding"))).pattern(name) for _, variant in rubis.WAYS[name]]
    assert len({(p.request_count, p.units.read) for p in plans}) == len(plans)


def test_what_never_changes_is_copied_and_what_changes_often_is_read() -> None:
    ways = {c.patterns[0]: c.way for c in rubis.planned("bidding")[1].choices}
    assert ways["items_in_region"] == "copied"
    assert ways["bid_history"] == "copied"
    assert ways["bought_by_me"] == ways["bid_on_by_me"] == "joined"
    for mix in rubis.MIXES:
        for choice in rubis.planned(mix)[1].choices:
            both = [c for c in (choice.copied, choice.joined) if c is not None]
            assert not both or getattr(choice, choice.way) == min(both), (mix, choice)
