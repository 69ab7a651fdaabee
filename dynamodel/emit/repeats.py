"""What becomes of a write that is sent again after a lost answer: whether its method offers an idempotency token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.values import Kind
from dynamodel.ir.writes import ActionKind, StepKind

if TYPE_CHECKING:
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import WritePattern


def repeated_effect(workload: Workload, pattern: WritePattern) -> str:
    """What a call of one step does when it is sent again after a lost answer; empty if it makes no difference.

    What is added is added twice, and a condition or version that held before the write may not hold after it. Setting,
    removing and replacing come to the same; a create knows its own item.
    """
    step = pattern.steps[0]
    entity = workload.entity(step.entity)
    added = [
        a
        for a in step.actions
        if a.kind is ActionKind.APPEND
        or (a.kind is ActionKind.ADD and entity.attribute(a.attribute).type.kind is not Kind.SET)
    ]
    versioned = step.kind in {StepKind.UPDATE, StepKind.UPSERT} and entity.with_role("version") is not None
    if added:
        return "adds twice"
    return "may fail on its own change" if versioned or (step.when and step.kind is not StepKind.CREATE) else ""
