"""The judge's own reckoning of how unevenly calls and items meet partitions, from what the model declares.

In: entities and patterns of the workload. Out: shares in millionths, and numbers of items. It shares no code with
`dynamo.heat`, by which the planner decides; a test holds both against populations that are counted row by row. Nothing
is claimed where nothing is declared, so a fact that is only assumed gives no share.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dynamodel.ir.entities import MICRO
from dynamodel.ir.values import Kind
from dynamodel.ir.writes import StepKind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection

    from dynamodel.ir.entities import AttributeDef, EntityDef, Rate
    from dynamodel.ir.writes import StepDef, WritePattern

_MAKES = {StepKind.CREATE, StepKind.PUT}
_GROWING = {"created", "updated"}


@dataclass(frozen=True, slots=True)
class Met:
    """Shares of a pattern's calls: on the hottest partition, and on the hottest single item in it."""

    partition: int
    item: int = 0


def peak_of(rate: Rate) -> int:
    """Calls a second at the declared peak, in millionths; 0 where no rate is declared."""
    if rate.assumed:
        return 0
    return rate.peak


def holds_one(entity: EntityDef, names: Collection[str]) -> bool:
    """Whether no two items agree in all these attributes: the identity or a unique set is among them."""
    return any(not set(key).difference(names) for key in (entity.identity, *(u.attributes for u in entity.unique)))


def fullest(entity: EntityDef, names: Collection[str]) -> int:
    """The share of the items that agree in the commonest values of these attributes; 0 where it is not known.

    Items that agree in several attributes are among those that agree in any of them, so the least of these shares is
    taken; the children of one parent count as one attribute.
    """
    if not names:
        return MICRO
    items = max(1, entity.count.average)
    if holds_one(entity, names):
        return max(1, MICRO // items)
    told = [] if entity.count.assumed else [p for p in entity.parents if p.via and not p.children.assumed]
    open_names = set(names)
    shares: list[int] = []
    for parent in told:
        if open_names.issuperset(parent.via):
            open_names.difference_update(parent.via)
            share = Fraction(parent.children.most * MICRO, items)
            shares.append(min(MICRO, -(-share.numerator // share.denominator)))
    for name in open_names:
        share_of_value = _commonest(entity.attribute(name))
        if not share_of_value:
            return 0
        shares.append(share_of_value)
    return min(shares)


def most_together(entity: EntityDef, names: Collection[str]) -> int:
    """The most items that agree in all these attributes, as far as it is declared; 0 where it is not."""
    if holds_one(entity, names):
        return 1
    told = [p.children.most for p in entity.parents if p.via and not p.children.assumed and set(p.via) <= {*names}]
    share = 0 if entity.count.assumed else fullest(entity, names)
    if share:
        told.append(-(-share * entity.count.average // MICRO))
    return min(told) if told else 0


def _commonest(attribute: AttributeDef) -> int:
    """The share of the commonest value: as declared, else as if all values were equally frequent; 0 if unknown."""
    declared = [share for value, share in attribute.share if value is not None]
    if declared:
        return max(declared)
    if attribute.distinct:
        return max(1, MICRO // attribute.distinct)
    values = attribute.type.values or ((False, True) if attribute.type.kind is Kind.BOOLEAN else ())
    return MICRO // len(values) if values else 0


def written(entity: EntityDef, names: Collection[str], pattern: WritePattern, step: StepDef) -> Met:
    """Where the calls of one step meet partitions made of these attributes.

    A new item goes where its values say: into the one present bucket where all of them are buckets of a growing time,
    else into the hottest key that the pattern tells of, if that is more than the fullest partition's share. A step on
    an item that is there meets it as often as the pattern's hottest key.
    """
    told = pattern.hottest or 0
    opening = pattern.steps[0]
    if opening.equals and opening.entity != step.entity:
        told = 0  # it is about the key of the first step, which is another entity's
    usual = fullest(entity, names)
    if step.kind in _MAKES:
        if holds_one(entity, names):
            return Met(usual)
        if names and all(_is_present(entity, name) for name in names):
            return Met(MICRO)
        return Met(max(usual, told))
    return Met(usual, told if step.by_identity else 0)


def _is_present(entity: EntityDef, name: str) -> bool:
    bucket = entity.attribute(name).bucket
    if bucket is None:
        return False
    time = entity.attribute(bucket.of)
    return time.role in _GROWING or time.monotonic


def asked(entity: EntityDef, given: Collection[str], hottest: int | None) -> int:
    """The share of a read's calls that meet the hottest partition, of which the caller gives these attributes."""
    told = hottest or 0
    if not given:
        return MICRO
    return told if holds_one(entity, given) else max(told, fullest(entity, given))
