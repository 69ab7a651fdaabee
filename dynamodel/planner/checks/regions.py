"""What a strongly consistent global table cannot do: time to live, local indexes, transactions.

In: the court. Out: findings DM519. Source: Amazon DynamoDB developer guide, "How DynamoDB global tables work",
multi-Region strong consistency.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.ir.plan import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import PatternDesign
    from dynamodel.planner.checks.court import Court

_TRANSACTIONS = frozenset({Operation.TRANSACT_WRITE_ITEMS, Operation.TRANSACT_GET_ITEMS})
_HINT = 'say consistency="eventual", or '


def check_regions(court: Court) -> None:
    """Everything in a layout that a strongly consistent global table refuses, each at its declaration."""
    if court.plan.deployment.strong and court.plan.deployment.is_global:
        court.findings.extend(_refused(court))


def _refused(court: Court) -> Iterator[Diagnostic]:
    title = court.workload.title
    for entity in court.workload.entities:
        name = entity.with_role("ttl")
        if name:
            yield finding(
                "DM519",
                "a strongly consistent global table has no time to live",
                span=entity.span,
                path=(entity.name, name),
                hint=_HINT + 'leave out role="ttl" and delete by a job',
            )
    for index in court.plan.table.lsis:
        yield finding(
            "DM519",
            f"a strongly consistent global table has no local index, and the layout has `{index.name}`",
            path=(title,),
            hint=_HINT + "local_indexes=False",
        )
    declared = {pattern.name: pattern for pattern in court.workload.patterns}
    for design in court.plan.patterns:
        if design.name in declared and _transacts(design):
            guarded = any(step.guards for step in design.steps)
            why = "it keeps unique values, which takes a transaction" if guarded else "it takes a transaction"
            yield finding(
                "DM519",
                f"a strongly consistent global table has no transactions, and `{design.name}` cannot run: {why}",
                span=declared[design.name].span,
                path=(title, design.name),
                hint=_HINT + ("leave out `unique`" if guarded else "write the items one by one"),
            )


def _transacts(design: PatternDesign) -> bool:
    return design.write_operation in _TRANSACTIONS or any(r.operation in _TRANSACTIONS for r in design.reads)
