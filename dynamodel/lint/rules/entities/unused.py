"""Entities that no access pattern names."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload


class UnusedEntity(Rule):
    """Entities that are read or written.

    What it checks: that every entity is in a part or a step of an access pattern.

    Why: it gets a key and a class, but nothing can store or find it.

    Bad:
        class Coupon(Entity, identity="code"): ...   # and no pattern about Coupon

    Good:
        coupon = Get(Coupon)
        issue_coupon = Create(Coupon)
    """

    code: ClassVar[str] = "DM252"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each entity that nothing names."""
        del plan
        named = {p.entity for r in workload.reads for p in r.parts} | {
            s.entity for w in workload.writes for s in w.steps
        }
        named |= {j.parent for r in workload.reads for j in r.joins}
        for entity in workload.entities:
            if entity.name not in named:
                yield finding(
                    self.code,
                    f"no access pattern reads or writes `{entity.name}`",
                    span=entity.span,
                    path=(entity.name,),
                    hint="add its access patterns, or remove it",
                )
