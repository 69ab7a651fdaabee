"""Random models through the whole path: planned, emitted, and every access pattern verified on moto.

A tenth of them, others each time, are verified on DynamoDB Local, where the units of every request are compared too.

A model that fails is shrunk and written to `found.py` beside this file. Mend the cause and keep it in `kept/` under a
name that says what was wrong: those are tried in every run. `make fuzz` tries some hundreds; a run of the tests a few.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, reject, settings

from dynamodel import pipeline
from dynamodel.errors import Infeasible, ModelInvalid
from dynamodel.verify.runner import verify
from tests.fuzz.models import models
from tests.fuzz.reached import EVERYTHING, reached

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan
    from dynamodel.verify.backends.base import Backend

HERE = Path(__file__).parent
KEPT = sorted((HERE / "kept").glob("*.py"))
WANTED = int(os.environ.get("DYNAMODEL_FUZZ", "8"))  # models
LONG = 300  # models after which everything that the strategy can make has been there
ITEMS = 40
seen: Counter[str] = Counter()


def planned(model: Path) -> Plan | None:
    """The plan of a model; None for one that no layout serves."""
    try:
        workload = pipeline.load(model)
        plan = pipeline.plan(workload)
        pipeline.require_served(plan)
    except Infeasible:
        return None
    return plan


def wrong(model: Path, *backends: Backend) -> list[str]:
    """What is wrong with a model's generated code on any backend; nothing for one that no layout serves."""
    plan = planned(model)
    if plan is None:
        seen["no layout"] += 1
        return []
    workload = pipeline.load(model)
    seen.update(reached(workload, plan))
    suite, package = pipeline.suite(workload, items=ITEMS), pipeline.artifacts(workload, plan, None, ("python",))
    found: list[str] = []
    for backend in backends:
        report = verify(workload, plan, package, suite, backend)
        found += [f"{p.name}: {p.skipped}" for p in report.patterns if p.skipped]
        found += [f"{m.code} {m.pattern}, {m.case}: {m.wrong}" for m in report.mismatches]
    return found


def tried(folder: Path, text: str, backend: Backend) -> None:
    """Verify a random model; one that fails is left in `found.py`."""
    path = folder / "model.py"
    path.write_text(text, encoding="utf-8")
    try:
        found = wrong(path, backend)
        assert found == []
    except ModelInvalid:
        seen["not a model"] += 1
        reject()
    except Exception:
        (HERE / "found.py").write_text(text, encoding="utf-8")  # the last one that is written is the smallest
        raise
    seen["models"] += 1


@settings(max_examples=WANTED, suppress_health_check=list(HealthCheck))
@given(text=models())
def test_the_code_of_a_random_model_answers_as_declared(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    tried(tmp_path_factory.mktemp("random"), text, pipeline.backend("moto"))


@pytest.mark.local
@settings(max_examples=max(3, WANTED // 10), suppress_health_check=list(HealthCheck))
@given(text=models())
def test_on_dynamodb_local_it_also_consumes_what_it_must(
    tmp_path_factory: pytest.TempPathFactory, local_endpoint: str, text: str
) -> None:
    tried(tmp_path_factory.mktemp("random"), text, pipeline.backend("moto", endpoint=local_endpoint))


if WANTED >= LONG:

    def test_the_models_have_reached_every_place_operation_and_kind_of_pattern() -> None:
        assert sorted(EVERYTHING - set(seen)) == []
        assert 10 * seen["not a model"] < seen["models"]
        assert 5 * seen["no layout"] < seen["models"]


@pytest.mark.parametrize("model", KEPT, ids=lambda path: path.stem)
def test_a_model_that_once_failed_answers_as_declared(model: Path, backends: tuple[Backend, ...]) -> None:
    assert planned(model) is not None
    assert wrong(model, *backends) == []
