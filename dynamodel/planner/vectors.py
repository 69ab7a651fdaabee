"""Vector indexes, and the searches that they answer.

In: the workload and the name of the type attribute. Out: `VectorDesign`s and the first request of each Search. Nothing
is searched for here: one index for each vector attribute and distance serves every Search of it, whatever the entity,
since a search fixes the type. Sources: Amazon DynamoDB developer guide, creating and searching vector indexes, and
their requirements and limitations; API reference, SearchVectors.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from dynamodel.dynamo.limits import DIMENSIONS, INCLUDED_ATTRIBUTES_OF_ONE_INDEX, VECTOR_FILTERS, VECTOR_INDEXES
from dynamodel.dynamo.types import natural_refusal, stored_type
from dynamodel.ir.plan import BoundKey, KeyAttribute, Operation, Projection, ReadRequest, VectorDesign
from dynamodel.ir.values import Constant, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.workload import Workload

_PREFIX = "VECTOR"


def vector_indexes(workload: Workload, type_attribute: str) -> tuple[VectorDesign, ...]:
    """The indexes of all Searches that an index can answer, in the order of the model."""
    groups: list[list[ReadPattern]] = []
    for pattern in workload.reads:
        if pattern.near is not None and not _refused(workload, pattern):
            group = next((g for g in groups if _may_join(g, pattern)), None)
            if group is None:
                groups.append([pattern])
            else:
                group.append(pattern)
    made = [_index(workload, f"{_PREFIX}{n}", group, type_attribute) for n, group in enumerate(groups, 1)]
    return tuple(made[:VECTOR_INDEXES])


def _may_join(group: Sequence[ReadPattern], pattern: ReadPattern) -> bool:
    """Whether a Search compares the same, and the attributes that all of them fix are not too many for one index."""
    one, other = group[0].near, pattern.near
    fixed = {e.attribute for p in (*group, pattern) for e in p.parts[0].equals}
    alike = one is not None and other is not None and replace(one, source=other.source) == other
    return alike and len(fixed) < VECTOR_FILTERS


def _index(workload: Workload, name: str, patterns: Sequence[ReadPattern], type_attribute: str) -> VectorDesign:
    near, first = patterns[0].near, patterns[0].parts[0]
    assert near is not None
    fixed = list(dict.fromkeys(e.attribute for p in patterns for e in p.parts[0].equals))
    shared = [a for a in fixed if all(any(e.attribute == a for e in p.parts[0].equals) for p in patterns)]
    owner = {a: next(p.parts[0].entity for p in patterns if _fixes(p, a)) for a in fixed}
    distinct = {a: workload.entity(owner[a]).attribute(a).distinct or 0 for a in shared}
    tenant = workload.options.tenant
    partition = tenant if tenant in shared else max(shared, key=distinct.__getitem__, default=None)
    keys = {a: KeyAttribute(a, _letter(workload, owner[a], a)) for a in fixed}
    filters = (KeyAttribute(type_attribute), *(keys[a] for a in fixed if a != partition))
    return VectorDesign(
        name=name,
        attribute=near.attribute,
        dimensions=workload.entity(first.entity).attribute(near.attribute).type.dimensions or 0,
        distance=near.distance,
        partition=keys[partition] if partition else None,
        filters=filters,
        projection=_projection(workload, patterns, {near.attribute, *fixed}),
        entities=tuple(e.name for e in workload.entities if any(a.name == near.attribute for a in e.stored)),
        patterns=tuple(p.name for p in patterns),
    )


def _fixes(pattern: ReadPattern, attribute: str) -> bool:
    return any(e.attribute == attribute for e in pattern.parts[0].equals)


def _letter(workload: Workload, entity: str, attribute: str) -> Literal["S", "N", "B"]:
    found = workload.entity(entity).attribute(attribute)
    letter = stored_type(found.type, found.role)
    return "N" if letter == "N" else "B" if letter == "B" else "S"


def _projection(workload: Workload, patterns: Sequence[ReadPattern], carried: set[str]) -> Projection:
    """What the searches return; all of it where an index cannot list so much: the vector and filters count too."""
    if any(p.returns is None for p in patterns):
        return Projection("ALL")
    names: set[str] = set()
    for pattern in patterns:
        entity = workload.entity(pattern.parts[0].entity)
        wanted = {*(pattern.returns or ()), *(name for join in pattern.joins for name in join.via)}
        buckets = {n: entity.attribute(n).bucket for n in wanted}
        names |= {b.of if (b := buckets[n]) else n for n in wanted} | {entity.with_role("ttl") or ""}
    names -= {*carried, ""}
    if len(names) + len(carried) + 1 > INCLUDED_ATTRIBUTES_OF_ONE_INDEX:
        return Projection("ALL")
    return Projection("INCLUDE", tuple(sorted(names))) if names else Projection("KEYS_ONLY")


def search_request(
    workload: Workload, vectors: Sequence[VectorDesign], type_attribute: str, pattern: ReadPattern
) -> ReadRequest | None:
    """The request of a Search, None when no index answers it."""
    index = next((v for v in vectors if pattern.name in v.patterns), None)
    if index is None:
        return None
    part = pattern.parts[0]
    given = {e.attribute: e.source for e in part.equals} | {type_attribute: Constant(workload.entity(part.entity).tag)}
    fixed = tuple(BoundKey(k.name, source=given[k.name]) for k in index.schema if k.name in given)
    why = f"the nearest by {index.distance.replace('_', ' ')} of {index.attribute}"
    return ReadRequest(Operation.SEARCH_VECTORS, index.name, (0,), fixed, page=part.limit, why=why)


def search_refusal(workload: Workload, pattern: ReadPattern) -> str:
    """Why no vector index can answer a Search; empty when one does."""
    refused = _refused(workload, pattern)
    return refused or f"a table has {VECTOR_INDEXES} vector indexes, one for each vector attribute and distance"


def _refused(workload: Workload, pattern: ReadPattern) -> str:
    assert pattern.near is not None
    name, part = pattern.near.attribute, pattern.parts[0]
    entity = workload.entity(part.entity)
    wanted = entity.attribute(name).type
    if workload.options.billing != "on_demand":
        return "a table with a vector index is on demand only"
    if pattern.consistent:
        return "a vector index cannot be read strongly"
    if (wanted.dimensions or 0) > DIMENSIONS:
        return f"`{name}` has {wanted.dimensions} dimensions, a vector index at most {DIMENSIONS}"
    if len(part.equals) >= VECTOR_FILTERS:
        return f"it fixes {len(part.equals)} attributes, a vector index takes {VECTOR_FILTERS} with the type"
    for equal in part.equals:
        reason = natural_refusal(entity.attribute(equal.attribute))
        if reason:
            return f"a vector index cannot filter: {reason}"
    return _clash(workload, pattern)


def _clash(workload: Workload, pattern: ReadPattern) -> str:
    """What another entity stores under a name of the index in another way: the service would refuse its writes."""
    assert pattern.near is not None
    name, part = pattern.near.attribute, pattern.parts[0]
    entity = workload.entity(part.entity)
    for other in workload.entities:
        for attribute in other.stored:
            mine = next((a for a in entity.stored if a.name == attribute.name), None)
            if mine is None:
                continue
            if attribute.name == name and (attribute.type.kind, attribute.type.dimensions) != (
                Kind.VECTOR,
                mine.type.dimensions,
            ):
                return f"`{other.name}` has another `{name}`, which a vector index of this one would refuse"
            if _fixes(pattern, attribute.name):
                reason = natural_refusal(attribute)
                if reason or stored_type(attribute.type, attribute.role) != stored_type(mine.type, mine.role):
                    return f"`{other.name}` has another `{attribute.name}`, which the vector index would refuse"
    return ""


def keep_vector_names(plan: Plan, locked: Plan) -> Plan:
    """The plan with the deployed name of each vector index that is as it was, and new names for the others."""
    old = {_content(v): v.name for v in locked.table.vectors}
    taken = {v.name for v in locked.table.vectors}
    names: dict[str, str] = {}
    for index in plan.table.vectors:
        kept = old.get(_content(index))
        free = (f"{_PREFIX}{n}" for n in range(1, len(taken) + 2))
        names[index.name] = kept or next(n for n in free if n not in taken)
        taken.add(names[index.name])
    vectors = tuple(replace(v, name=names[v.name]) for v in plan.table.vectors)
    patterns = tuple(
        replace(p, reads=tuple(replace(r, index=names.get(r.index or "", r.index)) for r in p.reads))
        for p in plan.patterns
    )
    return replace(plan, table=replace(plan.table, vectors=vectors), patterns=patterns)


def _content(index: VectorDesign) -> VectorDesign:
    """What an existing vector index keeps for good: all but its name, and who uses it."""
    return replace(index, name="", entities=(), patterns=())
