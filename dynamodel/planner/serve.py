"""The serving rule: when does a key answer a read in one request, and how.

In: a signature (what a key of one entity is made of) and a need. Out: a `Service`, or None. A pure function; keys.md of
the design calls it rule B, and the numbers in comments are its lines.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dynamodel.ir.keys import Absent
from dynamodel.ir.reads import ConditionDef, Op, OrderTerm, RangeDef
from dynamodel.ir.values import Constant
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.planner.needs import Need

_CODED = {Absent.FIRST, Absent.LAST}  # rows without a value have a place of their own
_COMPARED = {Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN, Op.BEGINS_WITH}


@dataclass(frozen=True, slots=True)
class SortPart:
    """One component of a sort key: attribute, stored direction, and what happens when the value is absent."""

    attribute: str
    descending: bool = False
    absent: Absent = Absent.REFUSED


@dataclass(frozen=True, slots=True)
class Signature:
    """What a key of one entity is made of: partition attributes (none = constant), sort sequence, sparse condition.

    `nested` is how many components of the sort sequence name the item that the rows lie under, among rows of other
    kinds: a request must fix them all to find these rows alone (keys.md C5). Those of a collection come with others.
    """

    entity: str
    partition: tuple[str, ...]
    sort: tuple[SortPart, ...] = ()
    when: tuple[ConditionDef, ...] = ()
    nested: int = 0
    attributes: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out `attributes`, all of the key, partition first, and the hash: a search asks for both all the time."""
        object.__setattr__(self, "attributes", self.partition + tuple(p.attribute for p in self.sort))
        object.__setattr__(self, "_hash", hash((self.entity, self.partition, self.sort, self.when, self.nested)))

    def __hash__(self) -> int:
        """What goes with the equality of all fields that are given."""
        return self._hash


@dataclass(frozen=True, slots=True)
class Service:
    """How a signature answers a need: sort components fixed by value, direction, what is left.

    `range` cuts the component behind the fixed ones: the declared range, or a comparison with a constant. `present`: no
    range cuts, but rows without that component lie outside. `residual` are
    conditions that the key does not express although the need did not ask for a filter; they are legal only where the
    key condition itself leaves at most one row to be read.
    """

    fixed: int
    range: RangeDef | None
    forward: bool
    residual: tuple[ConditionDef, ...]
    present: bool = False

    @property
    def cuts(self) -> bool:
        """Whether the component behind the fixed ones has a value in every row that is asked for."""
        return self.range is not None or self.present


def at_most_one(entity: EntityDef, fixed: frozenset[str] | set[str]) -> bool:
    """Whether equalities on these attributes leave at most one item: they hold the identity or a unique set."""
    return fixed.issuperset(entity.identity) or any(fixed.issuperset(u.attributes) for u in entity.unique)


def needed_order(entity: EntityDef, need: Need) -> tuple[OrderTerm, ...]:
    """The order that a key must still give: without fixed attributes, cut where rows are told apart (B2, B3)."""
    if not need.order:
        return ()
    seen = {*need.eq, *need.lacked}  # rows without an attribute are alike in it
    told = set(need.eq)  # of a unique set only values tell rows apart: any number of rows may lack the attribute
    present = surely_present(need)
    terms: list[OrderTerm] = []
    for term in need.order:
        if at_most_one(entity, told):
            break
        if term.attribute in seen:
            continue
        terms.append(term)
        seen.add(term.attribute)
        if term.attribute in present or not entity.attribute(term.attribute).optional:
            told.add(term.attribute)
    return tuple(terms)


def surely_present(need: Need) -> frozenset[str]:
    """Attributes that every row of the answer has: fixed, ranged, or demanded by a constant condition (B6)."""
    names = set(need.eq)
    if need.range is not None:
        names.add(need.range.attribute)
    names.update(c.attribute for c in need.conditions if c.op not in {Op.ABSENT, Op.NE, Op.ANY_OF})
    return frozenset(names)


def serve(signature: Signature, need: Need, entity: EntityDef) -> Service | None:
    """How the signature answers the need in one Query, or None if it does not."""
    eq = need.eq
    if not set(signature.partition) <= eq or any(c not in need.conditions for c in signature.when):
        return None  # B1
    parts = signature.sort
    if entity.tenant in eq and not need.consistent and any(p.attribute == entity.tenant for p in parts):
        return None  # a partition that tenants share cannot be opened to one of them; strong reads have the base's only
    fixed = 0
    while fixed < len(parts) and (parts[fixed].attribute in eq or finds_lacking(parts[fixed], need)):
        fixed += 1
    if fixed < signature.nested and not need.shared:
        return None  # C5
    tail = _without_repeats(parts[fixed:], eq)
    present = surely_present(need)  # the conditions of `when` are among the need's
    forward = _direction(needed_order(entity, need), tail, present)
    if forward is None:
        return None
    refused = (p.attribute for p in parts if p.absent not in _CODED and p.attribute not in present)
    if any(entity.attribute(name).optional for name in refused):
        return None  # B6: rows without the attribute would vanish
    range_, there = _cut(need, signature.when, parts[fixed]) if fixed < len(parts) else (None, False)
    residual = _residual(signature, need, fixed, range_, cut=range_ is not None or there)
    if residual and not at_most_one(entity, _used(signature, fixed) - need.lacked):
        return None
    return Service(fixed, range_, forward, residual, there)


