"""Items that may be larger than DynamoDB stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

MOST_BYTES = 400 * 1024  # of an item, names and values [Constraints in Amazon DynamoDB: items]


class ItemSize(Rule):
    """Items within 400 KB.

    What it checks: the sum of the largest declared sizes of an entity's attributes, with their names.

    Why: DynamoDB refuses an item over 400 KB, and only when it is written.

    Bad:
        body: str = attr(bytes=(4_000, 500_000))

    Good:
        body_key: str = attr(bytes=80)   # the object is stored elsewhere
    """

    code: ClassVar[str] = "DM250"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each entity that may be too large."""
        del plan
        for entity in workload.entities:
            sizes = {a.name: len(a.name.encode()) + a.size.most for a in entity.stored}
            total = sum(sizes.values())
            if total > MOST_BYTES:
                largest = max(sizes, key=lambda name: sizes[name])
                yield finding(
                    self.code,
                    f"an item of `{entity.name}` may have {total:,} bytes, more than the {MOST_BYTES:,} that are "
                    f"stored",
                    span=entity.attribute(largest).span,
                    path=(entity.name,),
                    hint=f"`{largest}` takes {sizes[largest]:,}: keep it elsewhere, or in items of its own",
                )
