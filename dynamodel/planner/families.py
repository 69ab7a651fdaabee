"""Item collections: which entities share a partition, in which order their blocks lie, and how many requests it takes.

In: the collections of a component and where each is to live. Out: `Group`s with block order and literals, and the runs
(contiguous intervals) that answer each collection. The rule is keys.md C: parts wanted whole must be contiguous, and
one partly wanted part may lie beside them, on the side from which it is read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING

from dynamodel.ir.values import Given
from dynamodel.ir.workload import Op, ReadKind
from dynamodel.planner.needs import need_of, relaxed
from dynamodel.planner.serve import at_most_one, needed_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.workload import EntityDef, Workload
    from dynamodel.planner.needs import Need

_MOST_CLASSES = 7
_UPPER = {Op.LE, Op.LT}
_LOWER = {Op.GE, Op.GT}


@dataclass(frozen=True, slots=True)
class CollectionNeed:
    """A collection: its parts and, for each, the attributes that the caller's common values fix, in the same order."""

    pattern: str
    parts: tuple[Need, ...]
    partitions: tuple[tuple[str, ...], ...]

    @property
    def entities(self) -> tuple[str, ...]:
        """The entities read, in the order of the parts."""
        return tuple(part.entity for part in self.parts)

    def partition_of(self, entity: str) -> tuple[str, ...]:
        """The attributes of an entity that the collection's partition holds."""
        return self.partitions[self.entities.index(entity)]


@dataclass(frozen=True, slots=True)
class Run:
    """One request of a collection: the parts it returns, first and last block in key order, and the partial part."""

    parts: tuple[int, ...]
    first: str
    last: str
    partial: int | None = None
    forward: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Entities that share the partitions of one place: `base`, or a GSI slot of their own choice.

    `members` maps each entity to its partition attributes; `root` names the partition (`ORDER#{order_id}#`).
    """

    place: str
    root: str
    members: tuple[tuple[str, tuple[str, ...]], ...]
    collections: tuple[CollectionNeed, ...]
    blocks: tuple[str, ...] = ()
    literals: tuple[tuple[str, str], ...] = ()
    runs: tuple[tuple[Run, ...], ...] = ()

    def partition_of(self, entity: str) -> tuple[str, ...] | None:
        """The partition attributes of a member, None for others."""
        return dict(self.members).get(entity)


def collection_needs(workload: Workload) -> tuple[CollectionNeed, ...]:
    """The collections whose parts have at least one of the caller's values in common."""
    found = []
    for pattern in workload.reads:
        if pattern.kind is not ReadKind.COLLECTION or any(part.history for part in pattern.parts):
            continue
        needs = tuple(replace(relaxed(need_of(pattern, i)), shared=True) for i in range(len(pattern.parts)))
        maps = [{s: name for name, s in reversed(n.equals) if isinstance(s, Given)} for n in needs]
        given = dict.fromkeys(s for _, s in needs[0].equals if isinstance(s, Given))
        common = [s for s in given if all(s in m for m in maps)]
        if common and len(needs) > 1:
            found.append(CollectionNeed(pattern.name, needs, tuple(tuple(m[s] for s in common) for m in maps)))
    return tuple(found)


def arranged(group: Group, entities: dict[str, EntityDef]) -> Group:
    """The group with the order of its blocks that needs the fewest requests, and the literals that give it."""
    tags = {name: entities[name].tag for name, _ in group.members}
    best: tuple[int, tuple[str, ...]] | None = None
    for order in _orders(group, tags):
        count = sum(len(runs_in(order, c, entities)) for c in group.collections)
        if best is None or count < best[0]:
            best = (count, order)
        if best[0] == len(group.collections):
            break
    if best is None:
        return group
    order = best[1]
    literals = _literals(order, tags)
    runs = tuple(runs_in(order, c, entities) for c in group.collections)
    return replace(group, blocks=order, literals=tuple(sorted(literals.items())), runs=runs)


def _orders(group: Group, tags: dict[str, str]) -> list[tuple[str, ...]]:
    """Block orders worth trying, the one of the plain tags first; blocks with the same role stay together."""
    names = sorted((name for name, _ in group.members), key=lambda n: tags[n])
    classes: dict[tuple[object, ...], list[str]] = {}
    for name in names:
        role = tuple(_role(c, name) for c in group.collections)
        classes.setdefault(role, []).append(name)
    plain = tuple(names)
    if len(classes) > _MOST_CLASSES:
        return [plain]
    rest = [tuple(n for one in order for n in one) for order in permutations(classes.values())]
    return [plain, *rest]


