"""What a request finds, found out on rows.

All rows that a few values make, and none where an attribute is optional, are sorted by their keys as a partition would
hold them. Each that is wanted must have a key, and they must lie side by side.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

from dynamodel.ir.reads import Op
from tests.property.planner.brute.parts import meets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.workload import Workload
    from tests.property.planner.brute.parts import Asked, Clan, Member, Reads, Shape

VALUES = "abcd"  # the last only of attributes that are asked for by a constant
WANTED = "b"  # what the caller gives, everywhere
CONSTANT = "c"

Row = tuple[str, dict[str, str | None]]  # entity, values


class Rows:
    """What requests find in the partitions of clans; each answer is found out once."""

    def __init__(self, model: Workload, reads: Reads) -> None:
        self._entities = {e.name: e for e in model.entities}
        self._collections = reads.collections
        asked = [a for e in model.entities for a in reads.of(e.name)]
        self._told = {(a.entity, name) for a in asked for name, value in a.conditions if value}
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
        heads = {tuple(dict(p.sources)[n] for n in clan.shapes[p.entity].partition) for p in parts}
        if len(heads) > 1:
            return False
        head = [_wanted(source) for source in heads.pop()]
        laid = []
        for member in clan.members:
            part = by_entity.get(member.name)
            for row in self._rows(member.name, member.shape, part, head):
                key = _key(member, row[1])
                if key is not None:
                    laid.append((key, row))
                elif _is_wanted(part, row):
                    return False
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
        mine = [(key, _rank(part, row), self._name(row)) for key, row in keys if row[0] == part.entity]
        return all(
            key != other_key and rank < other
            for (key, rank, name), (other_key, other, other_name) in combinations(mine, 2)
            if rank != other and name != other_name  # rows of one identity are never there together
        )

    def _name(self, row: Row) -> tuple[str | None, ...]:
        return (row[0], *(row[1][n] for n in self._entities[row[0]].identity))

    def _rows(self, name: str, shape: Shape, part: Asked | None, head: Sequence[str]) -> Iterator[Row]:
        """Every row of an entity in the partition of the wanted values, as far as its key and its part tell."""
        told = {*shape.names, *(n for n, _ in shape.when), *self._entities[name].identity}
        told |= part.named if part is not None else set()
        free = sorted(told - set(shape.partition))
        for values in product(*(self._values(name, n) for n in free)):
            yield name, {**dict(zip(shape.partition, head, strict=True)), **dict(zip(free, values, strict=True))}

    def _values(self, name: str, attribute: str) -> tuple[str | None, ...]:
        values = VALUES if (name, attribute) in self._told else VALUES[:-1]
        return (*values, None) if self._entities[name].attribute(attribute).optional else tuple(values)

    def _side_by_side(self, laid: Sequence[tuple[tuple[object, ...], Row]], wanted: set[int]) -> bool:
        """Whether no unwanted row can lie between wanted ones or at one key with them.

        Rows of one identity are never there together.
        """
        names = [self._name(row) for _, row in laid]
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


def _key(member: Member, values: dict[str, str | None]) -> tuple[object, ...] | None:
    """The sort key of a row: at each place the rank of the text there, then the attribute; None if it has no key."""
    shape = member.shape
    if not all(meets(values[n], wanted) for n, wanted in shape.when):
        return None
    if any(values[n] is None for n in shape.demanded):
        return None
    marks, found = dict(member.marks), list[object]()
    for at in range(len(shape.sort) + 1):
        found += [marks[at]] if at in marks else []
        found += [_turned(values[a], descending=down, absent=absent) for a, down, absent in shape.sort[at : at + 1]]
    return tuple(found)


def _wanted(source: tuple[str, str]) -> str:
    kind, text = source
    return text if kind == "constant" else WANTED


def _is_wanted(part: Asked | None, row: Row) -> bool:
    if part is None or any(row[1][n] != _wanted(source) for n, source in part.sources):
        return False
    if any(row[1][n] is None for n in part.present) or any(row[1][n] is not None for n in part.lacked):
        return False
    if part.range is None:
        return True
    name, op = part.range
    value = row[1][name]
    if value is None:
        return False
    return value <= WANTED if op in {Op.LE.value, Op.LT.value} else value >= WANTED


def _rank(part: Asked, row: Row) -> tuple[tuple[int, str], ...]:
    """Where a row is wanted among others: rows of one rank may come in any order."""
    return tuple(
        _turned(row[1][name], descending=descending, absent=nulls or "") for name, descending, nulls in part.order
    )


def _turned(value: str | None, *, descending: bool, absent: str) -> tuple[int, str]:
    if value is None:
        return (0 if absent == "first" else 2), ""
    return 1, VALUES[-1 - VALUES.index(value)] if descending else value
