"""The best keys of each entity of a component, for what groups of collections ask of it.

In: the problems of the entities, their needs, groups and what is left to be decided. Out: `Frontier`s. What is asked in
the same way is answered once, and so is what groups ask alike.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.planner.asking import Asking
from dynamodel.planner.families import mixed
from dynamodel.planner.frame import Imposed
from dynamodel.planner.groups import shortened
from dynamodel.planner.search import solve_entity
from dynamodel.planner.solution import BASE_PLACE, GSI_PLACE, LOCAL_PLACE, local_groups, table_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.groups import Group
    from dynamodel.planner.needs import Need
    from dynamodel.planner.placings import Placings
    from dynamodel.planner.problem import EntityProblem
    from dynamodel.planner.search import Frontier


class Frontiers:
    """The frontiers of the entities of one component; `of` searches, the rest tells what is certain of all."""

    def __init__(
        self,
        most: tuple[int, int],
        problems: Mapping[str, EntityProblem],
        placings: Placings,
        free: Mapping[str, Sequence[Need]],
    ) -> None:
        """`most` GSIs and local indexes. `free` are the needs of each entity that no collection asks for."""
        self._most, self._most_local = most
        self._problems, self._free, self._placings = problems, free, placings
        self._asking = Asking(tuple(problems.values()))
        self._root = min((p.entity.tag for p in problems.values()), key=lambda tag: (len(tag), tag))
        self._solved: dict[tuple[object, ...], Frontier] = {}
        self._frontiers: dict[tuple[object, ...], Frontier] = {}
        self._shortened: dict[Group, Group] = {}

    @property
    def cut_short(self) -> bool:
        """Whether a search gave up."""
        return any(frontier.cut_short for frontier in self._solved.values())

    @property
    def enough(self) -> int:
        """The GSIs beyond which more allowed change nothing; more than are allowed where that is not known."""
        return max((frontier.enough for frontier in self._solved.values()), default=0)

    @property
    def gap(self) -> int:
        """By how much of a month's cost all entities together may be beaten."""
        gaps: dict[object, int] = {}
        for (name, *_), frontier in self._solved.items():
            gaps[name] = max(gaps.get(name, 0), frontier.gap)
        return sum(gaps.values())

    def short(self, groups: Sequence[Group]) -> tuple[Group, ...]:
        """The groups with the shortest texts that their keys may get."""
        for group in groups:
            if group not in self._shortened:
                self._shortened[group] = shortened(group, self._root)
        return tuple(self._shortened[group] for group in groups)

    def of(
        self,
        name: str,
        groups: Sequence[Group],
        split: Sequence[CollectionNeed],
        left: Sequence[CollectionNeed],
        *,
        settled: bool = False,
    ) -> Frontier:
        """The best keys of one entity; what is `left` to be decided may be answered from any place of its own."""
        mine = tuple(g for g in groups if g.partition_of(name) is not None)
        apart, undecided = (tuple(c for c in some if name in c.entities) for some in (split, left))
        local = self._own_locals(name, groups)
        asked = name, local, settled, mine, *(c.key for c in apart), "", *(c.key for c in undecided)
        if asked not in self._frontiers:
            self._frontiers[asked] = self._answered(name, mine, apart, undecided, (local, settled))
        return self._frontiers[asked]

    def _answered(
        self,
        name: str,
        groups: Sequence[Group],
        apart: Sequence[CollectionNeed],
        undecided: Sequence[CollectionNeed],
        how: tuple[int, bool],
    ) -> Frontier:
        """The best keys of an entity in groups with it; many ask the same of it, and are answered alike.

        `how`: with so many local indexes of its own, and whether the layout of the groups is settled.
        """
        local, settled = how
        mine = [(g, g.partition_of(name) or ()) for g in groups]
        asked = [self._asking.of_group(name, group, settled=settled) for group in groups]
        known = (
            name,
            local,
            *((g.place, g.root, p, g.block_of(name), told) for (g, p), (_, told) in zip(mine, asked, strict=True)),
            *(c.key for c in apart),
            "",
            *(c.key for c in undecided),
        )
        if known not in self._solved:
            free = [*self._free[name], *(replace(n, shared=False) for c in apart for n in c.parts if n.entity == name)]
            least = (self._asking.of(c, [mixed(c.parts) if c.woven else c.parts])[name][0] for c in undecided)
            free += [replace(n, undecided=True) for needs in least for n in needs]
            imposed: dict[str, list[Imposed]] = {BASE_PLACE: [], GSI_PLACE: [], LOCAL_PLACE: []}
            for (group, partition), (needs, _) in zip(mine, asked, strict=True):
                imposed[group.place].append(Imposed(partition, group.root, needs, group.block_of(name)))
            found = [
                solve_entity(
                    self._problems[name],
                    free,
                    next(iter(imposed[BASE_PLACE]), None),
                    (imposed[GSI_PLACE], imposed[LOCAL_PLACE]),
                    self._most,
                    local_indexes=local,
                    literals=literals,
                )
                for literals in self._own_literals(name, undecided)
            ]
            self._solved[known] = found[0].absorbed(found[1:])
        return self._solved[known]

    def _own_locals(self, name: str, groups: Sequence[Group]) -> int:
        """How many local indexes an entity may have beside those that hold collections of its partition."""
        table = table_group(groups, name)
        if table is None:
            return self._most_local
        return max(0, self._placings.most_local(table.members) - len(local_groups(groups, name)))

    def _own_literals(self, name: str, undecided: Sequence[CollectionNeed]) -> list[tuple[str, str]]:
        """The texts that an entity's own partitions may begin with, on the table and in indexes.

        A collection that is still to be decided may come to live in partitions that have the shortest name of all: on
        the table or in an index, not in both.
        """
        own, shortest = self._problems[name].entity.tag, self._root
        if not undecided or len(own) == len(shortest):
            return [(own, own)]
        return [(shortest, own), (own, shortest)] if len(undecided) == 1 else [(shortest, shortest)]
