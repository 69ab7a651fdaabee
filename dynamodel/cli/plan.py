"""`dynamodel plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel import pipeline
from dynamodel.cli import console, exit_codes
from dynamodel.cli.loading import load_and_plan
from dynamodel.diagnostics import Severity

if TYPE_CHECKING:
    from pathlib import Path


def plan(model: Path, *, as_json: bool, lock: bool) -> int:
    """Print the plan; an error among its findings makes it infeasible, and then no lock is written."""
    workload, design = load_and_plan(model)
    if as_json:
        from dynamodel.ir.codec import plan_text as json_text

        console.out(json_text(design))
    else:
        from dynamodel.report.plan_text import plan_text

        console.out_report(plan_text(workload, design))
    errors = [f for f in design.findings if f.severity is Severity.ERROR]
    if errors:
        if as_json:
            console.complain(errors)
        return exit_codes.INFEASIBLE
    if lock:
        console.say(f"wrote {pipeline.write_lock(design, model)}")
    return exit_codes.DONE
