"""`dynamodel verify`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dynamodel import pipeline
from dynamodel.cli import console, exit_codes
from dynamodel.cli.loading import load_and_plan
from dynamodel.cli.progress import progress
from dynamodel.report.verify_text import verify_json, verify_text

if TYPE_CHECKING:
    from pathlib import Path


def verify(
    model: Path,
    *,
    backend: str,
    folder: Path | None,
    image: str | None,
    endpoint: str | None,
    allow_remote: bool,
    seed: int | None,
    items: int | None,
    as_json: bool,
    junit: Path | None,
) -> int:
    """Run the suite and print the report; a mismatch exits with 1."""
    on = pipeline.backend(backend, folder=folder, image=image, endpoint=endpoint, allow_remote=allow_remote)
    workload, design = load_and_plan(model)
    pipeline.require_served(design)
    cases = pipeline.suite(workload, seed, items)
    with progress(f"verifying {workload.name} on {on.name}", len(cases.cases)) as watch:
        report = pipeline.verify(workload, design, cases, on, watch)
    if junit is not None:
        from dynamodel.report.verify_junit import verify_junit

        pipeline.write_text(junit, verify_junit(report))
    if as_json:
        console.out(json.dumps(verify_json(report), indent=2, ensure_ascii=False) + "\n")
    else:
        console.out_report(verify_text(report))
    return exit_codes.DONE if report.passed else exit_codes.FINDINGS
