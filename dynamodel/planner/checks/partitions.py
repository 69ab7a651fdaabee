"""Item collections of a table with local indexes, which the service ends at 10 GB.

In: the court. Out: findings DM459. Source of the limit: `dynamo.limits`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.footprint import membership
from dynamodel.dynamo.limits import GB, ITEM_COLLECTION_BYTES
from dynamodel.ir.entities import MICRO
from dynamodel.planner.checks.court import first_literal, partition_names
from dynamodel.planner.checks.shares import most_together

if TYPE_CHECKING:
    from dynamodel.ir.plan import EntityDesign
    from dynamodel.planner.checks.court import Court


def check_partitions(court: Court) -> None:
    """What is declared of the number of items keeps partitions with entries in local indexes below the limit."""
    plan = court.plan
    physical = court.physical
    sharing: dict[str | None, list[EntityDesign]] = {}
    for design in plan.entities:
        sharing.setdefault(first_literal(design.base.partition), []).append(design)
    for designs in sharing.values():
        if all(key.partition for design in designs for key in design.indexes):
            continue
        held = 0
        for design in designs:
            entity = court.workload.entity(design.entity)
            local = [key for key in design.indexes if not key.partition]
            entries = sum(physical.entry(entity.name, key) * membership(entity, key) // MICRO for key in local)
            together = -(-most_together(entity, partition_names(design.base)) // design.base.shards)
            held += together * (physical.item(entity.name) + entries)
        if held > ITEM_COLLECTION_BYTES:
            names = ", ".join(d.entity for d in designs)
            court.refuse(
                "DM459",
                f"the largest partition of {names} has {held / GB:.1f} GB with its entries in local indexes, at most "
                f"{ITEM_COLLECTION_BYTES // GB} are allowed",
                designs[0].entity,
            )
