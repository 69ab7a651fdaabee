"""The ways to a parent's attributes are priced without being planned, and what no copy touches is searched once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dynamodel import pipeline
from dynamodel.normalize.workload import normalize
from dynamodel.planner import memory as remembered, plan
from dynamodel.planner.copying import Copy, with_copies
from dynamodel.planner.denormalize import denormalized
from dynamodel.planner.memory import Memory
from dynamodel.planner.plan import make_plan, plan_price
from dynamodel.spec.loader import load_model

ROOT = Path(__file__).parents[3]
MODELS = {"rubis": ROOT / "examples/rubis/model.py", "parents": ROOT / "tests/functional/parents_model.py"}


@pytest.fixture(params=MODELS)
def declared(request):
    return normalize(load_model(MODELS[request.param]))


def test_a_price_is_that_of_the_plan(declared) -> None:
    memory = Memory()
    copies = [Copy(p.parts[0].entity, j.parent, j.via, j.attributes) for p in declared.reads for j in p.joins]
    for some in ((), *((c,) for c in copies), tuple(copies)):
        way = with_copies(declared, some)
        made = make_plan(way)
        left = sum(p.status == "unserved" for p in made.patterns)
        assert plan_price(way, memory) == (left, made.cost.monthly)


def test_a_way_is_priced_without_its_plan(declared, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("a whole plan was made for its price")

    monkeypatch.setattr(plan, "assembled", refuse)
    assert denormalized(declared).choices


def test_what_no_copy_touches_is_looked_at_once(declared, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Counter[str]()
    problem = remembered.EntityProblem

    def counted(workload, entity, *more):
        made[entity.name] += 1
        return problem(workload, entity, *more)

    monkeypatch.setattr(remembered, "EntityProblem", counted)
    memory = Memory()
    workload = denormalized(declared, memory)
    pipeline.plan(workload, None, memory)
    joined = {p.parts[0].entity for p in declared.reads if p.joins} | {
        j.parent for p in declared.reads for j in p.joins
    }
    assert set(made) == {e.name for e in declared.entities}
    assert {made[name] for name in set(made) - joined} <= {1}
    made.clear()
    pipeline.plan(workload, None, memory)
    assert not made
