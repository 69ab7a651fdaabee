"""What layouts are made of, and what is asked of them: keys, who shares partitions, and the parts of the reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from dynamodel.ir.reads import ReadKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import PartDef, ReadPattern
    from dynamodel.ir.workload import Workload

_T = TypeVar("_T")


@dataclass(frozen=True)
class Shape:
    """The attributes of a key: those of its partition, and those of its sort key, each with its direction."""

    partition: tuple[str, ...]
    sort: tuple[tuple[str, bool], ...]

    @property
    def names(self) -> set[str]:
        """Every attribute in it."""
        return {*self.partition, *(name for name, _ in self.sort)}


@dataclass(frozen=True)
class Member:
    """An entity in a partition: its key, and the texts in its sort key that say where its items lie among others.

    A mark is how many attributes stand before a text, and the rank of the text among those at its place.
    """

    name: str
    shape: Shape
    marks: tuple[tuple[int, int], ...] = ((0, 0),)


@dataclass(frozen=True, eq=False)
class Clan:
    """Entities that share the partitions of a place."""

    place: str
    members: tuple[Member, ...]

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """The key of each member."""
        return {m.name: m.shape for m in self.members}

    @cached_property
    def texts(self) -> dict[str, int]:
        """How many texts the sort key of each member has."""
        return {m.name: len(m.marks) for m in self.members}


@dataclass(frozen=True, eq=False)
class Asked:
    """One part of a read."""

    pattern: str
    entity: str
    fixed: frozenset[str]
    range: tuple[str, str] | None
    order: tuple[tuple[str, bool], ...]
    limit: bool
    single: bool
    rows: int
    rate: int
    returns: frozenset[str] | None  # None for all
    consistent: bool
    kept: bool


@dataclass(frozen=True)
class Reads:
    """What a model reads: parts that are asked by themselves, and those that are asked together."""

    alone: tuple[Asked, ...]
    collections: tuple[tuple[Asked, ...], ...]

    def of(self, name: str) -> list[Asked]:
        """Every part that asks for an entity."""
        return [a for a in (*self.alone, *(p for c in self.collections for p in c)) if a.entity == name]


def reads_of(model: Workload) -> Reads:
    """The parts of a model's reads."""
    entities = {e.name: e for e in model.entities}
    alone: list[Asked] = []
    collections: list[tuple[Asked, ...]] = []
    for pattern in model.reads:
        parts = tuple(_asked(entities[p.entity], pattern, p) for p in pattern.parts)
        if pattern.kind is ReadKind.COLLECTION:
            collections.append(parts)
        elif pattern.kind in {ReadKind.GET, ReadKind.QUERY}:
            alone += parts
    return Reads(tuple(alone), tuple(collections))


def _asked(entity: EntityDef, pattern: ReadPattern, part: PartDef) -> Asked:
    fixed = frozenset(e.attribute for e in part.equals)
    returns = None
    if pattern.returns is not None and pattern.kind is not ReadKind.COLLECTION:
        returns = frozenset({*pattern.returns, *(via for j in pattern.joins for via in j.via)})
    single = set(entity.identity) <= fixed
    range_ = None if part.range is None else (part.range.attribute, part.range.op.value)
    return Asked(
        pattern.name,
        part.entity,
        fixed,
        range_,
        tuple((t.attribute, t.descending) for t in part.order),
        part.limit is not None,
        single,
        part.rows.average,
        pattern.rate.average,
        returns,
        pattern.consistent,
        pattern.kept,
    )


def partitions(things: list[_T]) -> Iterator[list[list[_T]]]:
    """Every way to part a list into groups."""
    if not things:
        yield []
        return
    first, *rest = things
    for some in partitions(rest):
        yield [[first], *some]
        for i in range(len(some)):
            yield [*some[:i], [first, *some[i]], *some[i + 1 :]]
