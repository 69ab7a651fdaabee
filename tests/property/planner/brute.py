"""Every layout of a small model, priced from the service's rules: what the planner's optimum is compared with.

It shares nothing with the planner, nor with its judge. Whether a request answers is found out on rows: all rows that
the values `a`, `b` and `c` make are sorted by their keys as a partition would hold them, and what is wanted must lie
side by side in it. Money is reckoned from block sizes and list prices. Only what the language of small models needs is
known: required texts, equalities with the caller's values, one range, orders, limits, collections, and writes.

A layout is a base key for each entity, up to `most` index keys, who shares the partitions of a place, and in which
order the kinds of items lie there. Two rules of the planner are taken over, because they are stated: what the base
table answers is read there, and keys are compared without the marks that put the kinds of items in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, combinations_with_replacement, permutations, product
from typing import TYPE_CHECKING, TypeVar

from dynamodel.dynamo.prices import PRICES
from dynamodel.ir.reads import Op, ReadKind
from dynamodel.ir.writes import ActionKind, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import PartDef, ReadPattern
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef, WritePattern

VALUES = "abc"
WANTED = "b"  # what the caller gives, everywhere
MONTH = 730 * 3600
TOO_MANY = 1_000  # layouts of one model, before their orders

_T = TypeVar("_T")

Row = tuple[str, dict[str, str]]  # entity, values
Rank = tuple[int, int]  # requests beyond one for each read, millionths of a US dollar a month


@dataclass(frozen=True)
class Shape:
    """The attributes of a key: those of its partition, and those of its sort key, each with its direction."""

    partition: tuple[str, ...]
    sort: tuple[tuple[str, bool], ...]

    @property
    def names(self) -> set[str]:
        """Every attribute in it."""
        return {*self.partition, *(name for name, _ in self.sort)}


@dataclass(frozen=True, eq=False)
class Clan:
    """Entities that share the partitions of a place: each with its key, in the order in which their items lie."""

    place: str
    members: tuple[tuple[str, Shape], ...]

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """The key of each member."""
        return dict(self.members)


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


class Brute:
    """All layouts of one model; `best` has the least rank for each number of indexes."""

    def __init__(self, model: Workload, most: int) -> None:
        """`most` is the number of indexes that an entity may be in."""
        self.model = model
        self.entities: dict[str, EntityDef] = {e.name: e for e in model.entities}
        self.most = most
        self.alone: list[Asked] = []
        self.collections: list[tuple[Asked, ...]] = []
        for pattern in model.reads:
            parts = tuple(_asked(self.entities[p.entity], pattern, p) for p in pattern.parts)
            if pattern.kind is ReadKind.COLLECTION:
                self.collections.append(parts)
            elif pattern.kind in {ReadKind.GET, ReadKind.QUERY}:
                self.alone += parts
        self._known: dict[tuple[object, ...], Clan] = {}
        self._answers: dict[tuple[object, ...], bool] = {}
        self._ways: dict[tuple[object, ...], int] = {}
        self.tried = 0
        self.chosen: dict[int, tuple[Clan, ...]] = {}

    # what a request finds

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
        for number, (name, shape) in enumerate(clan.members):
            for row in self._rows(name, shape, by_entity.get(name)):
                key = (number, *(_turned(row[1][a], descending=d) for a, d in shape.sort))
                laid.append((key, row))
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
        return any(part in parts for parts in self.collections)

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
        told = {*shape.names, *self.entities[name].identity}
        if part is not None:
            told |= part.fixed | {n for n, _ in part.order} | ({part.range[0]} if part.range else set())
        free = sorted(told - set(shape.partition))
        for values in product(VALUES, repeat=len(free)):
            yield name, {**dict.fromkeys(shape.partition, WANTED), **dict(zip(free, values, strict=True))}

    def _coexist(self, one: Row, other: Row) -> bool:
        identity = self.entities[one[0]].identity
        return one[0] != other[0] or any(one[1][n] != other[1][n] for n in identity)

    def _side_by_side(self, laid: Sequence[tuple[tuple[object, ...], Row]], wanted: set[int]) -> bool:
        """Whether no unwanted row can lie between wanted ones or at one key with them.

        Rows of one identity are never there together.
        """
        names = [(r[0], *(r[1][n] for n in self.entities[r[0]].identity)) for _, r in laid]
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

    # which layouts there are

    def _bases(self, entity: EntityDef) -> list[Shape]:
        found = []
        for count in range(1, len(entity.identity) + 1):
            for partition in combinations(entity.identity, count):
                rest = [n for n in entity.identity if n not in partition]
                found += [Shape(partition, sort) for sort in _sequences(rest, len(rest)) if len(sort) == len(rest)]
        return found

    def _indexes(self, entity: EntityDef) -> list[Shape]:
        """Keys that find what some part of a read wants, and that do not find the same without their end."""
        asked = [a for a in (*self.alone, *(p for c in self.collections for p in c)) if a.entity == entity.name]
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
        return [self.answers(clan, (part,)) for part in asked]

    def layouts(self) -> Iterator[tuple[Clan, ...]]:
        """Every layout; raises OverflowError when there are too many."""
        choices = []
        for entity in self.entities.values():
            indexes = self._indexes(entity)
            some = [s for count in range(self.most + 1) for s in combinations_with_replacement(indexes, count)]
            choices.append([(base, own) for base in self._bases(entity) for own in some])
        size = 1
        for choice in choices:
            size *= len(choice)
        if size > TOO_MANY:
            raise OverflowError(size)
        names = list(self.entities)
        for chosen in product(*choices):
            bases = {n: base for n, (base, _) in zip(names, chosen, strict=True)}
            own = [(n, s) for n, (_, some) in zip(names, chosen, strict=True) for s in some]
            for base_clans in self._clans("base", list(bases.items())):
                for index_clans in self._clans("index", own):
                    yield (*base_clans, *index_clans)

    def _clans(self, place: str, keys: Sequence[tuple[str, Shape]]) -> Iterator[tuple[Clan, ...]]:
        """Every way to put keys together that collections read together, in every order."""
        for parts in _partitions(list(keys)):
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
            more = {p.entity for c in self.collections if linked & {p.entity for p in c} for p in c} & set(names)
            if more <= linked:
                return linked == set(names)
            linked |= more

    # what they cost

    def best(self) -> dict[int, Rank]:
        """The least requests, then the least cost, of the layouts that serve everything, by their number of indexes."""
        found: dict[int, Rank] = {}
        least = 1_000
        for layout in self.layouts():
            self.tried += 1
            answered = self._answered(layout)
            if answered is None:
                continue
            requests, options = answered
            if requests > least:
                continue
            slots = _slots([{n for n, _ in c.members} for c in layout if c.place == "index"])
            for chosen in product(*options):
                rank = self._rank(layout, requests, [one for some in chosen for one in some])
                if rank is not None and rank < found.get(slots, (10**6, 0)):
                    found[slots] = rank
                    self.chosen[slots] = layout
                    least = min(least, rank[0])
        return found

    def _answered(self, layout: Sequence[Clan]) -> tuple[int, list[list[list[tuple[Asked, int, bool]]]]] | None:
        """Requests beyond one each, and for each read the ways to answer it in so many: part, clan, rounded alone."""
        requests = 0
        options: list[list[list[tuple[Asked, int, bool]]]] = []
        for part in self.alone:
            places = self._places(layout, part)
            if not places:
                return None
            options.append([[(part, at, True)] for at in places])
        for parts in self.collections:
            ways: list[tuple[int, list[tuple[Asked, int, bool]]]] = []
            for at, clan in enumerate(layout):
                if all(p.entity in clan.shapes for p in parts) and len(clan.members) > 1:
                    count = self._fewest(clan, parts)
                    if count:
                        ways.append((count, [(p, at, False) for p in parts]))
            places = [self._places(layout, p) for p in parts]
            apart = ([(p, at, True) for p, at in zip(parts, some, strict=True)] for some in product(*places))
            ways += [(len(parts), way) for way in apart]
            if not ways:
                return None
            fewest = min(count for count, _ in ways)
            requests += fewest - 1
            options.append([way for count, way in ways if count == fewest])
        return requests, options

    def _places(self, layout: Sequence[Clan], part: Asked) -> list[int]:
        able = [
            at
            for at, clan in enumerate(layout)
            if part.entity in clan.shapes
            and not (part.consistent and clan.place != "base")
            and (
                (clan.place == "base" and set(self.entities[part.entity].identity) <= part.fixed)
                or self.answers(clan, (part,))
            )
        ]
        return [at for at in able if layout[at].place == "base"] or able

    def _fewest(self, clan: Clan, parts: Sequence[Asked]) -> int:
        """The fewest requests that find all parts in the partitions of a clan, 0 when they cannot."""
        known = (clan, *parts)
        if known not in self._ways:
            counts = [len(some) for some in _partitions(list(parts)) if all(self.answers(clan, one) for one in some)]
            self._ways[known] = min(counts, default=0)
        return self._ways[known]

    def _rank(self, layout: Sequence[Clan], requests: int, reads: Sequence[tuple[Asked, int, bool]]) -> Rank | None:
        money = 0
        for name, entity in self.entities.items():
            mine = [at for at, clan in enumerate(layout) if name in clan.shapes]
            base = next(at for at in mine if layout[at].place == "base")
            keys = {at: _key_bytes(entity, layout[at], name) for at in mine}
            own = sum(len(a.name) + a.size.average for a in entity.stored) + len("_type") + len(entity.tag)
            item = own + sum(keys.values())
            entries: dict[int, tuple[int, frozenset[str] | None]] = {}
            for at in mine:
                if at == base:
                    continue
                users = [part for part, place, _ in reads if place == at and part.entity == name]
                if not users:
                    return None  # nobody reads it: there is a layout without it
                held: frozenset[str] | None = frozenset(n for p in users for n in p.returns or ())
                if any(p.returns is None for p in users):
                    held = None
                size = item if held is None else keys[base] + keys[at] + _bytes(entity, held)
                entries[at] = (size, held)
            stored = entity.count.average * (item + 100 + sum(size + 100 for size, _ in entries.values()))
            money += _nearest(stored * PRICES.nano_usd["storage_gb_month"], 2**30 * 1000)
            for part, at, alone in reads:
                if part.entity == name:
                    size = part.rows * (item if at == base else entries[at][0])
                    strong = part.consistent or (part.kept and at == base)
                    units = max(1, -(-size // 4096)) * 1_000_000 if alone else size * 1_000_000 // 4096
                    money += self._monthly(units if strong else units // 2, 0, part.rate)
            money += self._joined(name, item)
            shapes = {at: layout[at].shapes[name] for at in entries}
            more, cost = self._writes(entity, item, entries, shapes)
            requests += more
            money += cost
        return requests, money

    def _joined(self, name: str, item: int) -> int:
        """What it costs to read items as the parents of the rows of a read, each by itself."""
        units = max(1, -(-item // 4096)) * 500_000
        joins = [(p, j) for p in self.model.reads for j in p.joins if j.parent == name]
        return sum(self._monthly(p.parts[0].rows.average * units, 0, p.rate.average) for p, _ in joins)

    def _writes(
        self,
        entity: EntityDef,
        item: int,
        entries: dict[int, tuple[int, frozenset[str] | None]],
        shapes: dict[int, Shape],
    ) -> tuple[int, int]:
        """The reads before a write that a key asks for, and what all steps on an entity cost."""
        requests, money = 0, 0
        for pattern in self.model.writes:
            for step in pattern.steps:
                if step.entity == entity.name:
                    blind, read, write = self._step(entity, pattern, step, (item, entries, shapes))
                    requests += blind
                    money += self._monthly(read, write, pattern.rate.average)
        return requests, money

    def _step(
        self,
        entity: EntityDef,
        pattern: WritePattern,
        step: StepDef,
        stored: tuple[int, dict[int, tuple[int, frozenset[str] | None]], dict[int, Shape]],
    ) -> tuple[int, int, int]:
        item, entries, shapes = stored
        look = max(1, -(-item // 4096)) * 1_000_000
        if step.kind is StepKind.LOOK:
            return 0, look, 0
        whole = step.kind in {StepKind.CREATE, StepKind.PUT, StepKind.DELETE}
        changed = {a.attribute for a in step.actions}
        known = {*entity.identity, *(a.attribute for a in step.actions if a.kind is ActionKind.SET)}
        reads = bool(set(step.reads) - set(entity.identity))
        blind, moved = False, 0
        for at, (size, held) in entries.items():
            shape = shapes[at]
            halves = (set(shape.partition), {n for n, _ in shape.sort})
            blind = blind or any(half & changed and half - known for half in halves)
            touched = 1 if whole or held is None or changed & held else 0
            times = 2 if not whole and changed & shape.names else touched
            moved += 0 if step.kind is StepKind.CHECK else times * max(1, -(-size // 1024)) * 1_000_000
        factor = 2 if pattern.transaction or step.kind is StepKind.CHECK else 1
        count = step.times.average
        write = count * (factor * max(1, -(-item // 1024)) * 1_000_000 + moved)
        return int(blind and not reads), count * look * (blind or reads), write

    @staticmethod
    def _monthly(read: int, write: int, rate: int) -> int:
        nano = read * PRICES.nano_usd["on_demand_read_unit"] + write * PRICES.nano_usd["on_demand_write_unit"]
        return _nearest(nano * rate * MONTH, 10**15)


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


def _sequences(names: Sequence[str], most: int) -> Iterator[tuple[tuple[str, bool], ...]]:
    for count in range(min(most, len(names)) + 1):
        for chosen in permutations(names, count):
            for bits in product((False, True), repeat=count):
                yield tuple(zip(chosen, bits, strict=True))


def _partitions(things: list[_T]) -> Iterator[list[list[_T]]]:
    """Every way to part a list into groups."""
    if not things:
        yield []
        return
    first, *rest = things
    for some in _partitions(rest):
        yield [[first], *some]
        for i in range(len(some)):
            yield [*some[:i], [first, *some[i]], *some[i + 1 :]]


def _slots(clans: Sequence[set[str]]) -> int:
    """The fewest indexes in which no entity has two keys."""

    def fill(slots: list[set[str]], left: Sequence[set[str]]) -> int:
        if not left:
            return len(slots)
        first, *rest = left
        ways = [[*slots[:i], slots[i] | first, *slots[i + 1 :]] for i in range(len(slots)) if not slots[i] & first]
        return min(fill(way, rest) for way in (*ways, [*slots, first]))

    return fill([], clans)


def _key_bytes(entity: EntityDef, clan: Clan, name: str) -> int:
    """Bytes of a key with the names of its attributes; all types of a model have equally long names."""
    shape, sizes = clan.shapes[name], {a.name: a.size.average for a in entity.attributes}
    names = len("PK") + len("SK") if clan.place == "base" else len("GSI1PK") + len("GSI1SK")
    # Descending, a text has two digits for each byte and an end.
    values = [sizes[n] for n in shape.partition] + [sizes[n] * 2 + 1 if down else sizes[n] for n, down in shape.sort]
    return names + 2 * (len(entity.tag) + 1) + sum(size + 1 for size in values)


def _bytes(entity: EntityDef, names: frozenset[str]) -> int:
    return sum(len(a.name) + a.size.average for a in entity.stored if a.name in names)


def _nearest(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
