"""Random models through the whole path: planned, emitted, and every access pattern verified on moto.

A model that fails is shrunk and written to `found.py` beside this file. Mend the cause and keep it in `kept/` under a
name that says what was wrong: those are tried in every run. `make fuzz` tries some hundreds; a run of the tests a few.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings

from dynamodel import pipeline
from dynamodel.errors import Infeasible
from tests.fuzz.models import models

if TYPE_CHECKING:
    import pytest

HERE = Path(__file__).parent
KEPT = sorted((HERE / "kept").glob("*.py"))
WANTED = int(os.environ.get("DYNAMODEL_FUZZ", "8"))  # models
ITEMS = 40


def verified(model: Path) -> list[str]:
    """What is wrong with a model's generated code; nothing for one that no layout serves."""
    workload = pipeline.load(model)
    try:
        plan = pipeline.plan(workload)
        pipeline.require_served(plan)
    except Infeasible:
        return []
    report = pipeline.verify(workload, plan, pipeline.suite(workload, items=ITEMS), pipeline.backend("moto"))
    return [f"{m.code} {m.pattern}, {m.case}: {m.wrong}" for m in report.mismatches]


@settings(max_examples=WANTED, suppress_health_check=list(HealthCheck))
@given(text=models())
def test_the_code_of_a_random_model_answers_as_declared(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("random") / "model.py"
    path.write_text(text, encoding="utf-8")
    try:
        wrong = verified(path)
        assert wrong == []
    except Exception:
        (HERE / "found.py").write_text(text, encoding="utf-8")  # the last one that is written is the smallest
        raise


def test_models_that_once_failed_answer_as_declared() -> None:
    assert {model.stem: wrong for model in KEPT if (wrong := verified(model))} == {}
