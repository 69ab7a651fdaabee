"""What layouts are made of, and what is asked of them: keys, who shares partitions, and the parts of the reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from dynamodel.ir.reads import Op, ReadKind
from dynamodel.ir.values import Constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import PartDef, ReadPattern
    from dynamodel.ir.workload import Workload

_T = TypeVar("_T")


LACKING = ""  # no value at all: no attribute of a model has the empty text
Condition = tuple[str, str | None]  # the attribute has this value; or any, for None; or none, for LACKING


def meets(value: str | None, wanted: str | None) -> bool:
    """Whether an attribute's value is what a condition says of it."""
    return (value is None) == (wanted == LACKING) and (not wanted or value == wanted)


class Sorted(NamedTuple):
    """An attribute of a sort key; items without it lie `first` or `last`, or have no key where it is empty."""

    name: str
    down: bool = False
    absent: str = ""


@dataclass(frozen=True)
class Shape:
    """The attributes of a key, those of its partition and those of its sort key, and what its items must meet."""

    partition: tuple[str, ...]
    sort: tuple[Sorted, ...]
    when: tuple[Condition, ...] = ()

    @property
    def names(self) -> set[str]:
        """Every attribute in the key."""
        return {*self.partition, *(name for name, _, _ in self.sort)}

    @property
    def demanded(self) -> tuple[str, ...]:
        """The attributes of the key without which an item does not have it."""
        return (*self.partition, *(name for name, _, absent in self.sort if not absent))


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
    """Entities that share the partitions of a place.

    `form` is empty where keys are text; "natural" where the only member's key is its attributes, which takes an index
    for itself; "marked" where a text stands before them that those have which meet its conditions; "half" where its
    sort key alone is attributes.
    """

    place: str
    members: tuple[Member, ...]
    form: str = ""

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
    """One part of a read; `sources` has for each fixed attribute the caller's argument, or a constant.

    `present` are attributes that the rows must have, `lacked` those that they must not have, `order` has for each term
    whether it descends and where rows without the attribute come.
    """

    pattern: str
    entity: str
    sources: tuple[tuple[str, tuple[str, str]], ...]
    present: tuple[str, ...]
    lacked: tuple[str, ...]
    range: tuple[str, str] | None
    order: tuple[tuple[str, bool, str | None], ...]
    limit: bool
    single: bool
    rows: int
    rate: int
    returns: frozenset[str] | None  # None for all
    consistent: bool
    kept: bool

    @cached_property
    def fixed(self) -> frozenset[str]:
        """The attributes fixed by value."""
        return frozenset(name for name, _ in self.sources)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What every row meets whatever the caller gives."""
        constants = [(name, text) for name, (kind, text) in self.sources if kind == "constant"]
        return (*constants, *((name, None) for name in self.present), *((name, LACKING) for name in self.lacked))

    @property
    def named(self) -> set[str]:
        """Every attribute that it asks about."""
        return {*self.fixed, *self.present, *self.lacked, *(n for n, _, _ in self.order), *(self.range or ())[:1]}


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
    sources = [
        (e.attribute, ("constant", str(e.source.value)) if isinstance(e.source, Constant) else ("given", str(e.source)))
        for e in part.equals
    ]
    assert all(c.op in {Op.PRESENT, Op.ABSENT} for c in part.where)
    returns = None
    if pattern.returns is not None and pattern.kind is not ReadKind.COLLECTION:
        returns = frozenset({*pattern.returns, *(via for j in pattern.joins for via in j.via)})
    single = set(entity.identity) <= {name for name, _ in sources}
    range_ = None if part.range is None else (part.range.attribute, part.range.op.value)
    return Asked(
        pattern.name,
        part.entity,
        tuple(sources),
        tuple(c.attribute for c in part.where if c.op is Op.PRESENT),
        tuple(c.attribute for c in part.where if c.op is Op.ABSENT),
        range_,
        tuple((t.attribute, t.descending, t.nulls) for t in part.order),
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
