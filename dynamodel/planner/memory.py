"""What the plans of a model and of its variants have in common: worked out for one of them, known to the others.

In: what the planner is about to work out, with all that it depends on. Out: the same, from another plan if that asked
for nothing else. Whoever plans several variants makes a `Memory`, hands it on, and drops it with the answer: nothing
outlives it, and a plan is the same without one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from dynamodel.planner.component import Component
from dynamodel.planner.placings import Layouts
from dynamodel.planner.problem import EntityProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import KeyDesign, Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.fixed import OfAll
    from dynamodel.planner.needs import Need
    from dynamodel.planner.solve import Solving
    from dynamodel.planner.strays import Strays


Found = TypeVar("Found")

RECENT = 8  # of an entity, or of a component, beside that of the first plan: a question may plan thousands


class Memory:
    """The entities and components of the first plan and of the last ones, with what was found, and layouts."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._layouts = Layouts()
        self._problems: dict[tuple[str, bool], list[tuple[object, EntityProblem]]] = {}
        self._components: dict[tuple[str, ...], list[tuple[object, Component]]] = {}
        self.search: tuple[tuple[Workload, Plan | None], Solving] | None = None  # the last one, and what it was asked

    def problem(
        self,
        workload: Workload,
        entity: EntityDef,
        deployed: KeyDesign | None,
        names: tuple[str, str],
        every: tuple[OfAll, Strays],
    ) -> EntityProblem:
        """The problem of an entity: the one that is known if all that it reads of the workload is the same.

        How many indexes are allowed is not among that. `every`: what concerns all entities, and who stores what.
        """
        of_all, strays = every
        options = replace(workload.options, indexes=0)
        asked = entity, workload.reads_of(entity.name), workload.steps_on(entity.name), options, deployed, names, of_all
        known = self._problems.setdefault((entity.name, deployed is None), [])
        for one in known:
            if one[0] == asked and one[1].holds_beside(strays):
                return _used(known, one)
        return _used(known, (asked, EntityProblem(workload, entity, deployed, names, every)))

    def component(
        self,
        most: tuple[int, int],
        problems: Sequence[EntityProblem],
        collections: Sequence[CollectionNeed],
        needs: Mapping[str, Sequence[Need]],
    ) -> Component:
        """The search of a component: a known one if none of its entities has changed, and it may use as many indexes.

        More indexes than it could use are as many for it.
        """
        asked = most[1], tuple(problems), tuple(collections), [needs.get(p.entity.name, ()) for p in problems]
        known = self._components.setdefault(tuple(p.entity.name for p in problems), [])
        for one in known:
            if one[0] == asked and one[1].holds_for(most[0]):
                return _used(known, one)
        return _used(known, (asked, Component(most, problems, collections, needs, self._layouts)))


def _used(known: list[tuple[object, Found]], one: tuple[object, Found]) -> Found:
    """What was found, remembered as the last that was used; the first of all stays, then those used last."""
    if not known or one is not known[0]:
        known[:] = [*known[:1], *[other for other in known[1:] if other is not one][1 - RECENT :], one]
    return one[1]
