"""Identities that may be longer than a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dynamodel.catalog import finding
from dynamodel.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

MOST_BYTES = 1024  # of a sort key; a partition key may have 2048 [Constraints in Amazon DynamoDB: keys]


class KeySize(Rule):
    """Identities that fit into a key.

    What it checks: the sum of the largest declared sizes of an identity's attributes.

    Why: a sort key has at most 1,024 bytes; a longer value is an error when it is written.

    Bad:
        class Page(Entity, identity="url"):
            url: str = attr(bytes=(80, 2_000))

    Good:
        class Page(Entity, identity="url_digest"):
            url_digest: str = attr(bytes=64)
    """

    code: ClassVar[str] = "DM251"

    def check(self, workload: Workload, plan: Plan | None) -> Iterator[Diagnostic]:
        """One finding for each identity that may be too long."""
        del plan
        for entity in workload.entities:
            sizes = {name: entity.attribute(name).size.most for name in entity.identity}
            if sum(sizes.values()) > MOST_BYTES:
                largest = max(sizes, key=lambda name: sizes[name])
                yield finding(
                    self.code,
                    f"the identity of `{entity.name}` may have {sum(sizes.values()):,} bytes, a key has at most "
                    f"{MOST_BYTES:,}",
                    span=entity.attribute(largest).span,
                    path=(entity.name, largest),
                    hint=f"say how long `{largest}` really is: `attr(bytes=(average, most))`, or identify by a digest",
                )
