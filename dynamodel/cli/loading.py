"""What most commands begin with: a model's workload and its plan."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from dynamodel import pipeline

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.memory import Memory


def load(model: Path, memory: Memory | None = None) -> Workload:
    """The workload; what the user's file prints goes to stderr, because stdout is for data."""
    with contextlib.redirect_stdout(sys.stderr):
        return pipeline.load(model, memory)


def load_and_plan(model: Path, memory: Memory | None = None) -> tuple[Workload, Plan]:
    """The workload and its plan, with the lock beside the model respected; `memory` is for variants of it."""
    from dynamodel.planner.memory import Memory

    memory = memory or Memory()
    workload = load(model, memory)
    return workload, pipeline.plan(workload, pipeline.read_lock(model), memory)
