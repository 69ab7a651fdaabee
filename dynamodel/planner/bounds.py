"""The certificate for the number of places: access patterns of one entity of which no two can share a key.

In: the workload and a solution. Out: the largest set found of mutually incompatible needs. k of them need k places, of
whatever kind: an index, a local index and a copy each have one key. One of these may be the base table, so at least
k - 1 others are needed (k when none fits a base key). What a guard answers, or may, is left out: the guard is there
anyway.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.ir.proof import Incompatible
from dynamodel.planner.beside import carriers, guard_signatures, may_carry
from dynamodel.planner.enumerate import base_signatures, index_signatures
from dynamodel.planner.families import collection_needs
from dynamodel.planner.identity import joinable
from dynamodel.planner.needs import all_needs
from dynamodel.planner.places import base_serves
from dynamodel.planner.serve import serve
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.needs import Need
    from dynamodel.planner.selection import Selection
    from dynamodel.planner.serve import Signature
    from dynamodel.planner.solution import Solution

_MOST_STEPS = 20_000
_GUARDS = {"guard", "pointer"}


@dataclass(frozen=True, slots=True)
class Bound:
    """At least `places` indexes and copies beside the table, because no two of `members` can share a key.

    `others` are the LSIs and copies that the solution gives their entity, which may stand for as many GSIs.
    """

    places: int
    others: int
    members: tuple[Incompatible, ...]

    @property
    def gsis(self) -> int:
        """At least that many GSIs, in any layout with no more LSIs and copies of that entity."""
        return max(0, self.places - self.others)


def place_bound(workload: Workload, solution: Solution) -> Bound:
    """The bound that asks for the most GSIs, over all entities; for the collections that the solution reads at once."""
    best = Bound(0, 0, ())
    may_join = {e.name: joinable(workload, e) for e in workload.entities}
    identities = {e.name: {*e.identity, *may_join[e.name]} for e in workload.entities}
    needed = _needs_apart(workload, solution)
    read: dict[str, list[tuple[CollectionNeed, Need]]] = {}
    rooted: set[tuple[str, int]] = set()
    for collection in _read_at_once(solution):
        if all(set(collection.partition_of(name)) <= identities[name] for name in collection.entities):
            rooted |= {(n.pattern, n.part) for n in collection.parts}
        for need in collection.parts:
            read.setdefault(need.entity, []).append((collection, need))
    for selection in sorted(solution.selections, key=_most, reverse=True):
        if _most(selection) <= (best.gsis, best.places):
            break
        entity = workload.entity(selection.entity)
        own, parts = needed.get(entity.name, []), read.get(entity.name, [])
        guarded = {(n.pattern, n.part) for n, at in selection.assigned if selection.places[at].kind in _GUARDS}
        own = [n for n in own if (n.pattern, n.part) not in guarded]
        if may_carry(workload, entity):
            own = [n for n in own if not carriers(entity, guard_signatures(entity, n))]
        pool = [*own, *(n for _, n in parts)]
        partitions = [c.partition_of(entity.name) for c, _ in parts]
        bases = base_signatures(entity, pool, partitions, may_join[entity.name])
        found = _entity_bound(entity, own, parts, (rooted, bases))
        found = replace(found, others=_others(selection))
        if (found.gsis, found.places) > (best.gsis, best.places):
            best = found
    return best


def _others(selection: Selection) -> int:
    """The LSIs and copies of a solution's entity."""
    return sum(p.kind in {"local", "copy"} for p in selection.places)


def _most(selection: Selection) -> tuple[int, int]:
    """GSIs and places that no bound exceeds: the needs that a solution answers from one place can share a key."""
    gsis = selection.indexes + len(selection.unserved)
    return gsis, gsis + _others(selection)


