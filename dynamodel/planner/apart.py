"""Index keys that have an index to themselves, because attributes can be keys there and a write is spared a read.

In: a solution of the search, which knows keys as text. Out: its slots. A half of a key that is text must be known whole
when a part of it changes, so what adds to a number in it reads the item first; where no other entity is in the index,
the attribute itself is the key (`natural`). Fewer requests come before fewer indexes, as in the search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.entries import changed_attributes
from dynamodel.planner.build import build
from dynamodel.planner.slots import assign, deployed_slots, key_attributes

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.build import Built
    from dynamodel.planner.natural import Forms
    from dynamodel.planner.slots import Apart, Slotted
    from dynamodel.planner.solution import Solution


def spread(
    workload: Workload, solution: Solution, locked: Plan | None, names: tuple[str, str], forms: Forms
) -> Slotted:
    """The slots of a solution, and more of them where that spares requests; shared indexes that are deployed stay so.

    `names` and `forms` as in `build`.
    """
    kept = deployed_slots(locked)
    found = assign(workload, solution, kept)
    options = workload.options
    keys = _keys(workload, solution, locked) if options.multi_attribute_keys and options.spare_reads else {}
    if not keys:
        return found
    first = build(workload, solution, found, names, forms)
    looking = _reading(workload, first)
    apart: Apart = frozenset()
    fewest = _requests(first)

    def requests(wanted: Apart) -> int:
        slotted = assign(workload, solution, kept, wanted)
        if len({p for places in slotted.places.values() for p in places if p[:3] == "GSI"}) > workload.options.indexes:
            return fewest + 1
        return _requests(build(workload, solution, slotted, names, forms))

    for entity, mine in keys.items():  # all of an entity: any that stays text asks for the same read
        if entity in looking and (count := requests(apart | mine)) < fewest:
            apart, fewest = apart | mine, count
    for key in sorted(apart):
        if requests(apart - {key}) == fewest:
            apart -= {key}
    return assign(workload, solution, kept, apart) if apart else found


def _keys(workload: Workload, solution: Solution, locked: Plan | None) -> dict[str, Apart]:
    """The own keys of each entity, by the numbers of their places, that an update changes."""
    shared = {i.name for i in locked.table.gsis if len(i.entities) > 1} if locked else set()
    fixed = {
        (d.entity, key_attributes(k))
        for d in (locked.entities if locked else ())
        for k in d.indexes
        if k.place in shared
    }
    found = {}
    for selection in solution.selections:
        entity = workload.entity(selection.entity)
        steps = [s for _, s in workload.steps_on(entity.name) if s.actions]
        changed = {name for step in steps for name in changed_attributes(entity, step)}
        own = [(n, p.signature.attributes) for n, p in enumerate(selection.places) if p.kind == "own"]
        mine = {(entity.name, n) for n, a in own if changed & set(a) and (entity.name, tuple(a)) not in fixed}
        if mine:
            found[entity.name] = frozenset(mine)
    return found


def _reading(workload: Workload, built: Built) -> set[str]:
    """The entities of which a write reads an item first."""
    steps = {p.name: p.steps for p in workload.writes}
    pairs = ((s, d) for p in built.patterns if p.steps for s, d in zip(steps[p.name], p.steps, strict=True))
    return {step.entity for step, design in pairs if design.read_first}


def _requests(built: Built) -> int:
    return sum(p.request_count for p in built.patterns)
