"""Item collections of a table with local indexes, which the service ends at 10 GB.

In: the court. Out: findings DM459. Source of the limit: `dynamo.limits`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.footprint import membership
from dynamodel.dynamo.limits import GB, ITEM_COLLECTION_BYTES
from dynamodel.ir.entities import MICRO
from dynamodel.ir.keys import Component, Template
from dynamodel.keys.choose import logical_name
from dynamodel.planner import cost
from dynamodel.planner.checks.shares import most_together

if TYPE_CHECKING:
    from dynamodel.ir.keys import Token
    from dynamodel.ir.plan import EntityDesign
    from dynamodel.planner.checks.court import Court


def check_partitions(court: Court) -> None:
    """What is declared of the number of items keeps partitions with entries in local indexes below the limit."""
    plan = court.plan
    physical = cost.Physical(court.workload, plan.table, {d.entity: d for d in plan.entities})
    sharing: dict[str, list[EntityDesign]] = {}
    for design in plan.entities:
        sharing.setdefault(str(_tokens(design)[0]), []).append(design)
    for designs in sharing.values():
        if not any(_local(court, design) for design in designs):
            continue
        held = 0
        for design in designs:
            entity = court.workload.entity(design.entity)
            entries = sum(
                physical.entry(entity.name, key) * membership(entity, key) // MICRO
                for key in design.indexes
                if key.place in _local(court, design)
            )
            together = -(-most_together(entity, _names(design)) // design.base.shards)
            held += together * (physical.item(entity.name) + entries)
        if held > ITEM_COLLECTION_BYTES:
            names = ", ".join(d.entity for d in designs)
            court.refuse(
                "DM459",
                f"the largest partition of {names} has {held / GB:.1f} GB with its entries in local indexes, at most "
                f"{ITEM_COLLECTION_BYTES // GB} are allowed",
                designs[0].entity,
            )


def _local(court: Court, design: EntityDesign) -> set[str]:
    """The local indexes in which an entity has a key."""
    return {k.place for k in design.indexes if (index := court.index(k.place)) is not None and index.kind == "lsi"}


def _tokens(design: EntityDesign) -> list[Token]:
    """What the partition key of the table is made of."""
    return [t for f in design.base.partition if isinstance(f.value, Template) for t in f.value.tokens]


def _names(design: EntityDesign) -> list[str]:
    """The attributes that name a partition of the table."""
    return [logical_name(token) for token in _tokens(design) if isinstance(token, Component)]
