"""A solution of a set of entities: their selections, the groups that these form, the objective; and slots for groups.

In: nothing of the search. Out: `Solution`, `Outcome`, and the slots of groups, for the search and for what comes after.
"""

from __future__ import annotations

from dataclasses import field
from functools import cmp_to_key
from typing import TYPE_CHECKING

from dynamodel.planner.selection import Selection, precedes
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.groups import Group

Spread = frozenset[tuple[str, int, bool]]  # keys by entity and number; whether each shares its index with no other

COST_TOLERANCE = 5  # percent of the monthly cost that may be paid to have fewer indexes
BASE_PLACE, GSI_PLACE, LOCAL_PLACE = "base", "gsi", "local"


@dataclass(frozen=True, slots=True)
class Solution:
    """Selections of a set of entities, the groups they form, and the objective.

    `slots` is the number of GSIs that they share, where it is more than they need, `local` that of local indexes; those
    that hold different things are `apart`, or shared. `wider` is what a month costs more for sharing projections.
    `spread` are own keys, by their entity and the number of their place, that share a slot with those like them alone;
    `taken` is then the number of GSIs in all.
    """

    selections: tuple[Selection, ...]
    groups: tuple[Group, ...]
    split: tuple[CollectionNeed, ...]
    extra_requests: int
    slots: int = 0
    local: int = 0
    apart: bool = False
    wider: int = 0
    spread: Spread = frozenset()
    taken: int = 0
    rank: tuple[int, int, int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out `rank`: base keys moved, needs without an answer, extra requests, cost; least first."""
        moved, unserved, extra, cost = (sum(column) for column in zip(*(s.rank for s in self.selections), strict=True))
        object.__setattr__(self, "rank", (moved, unserved, extra + self.extra_requests, cost + self.wider))

    @property
    def shared_slots(self) -> int:
        """How many GSIs there are for what is not spread."""
        return max((self.slots, *(s.indexes for s in self.selections)))

    @property
    def indexes(self) -> int:
        """How many GSIs there are."""
        return self.taken if self.spread else self.shared_slots

    @property
    def places(self) -> int:
        """How many GSIs, LSIs and copies there are: entities share the indexes, each has its own copies."""
        return self.indexes + self.local + sum(p.kind == "copy" for s in self.selections for p in s.places)


@dataclass(frozen=True, slots=True)
class Outcome:
    """For each number of GSIs that the fewest requests can do with, from the least up, the best solution within it.

    `complete`: every way to place the collections was tried, and no search was cut short. `gap`: by how much of a
    month's cost the solutions may still be beaten. `kept`: what it costs a month to leave keys in deployed indexes.
    `shared`: requests and a month's cost that at most may be less if no key had to be text because others share its
    index.
    """

    by_count: tuple[Solution, ...]
    complete: bool
    gap: int = 0
    kept: int = 0
    shared: tuple[int, int] = (0, 0)

    def minimum_cost(self) -> int:
        """The least cost of all."""
        return min(s.rank[-1] for s in self.by_count)


def together(parts: Sequence[Solution]) -> Solution:
    """One solution of the entities of several."""
    return Solution(
        tuple(s for one in parts for s in one.selections),
        tuple(g for one in parts for g in one.groups),
        tuple(c for one in parts for c in one.split),
        sum(one.extra_requests for one in parts),
    )


def comes_before(one: Solution, other: Solution) -> bool:
    """Whether one comes first in the total order of solutions of the same entities, the best first.

    Keys are spelled for a tie alone, and only those of the first entity for which the two differ.
    """
    mine, its = ((*s.rank, s.indexes, len(s.split)) for s in (one, other))
    if mine != its:
        return mine < its
    pairs = zip(one.selections, other.selections, strict=True)
    first = (precedes(a, b) for a, b in pairs if a is not b and (a.rank, a.places) != (b.rank, b.places))
    return next((comes for comes in first if comes is not None), False)


def _compared(one: Solution, other: Solution) -> int:
    return comes_before(other, one) - comes_before(one, other)


solution_key = cmp_to_key(_compared)  # sorts by the order of `comes_before`


def table_group(groups: Iterable[Group], entity: str) -> Group | None:
    """The group that an entity belongs to on the table, None if it has its partitions to itself."""
    return next((g for g in groups if g.place == BASE_PLACE and g.partition_of(entity) is not None), None)


def local_groups(groups: Sequence[Group], entity: str) -> list[Group]:
    """The groups in local indexes of the partitions that an entity shares on the table, in a fixed order."""
    table = table_group(groups, entity)
    return [g for g in groups if table is not None and g.place == LOCAL_PLACE and g.root == table.root]


def local_groups_of(groups: Sequence[Group], entities: Iterable[str]) -> dict[str, list[Group]]:
    """The same for each of many entities."""
    if not any(group.place == LOCAL_PLACE for group in groups):
        return {name: [] for name in entities}
    return {name: local_groups(groups, name) for name in entities}


def is_guest(entity: str, group: Group) -> bool:
    """Whether an entity lies in a group of whose collections none reads it."""
    return group.partition_of(entity) is not None and not any(entity in c.entities for c in group.collections)


def slots_taken(groups: Sequence[Group]) -> int:
    """The fewest slots for groups of which two that share an entity need different ones."""
    return max(color_groups(groups).values(), default=-1) + 1


def color_groups(groups: Sequence[Group]) -> dict[Group, int]:
    """A slot for each group, the fewest possible: exact, by trying ever more slots."""
    entities = [{name for name, _ in g.members} for g in groups]

    def extend(colors: list[int], count: int) -> list[int] | None:
        if len(colors) == len(groups):
            return colors
        at = len(colors)
        for color in range(min(count, max(colors, default=-1) + 2)):
            if all(colors[i] != color or not entities[i] & entities[at] for i in range(at)):
                done = extend([*colors, color], count)
                if done is not None:
                    return done
        return None

    for count in range(len(groups) + 1):
        found = extend([], count)
        if found is not None:
            return dict(zip(groups, found, strict=True))
    return {}
