"""`dynamodel cost`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dynamodel import pipeline
from dynamodel.cli import console, exit_codes
from dynamodel.cli.loading import load_and_plan
from dynamodel.report.cost_text import cost_json, cost_report

if TYPE_CHECKING:
    from pathlib import Path


def cost(model: Path, *, as_json: bool) -> int:
    """Print what each access pattern and each place costs."""
    workload, design = load_and_plan(model)
    charged = pipeline.charges(workload, design)
    if as_json:
        console.out(json.dumps(cost_json(workload, design, charged), indent=2, ensure_ascii=False) + "\n")
    else:
        console.out(cost_report(workload, design, charged))
    return exit_codes.DONE
