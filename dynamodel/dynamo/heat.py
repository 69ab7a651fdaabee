"""How unevenly load meets partitions: the share of an entity's items that lie in its largest partition.

In: an entity and the attributes that a partition key is made of. Out: shares in millionths, or a number of items. Only
declared facts count: where the model says nothing, nothing is claimed, so that no layout changes because of an
assumption. Source of the limits that heat is compared with: `dynamo.limits`, partitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import PARTITION_HEADROOM_PERCENT, PARTITION_READ_UNITS, PARTITION_WRITE_UNITS
from dynamodel.ir.entities import MICRO
from dynamodel.ir.writes import StepKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.ir.entities import AttributeDef, EntityDef, Rate
    from dynamodel.ir.writes import StepDef, WritePattern

READ_ROOM = PARTITION_READ_UNITS * PARTITION_HEADROOM_PERCENT * MICRO // 100  # what we plan for, millionths a second
WRITE_ROOM = PARTITION_WRITE_UNITS * PARTITION_HEADROOM_PERCENT * MICRO // 100


def declared_peak(rate: Rate) -> int:
    """Calls a second at peak, in millionths; none where the model gives no rate."""
    return 0 if rate.assumed else rate.peak


def names_one(entity: EntityDef, names: Iterable[str]) -> bool:
    """Whether these attributes name one item: a partition of them holds nothing that shards could spread."""
    fixed = set(names)
    sets = [entity.identity, *(u.attributes for u in entity.unique)]
    return any(set(one) <= fixed for one in sets)


def largest_share(entity: EntityDef, names: Iterable[str]) -> int | None:
    """The share of the items in the largest partition by these attributes; None where an attribute says nothing."""
    fixed = set(names)
    if not fixed:
        return MICRO
    if names_one(entity, fixed):
        return max(1, MICRO // max(1, entity.count.average))
    known: list[int] = []
    for parent in entity.parents:
        if parent.via and set(parent.via) <= fixed and not parent.children.assumed and not entity.count.assumed:
            known.append(min(MICRO, -(-parent.children.most * MICRO // max(1, entity.count.average))))
            fixed -= set(parent.via)
    for name in sorted(fixed):
        share = _of_value(entity.attribute(name))
        if share is None:
            return None
        known.append(share)
    return min(known)


def largest_partition(entity: EntityDef, names: Iterable[str]) -> int | None:
    """The most items that lie in one partition by these attributes; None where nothing is declared."""
    fixed = set(names)
    if names_one(entity, fixed):
        return 1
    known = [p.children.most for p in entity.parents if p.via and set(p.via) <= fixed and not p.children.assumed]
    share = None if entity.count.assumed else largest_share(entity, fixed)
    if share is not None:
        known.append(-(-share * entity.count.average // MICRO))
    return min(known, default=None)


def _of_value(attribute: AttributeDef) -> int | None:
    """The share of the most frequent value of an attribute, None if nothing is declared."""
    given = [share for value, share in attribute.share if value is not None]
    values = len(attribute.type.values) or (2 if attribute.type.kind == "boolean" else 0)
    if given:
        return max(given)
    if attribute.distinct:
        return max(1, MICRO // attribute.distinct)
    return MICRO // values if values else None


def written_shares(entity: EntityDef, names: Iterable[str], pattern: WritePattern, step: StepDef) -> tuple[int, int]:
    """The shares of a step's calls on the hottest partition by these attributes, and on its hottest item.

    0 where nothing is said. The `hottest` of a pattern is about the key of its first step; where that makes a new item,
    about whatever the pattern writes. New items of a calendar bucket all go into the current one.
    """
    fixed = set(names)
    first = pattern.steps[0]
    hottest = pattern.hottest if step.entity == first.entity or not first.equals else None
    spread = largest_share(entity, fixed) or 0
    if step.kind not in {StepKind.CREATE, StepKind.PUT}:
        return spread, (hottest or 0) if step.by_identity else 0
    if names_one(entity, fixed):
        return spread, 0
    if fixed and all(_is_now(entity, name) for name in fixed):
        return MICRO, 0
    return max(spread, hottest or 0), 0


def _is_now(entity: EntityDef, name: str) -> bool:
    """Whether new items all have the present value: a calendar bucket of a time that only grows."""
    attribute = entity.attribute(name)
    if attribute.bucket is None:
        return False
    of = entity.attribute(attribute.bucket.of)
    return of.monotonic or of.role in {"created", "updated"}


def read_share(entity: EntityDef, names: Iterable[str], hottest: int | None) -> int:
    """The share of a read's calls on the hottest partition; `names` are what the caller gives of its key.

    0 where nothing is said; all of them where the key holds constants only.
    """
    fixed = set(names)
    if not fixed:
        return MICRO
    spread = 0 if names_one(entity, fixed) else (largest_share(entity, fixed) or 0)
    return max(spread, hottest or 0)
