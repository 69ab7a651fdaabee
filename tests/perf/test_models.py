"""The models of the benchmarks are models, and their plans are proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.ir.codec import plan_text
from tests.perf import access
from tests.perf.__main__ import certificate, is_proven
from tests.perf.models import crowd, hub, lone_entity, wide_model

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("count", "seed"), [(12, 0), (40, 1), (41, 2), (39, 3)])
def test_a_generated_model_has_as_many_patterns_as_asked_for_and_its_plan_is_proven(
    tmp_path: Path, count: int, seed: int
) -> None:
    path = tmp_path / "model.py"
    path.write_text(wide_model(count, seed))
    workload = pipeline.load(path)
    assert len(workload.patterns) == count
    plan = pipeline.plan(workload)
    assert {pattern.status for pattern in plan.patterns} == {"served"}
    assert is_proven(plan_text(plan).encode())


@pytest.mark.parametrize("text", [lone_entity(14), hub(4), crowd(5)], ids=["one entity", "hub", "crowd"])
def test_a_model_made_to_be_hard_is_proven(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(text)
    plan = pipeline.plan(pipeline.load(path))
    assert {pattern.status for pattern in plan.patterns} == {"served"}
    assert is_proven(plan_text(plan).encode())


def test_the_certificate_is_measured() -> None:
    row = certificate(60)
    assert 0 < float(str(row["of_budget"])) < 1


def test_the_emitted_client_is_measured_beside_boto3s() -> None:
    rows = access.measure(rounds=1, seconds=0.001)
    calls = [(row["transport"], row["call"]) for row in rows]
    assert calls == [(transport, call) for transport in ("process", "loopback") for call in access.BUDGETS]
    assert all(row["ratio"] > 0 for row in rows)
