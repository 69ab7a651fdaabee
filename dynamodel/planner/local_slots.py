"""Which local index each key of the table's partitions lies in: those of collections first, then each entity's own.

In: a `Solution`. Out: the number of the local index for each local place. An entity's own key lies in an index of the
collections of its partition where it is a guest, or in one behind these, which entities of any partition share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import LOCAL_INDEXES
from dynamodel.planner.places import WHOLE, projection_of, union
from dynamodel.planner.solution import is_guest, local_groups_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import Projection
    from dynamodel.planner.groups import Group
    from dynamodel.planner.selection import Selection
    from dynamodel.planner.solution import Solution


def local_numbers(entities: Mapping[str, EntityDef], solution: Solution) -> dict[str, dict[int, int]]:
    """The local index of each local place, by entity and by the number of the place in its selection.

    As few indexes as can be; or, where the solution has them `apart`, as few as hold no more than they are asked for.
    """
    groups = local_groups_of(solution.groups, [s.entity for s in solution.selections])
    held: dict[int, Projection] = dict.fromkeys(range(1, max(map(len, groups.values()), default=0) + 1), WHOLE)
    found: dict[str, dict[int, int]] = {}
    for selection in solution.selections:
        name, near = selection.entity, groups[selection.entity]
        taken = found[name] = _of_collections(selection, near)
        able = [n for n, g in enumerate(near, 1) if is_guest(name, g)] + [*range(len(near) + 1, LOCAL_INDEXES + 1)]
        for at, place in enumerate(selection.places):
            if place.kind != "local" or place.shared:
                continue
            asked = projection_of(entities[name], place.signature, selection.answered_at(at))
            free = [n for n in able if n not in taken.values()]
            alike = [n for n in free if held.get(n) == asked]
            others = [n for n in free if (n in held) != solution.apart]
            taken[at] = next(iter(alike or others or free))
            held[taken[at]] = union(held.get(taken[at]), asked)
    return found


def _of_collections(selection: Selection, groups: list[Group]) -> dict[int, int]:
    """The local indexes that an entity shares for collections: its places are in the order of these."""
    shared = [at for at, place in enumerate(selection.places) if place.kind == "local" and place.shared]
    numbers = [n for n, g in enumerate(groups, 1) if any(selection.entity in c.entities for c in g.collections)]
    return dict(zip(shared, numbers, strict=True))
