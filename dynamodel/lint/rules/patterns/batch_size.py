"""BatchGets that take several requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

MOST_KEYS = 100  # of BatchGetItem [Constraints in Amazon DynamoDB: API-specific limits]


class BatchSize(Rule):
    """BatchGets within one request.

    What it checks: the most `keys` of a BatchGet.

    Why: BatchGetItem takes 100 keys; more become several requests, which may see different moments.

    Bad:
        orders = BatchGet(Order, keys=(20, 500))

    Good:
        orders = BatchGet(Order, keys=(20, 100))
    """

    code: ClassVar[str] = "DM352"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each BatchGet of more than a request."""
        del plan
        for pattern in workload.reads:
            if pattern.batch is not None and pattern.batch.most > MOST_KEYS:
                yield finding(
                    self.code,
                    f"`{pattern.name}` asks for up to {pattern.batch.most} keys: "
                    f"{-(-pattern.batch.most // MOST_KEYS)} requests",
                    span=pattern.span,
                    path=(workload.title, pattern.name),
                    hint=f"one request takes {MOST_KEYS} keys",
                )