def _cut(need: Need, when: tuple[ConditionDef, ...], part: SortPart) -> tuple[RangeDef | None, bool]:
    """What cuts the component behind the fixed ones: a range, or else whether only rows that have it are asked for."""
    range_ = next((r for r in ranges_of(need, when) if r.attribute == part.attribute), None)
    if range_ is not None or part.absent not in _CODED or not need.alone:
        return range_, False
    return None, any(c.op is Op.PRESENT and c.attribute == part.attribute for c in need.where)


def finds_lacking(part: SortPart, need: Need) -> bool:
    """Whether a component tells rows without an attribute, which are wanted, by its code for an absent value (A6)."""
    return part.attribute in need.lacked and part.absent in _CODED


def ranges_of(need: Need, when: tuple[ConditionDef, ...]) -> tuple[RangeDef, ...]:
    """What a key may cut its rows by: the declared range, or else a comparison with a constant, of each attribute one.

    Not those that every item with the key meets, by its conditions `when`.
    """
    if need.range is not None or not need.alone:
        return () if need.range is None else (need.range,)
    compared = {c.attribute: c for c in reversed(need.where) if is_comparison(c) and c not in when}
    return tuple(RangeDef(c.attribute, c.op, c.operands) for c in compared.values() if c.attribute not in need.eq)


def is_stated(condition: ConditionDef, range_: RangeDef) -> bool:
    """Whether a condition says what a range says."""
    return (condition.op, condition.attribute, condition.operands) == (range_.op, range_.attribute, range_.operands)


def is_comparison(condition: ConditionDef) -> bool:
    """Whether a condition compares an attribute with constants, so that its rows lie side by side in order of it."""
    return condition.op in _COMPARED and all(isinstance(o, Constant) for o in condition.operands)


def _used(signature: Signature, fixed: int) -> set[str]:
    """The attributes that the key condition fixes by value."""
    return {*signature.partition, *(p.attribute for p in signature.sort[:fixed])}


def _residual(
    signature: Signature, need: Need, fixed: int, range_: RangeDef | None, *, cut: bool
) -> tuple[ConditionDef, ...]:
    """What the key does not express; `cut`: the interval holds rows with the component behind the fixed ones alone."""
    used = _used(signature, fixed) | {c.attribute for c in signature.when if c.op is Op.EQ}
    left = [ConditionDef(Op.EQ, name, (source,)) for name, source in need.equals if name not in used]
    if need.range is not None and need.range != range_:
        left.append(ConditionDef(need.range.op, need.range.attribute, need.range.operands))
    present = {p.attribute for p in signature.sort if p.absent is Absent.SPARSE} | used
    present |= {p.attribute for p in signature.sort[fixed : fixed + cut]}
    lacking = {p.attribute for p in signature.sort[:fixed] if finds_lacking(p, need)}
    for condition in need.where:
        told = condition in signature.when or (condition.op is Op.PRESENT and condition.attribute in present)
        told = told or (condition.op is Op.ABSENT and condition.attribute in lacking)
        if not told and not (range_ is not None and is_stated(condition, range_)):
            left.append(condition)
    return tuple(left)


def _without_repeats(parts: tuple[SortPart, ...], eq: frozenset[str]) -> tuple[SortPart, ...]:
    seen = set(eq)
    kept = []
    for part in parts:
        if part.attribute not in seen:
            seen.add(part.attribute)
            kept.append(part)
    return tuple(kept)


def _direction(order: tuple[OrderTerm, ...], tail: tuple[SortPart, ...], present: frozenset[str]) -> bool | None:
    """True forwards, False backwards, None when the key does not give the order (B4)."""
    if len(order) > len(tail):
        return None
    backwards: bool | None = None
    for term, part in zip(order, tail, strict=False):
        if term.attribute != part.attribute:
            return None
        flip = term.descending != part.descending
        if backwards is not None and flip != backwards:
            return None
        backwards = flip
        coded = part.absent in _CODED and term.attribute not in present
        if term.nulls is not None and coded:
            stored_first = part.absent is Absent.FIRST
            if (stored_first != flip) != (term.nulls == "first"):
                return None
    return not backwards
