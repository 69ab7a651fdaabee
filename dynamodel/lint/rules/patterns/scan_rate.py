"""Scans that are made often."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.ir.entities import MICRO
from dynamodel.ir.reads import ReadKind
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

OFTEN = MICRO // 60  # once a minute


class ScanRate(Rule):
    """Scans for jobs only.

    What it checks: the rate of each `Scan`; more than one a minute is no job.

    Why: a scan reads and bills every item, of all types that share the table.

    Bad:
        customers = Scan(Customer, rps=5)

    Good:
        export_customers = Scan(Customer, rps=0.0001)
    """

    code: ClassVar[str] = "DM353"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each scan that is said to be made often."""
        del plan
        for pattern in (p for p in workload.reads if p.kind is ReadKind.SCAN):
            if pattern.rate.average > OFTEN and not pattern.rate.assumed:
                yield finding(
                    self.code,
                    f"`{pattern.name}` scans every item {pattern.rate.average / MICRO:g} times a second",
                    span=pattern.span,
                    path=(workload.title, pattern.name),
                    hint="use `Query`: by something, or with a `limit`",
                )
