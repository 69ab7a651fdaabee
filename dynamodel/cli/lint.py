"""`dynamodel lint`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dynamodel.cli import console, exit_codes
from dynamodel.cli.loading import load_and_plan
from dynamodel.report.diagnostics import diagnostics_json, diagnostics_text, summary

if TYPE_CHECKING:
    from pathlib import Path


def lint(model: Path, *, as_json: bool) -> int:
    """Print the findings about model and plan; exits with 1 when there are any."""
    _, design = load_and_plan(model)
    if as_json:
        console.out(json.dumps(diagnostics_json(design.findings), indent=2, ensure_ascii=False) + "\n")
    else:
        console.out_report(diagnostics_text(design.findings))
        if not design.findings:
            console.say(summary(design.findings))
    return exit_codes.FINDINGS if design.findings else exit_codes.DONE
