"""Which facts decide the layout: how far a rate, a number of items or a size may be off before another layout is best.

In: a workload and its plan. Out: `Threshold`s, the nearest first. Each fact is changed alone, up to 100 times more or
less, and the model is planned again; between a value with the present layout and one with another, the turning point is
searched by halving. A layout that changes and changes back within the range is not found.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dynamodel.ir import wording
from dynamodel.ir.entities import Estimate, Rate
from dynamodel.planner.memory import Memory
from dynamodel.planner.plan import make_plan
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import KeyDesign, Plan, Projection
    from dynamodel.ir.workload import Pattern, Workload

FARTHEST = 100  # times more, or less
_CLOSE = 102  # percent: the turning point is known this well


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a model: what it is, of which pattern or entity, its value, and whether it is only assumed.

    `kind` is `rate` (calls a second in millionths), `items` (a count) or `size` (bytes of an average item).
    """

    kind: str
    of: str
    value: int
    assumed: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """The value of a fact from which on another layout is best, and what is different then."""

    fact: Fact
    at: int
    changes: tuple[str, ...]

    @property
    def percent(self) -> int:
        """How far away it is: the larger value in percent of the smaller one."""
        more, less = max(self.at, self.fact.value), max(1, min(self.at, self.fact.value))
        return more * 100 // less


def thresholds(
    workload: Workload, plan: Plan, locked: Plan | None = None, memory: Memory | None = None
) -> tuple[Threshold, ...]:
    """Every fact within reach whose change turns the layout, by its distance and then in the order of the model.

    `memory` has what the plan found, with which the variants share all but what a fact changes.
    """
    found = []
    planned = partial(make_plan, locked=locked, memory=memory or Memory())
    for fact, vary in _facts(workload):
        for farthest in (fact.value * FARTHEST, fact.value // FARTHEST):
            turning = _turning(plan, fact, partial(_varied, planned, vary), farthest)
            if turning is not None:
                found.append(turning)
    return tuple(sorted(found, key=lambda t: t.percent))


def _varied(planned: Callable[[Workload], Plan], vary: Callable[[int], Workload], value: int) -> Plan:
    """The plan with another value of a fact."""
    return planned(vary(value))


def _turning(plan: Plan, fact: Fact, planned: Callable[[int], Plan], farthest: int) -> Threshold | None:
    """Where the layout turns between the fact's value and the farthest one, if it does; `planned` is with a value."""
    same, other = fact.value, farthest
    turned = planned(other)
    if other == same or _layout(turned) == _layout(plan):
        return None
    while max(same, other) * 100 > max(1, min(same, other)) * _CLOSE and abs(same - other) > 1:
        middle = _between(same, other)
        tried = planned(middle)
        if _layout(tried) == _layout(plan):
            same = middle
        else:
            other, turned = middle, tried
    return Threshold(fact, other, tuple(_changes(plan, turned)))


def _between(one: int, other: int) -> int:
    """The geometric middle, strictly between; the arithmetic one next to zero."""
    low, high = sorted((one, other))
    middle = _root(low * high) if low else high // 10
    return min(max(middle, low + 1), high - 1)


def _root(number: int) -> int:
    """The whole square root, exact for any size: no floating point decides a layout."""
    guess = 1 << (number.bit_length() + 1) // 2
    while (better := (guess + number // guess) // 2) < guess:
        guess = better
    return guess


def _facts(workload: Workload) -> Iterator[tuple[Fact, Callable[[int], Workload]]]:
    for pattern in workload.patterns:
        if pattern.rate.average:
            yield Fact("rate", pattern.name, pattern.rate.average, pattern.rate.assumed), _rated(workload, pattern)
    for entity in workload.entities:
        yield Fact("items", entity.name, entity.count.average, entity.count.assumed), _counted(workload, entity)
        size = sum(a.size.average for a in entity.stored)
        assumed = any(a.size.assumed for a in entity.stored)
        yield Fact("size", entity.name, size, assumed), _sized(workload, entity, size)


def _rated(workload: Workload, pattern: Pattern) -> Callable[[int], Workload]:
    def vary(value: int) -> Workload:
        peak = pattern.rate.peak * value // pattern.rate.average
        changed = replace(pattern, rate=Rate(value, max(value, peak), pattern.rate.assumed))
        return replace(workload, patterns=tuple(changed if p is pattern else p for p in workload.patterns))

    return vary


def _counted(workload: Workload, entity: EntityDef) -> Callable[[int], Workload]:
    def vary(value: int) -> Workload:
        most = max(value, entity.count.most * value // max(1, entity.count.average))
        changed = replace(entity, count=Estimate(value, most, entity.count.assumed))
        return _with(workload, entity, changed)

    return vary


def _sized(workload: Workload, entity: EntityDef, size: int) -> Callable[[int], Workload]:
    """All attributes but the identity grow or shrink alike; keys keep their limits, so the largest sizes stay."""

    def vary(value: int) -> Workload:
        attributes = tuple(
            a
            if a.name in entity.identity
            else replace(a, size=replace(a.size, average=a.size.average * value // max(1, size)))
            for a in entity.attributes
        )
        return _with(workload, entity, replace(entity, attributes=attributes))

    return vary


def _with(workload: Workload, entity: EntityDef, changed: EntityDef) -> Workload:
    return replace(workload, entities=tuple(changed if e is entity else e for e in workload.entities))


def _layout(plan: Plan) -> object:
    """What is deployed: keys of entities, and indexes with their projections."""
    return plan.entities, tuple((i.name, i.partition, i.sort, i.projection) for i in plan.table.indexes)


def _changes(before: Plan, after: Plan) -> Iterator[str]:
    """What is different in another layout, in words."""
    one, other = len(before.table.gsis), len(after.table.gsis)
    if one != other:
        yield f"{one} GSIs become {other}"
    for design in after.entities:
        was = before.entity(design.entity)
        places = dict.fromkeys(k.place for d in (was, design) for k in (d.base, *d.indexes))
        for place in places:
            old, new = was.key(place), design.key(place)
            if old != new:
                yield f"{design.entity} in {place}: {_key(old)} becomes {_key(new)}"
    projections = {i.name: i.projection for i in before.table.indexes}
    for index in after.table.indexes:
        past = projections.get(index.name)
        if past is not None and past != index.projection:
            yield f"{index.name} projects {_projected(index.projection)} instead of {_projected(past)}"


def _key(key: KeyDesign | None) -> str:
    if key is None:
        return "no key"
    words = " / ".join(wording.key_value(f.value) for f in key.fields)
    return f"{words} only where {wording.conditions(key.when)}" if key.when else words


def _projected(projection: Projection) -> str:
    return " ".join((projection.type, ", ".join(projection.attributes))).rstrip()
