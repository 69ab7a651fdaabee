"""Transactions with more items than DynamoDB takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

MOST_ITEMS = 100  # of TransactWriteItems and TransactGetItems [Constraints in Amazon DynamoDB: transactions]


class TransactionSize(Rule):
    """Transactions within 100 items.

    What it checks: the sum of the steps' largest `times`, and the guards of unique attributes among them.

    Why: DynamoDB refuses a transaction of more than 100 items as a whole.

    Bad:
        place = Transaction(Create(Order), Create(Line, times=(4, 150)))

    Good:
        place = Transaction(Create(Order), Create(Line, times=(4, 90)))
    """

    code: ClassVar[str] = "DM351"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each transaction that may be too large."""
        del plan
        for pattern in workload.writes:
            items = 0
            for step in pattern.steps:
                guards = len(workload.entity(step.entity).unique) if step.kind in {"create", "put", "delete"} else 0
                items += step.times.most * (1 + guards)
            if items > MOST_ITEMS:
                yield finding(
                    self.code,
                    f"`{pattern.name}` may write {items} items in one transaction, more than {MOST_ITEMS}",
                    span=pattern.span,
                    path=(workload.title, pattern.name),
                    hint="lower the most of `times`, or write the rest in calls of their own",
                )
