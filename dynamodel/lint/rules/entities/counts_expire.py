"""Counted children that expire."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload


class CountsExpire(Rule):
    """Counts over children that stay.

    What it checks: entities with a time to live that are counted in their parent.

    Why: DynamoDB removes expired items by itself, and no write of ours counts them down; the count then only grows.

    Bad:
        class Session(Entity, identity="token", parent=User, counted_in=User.sessions):
            expires_at: datetime = attr(role="ttl")

    Good:
        class Session(Entity, identity="token", parent=User):
            expires_at: datetime = attr(role="ttl")   # count with Query(Session, by=..., returns="count")
    """

    code: ClassVar[str] = "DM253"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each entity that is counted and expires."""
        del plan
        for entity in workload.entities:
            ttl = entity.with_role("ttl")
            if ttl is None or not entity.counted_in:
                continue
            parent, counter = entity.counted_in[0]
            yield finding(
                self.code,
                f"`{entity.name}` is counted in `{parent}.{counter}` and expires by `{ttl}`, which counts nothing down",
                span=entity.attribute(ttl).span,
                path=(entity.name,),
                hint="count down where `records.read` gives a change that is `expired`, or count with a query",
            )