def _needs_apart(workload: Workload, solution: Solution) -> dict[str, list[Need]]:
    """What needs a key of its own: all but the collections read in one request; no order that is made in memory."""
    collections = {c.pattern for c in collection_needs(workload)}
    at_once = {c.key for c in _read_at_once(solution)}
    apart = [*solution.split, *(c for g in solution.groups for c in g.collections)]
    needs = [n for n in all_needs(workload) if n.pattern not in collections]
    needs += [n for c in apart if c.key not in at_once for n in c.parts]
    found: dict[str, list[Need]] = {}
    for need in needs:
        found.setdefault(need.entity, []).append(need)
    return found


def _read_at_once(solution: Solution) -> list[CollectionNeed]:
    return [c for g in solution.groups for c, runs in zip(g.collections, g.runs, strict=True) if len(runs) == 1]


def _entity_bound(
    entity: EntityDef,
    needs: Sequence[Need],
    parts: Sequence[tuple[CollectionNeed, Need]],
    base: tuple[set[tuple[str, int]], Sequence[Signature]],
) -> Bound:
    """The bound of one entity; `base`: the parts that could be read together on the base table, and its base keys."""
    rooted, bases = base
    items: list[tuple[Need, tuple[str, ...] | None]] = [(n, None) for n in needs]
    items += [(n, c.partition_of(entity.name)) for c, n in parts]
    pool = [n for n, _ in items]
    partitions = [p for _, p in items if p is not None]
    by_index = [
        frozenset(i for i, (n, p) in enumerate(items) if (p is None or _holds(s, p)) and serve(s, n, entity))
        for s in index_signatures(entity, pool, partitions)
    ]
    by_base = [
        frozenset(
            i
            for i, (n, p) in enumerate(items)
            if (
                base_serves(s, n, entity)
                if p is None
                else (n.pattern, n.part) in rooted and _holds(s, p) and serve(s, n, entity) is not None
            )
        )
        for s in bases
    ]
    together = {(i, j) for served in (*by_index, *by_base) for i in served for j in served}
    servable = {i for served in (*by_index, *by_base) for i in served}
    on_base = {i for served in by_base for i in served}
    clique = _clique(sorted(servable), together, on_base)
    places = len(clique) - bool(set(clique) & on_base)
    members = tuple(
        Incompatible(items[i][0].pattern, entity.name, needs_text(entity, items[i][0], items[i][1])) for i in clique
    )
    return Bound(places, 0, members)


def _holds(signature: Signature, common: tuple[str, ...]) -> bool:
    """Whether a key can be read by a collection's common values: they are its partition, or go on in its sort key."""
    inside = len(common) - len(signature.partition)
    named = {p.attribute for p in signature.sort[: max(0, inside)]}
    return set(signature.partition) | named == set(common)


def _clique(nodes: list[int], together: set[tuple[int, int]], on_base: set[int]) -> list[int]:
    """The set of mutually incompatible nodes that forces the most indexes; exact within a bound on steps."""
    best: list[int] = []
    steps = 0

    def worth(chosen: list[int]) -> int:
        return len(chosen) - bool(set(chosen) & on_base)

    def grow(chosen: list[int], candidates: list[int]) -> None:
        nonlocal best, steps
        steps += 1
        if worth(chosen) > worth(best):
            best = chosen
        if steps > _MOST_STEPS or len(chosen) + len(candidates) <= worth(best):
            return
        for at, node in enumerate(candidates):
            grow([*chosen, node], [n for n in candidates[at + 1 :] if (node, n) not in together])

    grow([], nodes)
    return best


def needs_text(entity: EntityDef, need: Need, partition: tuple[str, ...] | None) -> str:
    """What a pattern needs of a key, in words."""
    if partition is not None:
        return f"{entity.name} in one partition with its collection, by {', '.join(partition)}"
    fixed = ", ".join(name for name, _ in need.equals) or "a constant partition"
    words = [f"{entity.name} by {fixed}"]
    if need.range is not None:
        words.append(f"range on {need.range.attribute}")
    order = [f"{t.attribute}{' descending' if t.descending else ''}" for t in need.order]
    if order:
        words.append(f"in order of {', '.join(order)}")
    return ", ".join(words)
