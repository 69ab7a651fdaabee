"""Why a Search is not served: the searches that no vector indexes answer together, the limit, and what would help.

In: a workload and the patterns that its plan does not serve. Out: irreducible `Conflict`s, as `conflict` gives them for
keys: leave any one of the searches out and the others are served. Advice is tried, not guessed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import DIMENSIONS, VECTOR_FILTERS, VECTOR_INDEXES
from dynamodel.explain.conflict import Conflict, Member, any_of, irreducible
from dynamodel.planner.vectors import search_refusal, vector_indexes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import Equal, ReadPattern
    from dynamodel.ir.workload import Pattern, Workload

_SOURCE = "[Vector indexes in Amazon DynamoDB: requirements and limitations]"


def search_conflicts(workload: Workload, unserved: Collection[str]) -> tuple[Conflict, ...]:
    """Irreducible conflicts that hold every search that is not served."""
    pool: list[Pattern] = [p for p in workload.reads if p.near is not None]
    pending = {p.name for p in pool} & set(unserved)
    found = []
    while pending and not _answered(workload, pool):
        members = irreducible(pool, lambda some: _answered(workload, some))
        found.append(_described(workload, [p for p in workload.reads if p in members]))
        pending -= {p.name for p in members}
        pool = [p for p in pool if p not in members]
    return tuple(found)


def _answered(workload: Workload, searches: Sequence[Pattern]) -> bool:
    """Whether vector indexes within the limits answer all of these searches when there are no others."""
    indexes = vector_indexes(replace(workload, patterns=tuple(searches)), "")
    return {p.name for p in searches} <= {name for index in indexes for name in index.patterns}


def _described(workload: Workload, members: Sequence[ReadPattern]) -> Conflict:
    told = []
    for pattern in members:
        assert pattern.near is not None
        fixed = [e.attribute for e in pattern.parts[0].equals]
        distance = pattern.near.distance.replace("_", " ")
        among = f" among those of one {', '.join(fixed)}" if fixed else ""
        words = f"the nearest {pattern.parts[0].entity} by {distance} of {pattern.near.attribute}{among}"
        told.append(Member(pattern.name, words + (", strongly consistent" if pattern.consistent else "")))
    if len(members) > 1:
        limit = f"{VECTOR_INDEXES} vector indexes of a table, one for each vector attribute and distance {_SOURCE}"
    else:
        limit = f"{search_refusal(workload, members[0])} {_SOURCE}"
    return Conflict(members[0].parts[0].entity, tuple(told), limit, tuple(_relaxations(workload, members)))


def _relaxations(workload: Workload, members: Sequence[ReadPattern]) -> Iterator[str]:
    """What makes the searches of a conflict answerable, each by itself."""
    on_demand = replace(workload, options=replace(workload.options, billing="on_demand"))
    if workload.options.billing != "on_demand" and _answered(on_demand, members):
        yield 'bill on demand (billing="on_demand")'
    if len(members) > 1:
        for distance in sorted({p.near.distance for p in members if p.near is not None}):
            alike = [replace(p, near=replace(p.near, distance=distance)) for p in members if p.near is not None]
            if _answered(workload, alike):
                yield f"compare all by {distance.replace('_', ' ')}"
        return
    (pattern,) = members
    if pattern.consistent and _answered(workload, [replace(pattern, consistent=False)]):
        yield f"read `{pattern.name}` with consistent=False"
    part = pattern.parts[0]
    few = replace(part, equals=part.equals[: VECTOR_FILTERS - 1])
    if few != part and _answered(workload, [replace(pattern, parts=(few,))]):
        yield f"fix at most {VECTOR_FILTERS - 1} attributes"
    free = [
        equal.attribute
        for equal in part.equals
        if _answered(workload, [replace(pattern, parts=(replace(part, equals=_without(part.equals, equal)),))])
    ]
    if free and few == part:
        yield f"do not fix {any_of(free)}"
    yield from _of_attributes(workload, pattern)


def _without(equals: Sequence[Equal], one: Equal) -> tuple[Equal, ...]:
    return tuple(equal for equal in equals if equal is not one)


def _of_attributes(workload: Workload, pattern: ReadPattern) -> Iterator[str]:
    """Another declaration of attributes: a shorter vector, other names where another entity has them too."""
    assert pattern.near is not None
    owner, name = workload.entity(pattern.parts[0].entity), pattern.near.attribute
    short = replace(owner.attribute(name).type, dimensions=DIMENSIONS)
    if (owner.attribute(name).type.dimensions or 0) > DIMENSIONS:
        attributes = tuple(replace(a, type=short) if a.name == name else a for a in owner.attributes)
        if _answered(_with(workload, replace(owner, attributes=attributes)), [pattern]):
            yield f"use vectors of at most {DIMENSIONS} dimensions in `{name}`"
    asked = {name, *(e.attribute for e in pattern.parts[0].equals)}
    for other in workload.entities:
        for attribute in other.attributes if other is not owner else ():
            left = replace(other, attributes=tuple(a for a in other.attributes if a is not attribute))
            if attribute.name in asked and _answered(_with(workload, left), [pattern]):
                yield f"call `{attribute.name}` of `{other.name}` something else"


def _with(workload: Workload, entity: EntityDef) -> Workload:
    return replace(workload, entities=tuple(entity if e.name == entity.name else e for e in workload.entities))
