"""The optimum of the whole model: where each collection lives, then the best keys of each entity, for each GSI count.

In: the workload. Out: `Solution`s for every number of GSIs, the search's certificate of being complete. Entities meet
only in collections, so once it is decided where each collection lives they are independent; collections that share
entities form a component, and components meet only in the number of slots.
"""

from __future__ import annotations

from dataclasses import replace
from operator import is_, is_not
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import LOCAL_INDEXES
from dynamodel.planner.apart import Apart
from dynamodel.planner.families import CollectionNeed, collection_needs
from dynamodel.planner.fixed import of_all
from dynamodel.planner.layout import physical_names
from dynamodel.planner.memory import Memory
from dynamodel.planner.natural import deployed_forms
from dynamodel.planner.needs import all_needs
from dynamodel.planner.sharing import Sharing, forced_to_text
from dynamodel.planner.slots import deployed_slots, deployed_together
from dynamodel.planner.solution import Outcome, Solution, solution_key, together
from dynamodel.planner.strays import Strays

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.component import Component
    from dynamodel.planner.needs import Need
    from dynamodel.planner.problem import EntityProblem

    Rank = tuple[int, int, int, int]
    _Part = tuple[tuple[EntityDef, ...], tuple[CollectionNeed, ...]]  # what collections link, and these collections


def solve(
    workload: Workload, locked: Plan | None = None, memory: Memory | None = None, *, apart: int | None = None
) -> Outcome:
    """The best solutions for every number of GSIs allowed; base keys of a locked plan stay if they can.

    `memory` has what plans of other variants of the model found.

    A local index is made with its table only (Developer Guide, "Local Secondary Indexes"), so beside a locked plan
    there are as many as it has, unless a read has no answer without one more. Keys of several entities share indexes;
    those that lie `apart` from others to save money are among the solutions if sharing may cost more than so many
    percent, and never if that is None.
    """
    memory = memory or Memory()
    kept = _solving(workload, locked, memory).outcome(apart=apart)
    _, unserved, *_ = kept.by_count[-1].rank
    if locked is None or not unserved:
        return kept
    return Solving(workload, locked, _local_indexes(workload, None), memory).outcome(apart=apart)


def spared(workload: Workload, locked: Plan | None = None, memory: Memory | None = None) -> int:
    """About what it costs that writes read no item first, in millionths of a US dollar a month.

    Exactly so much if no keys shared an index; 0 if it costs nothing, or counts by its price in any case.
    """
    if not workload.options.spare_reads:
        return 0
    return _solving(workload, locked, memory or Memory()).spared()


def _solving(workload: Workload, locked: Plan | None, memory: Memory) -> Solving:
    """The search of a workload beside what is deployed: the last one, if that was of the same."""
    asked = workload, locked
    if memory.search is None or any(map(is_not, memory.search[0], asked)):
        memory.search = asked, Solving(workload, locked, _local_indexes(workload, locked), memory)
    return memory.search[1]


def _local_indexes(workload: Workload, locked: Plan | None) -> int:
    """How many local indexes there may be: those that are deployed, if a table is."""
    most = LOCAL_INDEXES if workload.options.local_indexes else 0
    return most if locked is None else min(most, len(locked.table.lsis))


