"""Transactions with more items than DynamoDB takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.dynamo.limits import TRANSACTION_ACTIONS
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan, StepDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef, WritePattern

_MOVING = {"put", "update", "upsert"}


class TransactionSize(Rule):
    """Transactions within 100 items.

    What it checks: the sum of the steps' largest `times`, each with the guards and copies that it writes: one more item
    for each, two where an update moves one. Without a plan only guards of unique attributes are known.

    Why: DynamoDB refuses a transaction of more than 100 items as a whole.

    Bad:
        place = Transaction(Create(Order), Create(Line, times=(4, 150)))

    Good:
        place = Transaction(Create(Order), Create(Line, times=(4, 90)))
    """

    code: ClassVar[str] = "DM351"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each transaction that may be too large."""
        for pattern in workload.writes:
            items = written_items(workload, plan, pattern)
            if items > TRANSACTION_ACTIONS:
                yield finding(
                    self.code,
                    f"`{pattern.name}` may write {items} items in one transaction, more than {TRANSACTION_ACTIONS}",
                    span=pattern.span,
                    path=(workload.title, pattern.name),
                    hint="lower the most of `times`, or write the rest in calls of their own",
                )


def written_items(workload: Workload, plan: Plan | None, pattern: WritePattern) -> int:
    """The most items that one transaction of a write has; lists and what is found first are written item by item."""
    designs = plan.pattern(pattern.name).steps if plan is not None else ()
    planned = designs or (None,) * len(pattern.steps)
    return sum(
        (step.times.most if step.by_identity and not pattern.batched else 1) * (1 + _beside(workload, plan, step, how))
        for step, how in zip(pattern.steps, planned, strict=True)
    )


def _beside(workload: Workload, plan: Plan | None, step: StepDef, how: StepDesign | None) -> int:
    """The guards and copies that a step writes for each item; one whose key may change goes and comes."""
    entity = workload.entity(step.entity)
    if plan is None or how is None:
        return len(entity.unique) if step.kind in {"create", "put", "delete"} else 0
    kept, moving = plan.entity(entity.name).beside, step.kind in _MOVING
    moved = [n for n in how.guards if moving and not set(kept[n].attributes) <= set(entity.identity)]
    return len(how.guards) + len(moved) + len(how.refreshed)
