"""How many items one call of a write writes.

In: the workload and one step. Out: a number of items, on average.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef

FOUND_ROWS = 10  # items that a write finds by something else than the identity, when the model does not say


def found_rows(workload: Workload, step: StepDef) -> int:
    """How many items a write that finds its items by something else than the identity finds, on average."""
    fixed = {e.attribute for e in step.equals}
    parents = workload.entity(step.entity).parents
    return next((p.children.average for p in parents if set(p.via) <= fixed), FOUND_ROWS)


def step_count(workload: Workload, step: StepDef) -> int:
    """How many items one call of a step writes, on average."""
    return step.times.average if step.by_identity else found_rows(workload, step)
