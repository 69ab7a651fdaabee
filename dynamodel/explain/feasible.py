"""Can one entity's patterns be served at all: a yes or no, without prices, fast enough to be asked hundreds of times.

In: a workload and an entity. Out: whether some base key, local indexes and GSIs within the limits answer every need of
the entity. Entities are independent here: collections may always be read part by part, and a GSI slot is shared by any
number of entities. The candidates are the planner's (`planner.enumerate`); what is decided is a cover: each need by a
key, at most so many keys; guards and copies are not limited. Tests hold that the answer is that of `make_plan`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import LOCAL_INDEXES
from dynamodel.planner.beside import copy_signatures, guard_options, may_carry
from dynamodel.planner.enumerate import base_signatures, index_signatures, local_signatures
from dynamodel.planner.families import collection_needs
from dynamodel.planner.identity import joinable
from dynamodel.planner.needs import all_needs
from dynamodel.planner.places import base_serves
from dynamodel.planner.serve import serve
from dynamodel.planner.sizes import room_for_local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.needs import Need
    from dynamodel.planner.serve import Signature

_MOST_STEPS = 20_000  # of one cover; beyond it the answer is no, as the planner's search would be cut short too


def needs_of(workload: Workload, entity: EntityDef) -> list[Need]:
    """What keys of an entity must answer when collections are read part by part."""
    collections = collection_needs(workload)
    together = {c.pattern for c in collections}
    found = [n for n in all_needs(workload) if n.pattern not in together]
    found += [replace(n, shared=False) for c in collections for n in c.parts]
    return [n for n in found if n.entity == entity.name]


def feasible(workload: Workload, name: str, most_local: int = LOCAL_INDEXES, *, sized: bool = True) -> bool:
    """Whether all needs of the entity can be answered within the model's limits on indexes, and so many local ones.

    `sized`: of these no more than the largest partition leaves room for.
    """
    entity = workload.entity(name)
    needs = [n for n in needs_of(workload, entity) if not _kept_beside(workload, entity, n)]
    partitions = [c.partition_of(name) for c in collection_needs(workload) if name in c.entities]
    weak = [n for n in needs if not n.consistent]
    able = _served_by(entity, index_signatures(entity, weak), weak)
    local = most_local if workload.options.local_indexes else 0
    for base in base_signatures(entity, needs, partitions, joinable(workload, entity)):
        left = [n for n in needs if not base_serves(base, n, entity)]
        strong = [n for n in left if n.consistent]
        most = min(local, room_for_local([(entity, base.partition)])) if sized else local
        keys = _served_by(entity, local_signatures(entity, base, left), left) if strong and most else []
        for answered in _answered_locally(keys, strong, most):
            if covers(able, [n for n in left if not n.consistent and n not in answered], workload.options.indexes):
                return True
    return False


def _answered_locally(keys: Sequence[frozenset[Need]], strong: Sequence[Need], most: int) -> Iterator[frozenset[Need]]:
    """What at most so many local indexes answer that are made for strong needs, in each way to answer all of these."""
    seen: set[tuple[int, frozenset[frozenset[Need]]]] = set()
    stack: list[tuple[int, frozenset[frozenset[Need]]]] = [(0, frozenset())]
    while stack and len(seen) < _MOST_STEPS:
        at, chosen = stack.pop()
        if (at, chosen) in seen:
            continue
        seen.add((at, chosen))
        if at == len(strong):
            yield frozenset(need for key in chosen for need in key)
            continue
        ways = [chosen | {key} for key in keys if strong[at] in key]
        stack += [(at + 1, way) for way in ways if len(way) <= most]


def _kept_beside(workload: Workload, entity: EntityDef, need: Need) -> bool:
    """Whether a guard or a copy, of which there is no limit, could answer a need."""
    if guard_options(workload, entity, need):
        return True
    copies = copy_signatures(entity, [need]) if may_carry(workload, entity) else ()
    return any(serve(s, need, entity) is not None for s in copies)


def _served_by(entity: EntityDef, signatures: Iterable[Signature], needs: Sequence[Need]) -> list[frozenset[Need]]:
    """The needs that each key answers, without keys that another one beats."""
    sets = dict.fromkeys(frozenset(n for n in needs if serve(s, n, entity) is not None) for s in signatures)
    return [one for one in sets if not any(one < other for other in sets)]


def covers(sets: Sequence[frozenset[Need]], needs: Sequence[Need], most: int) -> bool:
    """Whether at most so many of the sets hold all the needs."""
    steps = 0

    def search(left: frozenset[Need], count: int) -> bool:
        nonlocal steps
        steps += 1
        if not left:
            return True
        if steps > _MOST_STEPS or _apart(sets, left) > count:
            return False
        options = {need: [s for s in sets if need in s] for need in left}
        hardest = min(left, key=lambda n: (len(options[n]), n.pattern, n.part))
        return any(search(left - s, count - 1) for s in sorted(options[hardest], key=lambda s: -len(s & left)))

    return search(frozenset(needs), most)


def _apart(sets: Sequence[frozenset[Need]], needs: frozenset[Need]) -> int:
    """How many of the needs certainly have no set in common with another one: so many sets it takes at least."""
    count = 0
    taken: set[Need] = set()
    for need in sorted(needs, key=lambda n: (sum(n in s for s in sets), n.pattern, n.part)):
        if need not in taken:
            count += 1
            taken |= {n for s in sets if need in s for n in s}
            taken.add(need)
    return count
