"""Whether the rows that a request reaches are those that are wanted: no condition more, none less.

In: the rows reached of one part and the request's filters. Out: findings DM460, DM462, DM463, DM465, DM468.
Rules: `keys.md` A6 and B2 to B7. A condition may be left to a filter if the model declares it as one, or if the plan
admits that the pattern is degraded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.keys import NaturalKey
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Constant
from dynamodel.keys.choose import logical_name
from dynamodel.keys.codes import is_coded
from dynamodel.planner.checks.court import field_components, sparse_attributes
from dynamodel.planner.checks.wanted import bounds_of

if TYPE_CHECKING:
    from dynamodel.ir.plan import ReadRequest
    from dynamodel.planner.checks.court import Court
    from dynamodel.planner.checks.requests import Reached

_RANGES = {Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN, Op.BEGINS_WITH}


def judge_rows(court: Court, request: ReadRequest, number: int, reached: Reached, *, strict: bool) -> None:
    """Check the conditions of part `number`; `strict` when the pattern must be served without undeclared filters."""
    left = [f.condition for f in request.filters if f.part == number]
    _check_equals(court, reached, left)
    _check_sparse(court, reached)
    _check_where(court, reached, left)
    _check_bounds(court, reached, left)
    _check_filters(court, request, number, reached, left, strict=strict)


def _check_equals(court: Court, reached: Reached, left: list[ConditionDef]) -> None:
    want, fixed = reached.wanted, reached.wanted.fixed
    absent = {c.attribute for c in want.where if c.op is Op.ABSENT}
    for name, source in reached.cut.equals:
        if fixed.get(name) != source and not (source == Constant(None) and name in absent):
            court.refuse("DM460", f"the key fixes `{name}` of {want.entity.name} to {source}, the pattern does not")
    for name, source in want.equals:
        stated = ConditionDef(Op.EQ, name, (source,))
        if (name, source) not in reached.cut.equals and stated not in (*reached.key.when, *left):
            court.refuse("DM462", f"nothing fixes `{name}` of {want.entity.name}")


def _check_sparse(court: Court, reached: Reached) -> None:
    """Items without a key in this place must not be wanted."""
    want, key = reached.wanted, reached.key
    for condition in key.when:
        if not want.implies(condition):
            court.refuse(
                "DM465", f"`{key.place}` holds {want.entity.name} only under a condition on {condition.attribute}"
            )
    told = {c.attribute for c in key.when if c.op not in {Op.ABSENT, Op.NE, Op.ANY_OF}} | want.present
    fields = (*reached.partition, *key.sort)
    lost = sorted(sparse_attributes(want.entity, fields) - told)
    if lost:
        court.refuse("DM465", f"{want.entity.name} without `{lost[0]}` is not in `{key.place}`")
    outside = sorted(reached.cut.without_none - {c for c in reached.cut.without_none if c in want.present})
    coded = {logical_name(c) for f in fields for c in field_components(f) if is_coded(c)}
    if set(outside) & coded:
        court.refuse("DM465", f"{want.entity.name} without `{outside[0]}` is outside the interval")


def _check_where(court: Court, reached: Reached, left: list[ConditionDef]) -> None:
    want, key, found = reached.wanted, reached.key, reached.cut
    there = sparse_attributes(want.entity, (*reached.partition, *key.sort)) | found.without_none
    there |= {c.attribute for c in key.when if c.op not in {Op.ABSENT, Op.NE, Op.ANY_OF}}
    for condition in want.where:
        name = condition.attribute
        stated = condition in key.when or condition in left
        stated = stated or (condition.op is Op.PRESENT and name in there)
        stated = stated or (condition.op is Op.ABSENT and (name, Constant(None)) in found.equals)
        if condition.op in _RANGES and found.bounded == name:
            stated = stated or set(bounds_of(condition)) <= set(found.bounds)
        if not stated:
            court.refuse("DM462", f"nothing states `{name} {condition.op}` of {want.entity.name}")


def _check_bounds(court: Court, reached: Reached, left: list[ConditionDef]) -> None:
    want, found = reached.wanted, reached.cut
    declared = [c for c in want.where if c.op in _RANGES] + ([want.range] if want.range is not None else [])
    asked = {(c.attribute, bound) for c in declared for bound in bounds_of(c)}
    given = {(found.bounded, bound) for bound in found.bounds}
    if given - asked:
        court.refuse("DM463", f"the key cuts `{found.bounded}` of {want.entity.name} otherwise than declared")
    if want.range is not None:
        as_filter = ConditionDef(want.range.op, want.range.attribute, want.range.operands)
        own = {(want.range.attribute, bound) for bound in bounds_of(want.range)}
        if not own <= given and as_filter not in left:
            court.refuse("DM463", f"nothing states the range of `{want.range.attribute}` of {want.entity.name}")
    coded = {
        logical_name(c) for f in (*reached.partition, *reached.key.sort) for c in field_components(f) if is_coded(c)
    }
    if found.bounds and found.bounded in coded - found.without_none:
        court.refuse("DM463", f"the range of `{found.bounded}` takes in {want.entity.name} without it")


def _check_filters(
    court: Court,
    request: ReadRequest,
    number: int,
    reached: Reached,
    left: list[ConditionDef],
    *,
    strict: bool,
) -> None:
    want = reached.wanted
    legal = want.stated
    if want.range is not None:
        legal.append(ConditionDef(want.range.op, want.range.attribute, want.range.operands))
    # Of an item that is named by its identity, or that the key finds by a unique set, nothing is read in vain: its
    # other conditions are merely looked at.
    named = {name for name, _ in reached.cut.equals}
    strict = strict and not set(want.entity.identity) <= want.fixed.keys()
    strict = strict and not any(set(u.attributes) <= named for u in want.entity.unique)
    for condition in left:
        if condition not in legal:
            court.refuse("DM468", f"a filter on `{condition.attribute}` that the pattern does not have")
        elif strict and condition not in want.filters:
            court.refuse(
                "DM468", f"`{condition.attribute}` is filtered after reading, which the model does not ask for"
            )
    for condition in want.filters:
        if condition not in left and condition not in reached.key.when:
            court.refuse("DM462", f"the declared filter on `{condition.attribute or 'one of several'}` is not applied")
    natural = {f.value.attribute for f in (*reached.partition, *reached.key.sort) if isinstance(f.value, NaturalKey)}
    for filtered in request.filters:
        if filtered.part == number and filtered.server and natural & set(filtered.condition.names):
            court.refuse("DM468", f"the service refuses a filter on a key attribute of `{reached.key.place}`")


def filter_attributes(request: ReadRequest, number: int) -> list[str]:
    """The stored attributes that filters on a part look at: a bucket is computed from the one it is of."""
    looked = [a for f in request.filters if f.part == number for a in sorted(f.condition.names)]
    return [name.split("@")[0] for name in looked]
