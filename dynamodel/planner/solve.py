"""The optimum of the whole model: where each collection lives, then the best keys of each entity, for each GSI count.

In: the workload. Out: `Solution`s for every number of GSIs, the search's certificate of being complete. Entities meet
only in collections, so once it is decided where each collection lives they are independent; collections that share
entities form a component, and components meet only in the number of slots.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import LOCAL_INDEXES
from dynamodel.planner.families import CollectionNeed, collection_needs
from dynamodel.planner.fixed import of_all
from dynamodel.planner.layout import physical_names
from dynamodel.planner.memory import Memory
from dynamodel.planner.needs import all_needs
from dynamodel.planner.slots import assign, deployed_slots, wider
from dynamodel.planner.solution import Outcome, Solution, solution_key, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.needs import Need
    from dynamodel.planner.problem import EntityProblem
    from dynamodel.planner.slots import Kept


def solve(workload: Workload, locked: Plan | None = None, memory: Memory | None = None) -> Outcome:
    """The best solutions for every number of GSIs allowed; base keys of a locked plan stay if they can.

    `memory` has what plans of other variants of the model found.

    A local index is made with its table only (Developer Guide, "Local Secondary Indexes"), so beside a locked plan
    there are as many as it has, unless a read has no answer without one more.
    """
    most = LOCAL_INDEXES if workload.options.local_indexes else 0
    memory = memory or Memory()
    if locked is None:
        return _solved(workload, None, most, memory)
    kept = _solved(workload, locked, min(most, len(locked.table.lsis)), memory)
    _, unserved, *_ = kept.by_count[-1].rank
    return kept if not unserved else _solved(workload, locked, most, memory)


def _solved(workload: Workload, locked: Plan | None, local_indexes: int, memory: Memory) -> Outcome:
    needs: dict[str, list[Need]] = {}
    for need in all_needs(workload):
        needs.setdefault(need.entity, []).append(need)
    deployed = {d.entity: d.base for d in locked.entities} if locked else {}
    names = physical_names(workload)
    every = of_all(workload, names[1])
    problems = {e.name: memory.problem(workload, e, deployed.get(e.name), names, every) for e in workload.entities}
    components = _components(workload, collection_needs(workload))
    tables: list[list[Solution]] = []
    complete, gap = True, 0
    for entities, collections in components:
        own = [problems[e.name] for e in entities]
        solver = memory.component((workload.options.indexes, local_indexes), own, collections, needs)
        tables.append(solver.best())
        complete = complete and solver.complete
        gap += solver.gap
    useful = max((max(s.indexes for s in table) for table in tables), default=0)
    merged: list[Solution] = []
    for count in range(useful + 1):
        able = [min((s for s in table if s.indexes <= count), key=solution_key, default=None) for table in tables]
        chosen = [s for s in able if s is not None]
        if len(chosen) == len(tables):
            merged.append(together(chosen))
    requests = min(s.rank[:-1] for s in merged)
    able_all = [s for s in merged if s.rank[:-1] == requests]
    least = min(s.rank[-1] for s in able_all)
    free = _with_shared_slots(workload, problems, able_all, {}, local_indexes)
    stay = deployed_slots(locked)
    shared = _with_shared_slots(workload, problems, able_all, stay, local_indexes) if stay else free
    cheapest, kept = (min(s.rank[-1] for s in some) for some in (free, shared))
    return Outcome(shared, complete, gap + cheapest - least, max(0, kept - cheapest))


def _with_shared_slots(
    workload: Workload,
    problems: Mapping[str, EntityProblem],
    solutions: Sequence[Solution],
    kept: Kept,
    local_indexes: int,
) -> tuple[Solution, ...]:
    """The solutions with what sharing projections costs, and the last of them with more slots while that helps."""
    found = [one for s in solutions for one in _shared(workload, problems, s, kept)]
    while found[-1].wider and found[-1].indexes < workload.options.indexes:
        found += _shared(workload, problems, replace(solutions[-1], slots=found[-1].indexes + 1), kept)
    return tuple(one for one in found if one.local <= local_indexes)


def _shared(
    workload: Workload, problems: Mapping[str, EntityProblem], solution: Solution, kept: Kept
) -> list[Solution]:
    """A solution with what sharing costs; if it is for local indexes, then also with more of these."""
    few = _priced(workload, problems, solution, kept)
    if not few.wider or not few.local:
        return [few]
    more = _priced(workload, problems, replace(solution, apart=True), kept)
    return [few, more] if more.wider < few.wider else [few]


def _priced(workload: Workload, problems: Mapping[str, EntityProblem], solution: Solution, kept: Kept) -> Solution:
    slotted = assign(workload, solution, kept)
    held = wider(workload, solution, slotted)
    more = 0
    for selection in solution.selections:
        if selection.entity in held:
            own = problems[selection.entity]
            more += own.evaluate(
                selection.places, selection.assigned, selection.unserved, held=held[selection.entity]
            ).cost
            more -= selection.cost
    local = {place for names in slotted.places.values() for place in names if place.startswith("LSI")}
    return replace(solution, wider=more, local=len(local))


def _components(
    workload: Workload, collections: Sequence[CollectionNeed]
) -> list[tuple[tuple[EntityDef, ...], tuple[CollectionNeed, ...]]]:
    near: dict[str, set[str]] = {e.name: {e.name} for e in workload.entities}
    for collection in collections:
        for name in collection.entities:
            near[name] |= set(collection.entities)
    label: dict[str, str] = {}
    for entity in workload.entities:
        reached = [] if entity.name in label else [entity.name]
        while reached:
            name = reached.pop()
            if name not in label:
                label[name] = entity.name
                reached += near[name]
    members: dict[str, list[EntityDef]] = {}
    for entity in workload.entities:
        members.setdefault(label[entity.name], []).append(entity)
    linked: dict[str, list[CollectionNeed]] = {}
    for collection in collections:
        linked.setdefault(label[collection.entities[0]], []).append(collection)
    return [(tuple(found), tuple(linked.get(at, ()))) for at, found in members.items()]
