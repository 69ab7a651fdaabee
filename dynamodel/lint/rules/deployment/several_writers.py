"""Writes that go wrong when two Regions make them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.ir.writes import ActionKind, StepKind, WritePattern
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

_STORING = frozenset({StepKind.CREATE, StepKind.PUT, StepKind.DELETE})


class SeveralWriters(Rule):
    """Conditions and counters on an eventually consistent global table.

    What it checks: in a model with replicas and eventual consistency, every write that adds, compares, keeps a value
    unique or runs as a transaction.

    Why: each Region decides by its own copy, and the last writer of an item wins. Two Regions can both pass a
    condition, claim one unique value, or lose one of two additions; transactions are atomic in the Region of the call
    alone (Amazon DynamoDB developer guide, "How DynamoDB global tables work").

    Bad:
        class Shop(Model, deploy=Deploy(replicas=("eu-west-1",))):
            sell = Update(Stock, add=Stock.sold)

    Good:
        class Shop(Model, deploy=Deploy(replicas=("us-east-2", "us-west-2"), consistency="strong")):
            sell = Update(Stock, add=Stock.sold)
    """

    code: ClassVar[str] = "DM523"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each write that trusts the copy of one Region."""
        del plan
        deployment = workload.options.deployment
        if not deployment.replicas or deployment.strong:
            return
        for pattern in workload.writes:
            reasons = list(dict.fromkeys(_trusting(workload, pattern)))
            if reasons:
                yield finding(
                    self.code,
                    f"`{pattern.name}` trusts the copy of one Region: {', '.join(reasons)}",
                    span=pattern.span,
                    path=(workload.title, pattern.name),
                    hint='make such writes in one Region alone, or say consistency="strong" where transactions are '
                    "not needed",
                )


def _trusting(workload: Workload, pattern: WritePattern) -> Iterator[str]:
    if pattern.transaction:
        yield "a transaction"
    for step in pattern.steps:
        entity = workload.entity(step.entity)
        if any(action.kind is ActionKind.ADD for action in step.actions):
            yield f"an addition to {entity.name}"
        if step.when:
            yield f"a condition on {entity.name}"
        guarded = {attribute for unique in entity.unique for attribute in unique.attributes}
        if guarded and (step.kind in _STORING or guarded & {action.attribute for action in step.actions}):
            yield f"unique values of {entity.name}"
        if entity.with_role("version"):
            yield f"the version of {entity.name}"
