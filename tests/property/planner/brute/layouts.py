"""Which layouts there are: keys of entities, who shares the partitions of a place, and in which order items lie."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, combinations_with_replacement, permutations, product
from math import comb
from typing import TYPE_CHECKING

from tests.property.planner.brute.forms import Forms
from tests.property.planner.brute.parts import Clan, Member, Shape, Sorted, partitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload
    from tests.property.planner.brute.parts import Asked, Condition, Reads
    from tests.property.planner.brute.rows import Rows

MANY = 400  # layouts of one model, before their orders, that are looked at unless more are wanted


class Layouts:
    """All layouts of a model in which an entity is in at most so many indexes."""

    def __init__(self, model: Workload, reads: Reads, rows: Rows, most: int, many: int = MANY) -> None:
        """`most` is the number of indexes that an entity may be in, `many` how many layouts are not too many."""
        self._many = many
        self._entities: dict[str, EntityDef] = {e.name: e for e in model.entities}
        self._reads, self._rows, self._most = reads, rows, most
        self._forms = Forms(model)
        self._known: dict[tuple[object, ...], Clan] = {}
        self._ways: dict[tuple[object, ...], list[tuple[Clan, ...]]] = {}
        asked = [a for e in model.entities for a in reads.of(e.name)]
        self._turned = {n for a in asked for n in ({o for o, _, _ in a.order} | {*(a.range or ())[:1]})}
        # Rows without these may have a place of their own, in an order or outside of what a request asks for; which end
        # that is does not matter then, unless a request goes on behind a range.
        rare = {(e.name, a.name) for e in model.entities for a in e.attributes if a.optional}
        self._outside = {(a.entity, n) for a in asked for n in (*a.present, *a.lacked)}
        self._outside |= {(a.entity, n) for a in asked for n in a.fixed} & rare
        self._below = frozenset(n for parts in reads.collections for part in parts for n in part.fixed)
        self._coded = {(a.entity, o) for a in asked for o, _, nulls in a.order if nulls}
        self._coded |= {(a.entity, n) for a in asked for n in (a.range or ())[:1]} & rare

    def _bases(self, entity: EntityDef) -> list[Shape]:
        """Base keys; of those whose partitions no request for several items names, which all cost the same, one."""
        names = list(entity.identity)
        asked = [a for a in self._reads.of(entity.name) if not (a.single and a in self._reads.alone)]
        found, others = list[Shape](), list[Shape]()
        for count in range(1, len(names) + 1):
            for partition in combinations(names, count):
                rest = [n for n in names if n not in partition]
                sorts = self._sequences(entity, rest, len(rest))
                shapes = [Shape(partition, sort) for sort in sorts if len(sort) == len(rest)]
                if any(set(partition) <= a.fixed for a in asked):
                    found += shapes
                else:
                    others += shapes
        return found + others[:1]

    def _sequences(self, entity: EntityDef, names: Sequence[str], most: int) -> Iterator[tuple[Sorted, ...]]:
        """Sort sequences; what no order or range names has no need of a direction, nor of a place without a value."""
        ways = {
            n: [
                Sorted(n, down, absent)
                for down in ((False, True) if n in self._turned else (False,))
                for absent in self._absent(entity.name, n)
            ]
            for n in names
        }
        for count in range(min(most, len(names)) + 1):
            for chosen in permutations(names, count):
                yield from product(*(ways[n] for n in chosen))

    def _absent(self, name: str, attribute: str) -> tuple[str, ...]:
        if (name, attribute) in self._coded:
            return "", "first", "last"
        return ("", "first") if (name, attribute) in self._outside else ("",)

    def _indexes(self, entity: EntityDef) -> list[Shape]:
        """Keys that find what some part of a read wants, and that do not find the same without their end.

        All items of a type lie in one partition only for a read that fixes nothing.
        """
        asked = self._reads.of(entity.name)
        names = sorted({n for a in asked for n in a.named})
        found: list[Shape] = []
        for when in _conditions(asked):
            told = {n for n, value in when if value is not None}
            scattered = any(a.fixed <= told for a in asked)
            rest = [n for n in names if n not in told]
            for partition in (p for count in range(not scattered, 3) for p in combinations(rest, count)):
                some = asked if partition else [a for a in asked if a.fixed <= told]
                found += self._worth(entity, "index", (partition, when), some)
                if comb(len(found) + self._most, self._most) > self._many:
                    raise OverflowError(len(found))
        return found

    def _locals(self, entity: EntityDef, base: Shape) -> list[Shape]:
        """Keys of local indexes, which are only there where something must be read strongly; others may be too."""
        asked = self._reads.of(entity.name)
        strong = [a for a in asked if a.consistent]
        together = any(part in strong for parts in self._reads.collections for part in parts)
        return [
            shape
            for when in _conditions(strong)
            for shape in self._worth(entity, "local", (base.partition, when), asked)
            if (shape.sort or together) and any(self._serves("local", entity.name, shape, strong))
        ]

    def _worth(
        self,
        entity: EntityDef,
        place: str,
        begun: tuple[tuple[str, ...], tuple[Condition, ...]],
        asked: Sequence[Asked],
    ) -> Iterator[Shape]:
        partition, when = begun
        told = {n for n, value in when if value is not None}
        names = sorted({n for a in asked for n in a.named} - told - set(partition))
        for sort in self._sequences(entity, names, 2):
            shape = Shape(partition, sort, when)
            if any(value is None and n in shape.demanded for n, value in when):
                continue  # the key says so without the condition
            shorter = Shape(partition, sort[:-1], when)
            served, without = (self._serves(place, entity.name, s, asked) for s in (shape, shorter))
            if any(served) and (not sort or served != without):
                yield shape

    def _serves(self, place: str, name: str, shape: Shape, asked: Sequence[Asked]) -> list[bool]:
        clan = self._clan(place, (Member(name, shape),))
        return [self._rows.answers(clan, (part,)) for part in asked]

    def every(self) -> Iterator[tuple[Clan, ...]]:
        """Every layout; raises OverflowError when there are too many."""
        choices = []
        for entity in self._entities.values():
            indexes = [("index", s) for s in self._indexes(entity)]
            ways = []
            for base in self._bases(entity):
                own = [*indexes, *(("local", s) for s in self._locals(entity, base))]
                some = [s for count in range(self._most + 1) for s in combinations_with_replacement(own, count)]
                ways += [(base, chosen) for chosen in some]
            choices.append(ways)
        size = 1
        for choice in choices:
            size *= len(choice)
        if size > self._many:
            raise OverflowError(size)
        names = list(self._entities)
        for chosen in product(*choices):
            bases = {n: base for n, (base, _) in zip(names, chosen, strict=True)}
            keys = [(place, n, s) for n, (_, some) in zip(names, chosen, strict=True) for place, s in some]
            local, indexes = ([(n, s) for place, n, s in keys if place == kind] for kind in ("local", "index"))
            for base_clans, local_clans, index_clans in product(
                self._clans("base", list(bases.items())), self._clans("local", local), self._clans("index", indexes)
            ):
                if all(any(c.shapes.keys() <= base.shapes.keys() for base in base_clans) for c in local_clans):
                    yield (*base_clans, *local_clans, *index_clans)

    def _clans(self, place: str, keys: Sequence[tuple[str, Shape]]) -> list[tuple[Clan, ...]]:
        """Every way to put keys together that collections read together, in every order."""
        known = (place, *keys)
        if known not in self._ways:
            self._ways[known] = list(self._put_together(place, keys))
        return self._ways[known]

    def _put_together(self, place: str, keys: Sequence[tuple[str, Shape]]) -> Iterator[tuple[Clan, ...]]:
        for parts in partitions(list(keys)):
            if all(len(p) == 1 or self._belong(p) for p in parts):
                for some in product(
                    *(list(_arranged([Member(n, s, ()) for n, s in p], 0, self._below)) for p in parts)
                ):
                    yield from product(*([self._clan(place, m, f) for f in self._forms.of(place, m)] for m in some))

    def _clan(self, place: str, members: tuple[Member, ...], form: str = "") -> Clan:
        """The one clan of these members, so that what is known of it is found at once."""
        return self._known.setdefault((place, form, *members), Clan(place, members, form))

    def arrangements(self, clan: Clan) -> list[Clan]:
        """The same keys in every order of the kinds of items."""
        keys = [Member(m.name, m.shape, ()) for m in clan.members]
        return [self._clan(clan.place, members) for members in _arranged(keys, 0, self._below)]

    def _belong(self, keys: Sequence[tuple[str, Shape]]) -> bool:
        names = [n for n, _ in keys]
        if len(set(names)) < len(names) or len({len(s.partition) for _, s in keys}) > 1 or not keys[0][1].partition:
            return False
        linked = {names[0]}
        while True:
            more = {p.entity for c in self._reads.collections if linked & {p.entity for p in c} for p in c} & set(names)
            if more <= linked:
                return linked == set(names)
            linked |= more


def _conditions(asked: Sequence[Asked]) -> list[tuple[Condition, ...]]:
    """What a sparse key may demand: some of what all rows of a read meet."""
    found: dict[tuple[Condition, ...], None] = {(): None}
    for one in asked:
        for count in range(1, len(one.conditions) + 1):
            found |= dict.fromkeys(combinations(sorted(one.conditions), count))
    return list(found)


def _arranged(members: Sequence[Member], depth: int, nesting: frozenset[str]) -> Iterator[tuple[Member, ...]]:
    """Every way in which items of these members can lie, where so many attributes of their sort keys are alike.

    They lie side by side, or several of them below more attributes that are alike, where the same begins again: such as
    collections fix (`nesting`), for rows of a range that several types share do not lie mixed beside others. There a
    member with no attributes left needs no text if it comes first.
    """
    for groups in partitions(list(members)):
        if len(members) == 1 or len(groups) > 1 or not depth:
            inside = [list(_below(group, depth, nesting)) for group in groups]
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


def _below(group: Sequence[Member], depth: int, nesting: frozenset[str]) -> Iterator[tuple[Member, ...]]:
    """Every way in which the items of one block can lie."""
    if len(group) == 1:
        yield tuple(group)
        return
    shortest = min(len(m.shape.sort) for m in group)
    for deeper in range(depth + 1, shortest + 1):
        alike = {m.shape.sort[depth:deeper] for m in group}
        if len(alike) == 1 and {n for sort in alike for n, _, _ in sort} <= nesting:
            yield from _arranged(group, deeper, nesting)


def slots_of(clans: Sequence[set[str]]) -> int:
    """The fewest indexes in which no entity has two keys."""

    def fill(slots: list[set[str]], left: Sequence[set[str]]) -> int:
        if not left:
            return len(slots)
        first, *rest = left
        ways = [[*slots[:i], slots[i] | first, *slots[i + 1 :]] for i in range(len(slots)) if not slots[i] & first]
        return min(fill(way, rest) for way in (*ways, [*slots, first]))

    return fill([], clans)
