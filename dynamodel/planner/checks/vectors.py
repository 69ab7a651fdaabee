"""Vector indexes against the service's limits, and searches against the declaration.

In: the court. Out: findings DM455 about the indexes, DM458, DM460, DM461, DM466, DM467, DM469 about a search. An index
holds every item of the table that has the vector and the partition attribute, whatever its type, its guards and copies
too; so a search must say the type, and whoever stores an attribute of the index must store it in the index's way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import (
    DIMENSIONS,
    INCLUDED_ATTRIBUTES_OF_ONE_INDEX,
    KEY_ATTRIBUTE_NAME_BYTES,
    NEIGHBORS,
    TABLE_NAME,
    VECTOR_FILTERS,
    VECTOR_INDEXES,
)
from dynamodel.dynamo.types import may_be_empty, stored_type
from dynamodel.ir.plan import Operation
from dynamodel.ir.values import Constant, Kind
from dynamodel.planner.checks.answers import needed_attributes
from dynamodel.planner.checks.court import attribute_of

if TYPE_CHECKING:
    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.plan import ReadRequest, VectorDesign
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.planner.checks.court import Court


def check_vectors(court: Court) -> None:
    """Counts, names, schemas and projections of the vector indexes."""
    table = court.plan.table
    names = [v.name for v in table.vectors]
    if len(names) > VECTOR_INDEXES:
        court.refuse("DM455", f"{len(names)} vector indexes, {VECTOR_INDEXES} are allowed", table.name)
    if names and table.billing != "on_demand":
        court.refuse("DM455", "a table with vector indexes is on demand only", table.name)
    if len({*names, *(i.name for i in table.indexes)}) < len(names) + len(table.indexes):
        court.refuse("DM455", "a vector index has the name of another index", table.name)
    for index in table.vectors:
        _check_index(court, index)
        for entity in court.workload.entities:
            for attribute in entity.stored:
                _check_stored(court, index, entity, attribute)


def _check_index(court: Court, index: VectorDesign) -> None:
    keys = [k.name for k in index.schema]
    if not TABLE_NAME.fullmatch(index.name):
        court.refuse("DM455", f"`{index.name}` is no legal name of an index", index.name)
    if not 1 <= index.dimensions <= DIMENSIONS:
        court.refuse("DM455", f"`{index.name}` has {index.dimensions} dimensions", index.name)
    if len(index.filters) > VECTOR_FILTERS or len({index.attribute, *keys}) < len(keys) + 1:
        court.refuse("DM455", f"`{index.name}` filters by too many attributes, or twice by one", index.name)
    included = index.projection.attributes
    if (index.projection.type == "INCLUDE") != bool(included) or {index.attribute, *keys} & set(included):
        court.refuse("DM455", f"the projection of `{index.name}` lists attributes wrongly", index.name)
    if len(included) + len(index.filters) + 1 > INCLUDED_ATTRIBUTES_OF_ONE_INDEX and included:
        court.refuse("DM455", f"`{index.name}` includes more attributes than an index can", index.name)
    for name in (index.attribute, *keys, *included):
        if len(name.encode()) > KEY_ATTRIBUTE_NAME_BYTES:
            court.refuse("DM455", f"`{name}` is longer than the name of an indexed attribute may be", name)
    holders = [e.name for e in court.workload.entities if attribute_of(e, index.attribute) is not None]
    if list(index.entities) != holders:
        court.refuse("DM455", f"`{index.name}` holds {holders}, the plan says {list(index.entities)}", index.name)
    readers = [p.name for p in court.plan.patterns if any(r.index == index.name for r in p.reads)]
    if readers != list(index.patterns) or not readers:
        court.refuse("DM455", f"`{index.name}` is searched by {readers}, not {list(index.patterns)}", index.name)


def _check_stored(court: Court, index: VectorDesign, entity: EntityDef, attribute: AttributeDef) -> None:
    """The service refuses an item whose indexed attributes are of another form."""
    kind = attribute.type
    if attribute.name == index.attribute and (kind.kind, kind.dimensions) != (Kind.VECTOR, index.dimensions):
        court.refuse(
            "DM455", f"`{index.name}` refuses `{attribute.name}` of {entity.name}", entity.name, attribute.name
        )
    for key in index.schema:
        if attribute.name == key.name and (stored_type(kind, attribute.role) != key.type or may_be_empty(kind)):
            court.refuse("DM455", f"`{index.name}` refuses `{key.name}` of {entity.name}", entity.name)


def check_search(court: Court, pattern: ReadPattern, request: ReadRequest) -> None:
    """One search finds the wanted neighbors: of the right vector, type and values, and all that is returned of them."""
    index, near = court.plan.table.vector(request.index), pattern.near
    if index is None or near is None or len(pattern.parts) != 1 or request.parts != (0,):
        court.refuse("DM458", f"there is no vector index `{request.index}` for this search")
        return
    part = pattern.parts[0]
    entity, design = court.entity(part.entity), court.design(part.entity)
    if entity is None or design is None:
        return
    if (index.attribute, index.distance) != (near.attribute, near.distance):
        court.refuse("DM461", f"`{index.name}` compares {index.attribute} by {index.distance}")
    fixed = [(key.name, key.source) for key in request.partition]
    wanted: dict[str, object] = {e.attribute: e.source for e in part.equals}
    wanted[court.plan.table.type_attribute] = Constant(design.tag)
    if dict(fixed) != wanted or len(fixed) != len(wanted) or any(k.tokens for k in request.partition):
        court.refuse("DM460", f"the search fixes {[n for n, _ in fixed]}, wanted are {list(wanted)} with their values")
    if index.partition is not None and index.partition.name not in wanted:
        court.refuse("DM460", f"a search of `{index.name}` must give {index.partition.name}")
    beyond = sorted(set(wanted) - {k.name for k in index.schema})
    if beyond:
        court.refuse("DM460", f"`{index.name}` does not filter by {beyond[0]}")
    if part.where or part.filter or part.range or part.order or request.filters or request.sort or request.sort_key:
        court.refuse("DM461", "a search has equalities only")
    if request.consistent or not request.forward or request.shards != 1 or request.sort_after or request.beside:
        court.refuse("DM467", f"{Operation.SEARCH_VECTORS} with what it does not have")
    if request.page != part.limit or part.limit is None or not 1 <= part.limit <= NEIGHBORS:
        court.refuse("DM469", f"{request.page} neighbors are asked for, {part.limit} are wanted, {NEIGHBORS} at most")
    expiry = entity.with_role("ttl")
    needed = {*needed_attributes(pattern, entity), *([expiry] if expiry else [])}
    lacking = sorted(name for name in needed if not index.carries(name))
    if lacking:
        court.refuse("DM466", f"`{index.name}` does not carry `{lacking[0]}` of {entity.name}")
