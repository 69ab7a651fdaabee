"""What the plans of a model and of its variants have in common: worked out for one of them, known to the others.

In: what the planner is about to work out, with all that it depends on. Out: the same, from another plan if that asked
for nothing else. Whoever plans several variants makes a `Memory`, hands it on, and drops it with the answer: nothing
outlives it, and a plan is the same without one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.planner.component import Component
from dynamodel.planner.placings import Layouts
from dynamodel.planner.problem import EntityProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import KeyDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.fixed import OfAll
    from dynamodel.planner.needs import Need


class Memory:
    """The entities and components of the first plan, with what was found about them, and layouts of partitions."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._layouts = Layouts()
        self._problems: dict[tuple[str, bool], tuple[object, EntityProblem]] = {}
        self._components: dict[tuple[int, ...], list[tuple[object, Component]]] = {}

    def problem(
        self, workload: Workload, entity: EntityDef, deployed: KeyDesign | None, names: tuple[str, str], every: OfAll
    ) -> EntityProblem:
        """The problem of an entity: the one that is known if all that it reads of the workload is the same.

        How many indexes are allowed is not among that.
        """
        options = replace(workload.options, indexes=0)
        asked = entity, workload.reads_of(entity.name), workload.steps_on(entity.name), options, deployed, names, every
        known = self._problems.get((entity.name, deployed is None))
        if known is not None and known[0] == asked:
            return known[1]
        problem = EntityProblem(workload, entity, deployed, names, every)
        self._problems.setdefault((entity.name, deployed is None), (asked, problem))
        return problem

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
        asked = most[1], tuple(collections), tuple(tuple(needs.get(p.entity.name, ())) for p in problems)
        first = {id(problem) for _, problem in self._problems.values()}
        if not all(id(p) in first for p in problems):
            return Component(most, problems, collections, needs, self._layouts)
        known = self._components.setdefault(tuple(id(p) for p in problems), [])
        for told, component in known:
            if told == asked and component.holds_for(most[0]):
                return component
        component = Component(most, problems, collections, needs, self._layouts)
        known.append((asked, component))
        return component
