"""How many rows a read returns, and the share of its load that meets one key, from counts, children, shares.

In: an entity, what is fixed, the other conditions. Out: estimates; assumed as soon as one default took part.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dynamodel.ir.entities import MICRO, EntityDef, Estimate
from dynamodel.ir.reads import ConditionDef, Equal, Op
from dynamodel.ir.values import Constant, Kind
from dynamodel.normalize import defaults
from dynamodel.normalize.weights import amount_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import AttributeDef, ParentDef
    from dynamodel.ir.reads import RangeDef
    from dynamodel.spec.nodes import Amount

_THIRD = Fraction(1, 3)


def is_single(entity: EntityDef, fixed: set[str]) -> bool:
    """Whether at most one item has these attributes fixed: the identity or a unique set is among them."""
    return set(entity.identity) <= fixed or any(set(u.attributes) <= fixed for u in entity.unique)


def rows_of(
    entity: EntityDef,
    equals: Sequence[Equal],
    conditions: Sequence[ConditionDef],
    range_: RangeDef | None,
    *,
    limit: int | None,
    said: Amount | None,
) -> Estimate:
    """The items returned: as said, else from what is fixed, cut at the limit."""
    if is_single(entity, {e.attribute for e in equals}):
        return Estimate(1, 1)
    if said is not None:
        return _cut(amount_of(said, 0, 0, defaults.AMOUNT_MOST.value), limit)
    average, most, assumed = _fixed(entity, equals)
    for condition in conditions:
        part, whole, guess = _kept(entity, condition)
        average, most, assumed = average * part, most * whole, assumed or guess
    if range_ is not None:
        average, assumed = average * _THIRD, True
    return _cut(Estimate(max(1, round(average)), max(1, round(average), round(most)), assumed=assumed), limit)


def _cut(rows: Estimate, limit: int | None) -> Estimate:
    if limit is None:
        return rows
    return Estimate(min(rows.average, limit), min(rows.most, limit), assumed=rows.assumed and rows.average < limit)


def _fixed(entity: EntityDef, equals: Sequence[Equal]) -> tuple[Fraction, Fraction, bool]:
    """Average and most items that have the fixed values."""
    fixed = {e.attribute for e in equals}
    best: ParentDef | None = None
    for parent in entity.parents:
        if parent.via and set(parent.via) <= fixed and (best is None or len(parent.via) > len(best.via)):
            best = parent
    rest = list(equals)
    if best is not None:
        average, most = Fraction(best.children.average), Fraction(best.children.most)
        assumed = best.children.assumed
        rest = [e for e in equals if e.attribute not in best.via]
    else:
        average, most, assumed = Fraction(entity.count.average), Fraction(entity.count.most), entity.count.assumed
    for equal in rest:
        part = _fraction(entity.attribute(equal.attribute), equal)
        if part is None:  # nothing is known: some rows of each value
            average = min(average, Fraction(round(defaults.ROWS.value)))
            most, assumed = min(most, Fraction(round(defaults.ROWS_MOST.value))), True
        else:
            average, most, assumed = average * part[0], most * part[1], assumed or part[2]
    return average, most, assumed


def _fraction(attribute: AttributeDef, equal: Equal) -> tuple[Fraction, Fraction, bool] | None:
    """The part of items with one value: average, most, whether assumed; None if nothing is known."""
    shares = dict(attribute.share)
    values = len(attribute.type.values) or (2 if attribute.type.kind is Kind.BOOLEAN else 0)
    if isinstance(equal.source, Constant):
        if equal.source.value in shares:
            share = Fraction(shares[equal.source.value], MICRO)
            return share, share, False
        if shares and values > len(shares):
            left = Fraction(max(0, MICRO - sum(shares.values())), MICRO) / (values - len(shares))
            return left, left, False
    given = [s for v, s in shares.items() if v is not None]
    if attribute.distinct:
        return (
            Fraction(1, attribute.distinct),
            Fraction(max([*given, MICRO // attribute.distinct], default=0), MICRO),
            False,
        )
    if values:
        return Fraction(1, values), Fraction(max(given, default=MICRO // values), MICRO), not given
    return None


def _kept(entity: EntityDef, condition: ConditionDef) -> tuple[Fraction, Fraction, bool]:
    """The part of items that a condition keeps: average, most, whether assumed."""
    if condition.op is Op.ANY_OF:
        parts = [_kept(entity, c) for c in condition.any_of]
        average = min(Fraction(1), sum((p[0] for p in parts), Fraction(0)))
        most = min(Fraction(1), sum((p[1] for p in parts), Fraction(0)))
        return average, most, any(p[2] for p in parts)
    attribute = entity.attribute(condition.attribute)
    if condition.op in {Op.EQ, Op.NE}:
        told = _fraction(attribute, Equal(condition.attribute, condition.operands[0]))
        if told is not None:
            average, most, assumed = told
            return (average, most, assumed) if condition.op is Op.EQ else (1 - average, 1 - average, assumed)
    if condition.op in {Op.PRESENT, Op.ABSENT}:
        missing = dict(attribute.share).get(None)
        part = Fraction(missing, MICRO) if missing is not None else Fraction(1) - Fraction(defaults.PRESENCE.value)
        part = part if attribute.optional else Fraction(0)
        kept = part if condition.op is Op.ABSENT else 1 - part
        return kept, kept, attribute.optional and missing is None
    return _THIRD, Fraction(1), True


def hottest_of(entity: EntityDef, equals: Sequence[Equal]) -> int | None:
    """The share of calls on the most loaded key in millionths, as declared facts imply; None if none says anything."""
    if all(isinstance(e.source, Constant) for e in equals):
        return MICRO
    fixed = {e.attribute for e in equals}
    known = [
        min(MICRO, -(-parent.children.most * MICRO // max(1, entity.count.average)))
        for parent in entity.parents
        if parent.via and set(parent.via) <= fixed and not parent.children.assumed
    ]
    for equal in equals:
        if isinstance(equal.source, Constant):
            continue
        attribute = entity.attribute(equal.attribute)
        given = [s for v, s in attribute.share if v is not None]
        if given:
            known.append(max(given))
        elif attribute.distinct:
            known.append(max(1, MICRO // attribute.distinct))
    if is_single(entity, fixed) and not entity.count.assumed:
        known.append(max(1, MICRO // entity.count.average))
    return min(known) if known else None
