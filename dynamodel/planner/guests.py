"""Guests: an entity's own key in a local index that holds collections of its partition, so that it takes no other one.

In: the groups of a solution and the selections of its entities. Out: the groups, with guests among their members. A
guest lies beside the blocks of the collections and is read by nobody but itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.planner.nests import arranged
from dynamodel.planner.solution import LOCAL_PLACE, local_groups, table_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.planner.groups import Block, Group
    from dynamodel.planner.selection import Selection


def with_guests(
    groups: tuple[Group, ...], selections: Sequence[Selection], entities: Mapping[str, EntityDef]
) -> tuple[Group, ...]:
    """The groups, in which local indexes hold as many own keys as can lie there without a request more."""
    if not any(g.place == LOCAL_PLACE for g in groups):
        return groups
    for selection in selections:
        left, table = selection.own_locals, table_group(groups, selection.entity)
        for host in local_groups(groups, selection.entity):
            if left and table is not None and host.partition_of(selection.entity) is None:
                wider = _joined(host, selection.entity, table, entities)
                if wider is not None:
                    groups = tuple(wider if g == host else g for g in groups)
                    left -= 1
    return groups


def _joined(host: Group, name: str, table: Group, entities: Mapping[str, EntityDef]) -> Group | None:
    """A group with one member more, None if that takes another request or moves the others."""
    members = {*dict(host.members), name}
    inside = tuple(one for one in table.members if one[0] in members)
    sparse = {member: block.sparse for member, block in host.blocks}
    for found in arranged(replace(host, members=inside), entities, sparse):
        same = all(_alike(found.block_of(member), block) for member, block in host.blocks)
        if same and found.more_requests == host.more_requests:
            return found
    return None


def _alike(one: Block, other: Block) -> bool:
    """Whether two blocks differ in nothing but their texts."""
    return replace(one, literals=()) == replace(other, literals=())
