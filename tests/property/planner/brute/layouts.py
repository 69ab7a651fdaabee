"""Which layouts there are: keys of entities, who shares the partitions of a place, and in which order items lie."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement, permutations, product
from typing import TYPE_CHECKING

from tests.property.planner.brute.parts import Clan, Shape, partitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload
    from tests.property.planner.brute.parts import Asked, Reads
    from tests.property.planner.brute.rows import Rows

TOO_MANY = 1_000  # layouts of one model, before their orders


class Layouts:
    """All layouts of a model in which an entity is in at most so many indexes."""

    def __init__(self, model: Workload, reads: Reads, rows: Rows, most: int) -> None:
        """`most` is the number of indexes that an entity may be in."""
        self._entities: dict[str, EntityDef] = {e.name: e for e in model.entities}
        self._reads, self._rows, self._most = reads, rows, most
        self._known: dict[tuple[object, ...], Clan] = {}

    def _bases(self, entity: EntityDef) -> list[Shape]:
        found = []
        for count in range(1, len(entity.identity) + 1):
            for partition in combinations(entity.identity, count):
                rest = [n for n in entity.identity if n not in partition]
                found += [Shape(partition, sort) for sort in _sequences(rest, len(rest)) if len(sort) == len(rest)]
        return found

    def _indexes(self, entity: EntityDef) -> list[Shape]:
        """Keys that find what some part of a read wants, and that do not find the same without their end."""
        asked = self._reads.of(entity.name)
        names = sorted({n for a in asked for n in a.fixed | {o for o, _ in a.order} | {*(a.range or ())[:1]}})
        found = []
        for count in (1, 2):
            for partition in combinations(names, count):
                for sort in _sequences([n for n in names if n not in partition], 2):
                    served, without = (self._serves(entity.name, Shape(partition, s), asked) for s in (sort, sort[:-1]))
                    if any(served) and (not sort or served != without):
                        found.append(Shape(partition, sort))
        return found

    def _serves(self, name: str, shape: Shape, asked: Sequence[Asked]) -> list[bool]:
        clan = self._clan("index", ((name, shape),))
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
        if size > TOO_MANY:
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
                for orders in product(*(list(permutations(p)) for p in parts)):
                    yield tuple(self._clan(place, order) for order in orders)

    def _clan(self, place: str, members: tuple[tuple[str, Shape], ...]) -> Clan:
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


def slots_of(clans: Sequence[set[str]]) -> int:
    """The fewest indexes in which no entity has two keys."""

    def fill(slots: list[set[str]], left: Sequence[set[str]]) -> int:
        if not left:
            return len(slots)
        first, *rest = left
        ways = [[*slots[:i], slots[i] | first, *slots[i + 1 :]] for i in range(len(slots)) if not slots[i] & first]
        return min(fill(way, rest) for way in (*ways, [*slots, first]))

    return fill([], clans)


def _sequences(names: Sequence[str], most: int) -> Iterator[tuple[tuple[str, bool], ...]]:
    for count in range(min(most, len(names)) + 1):
        for chosen in permutations(names, count):
            for bits in product((False, True), repeat=count):
                yield tuple(zip(chosen, bits, strict=True))
