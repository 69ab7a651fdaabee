"""The models of the benchmarks are models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel import pipeline
from tests.perf.models import wide_model

if TYPE_CHECKING:
    from pathlib import Path


def test_a_generated_model_has_as_many_patterns_as_asked_for_and_all_are_served(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(wide_model(12))
    workload = pipeline.load(path)
    assert len(workload.patterns) == 12
    assert {pattern.status for pattern in pipeline.plan(workload).patterns} == {"served"}
