"""Frequent changes of a little of a large item."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, write_units
from dynamodel.dynamo.entries import changed_attributes
from dynamodel.dynamo.footprint import attribute_bytes
from dynamodel.ir.entities import MICRO
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

MUCH = 20 * MICRO  # write units a second, in millionths


class SmallChanges(Rule):
    """What changes often lies in small items.

    What it checks: updates whose changed attributes and identity would be an item of fewer write units, where that is
    more than 20 units a second at the declared rates, in the table alone.

    Why: an update is billed for the whole item, and again in each index that has it, however little it changes.

    Bad:
        class Article(Entity, identity="slug"):
            slug: str
            body: str = attr(bytes=(8_000, 60_000))
            views: int = attr(default=0)
        viewed = Update(Article, add=Article.views == 1, rps=500)

    Good:
        class ArticleViews(Entity, identity="slug"):
            slug: str
            views: int = attr(default=0)
        viewed = Upsert(ArticleViews, add=ArticleViews.views == 1, rps=500)
    """

    code: ClassVar[str] = "DM434"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each step of a write that changes a little of a large item often."""
        del plan
        for pattern in workload.writes:
            factor = TRANSACTION_FACTOR if pattern.transaction else 1
            for step in pattern.steps:
                entity = workload.entity(step.entity)
                if not step.actions or entity.history is not None or pattern.rate.assumed:
                    continue
                changed = changed_attributes(entity, step)
                whole = write_units(attribute_bytes(entity))
                alone = write_units(attribute_bytes(entity, (*entity.identity, *changed)))
                wasted = (whole - alone) * factor * step.times.average * pattern.rate.average // MICRO
                if wasted > MUCH:
                    told = {action.attribute for action in step.actions}
                    names = ", ".join(f"`{a.name}`" for a in entity.stored if a.name in told)
                    yield finding(
                        self.code,
                        f"`{pattern.name}` pays for all of `{entity.name}`, {whole // MICRO} write units, to change "
                        f"{names}, {alone // MICRO}: {wasted / MICRO:,.0f} units a second in the table alone",
                        span=pattern.span,
                        path=(workload.title, pattern.name),
                        hint=f"keep it in an entity of its own with the identity of `{entity.name}`, where reads do "
                        "without it",
                    )