class Solving:
    """The search of a workload, with so many local indexes at most.

    Its keys are first in the form that suits each by itself, which no layout beats. Where indexes are shared and keys
    have to be text for that, they are searched again as text; of both, the better one in its slots is taken.
    """

    def __init__(self, workload: Workload, locked: Plan | None, local_indexes: int, memory: Memory) -> None:
        """Gather what all that is asked of the search begins with."""
        self._memory = memory
        self._workload, self._locked, self._local_indexes = workload, locked, local_indexes
        needs: dict[str, list[Need]] = {}
        for need in all_needs(workload):
            needs.setdefault(need.entity, []).append(need)
        deployed = {d.entity: d.base for d in locked.entities} if locked else {}
        self._needs, self._names = needs, physical_names(workload)
        self._strays = Strays(workload, needs)
        every = of_all(workload, self._names[1]), self._strays
        self._problems = {
            e.name: memory.problem(workload, e, deployed.get(e.name), self._names, every) for e in workload.entities
        }
        self._parts = _components(workload, collection_needs(workload))

    def outcome(self, *, apart: int | None) -> Outcome:
        """The best solutions in slots; where something is deployed, beside it, and what that costs."""
        free = Sharing(self._workload, self._problems, self._names, self._strays)
        alone = [self._searched(part, self._problems) for part in self._parts]
        solutions = _merged([f.best() for f in alone])
        least = min(s.rank for s in solutions)
        shared = [free.of(s) for s in solutions]
        text = {name for s, (few, *_) in zip(solutions, shared, strict=True) for name in forced_to_text(s, few)}
        mixed = alone
        if text:
            problems = {n: p.in_text() if n in text else p for n, p in self._problems.items()}
            mixed = [
                self._searched(part, problems) if text & {e.name for e in part[0]} else found
                for part, found in zip(self._parts, alone, strict=True)
            ]
            again = _merged([f.best() for f in mixed])
            solutions += again
            shared += [free.of(s) for s in again]
        most = self._workload.options.indexes
        spreading = Apart(free, self._problems, most)
        found, plain = self._in_slots(solutions, shared, least, spreading, apart=apart)
        beside = found
        if self._locked is not None and (kept := deployed_slots(self._locked)):
            forms = deployed_forms(self._locked)
            stay = Sharing(self._workload, self._problems, self._names, self._strays, kept=kept, forms=forms)
            spreading = Apart(stay, self._problems, most, deployed_together(self._locked))
            beside, _ = self._in_slots(solutions, [stay.of(s) for s in solutions], least, spreading, apart=apart)
        cheapest, stays = (min(s.rank for s in some) for some in (found, beside))
        gap = max(sum(f.gap for f in some) for some in (alone, mixed))
        fewer = cheapest[2] - least[2]  # then the costs are not those of layouts of as many requests
        return Outcome(
            tuple(beside),
            all(f.complete for f in (*alone, *mixed)),
            gap + cheapest[-1] - plain,
            max(0, stays[-1] - cheapest[-1]),
            (fewer, 0 if fewer else max(0, plain - least[-1])),
        )

    def spared(self) -> int:
        """By how much the best keys cost more, each by itself, than those for which writes may read items first."""
        total = 0
        for part in self._parts:
            best = self._searched(part, self._problems)
            looking = {e.name: self._problems[e.name].looking_first() for e in part[0]}
            if any(looking[name] is not self._problems[name] for name in looking):
                total += max(0, _least(best) - _least(self._searched(part, looking)))
        return total

    def _searched(self, part: _Part, problems: Mapping[str, EntityProblem]) -> Component:
        entities, collections = part
        most = self._workload.options.indexes, self._local_indexes
        solver = self._memory.component(most, [problems[e.name] for e in entities], collections, self._needs)
        solver.best()
        return solver

    def _in_slots(
        self,
        alone: Sequence[Solution],
        shared: Sequence[Sequence[Solution]],
        least: Rank,
        spreading: Apart,
        *,
        apart: int | None,
    ) -> tuple[list[Solution], int]:
        """Those of the fewest requests that nothing beats, and the least cost before projections are shared.

        `shared` has each solution of `alone` in its slots, `least` is the rank that no layout goes below.
        """
        fewest = least[:-1]
        both = [(free, one) for free, some in zip(alone, shared, strict=True) for one in some]
        both = [(free, one) for free, one in both if one.local <= self._local_indexes]
        found = [one for _, one in both]
        cheapest = min(one.rank for one in found)
        # Where a layout has as few requests, an index that spares one is of use only if that layout is dearer.
        able = [(free, one) for free, one in both if cheapest[:2] == one.rank[:2] and one.rank[:-1] > fewest]
        dearer = [one for free, one in able if cheapest[:-1] > fewest or _apart_at_best(free, one) < cheapest[-1]]
        found += [spreading.for_requests(one, all_of_them=cheapest[:-1] == fewest) for one in dearer]
        cheapest = min(one.rank for one in found)
        found = [one for one in found if one.rank[:-1] == cheapest[:-1]]
        found += [more for one in tuple(found) for more in self._with_more_slots(one, spreading.sharing)]
        most = max(one.indexes for one in found)
        saved = cheapest[-1] - least[-1]  # at most, where as few requests as possible are made
        if apart is not None and (cheapest[:-1] > fewest or saved * 100 > cheapest[-1] * apart):
            most = self._workload.options.indexes
        found += [more for one in tuple(found) for more in spreading.for_money(one, most)]
        return _unbeaten(found), min(one.rank[-1] - one.wider for one in found)

    def _with_more_slots(self, solution: Solution, sharing: Sharing) -> Iterator[Solution]:
        """The solution with one slot more, and one more, as long as entities hold more than they are asked for."""
        last = solution
        while last.wider and last.indexes < self._workload.options.indexes:
            more = sharing.of(replace(last, slots=last.shared_slots + 1))
            yield from (one for one in more if one.local <= self._local_indexes)
            last = more[-1]


def _apart_at_best(alone: Solution, shared: Solution) -> int:
    """What a solution costs in its slots if keys that ask for requests there had what suits them each by itself."""
    both = zip(alone.selections, shared.selections, strict=True)
    return shared.rank[-1] - sum(its.cost - own.cost for own, its in both if its.rank[:-1] > own.rank[:-1])


def _least(component: Component) -> int:
    """What the best solution of a component costs, whatever the number of its indexes."""
    return min(component.best(), key=lambda s: s.rank).rank[-1]


def _merged(tables: Sequence[Sequence[Solution]]) -> list[Solution]:
    """The solutions of components together, for each number of GSIs that all can do with and that changes any.

    Each component has a table of them by the number of GSIs, each better than those before it. What moves more base
    keys or leaves more needs without an answer than it must is left out: sharing indexes changes neither.
    """
    useful = max((max(s.indexes for s in table) for table in tables), default=0)
    merged: list[Solution] = []
    last: list[Solution] = []
    for count in range(useful + 1):
        able = [next((s for s in reversed(table) if s.indexes <= count), None) for table in tables]
        chosen = [s for s in able if s is not None]
        if len(chosen) == len(tables) and not (last and all(map(is_, chosen, last))):
            merged.append(together(chosen))
            last = chosen
    least = min((s.rank[:2] for s in merged), default=None)
    return [s for s in merged if s.rank[:2] == least]


def _unbeaten(solutions: Sequence[Solution]) -> list[Solution]:
    """Solutions than which no other is as good with no more indexes and no more places, by the number of indexes."""
    found: list[Solution] = []
    for one in sorted(solutions, key=lambda s: (s.indexes, s.places, solution_key(s))):
        if not any(o.places <= one.places and o.rank <= one.rank for o in found):
            found.append(one)
    return sorted(found, key=lambda s: (s.indexes, [-part for part in s.rank]))


def _components(workload: Workload, collections: Sequence[CollectionNeed]) -> list[_Part]:
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
