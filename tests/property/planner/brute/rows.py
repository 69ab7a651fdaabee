"""What a request finds, found out on rows.

All rows that the values `a`, `b` and `c` make are sorted by their keys as a partition would hold them, and what is
wanted must lie side by side in it.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

from dynamodel.ir.reads import Op

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.workload import Workload
    from tests.property.planner.brute.parts import Asked, Clan, Member, Reads, Shape

VALUES = "abc"
WANTED = "b"  # what the caller gives, everywhere

Row = tuple[str, dict[str, str]]  # entity, values


class Rows:
    """What requests find in the partitions of clans; each answer is found out once."""

    def __init__(self, model: Workload, reads: Reads) -> None:
        self._entities = {e.name: e for e in model.entities}
        self._collections = reads.collections
        self._answers: dict[tuple[object, ...], bool] = {}

    def answers(self, clan: Clan, parts: Sequence[Asked]) -> bool:
        """Whether one request in the partitions of a clan finds just the rows of these parts, as they are wanted."""
        known = (clan, *parts)
        if known not in self._answers:
            self._answers[known] = self._find(clan, parts)
        return self._answers[known]

    def _find(self, clan: Clan, parts: Sequence[Asked]) -> bool:
        by_entity = {p.entity: p for p in parts}
        if len(by_entity) < len(parts) or not all(set(clan.shapes[p.entity].partition) <= p.fixed for p in parts):
            return False
        laid = []
        for member in clan.members:
            rows = self._rows(member.name, member.shape, by_entity.get(member.name))
            laid += [(_key(member, values), (name, values)) for name, values in rows]
        laid.sort(key=lambda one: one[0])
        wanted = [i for i, (_, row) in enumerate(laid) if _is_wanted(by_entity.get(row[0]), row)]
        if not self._side_by_side(laid, set(wanted)):
            return False
        ordered = [p for p in parts if p.limit or (p.order and len(parts) == 1 and not self._in_memory(p))]
        if not ordered:
            return True
        if len(ordered) > 1 or any(not p.single for p in parts if p is not ordered[0]):
            return False
        (part,) = ordered
        keys = [(laid[i][0], laid[i][1]) for i in wanted]
        return any(self._in_order(part, turn) for turn in (keys, keys[::-1]))

    def _in_memory(self, part: Asked) -> bool:
        return any(part in parts for parts in self._collections)

    def _in_order(self, part: Asked, keys: Sequence[tuple[tuple[object, ...], Row]]) -> bool:
        """Whether the rows come as wanted: single ones of other parts first, then those of the part in its order."""
        kinds = [row[0] == part.entity for _, row in keys]
        if kinds != sorted(kinds):
            return False
        mine = [(key, row) for key, row in keys if row[0] == part.entity]
        return all(
            key != other_key and _comes_first(part, row, other) is not False
            for (key, row), (other_key, other) in combinations(mine, 2)
            if self._coexist(row, other) and _comes_first(part, row, other) is not None
        )

    def _rows(self, name: str, shape: Shape, part: Asked | None) -> Iterator[Row]:
        """Every row of an entity in the partition of the wanted values, as far as its key and its part tell."""
        told = {*shape.names, *self._entities[name].identity}
        if part is not None:
            told |= part.fixed | {n for n, _ in part.order} | ({part.range[0]} if part.range else set())
        free = sorted(told - set(shape.partition))
        for values in product(VALUES, repeat=len(free)):
            yield name, {**dict.fromkeys(shape.partition, WANTED), **dict(zip(free, values, strict=True))}

    def _coexist(self, one: Row, other: Row) -> bool:
        identity = self._entities[one[0]].identity
        return one[0] != other[0] or any(one[1][n] != other[1][n] for n in identity)

    def _side_by_side(self, laid: Sequence[tuple[tuple[object, ...], Row]], wanted: set[int]) -> bool:
        """Whether no unwanted row can lie between wanted ones or at one key with them.

        Rows of one identity are never there together.
        """
        names = [(r[0], *(r[1][n] for n in self._entities[r[0]].identity)) for _, r in laid]
        for at, (key, _) in enumerate(laid):
            if at in wanted:
                continue
            others = [i for i in wanted if names[i] != names[at]]
            if any(laid[i][0] == key for i in others):
                return False
            before = {names[i] for i in others if i < at}
            after = {names[i] for i in others if i > at}
            if before and after and len(before | after) > 1:
                return False
        return True


def _key(member: Member, values: dict[str, str]) -> tuple[object, ...]:
    """The sort key of a row: at each place the rank of the text there, then the attribute."""
    marks, found = dict(member.marks), list[object]()
    for at in range(len(member.shape.sort) + 1):
        found += [marks[at]] if at in marks else []
        found += [_turned(values[a], descending=d) for a, d in member.shape.sort[at : at + 1]]
    return tuple(found)


def _is_wanted(part: Asked | None, row: Row) -> bool:
    if part is None or any(row[1][n] != WANTED for n in part.fixed):
        return False
    if part.range is None:
        return True
    name, op = part.range
    return row[1][name] <= WANTED if op in {Op.LE.value, Op.LT.value} else row[1][name] >= WANTED


def _comes_first(part: Asked, one: Row, other: Row) -> bool | None:
    """Whether one row is wanted before another, None when either may come first."""
    for name, descending in part.order:
        mine, its = (_turned(r[1][name], descending=descending) for r in (one, other))
        if mine != its:
            return mine < its
    return None


def _turned(value: str, *, descending: bool) -> str:
    return VALUES[-1 - VALUES.index(value)] if descending else value
