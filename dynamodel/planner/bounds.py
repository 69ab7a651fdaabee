"""The certificate for the number of indexes: access patterns of one entity of which no two can share a key.

In: the workload and the collections that are read in one request. Out: the largest set found of mutually incompatible
needs. k of them need k places; one place is the base table, so at least k - 1 GSIs (k when none fits a base key).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.plan import Incompatible
from dynamodel.planner.beside import carriers, guard_signatures, may_carry
from dynamodel.planner.enumerate import base_signatures, index_signatures
from dynamodel.planner.identity import joinable
from dynamodel.planner.places import base_serves
from dynamodel.planner.serve import serve
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.workload import EntityDef, Workload
    from dynamodel.planner.families import CollectionNeed
    from dynamodel.planner.needs import Need
    from dynamodel.planner.serve import Signature

_MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Bound:
    """At least `gsis` GSIs, because no two of `members` can share a key."""

    gsis: int
    members: tuple[Incompatible, ...]


def gsi_bound(workload: Workload, needs: Sequence[Need], collections: Sequence[CollectionNeed]) -> Bound:
    """The best bound over all entities."""
    best = Bound(0, ())
    may_join = {e.name: joinable(workload, e) for e in workload.entities}
    identities = {e.name: {*e.identity, *may_join[e.name]} for e in workload.entities}
    needed: dict[str, list[Need]] = {}
    for need in needs:
        if not need.consistent:
            needed.setdefault(need.entity, []).append(need)
    read: dict[str, list[tuple[CollectionNeed, Need]]] = {}
    rooted = set()
    for collection in collections:
        if all(set(collection.partition_of(name)) <= identities[name] for name in collection.entities):
            rooted.add(collection.pattern)
        for need in collection.parts:
            if not need.consistent:
                read.setdefault(need.entity, []).append((collection, need))
    for entity in workload.entities:
        own, parts = needed.get(entity.name, []), read.get(entity.name, [])
        if may_carry(workload, entity):  # what a guard may answer forces no index
            own = [n for n in own if not carriers(workload, entity, guard_signatures(entity, n))]
        if len(own) + len(parts) <= best.gsis:
            continue  # even if no two of them could share a key
        pool = [*own, *(n for _, n in parts)]
        partitions = [c.partition_of(entity.name) for c, _ in parts]
        bases = base_signatures(entity, pool, partitions, may_join[entity.name])
        found = _entity_bound(entity, own, parts, (rooted, bases))
        if found.gsis > best.gsis:
            best = found
    return best


def _entity_bound(
    entity: EntityDef,
    needs: Sequence[Need],
    parts: Sequence[tuple[CollectionNeed, Need]],
    base: tuple[set[str], Sequence[Signature]],
) -> Bound:
    """The bound of one entity; `base` names the collections that could live on the base table, and its base keys."""
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
                else n.pattern in rooted and _holds(s, p) and serve(s, n, entity) is not None
            )
        )
        for s in bases
    ]
    together = {(i, j) for served in (*by_index, *by_base) for i in served for j in served}
    servable = {i for served in (*by_index, *by_base) for i in served}
    on_base = {i for served in by_base for i in served}
    clique = _clique(sorted(servable), together, on_base)
    gsis = len(clique) - bool(set(clique) & on_base)
    members = tuple(
        Incompatible(items[i][0].pattern, entity.name, needs_text(entity, items[i][0], items[i][1])) for i in clique
    )
    return Bound(gsis, members)


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
