"""`dynamodel cost`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.cli import console, exit_codes
from dynamodel.cli.loading import load_and_plan
from dynamodel.report.cost_text import cost_report

if TYPE_CHECKING:
    from pathlib import Path


def cost(model: Path) -> int:
    """Print what each access pattern costs."""
    console.out(cost_report(*load_and_plan(model)))
    return exit_codes.DONE
