"""What may join a base key beside the identity.

In: the workload and an entity. Out: attribute names. A base key is made of exactly the identity, or two items could
share one identity unnoticed. A generated identity (ULID, UUID) is unique by itself, so attributes that never change may
join its key, where every access pattern that needs the base key knows them (keys.md F).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.reads import ReadKind
from dynamodel.ir.writes import StepKind
from dynamodel.keys.choose import refusal

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload

_BY_IDENTITY = {ReadKind.BATCH_GET, ReadKind.TRANSACT_GET}


def joinable(workload: Workload, entity: EntityDef) -> frozenset[str]:
    """The attributes that may stand in the entity's base key beside its identity; empty for most entities."""
    inherited = {name for parent in entity.parents for name in parent.via}
    if not any(entity.attribute(name).generated for name in entity.identity if name not in inherited):
        return frozenset()  # an order's id is unique among orders, not among the lines of the order
    for pattern in workload.reads_of(entity.name):
        if any(join.parent == entity.name for join in pattern.joins):
            return frozenset()
        if pattern.kind in _BY_IDENTITY and any(part.entity == entity.name for part in pattern.parts):
            return frozenset()
    fixed = {
        a.name
        for a in entity.stored
        if a.immutable and not a.optional and a.name not in entity.identity and not refusal(a)
    }
    for _, step in workload.steps_on(entity.name):
        if step.kind not in {StepKind.CREATE, StepKind.PUT}:
            fixed &= {e.attribute for e in step.equals} if step.by_identity else set()
    return frozenset(fixed)
