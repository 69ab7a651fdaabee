"""Item collections: what they read, and which entities can share a partition for it.

In: the workload. Out: `CollectionNeed`s, and what can be said of them without a layout.
"""

from __future__ import annotations

from dataclasses import field, replace
from itertools import chain, combinations, product
from typing import TYPE_CHECKING

from dynamodel.ir.keys import Absent
from dynamodel.ir.reads import Op, ReadKind
from dynamodel.ir.values import Given, Kind
from dynamodel.keys.choose import component_for, refusal
from dynamodel.planner.cost import mixed_rows
from dynamodel.planner.intervals import Partial
from dynamodel.planner.needs import need_of, relaxed
from dynamodel.planner.serve import needed_order
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import ConditionDef
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.needs import Need

    Sparse = Mapping[str, tuple[ConditionDef, ...]]  # entity -> the constants that its key demands

_TEXTS = {Kind.STRING, Kind.ENUM, Kind.UUID, Kind.ULID}

_UPPER = {Op.LE, Op.LT}
_LOWER = {Op.GE, Op.GT}


@dataclass(frozen=True, slots=True)
class CollectionNeed:
    """A collection or a piece of one: its parts, and for each in the same order what the caller's common values fix.

    `mixing`: the numbers of those parts whose rows can lie mixed, if keys demand what constants fix, each with the
    attributes of the order that they have in common.
    """

    pattern: str
    parts: tuple[Need, ...]
    partitions: tuple[tuple[str, ...], ...]
    mixing: tuple[tuple[int, tuple[str, ...]], ...] = ()
    entities: tuple[str, ...] = field(init=False, repr=False, compare=False)
    key: tuple[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what is asked for at every step of the search.

        `entities`, in the order of the parts; and `key`, what tells it from all other pieces: the access pattern, and
        which of its parts they are.
        """
        object.__setattr__(self, "entities", tuple(part.entity for part in self.parts))
        object.__setattr__(self, "key", (self.pattern, tuple(part.part for part in self.parts)))

    def __hash__(self) -> int:
        """That of its key."""
        return hash(self.key)

    @property
    def woven(self) -> tuple[tuple[str, ...], ...]:
        """For each part the attributes of the common order, where the rows of all lie mixed; empty where they do not.

        Some of the parts that could lie mixed do not if they can lie side by side.
        """
        orders = dict(self.mixing)
        if not all(n.part in orders for n in self.parts) or not (
            len(orders) == len(self.parts) or is_cut_out(self.parts)
        ):
            return ()
        return tuple(orders[n.part] for n in self.parts)

    @property
    def consistent(self) -> bool:
        """Whether it must be read strongly."""
        return any(part.consistent for part in self.parts)

    def partition_of(self, entity: str) -> tuple[str, ...]:
        """The attributes of an entity that the collection's partition holds."""
        return self.partitions[self.entities.index(entity)]

    def piece(self, positions: Sequence[int]) -> CollectionNeed:
        """Some of its parts."""
        parts = tuple(self.parts[i] for i in positions)
        return replace(self, parts=parts, partitions=tuple(self.partitions[i] for i in positions))


def mixed(needs: Sequence[Need]) -> list[Need]:
    """Parts whose rows lie mixed: they have their page in common."""
    return [
        n
        if n.limit is None
        else replace(n, rows=replace(n.rows, average=mixed_rows(n.rows.average, n.limit, len(needs))))
        for n in needs
    ]


def collection_needs(workload: Workload) -> tuple[CollectionNeed, ...]:
    """The collections whose parts have at least one of the caller's values in common."""
    found = []
    for pattern in workload.reads:
        if pattern.kind is not ReadKind.COLLECTION:
            continue
        needs = tuple(replace(relaxed(need_of(pattern, i)), shared=True) for i in range(len(pattern.parts)))
        maps = [{s: name for name, s in reversed(n.equals) if isinstance(s, Given)} for n in needs]
        given = dict.fromkeys(s for _, s in needs[0].equals if isinstance(s, Given))
        entities = [workload.entity(n.entity) for n in needs]
        common = [s for s in given if all(s in m for m in maps) and _one_text(s, entities, maps)]
        if common and len(needs) > 1:
            partitions = tuple(tuple(m[s] for s in common) for m in maps)
            whole = CollectionNeed(pattern.name, needs, partitions)
            some = whole if pattern.merged else _ranged(whole)
            lies_mixed = pattern.merged or (is_cut_out(some.parts) and _is_read_together(workload, some))
            orders = _woven(some, [workload.entity(e) for e in some.entities]) if lies_mixed else ()
            mixing = tuple((n.part, order) for n, order in zip(some.parts, orders, strict=False))
            found.append(replace(whole, mixing=mixing))
    return tuple(found)


def never_mixed(workload: Workload) -> set[str]:
    """The collections with lists of one range that could lie mixed, if nobody read one of them without the others."""
    apart = [_ranged(c) for c in collection_needs(workload) if not c.mixing]
    return {c.pattern for c in apart if is_cut_out(c.parts) and _woven(c, [workload.entity(e) for e in c.entities])}


def _ranged(collection: CollectionNeed) -> CollectionNeed:
    """The lists of a collection that are read to the ends of a range."""
    return collection.piece([i for i, n in enumerate(collection.parts) if n.range is not None and n.limit is None])


def is_cut_out(needs: Sequence[Need]) -> bool:
    """Whether the rows wanted of each type cannot lie beside those of the others: blocks have two ends to meet at."""
    ranges = [n.range for n in needs if n.range is not None and n.limit is None]
    ended = all(r.op in _UPPER | _LOWER for r in ranges)
    return len(ranges) == len(needs) > 1 and not (ended and len(needs) == 2)  # noqa: PLR2004


def _is_read_together(workload: Workload, piece: CollectionNeed) -> bool:
    """Whether nobody reads the rows of one type without those of the others: that would take an index more.

    Separate lists can be asked for at the same time, so a request less is not worth an index.
    """
    held = {name: set(p) for name, p in zip(piece.entities, piece.partitions, strict=True)}
    return all(
        part.entity not in held
        or not held[part.entity] <= {e.attribute for e in part.equals}
        or held.keys() <= {other.entity for other in pattern.parts}
        for pattern in workload.reads
        for part in pattern.parts
    )


def _woven(piece: CollectionNeed, entities: Sequence[EntityDef]) -> tuple[tuple[str, ...], ...]:
    """The attributes by which rows of several types can lie mixed: there in every row, written alike, and turned alike.

    Nothing else may be asked of the rows but one range of the first of them.
    """
    needs, partitions = piece.parts, piece.partitions
    orders = [need_order(n) for n in needs]
    ranges = {(n.range.op, n.range.operands) if n.range else None for n in needs}
    alike = (
        len({n.entity for n in needs}) == len(needs)
        and len(ranges) == len({n.limit for n in needs}) == len({tuple(d for _, d in order) for order in orders}) == 1
        and len({down for order in orders for _, down in order}) == 1
        and all(n.eq - _constant(n) <= set(p) for n, p in zip(needs, partitions, strict=True))
        and all(n.range is None or n.range.attribute == order[0][0] for n, order in zip(needs, orders, strict=True))
    )
    if not alike:
        return ()
    names = [tuple(name for name, _ in order) for order in orders]
    for column in zip(*names, strict=True):
        held = [entity.attribute(name) for entity, name in zip(entities, column, strict=True)]
        if any(a.optional or refusal(a) for a in held):
            return ()
        if len({(replace(component_for(a), attribute=""), a.bucket and a.bucket.unit) for a in held}) > 1:
            return ()
    apart = all(not set(order) & set(p) for order, p in zip(names, partitions, strict=True))
    return tuple(names) if apart else ()


def _constant(need: Need) -> set[str]:
    """The attributes that a part fixes to constants."""
    return {c.attribute for c in need.conditions if c.op is Op.EQ}


def need_order(need: Need) -> list[tuple[str, bool]]:
    """The order of a part, each attribute with whether it descends; that of its range where it has no other."""
    if need.order:
        return [(t.attribute, t.descending) for t in need.order]
    return [(need.range.attribute, False)] if need.range is not None else []


def _one_text(source: Given, entities: Sequence[EntityDef], maps: Sequence[Mapping[Given, str]]) -> bool:
    """Whether one value has the same text in the keys of all parts: numbers are written as their bounds say."""
    held = [entity.attribute(names[source]) for entity, names in zip(entities, maps, strict=True)]
    if any(refusal(attribute) for attribute in held):
        return False
    texts = {replace(component_for(a), attribute="", absent=Absent.REFUSED) for a in held}
    return len(texts) == 1


def touches(pieces: Iterable[CollectionNeed], piece: CollectionNeed) -> bool:
    """Whether a piece has an entity in common with others."""
    return any(set(c.entities) & set(piece.entities) for c in pieces)


def root_of(members: Mapping[str, tuple[str, ...]], entities: Mapping[str, EntityDef]) -> str:
    """The text that names a shared partition: the type that the partition's attributes identify, else the first."""
    root = next((n for n, p in members.items() if set(entities[n].identity) == set(p)), next(iter(members)))
    return entities[root].tag


def common_partitions(collections: Sequence[CollectionNeed]) -> dict[str, tuple[str, ...]] | None:
    """The partition of each entity that all of these collections can share; None if there is none.

    It is what the collection with the fewest common values holds; the others read below a part of their sort key.
    """
    least = min(collections, key=lambda c: len(c.partitions[0]))
    found = dict(zip(least.entities, least.partitions, strict=True))
    left = [c for c in collections if c is not least]
    while left:
        linked = next((c for c in left if set(c.entities) & set(found)), None)
        if linked is None:
            return None
        left.remove(linked)
        positions = positions_in(linked, found)
        if positions is None:
            return None
        for entity, held in zip(linked.entities, linked.partitions, strict=True):
            found[entity] = tuple(held[i] for i in positions)
    return found


def positions_in(collection: CollectionNeed, held: Mapping[str, tuple[str, ...]]) -> tuple[int, ...] | None:
    """Which of a collection's common values stand in attributes of its entities, alike for all of these; or None."""
    found: set[tuple[int, ...] | None] = set()
    for entity, own in zip(collection.entities, collection.partitions, strict=True):
        if entity in held:
            inside = set(held[entity]) <= set(own)
            found.add(tuple(own.index(name) for name in held[entity]) if inside else None)
    return found.pop() if len(found) == 1 else None


def sparse_choices(collections: Sequence[CollectionNeed]) -> Iterator[Sparse]:
    """What the keys of entities may demand of the rows that all of these collections want: constants, fewer first."""
    asked: dict[str, list[tuple[ConditionDef, ...]]] = {}
    for need in (n for c in collections for n in c.parts):
        asked.setdefault(need.entity, []).append(need.conditions)
    choices = []
    for name, (first, *others) in asked.items():
        common = [c for c in first if c.op is Op.EQ and all(c in other for other in others)]
        some = chain.from_iterable(combinations(common, count) for count in range(len(common) + 1))
        choices.append([(name, conditions) for conditions in some])
    for chosen in product(*choices):
        sparse = {name: conditions for name, conditions in chosen if conditions}
        if sparse:
            yield sparse


def is_whole(need: Need, told: Collection[str]) -> bool:
    """Whether a collection wants every row of a part in which the attributes that are `told` have their values."""
    return need.limit is None and need.range is None and need.eq <= set(told)


def partial_of(block: int, need: Need, told: Collection[str], entity: EntityDef) -> Partial:
    """A part that is not wanted whole, as the order of blocks sees it; `where` is for its place to meet."""
    forward = canonical(need, entity) if need.limit is not None else None
    alone = bool(need.filters) or not need.eq <= set(told)
    if need.range is not None:
        near = True if need.range.op in _UPPER else False if need.range.op in _LOWER else None
        alone = alone or near is None or (forward is not None and forward != near)
        forward = near
    names = [t.attribute for t in needed_order(entity, need)] + ([need.range.attribute] if need.range else [])
    texts = [a for a in map(entity.attribute, dict.fromkeys(names)) if a.type.kind in _TEXTS]
    dearer = entity.count.average * sum(a.size.average for a in texts)
    return Partial(block, forward, need.limit is not None, alone, dearer)


def canonical(need: Need, entity: EntityDef) -> bool | None:
    """The direction in which a limited part is read when its order is stored ascending; None when it has none."""
    order = needed_order(entity, need)
    return None if not order else not order[0].descending
