"""Access patterns that a cache does nothing for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.ir.reads import ReadKind, ReadPattern
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Pattern, Workload


class CacheBypassed(Rule):
    """Strong reads, transactions and vector searches beside a cache.

    What it checks: in a model with a cache, every access pattern that DAX passes through to the table.

    Why: DAX answers eventually consistent reads alone. Strong reads and transactional reads are not cached; a
    transaction that writes costs two read units more for each item, which DAX reads back; vector search is unknown to
    it (Amazon DynamoDB developer guide, "DAX and DynamoDB consistency models").

    Bad:
        class Shop(Model, deploy=Deploy(cache=True)):
            order = Get(Order, consistent=True)

    Good:
        class Shop(Model, deploy=Deploy(cache=True)):
            order = Get(Order)
    """

    code: ClassVar[str] = "DM524"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each pattern that passes the cache by."""
        del plan
        if workload.options.deployment.cache is None:
            return
        for pattern in workload.patterns:
            why, hint = _bypassing(pattern)
            if why:
                yield finding(
                    self.code,
                    f"`{pattern.name}` passes the cache by: {why}",
                    span=pattern.span,
                    path=(workload.title, pattern.name),
                    hint=hint,
                )


def _bypassing(pattern: Pattern) -> tuple[str, str]:
    if not isinstance(pattern, ReadPattern):
        if pattern.transaction:
            return "a transaction", "expect two read units more for each item that it writes"
        return "", ""
    if pattern.kind is ReadKind.TRANSACT_GET:
        return "a transactional read", "read the items one by one where they need not be of one moment"
    if pattern.kind is ReadKind.SEARCH:
        return "a vector search", "give it a client of DynamoDB"
    if pattern.consistent:
        return "a strong read", "leave out `consistent` where a value some minutes old is good enough"
    return "", ""