def _role(collection: CollectionNeed, entity: str) -> object:
    if entity not in collection.entities:
        return None
    index = collection.entities.index(entity)
    need = collection.parts[index]
    return "whole" if _whole(need, collection.partitions[index]) else index


def _whole(need: Need, partition: tuple[str, ...]) -> bool:
    return need.limit is None and need.range is None and need.eq <= set(partition)


def runs_in(order: Sequence[str], collection: CollectionNeed, entities: dict[str, EntityDef]) -> tuple[Run, ...]:
    """The requests that read a collection from blocks in this order, the fewest possible."""
    place = {name: i for i, name in enumerate(order)}
    seen: set[str] = set()
    whole: list[int] = []
    partial: list[int] = []
    for index, need in enumerate(collection.parts):
        own = _whole(need, collection.partitions[index]) and need.entity not in seen
        (whole if own else partial).append(index)
        seen.add(need.entity)
    runs: list[Run] = []
    for block in _contiguous(sorted(whole, key=lambda i: place[collection.parts[i].entity]), collection, place):
        first, last = collection.parts[block[0]].entity, collection.parts[block[-1]].entity
        single = all(at_most_one(entities[collection.parts[i].entity], collection.parts[i].eq) for i in block)
        chosen = None
        for index in partial:
            side = _side(collection.parts[index], collection.partitions[index], entities, single=single)
            at = place[collection.parts[index].entity]
            if at == place[last] + 1 and "right" in side:
                chosen = Run((*block, index), first, order[at], index, forward=True)
            elif at == place[first] - 1 and "left" in side:
                chosen = Run((index, *block), order[at], last, index, forward=False)
            if chosen is not None:
                partial.remove(index)
                break
        runs.append(chosen or Run(tuple(block), first, last))
    for index in partial:
        name = collection.parts[index].entity
        runs.append(
            Run((index,), name, name, index, forward=canonical(collection.parts[index], entities[name]) is not False)
        )
    return tuple(sorted(runs, key=lambda r: min(r.parts)))


def _contiguous(whole: list[int], collection: CollectionNeed, place: dict[str, int]) -> list[list[int]]:
    blocks: list[list[int]] = []
    for index in whole:
        at = place[collection.parts[index].entity]
        if blocks and place[collection.parts[blocks[-1][-1]].entity] == at - 1:
            blocks[-1].append(index)
        else:
            blocks.append([index])
    return blocks


def canonical(need: Need, entity: EntityDef) -> bool | None:
    """The direction in which a limited part is read when its order is stored ascending; None when it has none."""
    order = needed_order(entity, need)
    return None if not order else not order[0].descending


def _side(need: Need, partition: tuple[str, ...], entities: dict[str, EntityDef], *, single: bool) -> set[str]:
    """On which side of the whole parts a partial one may lie (keys.md C2, C3); `where` is for its place to meet."""
    if need.filters or not need.eq <= set(partition):
        return set()
    sides = {"left", "right"}
    if need.range is not None:
        sides &= {"right"} if need.range.op in _UPPER else {"left"} if need.range.op in _LOWER else set()
    if need.limit is not None:
        forward = canonical(need, entities[need.entity])
        sides &= {"left", "right"} if forward is None else {"right"} if forward else {"left"}
        if not single:
            return set()
    return sides


def _literals(order: tuple[str, ...], tags: dict[str, str]) -> dict[str, str]:
    """Block literals that sort in this order: the tags, one of them moved to an end, or numbered."""
    attempts = [dict(tags)]
    attempts.append({**tags, order[-1]: f"~{tags[order[-1]]}"})
    attempts.append({**tags, order[0]: f"0~{tags[order[0]]}"})
    for literals in attempts:
        if tuple(sorted(order, key=lambda n: f"{literals[n]}#")) == order:
            return literals
    width = len(str(len(order)))
    return {name: f"{i + 1:0{width}}~{tags[name]}" for i, name in enumerate(order)}
