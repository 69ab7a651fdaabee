"""Which access patterns run a layout into a limit of the service on sizes: of keys, items, transactions.

In: a workload and what the judge found too large in its plan (DM455, DM456), or a rule in the model itself (DM250,
DM351). Out: the same findings with the irreducible set of patterns that leads there, and the limit with its source.
A pattern is a member if planning without it, and judging that plan, finds nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import ITEM_BYTES, PARTITION_KEY_BYTES, SORT_KEY_BYTES, TRANSACTION_ACTIONS
from dynamodel.ir.writes import WritePattern
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.workload import Pattern, Workload

_ITEM = f"an item has at most {ITEM_BYTES:,} bytes [Constraints in Amazon DynamoDB: items]"
_KEY = (
    f"a partition key has at most {PARTITION_KEY_BYTES:,} bytes, a sort key {SORT_KEY_BYTES:,} [Constraints in Amazon "
    "DynamoDB: partition key and sort key values]"
)
LIMITS = {
    "DM250": _ITEM,
    "DM351": f"a transaction has at most {TRANSACTION_ACTIONS} items [Amazon DynamoDB Transactions: How it works]",
    "DM455": "tables, indexes and items as the service takes them [Quotas and Constraints in Amazon DynamoDB]",
    "DM456": _KEY,
}


def judged_limits(workload: Workload, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The judge's findings, each with the patterns that lead there, the limit, and what to relax."""
    return [_explained(workload, found) if found.code in LIMITS else found for found in findings]


def declared_limit(found: Diagnostic) -> Diagnostic:
    """A finding of a rule about the model with the limit; the pattern or entity that it names is the conflict."""
    limit = LIMITS.get(found.code)
    if limit is None:
        return found
    return replace(found, notes=(*found.notes, f"conflict: `{found.path[-1]}` by itself", f"limit: {limit}"))


def _explained(workload: Workload, found: Diagnostic) -> Diagnostic:
    limit = _ITEM if "an item at most" in found.message else LIMITS[found.code]
    names = {e.name for e in workload.entities}
    entity = found.path[0] if found.path and found.path[0] in names else None
    pool = [p for p in workload.patterns if entity is None or _touches(p, entity)]
    if not _breaks(workload, pool, found):
        pool = list(workload.patterns)
    members = _irreducible(workload, pool, found)
    if not members:
        declared = f"the declaration of `{entity}` by itself, whatever is asked" if entity else "the model's options"
        return replace(
            found, notes=(*found.notes, f"conflict: {declared}", f"limit: {limit}"), hint=_advice(workload, found, 0)
        )
    conflict = f"conflict: {', '.join(f'`{p.name}`' for p in members)}"
    return replace(
        found,
        span=members[0].span,
        notes=(*found.notes, conflict, f"limit: {limit}"),
        hint=_advice(workload, found, len(members)),
    )


def _advice(workload: Workload, found: Diagnostic, members: int) -> str:
    drop = ["drop it" if members == 1 else "drop any one of them"] if members else []
    if found.code == "DM456":
        entity, template = next(e for e in workload.entities if e.name == found.path[0]), found.path[-1]
        held = [a for a in entity.stored if f"{{{a.name}" in template or f"{{-{a.name}" in template]
        longest = max(held, key=lambda a: a.size.most, default=None)
        named = f"`{longest.name}`, now {longest.size.most:,} bytes" if longest else "what the key holds"
        drop.append(f"declare a smaller maximum for {named}")
    elif "no legal name" in found.message:
        drop.append("say `table=` on the model: 3 to 255 letters, digits, `_`, `-` or `.`")
    elif "an item at most" in found.message:
        drop.append("keep the largest attribute elsewhere, or in items of its own")
    return "; or ".join(drop) or found.hint


def _irreducible(workload: Workload, pool: Sequence[Pattern], found: Diagnostic) -> list[Pattern]:
    left = list(pool)
    for pattern in pool:
        fewer = [p for p in left if p is not pattern]
        if _breaks(workload, fewer, found):
            left = fewer
    return left


def _breaks(workload: Workload, patterns: Sequence[Pattern], found: Diagnostic) -> bool:
    """Whether the plan of these patterns alone is found too large in the same thing, in whatever key of it."""
    variant = replace(workload, patterns=tuple(patterns))
    return any((f.code, f.path[:1]) == (found.code, found.path[:1]) for f in check(variant, make_plan(variant)))


def _touches(pattern: Pattern, entity: str) -> bool:
    if isinstance(pattern, WritePattern):
        return any(step.entity == entity for step in pattern.steps)
    return any(part.entity == entity for part in pattern.parts)
