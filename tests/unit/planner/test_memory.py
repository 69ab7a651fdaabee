"""Plans that share a memory are those made without one, and work out only what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.explain.variants import with_at_most, without
from dynamodel.ir.codec import plan_text
from dynamodel.ir.entities import Estimate, Rate
from dynamodel.planner import memory as remembered, search, solve as solving
from dynamodel.planner.memory import Memory
from dynamodel.planner.plan import make_plan
from tests.perf.models import crowd, hub, lone_entity, wide_model

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dynamodel.ir.workload import Workload

MODELS = {"crowd": crowd(4), "hub": hub(4), "wide": wide_model(30, 2), "lone": lone_entity(8)}


@pytest.fixture(params=MODELS)
def workload(request, tmp_path: Path) -> Workload:
    path = tmp_path / "model.py"
    path.write_text(MODELS[request.param])
    return pipeline.load(path)


def faster(workload: Workload, name: str, times: int) -> Workload:
    """The workload with a pattern that is called more often."""
    changed = {
        p.name: replace(p, rate=Rate(p.rate.average * times, p.rate.peak * times)) if p.name == name else p
        for p in workload.patterns
    }
    return replace(workload, patterns=tuple(changed.values()))


def larger(workload: Workload, name: str, count: int) -> Workload:
    """The workload with another number of items of an entity."""
    changed = (replace(e, count=Estimate(count, count)) if e.name == name else e for e in workload.entities)
    return replace(workload, entities=tuple(changed))


def wider(workload: Workload, name: str) -> Workload:
    """The workload with longer attributes of an entity, which change what requests for others are charged for."""
    entity = workload.entity(name)
    attributes = tuple(
        a if a.name in entity.identity else replace(a, size=replace(a.size, average=a.size.average + 3_000))
        for a in entity.attributes
    )
    changed = (replace(e, attributes=attributes) if e is entity else e for e in workload.entities)
    return replace(workload, entities=tuple(changed))


def variants(workload: Workload) -> Iterator[Workload]:
    """Variants of every kind that an explanation plans, and some of its first one again."""
    yield workload
    for allowed in (0, 1, 2, 3):
        yield with_at_most(workload, allowed)
    for pattern in workload.patterns[:6]:
        yield without(workload, [pattern.name])
        yield faster(workload, pattern.name, 40)
    for entity in workload.entities[:3]:
        yield larger(workload, entity.name, 17)
        yield wider(workload, entity.name)
    yield replace(workload, options=replace(workload.options, copies=False))
    yield workload


def test_a_plan_is_the_same_with_what_others_have_found(workload: Workload) -> None:
    memory = Memory()
    for variant in variants(workload):
        alone, shared = make_plan(variant), make_plan(variant, memory=memory)
        assert plan_text(shared) == plan_text(alone)
        assert shared == alone


def test_a_deployed_plan_does_not_mix_with_the_free_one(workload: Workload) -> None:
    locked = make_plan(without(workload, [workload.patterns[0].name]))
    memory = Memory()
    for variant in (workload, without(workload, [workload.patterns[-1].name]), workload):
        assert make_plan(variant, locked, memory=memory) == make_plan(variant, locked)


def test_what_has_not_changed_is_not_searched_again(workload: Workload, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    made: list[str] = []
    search_entity, problem = search._searched, remembered.EntityProblem

    def counted(of, *more, **options):
        searched.append(of.entity.name)
        return search_entity(of, *more, **options)

    def problem_of(given, entity, *more):
        made.append(entity.name)
        return problem(given, entity, *more)

    monkeypatch.setattr(search, "_searched", counted)
    monkeypatch.setattr(remembered, "EntityProblem", problem_of)
    memory = Memory()
    make_plan(workload, memory=memory)
    assert set(made) == {e.name for e in workload.entities}
    searched.clear()
    made.clear()
    make_plan(workload, memory=memory)
    assert not made + searched
    pattern = workload.reads[-1]
    make_plan(faster(workload, pattern.name, 40), memory=memory)
    touched = {part.entity for part in pattern.parts}
    assert set(made) == touched
    assert set(searched) <= touched
    made.clear()
    searched.clear()
    make_plan(with_at_most(workload, 19), memory=memory)  # of 20 it uses a few
    assert not made + searched


def test_what_few_indexes_have_cut_off_is_not_taken_for_all(workload: Workload) -> None:
    memory = Memory()
    for allowed in (1, 2, 3, 4, 20):
        variant = with_at_most(workload, allowed)
        assert make_plan(variant, memory=memory) == make_plan(variant)


def test_a_second_question_about_a_workload_begins_with_the_search_of_its_plan(
    workload: Workload, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Workload] = []
    needs_of = solving.all_needs

    def counted(of):
        begun.append(of)
        return needs_of(of)

    monkeypatch.setattr(solving, "all_needs", counted)
    memory = Memory()
    make_plan(workload, memory=memory)
    cost = solving.spared(workload, None, memory)
    assert begun == [workload]
    assert cost == solving.spared(workload)
    other = faster(workload, workload.reads[-1].name, 40)
    assert solving.spared(other, None, memory) == solving.spared(other)
