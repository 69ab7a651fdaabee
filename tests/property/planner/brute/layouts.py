"""Which layouts there are: keys of entities, who shares the partitions of a place, and in which order items lie."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, combinations_with_replacement, permutations, product
from typing import TYPE_CHECKING

from tests.property.planner.brute.parts import Clan, Member, Shape, partitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload
    from tests.property.planner.brute.parts import Asked, Reads
    from tests.property.planner.brute.rows import Rows

MANY = 400  # layouts of one model, before their orders, that are looked at unless more are wanted


class Layouts:
    """All layouts of a model in which an entity is in at most so many indexes."""

    def __init__(self, model: Workload, reads: Reads, rows: Rows, most: int, many: int = MANY) -> None:
        """`most` is the number of indexes that an entity may be in, `many` how many layouts are not too many."""
        self._many = many
        self._entities: dict[str, EntityDef] = {e.name: e for e in model.entities}
        self._reads, self._rows, self._most = reads, rows, most
        self._known: dict[tuple[object, ...], Clan] = {}
        asked = [a for e in model.entities for a in reads.of(e.name)]
        self._turned = {n for a in asked for n in ({o for o, _ in a.order} | {*(a.range or ())[:1]})}

    def _bases(self, entity: EntityDef) -> list[Shape]:
        """Base keys; of those whose partitions no request for several items names, which all cost the same, one."""
        names = list(entity.identity)
        asked = [a for a in self._reads.of(entity.name) if not (a.single and a in self._reads.alone)]
        found, others = list[Shape](), list[Shape]()
        for count in range(1, len(names) + 1):
            for partition in combinations(names, count):
                rest = [n for n in names if n not in partition]
                shapes = [Shape(partition, sort) for sort in self._sequences(rest, len(rest)) if len(sort) == len(rest)]
                if any(set(partition) <= a.fixed for a in asked):
                    found += shapes
                else:
                    others += shapes
        return found + others[:1]

    def _sequences(self, names: Sequence[str], most: int) -> Iterator[tuple[tuple[str, bool], ...]]:
        """Sort sequences; what no order or range names has no need of a direction."""
        for count in range(min(most, len(names)) + 1):
            for chosen in permutations(names, count):
                for bits in product(*((False, True) if n in self._turned else (False,) for n in chosen)):
                    yield tuple(zip(chosen, bits, strict=True))

    def _indexes(self, entity: EntityDef) -> list[Shape]:
        """Keys that find what some part of a read wants, and that do not find the same without their end."""
        asked = self._reads.of(entity.name)
        names = sorted({n for a in asked for n in a.fixed | {o for o, _ in a.order} | {*(a.range or ())[:1]}})
        found = []
        for count in (1, 2):
            for partition in combinations(names, count):
                for sort in self._sequences([n for n in names if n not in partition], 2):
                    served, without = (self._serves(entity.name, Shape(partition, s), asked) for s in (sort, sort[:-1]))
                    if any(served) and (not sort or served != without):
                        found.append(Shape(partition, sort))
        return found

    def _serves(self, name: str, shape: Shape, asked: Sequence[Asked]) -> list[bool]:
        clan = self._clan("index", (Member(name, shape),))
        return [self._rows.answers(clan, (part,)) for part in asked]

    def every(self) -> Iterator[tuple[Clan, ...]]:
        """Every layout; raises OverflowError when there are too many."""
        choices = []
        for entity in self._entities.values():
            indexes = self._indexes(entity)
            some = [s for count in range(self._most + 1) for s in combinations_with_replacement(indexes, count)]
            choices.append([(base, own) for base in self._bases(entity) for own in some])
        size = 1
        for choice in choices:
            size *= len(choice)
        if size > self._many:
            raise OverflowError(size)
        names = list(self._entities)
        for chosen in product(*choices):
            bases = {n: base for n, (base, _) in zip(names, chosen, strict=True)}
            own = [(n, s) for n, (_, some) in zip(names, chosen, strict=True) for s in some]
            for base_clans in self._clans("base", list(bases.items())):
                for index_clans in self._clans("index", own):
                    yield (*base_clans, *index_clans)

    def _clans(self, place: str, keys: Sequence[tuple[str, Shape]]) -> Iterator[tuple[Clan, ...]]:
        """Every way to put keys together that collections read together, in every order."""
        for parts in partitions(list(keys)):
            if all(len(p) == 1 or self._belong(p) for p in parts):
                for some in product(*(list(_arranged([Member(n, s, ()) for n, s in p], 0)) for p in parts)):
                    yield tuple(self._clan(place, members) for members in some)

    def _clan(self, place: str, members: tuple[Member, ...]) -> Clan:
        """The one clan of these members, so that what is known of it is found at once."""
        return self._known.setdefault((place, *members), Clan(place, members))

    def _belong(self, keys: Sequence[tuple[str, Shape]]) -> bool:
        names = [n for n, _ in keys]
        if len(set(names)) < len(names) or len({len(s.partition) for _, s in keys}) > 1:
            return False
        linked = {names[0]}
        while True:
            more = {p.entity for c in self._reads.collections if linked & {p.entity for p in c} for p in c} & set(names)
            if more <= linked:
                return linked == set(names)
            linked |= more


def _arranged(members: Sequence[Member], depth: int) -> Iterator[tuple[Member, ...]]:
    """Every way in which items of these members can lie, where so many attributes of their sort keys are alike.

    They lie side by side, or several of them below more attributes that are alike, where the same begins again. There
    a member with no attributes left needs no text if it comes first.
    """
    for groups in partitions(list(members)):
        if len(members) == 1 or len(groups) > 1 or not depth:
            inside = [list(_below(group, depth)) for group in groups]
            for some in product(*inside):
                for order in permutations(some):
                    marked = [
                        tuple(replace(m, marks=((depth, rank), *m.marks)) for m in block)
                        for rank, block in enumerate(order)
                    ]
                    yield tuple(m for block in marked for m in block)
                    first = order[0]
                    if depth and len(first) == 1 and len(first[0].shape.sort) == depth:
                        yield (*first, *(m for block in marked[1:] for m in block))


def _below(group: Sequence[Member], depth: int) -> Iterator[tuple[Member, ...]]:
    """Every way in which the items of one block can lie."""
    if len(group) == 1:
        yield tuple(group)
        return
    shortest = min(len(m.shape.sort) for m in group)
    for deeper in range(depth + 1, shortest + 1):
        if len({m.shape.sort[depth:deeper] for m in group}) == 1:
            yield from _arranged(group, deeper)


def slots_of(clans: Sequence[set[str]]) -> int:
    """The fewest indexes in which no entity has two keys."""

    def fill(slots: list[set[str]], left: Sequence[set[str]]) -> int:
        if not left:
            return len(slots)
        first, *rest = left
        ways = [[*slots[:i], slots[i] | first, *slots[i + 1 :]] for i in range(len(slots)) if not slots[i] & first]
        return min(fill(way, rest) for way in (*ways, [*slots, first]))

    return fill([], clans)
