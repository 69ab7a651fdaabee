"""A model's text through the whole path: plan, judge, emit, verify on backends."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from dynamodel import pipeline
from dynamodel.verify.runner import verify as run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dynamodel.ir.plan import Plan
    from dynamodel.verify.backends.base import Backend


def verify(folder: Path, text: str, backends: Iterable[Backend]) -> Plan:
    """Every access pattern of the model is planned and answers as declared on each backend; gives the plan."""
    model = folder / "model.py"
    model.write_text(dedent(text), encoding="utf-8")
    workload = pipeline.load(model)
    plan = pipeline.plan(workload)
    assert all(p.status != "unserved" for p in plan.patterns)
    suite, package = pipeline.suite(workload), pipeline.artifacts(workload, plan, None, ("python",))
    for backend in backends:
        report = run(workload, plan, package, suite, backend)
        assert report.passed, "\n".join(d.message for d in report.diagnostics())
        assert set(report.verified) == {p.name for p in workload.patterns if not p.kept}
    return plan
