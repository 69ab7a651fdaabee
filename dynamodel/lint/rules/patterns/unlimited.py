"""Queries that may return very many rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

MANY = 10_000


class Unlimited(Rule):
    """Queries with a limit where there may be many rows.

    What it checks: queries without `limit` whose declared facts allow more than 10,000 rows.

    Why: the caller waits for every page, and each page is billed.

    Bad:
        orders = Query(Order, by=Order.region)      # distinct=20 of 5,000,000

    Good:
        orders = Query(Order, by=Order.region, limit=50)
    """

    code: ClassVar[str] = "DM354"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each part that may return very many rows."""
        del plan
        for pattern in workload.reads:
            if pattern.kept:
                continue  # nobody calls it: it finds the children that hold what their parent changed
            for part in pattern.parts:
                many = part.rows.most > MANY and not part.rows.assumed
                if pattern.kind in {"query", "collection"} and part.limit is None and many and not pattern.count:
                    yield finding(
                        self.code,
                        f"`{pattern.name}` may return {part.rows.most:,} rows of `{part.entity}` in one call",
                        span=pattern.span,
                        path=(workload.title, pattern.name),
                        hint="add `limit=`; the caller gets the rest page by page",
                    )
