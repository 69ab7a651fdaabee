"""Transactions with more bytes than DynamoDB takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.dynamo.limits import MB, TRANSACTION_BYTES
from dynamodel.ir.reads import ReadKind, ReadPattern
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Pattern, Workload
    from dynamodel.ir.writes import StepDef

_WITHOUT_BYTES = {"check", "delete"}


class TransactionBytes(Rule):
    """Transactions within 4 MB.

    What it checks: the largest size of every item that a transaction writes or reads, by the declared or assumed most
    of its attributes, times the largest `times`; with a plan also what guards and copies carry.

    Why: DynamoDB refuses a transaction whose items have more than 4 MB together, whatever their number.

    Bad:
        body: str = attr(bytes=(2_000, 300_000))
        store = Transaction(Create(Report), Create(Page, times=(3, 20)))

    Good:
        body: str = attr(bytes=(2_000, 100_000))
        store = Transaction(Create(Report), Create(Page, times=(3, 20)))
    """

    code: ClassVar[str] = "DM432"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each transaction whose items may be too large together."""
        for pattern in workload.patterns:
            size = _bytes(workload, plan, pattern)
            if size > TRANSACTION_BYTES:
                yield finding(
                    self.code,
                    f"`{pattern.name}` may have {size / MB:.1f} MB in one transaction, more than "
                    f"{TRANSACTION_BYTES // MB} MB",
                    span=pattern.span,
                    path=(workload.title, pattern.name),
                    hint="lower the most of `times` or the `bytes` of attributes, or use several calls",
                )


def _bytes(workload: Workload, plan: Plan | None, pattern: Pattern) -> int:
    if isinstance(pattern, ReadPattern):
        owners = [workload.entity(p.entity) for p in pattern.parts]
        return sum(map(_most, owners)) if pattern.kind is ReadKind.TRANSACT_GET else 0
    planned = plan.pattern(pattern.name).steps if plan is not None else ()
    if pattern.batched and not any(how.guards or how.refreshed for how in planned):
        return 0  # no transaction; with copies each item is one
    total = 0
    for number, step in enumerate(pattern.steps):
        if step.kind in _WITHOUT_BYTES:
            continue
        item = _most(workload.entity(step.entity))
        if planned and plan is not None:
            listed = (*planned[number].guards, *planned[number].refreshed)
            item += sum(_carried(workload, plan, step, n) for n in listed)
        total += item * (1 if pattern.batched else step.times.most)
    return total


def _carried(workload: Workload, plan: Plan, step: StepDef, number: int) -> int:
    """The largest size of what a guard or copy holds of its item."""
    entity, names = workload.entity(step.entity), plan.entity(step.entity).beside[number].carries
    return sum(len(a.name.encode()) + a.size.most for a in entity.stored if a.name in names)


def _most(entity: EntityDef) -> int:
    return sum(len(a.name.encode()) + a.size.most for a in entity.stored)
