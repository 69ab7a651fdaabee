"""What each part of a read needs from a key: equalities, constants, range and order, ready for the serving rule.

In: the workload. Out: `Need`, one for each part of each read (and for each write that finds its items first).
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from dynamodel.ir.reads import ConditionDef, Op, RangeDef, ReadKind
from dynamodel.ir.values import Constant
from dynamodel.ir.writes import WritePattern
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef, Estimate, Rate
    from dynamodel.ir.reads import JoinDef, OrderTerm, PartDef, ReadPattern
    from dynamodel.ir.values import Source
    from dynamodel.ir.workload import Pattern, Workload


@dataclass(frozen=True, slots=True)
class Need:
    """One part of a read, as the serving rule sees it.

    `equals` maps each fixed attribute to its value's source, constants included. `conditions` are the constant
    conditions that every returned row meets: the equality constants and those of `where`; a sparse key may rely on
    them. `returns` lists the attributes that the caller gets or that are sorted by, None for all. `sort_after`: the
    declared order was left out because the rows are read to the end and sorted in memory. `shared`: other parts come
    with the same request, which may be `charged` with so many bytes for them whatever the keys; `undecided` if they may
    or may not, and then whatever answers it in either way will do. `hottest` is the share of the calls that meet the
    most loaded key, in millionths. `kept`: no row may be missed, so rows of the table are read strongly. `lacked` are
    the attributes that no returned row has: a key that codes what is absent finds such rows as it finds a value's.
    """

    pattern: str
    part: int
    entity: str
    equals: tuple[tuple[str, Source], ...]
    conditions: tuple[ConditionDef, ...]
    where: tuple[ConditionDef, ...]
    range: RangeDef | None
    order: tuple[OrderTerm, ...]
    limit: int | None
    filters: tuple[ConditionDef, ...]
    rows: Estimate
    rate: Rate
    consistent: bool
    returns: tuple[str, ...] | None
    count: bool = False
    sort_after: bool = False
    shared: bool = False
    undecided: bool = False
    charged: int | None = None
    hottest: int | None = None
    kept: bool = False
    eq: frozenset[str] = field(init=False, repr=False, compare=False)
    lacked: frozenset[str] = field(init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        """Worked out from what tells the needs of a model apart."""
        return hash((self.pattern, self.part, self.shared, self.undecided, self.charged, self.limit))

    def __post_init__(self) -> None:
        """Work out `eq`, the attributes fixed by value, and `lacked`: a search asks for them at every step."""
        object.__setattr__(self, "eq", frozenset(name for name, _ in self.equals))
        absent = frozenset(c.attribute for c in self.where if c.op is Op.ABSENT) - self.eq
        object.__setattr__(self, "lacked", absent if self.alone else frozenset())

    @property
    def alone(self) -> bool:
        """Whether it may be answered by a request of its own."""
        return not self.shared or self.undecided

    def source(self, attribute: str) -> Source:
        """Where the value of a fixed attribute comes from; None for one that is lacked, KeyError for any other."""
        return Constant(None) if attribute in self.lacked else dict(self.equals)[attribute]


def need_of(pattern: ReadPattern, index: int) -> Need:
    """The need of one part of a read pattern."""
    part = pattern.parts[index]
    returns = _returned(pattern.returns, pattern.joins) if pattern.kind is not ReadKind.COLLECTION else None
    return _need(pattern, part, index, returns, consistent=pattern.consistent, count=pattern.count)


def needs_of_deletes(pattern: WritePattern, entities: dict[str, EntityDef]) -> tuple[Need, ...]:
    """The needs of a write that finds its items by something else than their identity."""
    from dynamodel.ir.entities import Estimate
    from dynamodel.ir.reads import PartDef

    found = []
    for index, step in enumerate(pattern.steps):
        if step.by_identity:
            continue
        entity = entities[step.entity]
        rows = _children(entity, frozenset(e.attribute for e in step.equals)) or Estimate(10, 1000, assumed=True)
        part = PartDef(step.entity, step.equals, rows=rows)
        returns = tuple(dict.fromkeys((*entity.identity, *(a for u in entity.unique for a in u.attributes))))
        found.append(_need(pattern, part, index, returns, consistent=False, count=False))
    return tuple(found)


def all_needs(workload: Workload) -> tuple[Need, ...]:
    """Every need that keys must serve: reads that look items up, in the order of the model.

    A Scan, a BatchGet, a Search and transactional gets are answered by the base key or by no key at all.
    """
    entities = {e.name: e for e in workload.entities}
    found: list[Need] = []
    for pattern in workload.patterns:
        if isinstance(pattern, WritePattern):
            found += needs_of_deletes(pattern, entities)
        elif pattern.kind in {ReadKind.GET, ReadKind.QUERY, ReadKind.COLLECTION}:
            found += [need_of(pattern, index) for index in range(len(pattern.parts))]
    return tuple(found)


def needs_on(workload: Workload, name: str) -> tuple[Need, ...]:
    """Those of `all_needs` that ask for one entity."""
    keyed = {ReadKind.GET, ReadKind.QUERY, ReadKind.COLLECTION}
    reads = [p for p in workload.reads_of(name) if p.kind in keyed]
    found = [need_of(p, index) for p in reads for index, part in enumerate(p.parts) if part.entity == name]
    deletes = {p.name: p for p, step in workload.steps_on(name) if not step.by_identity}
    if deletes:
        entities = {e.name: e for e in workload.entities}
        found += [n for p in deletes.values() for n in needs_of_deletes(p, entities) if n.entity == name]
    return tuple(found)


def _need(
    pattern: Pattern, part: PartDef, index: int, returns: tuple[str, ...] | None, *, consistent: bool, count: bool
) -> Need:
    equals = tuple((e.attribute, e.source) for e in part.equals)
    constants = tuple(
        ConditionDef(Op.EQ, e.attribute, (e.source,)) for e in part.equals if isinstance(e.source, Constant)
    )
    range_, where = part.ranged
    need = Need(
        pattern=pattern.name,
        part=index,
        entity=part.entity,
        equals=equals,
        conditions=constants + where,
        where=where,
        range=range_,
        order=part.order,
        limit=part.limit,
        filters=part.filter,
        rows=part.rows,
        rate=pattern.rate,
        consistent=consistent,
        returns=returns,
        count=count,
        hottest=pattern.hottest,
        kept=pattern.kept,
    )
    return relaxed(replace(need, limit=None)) if part.crossed else need


def relaxed(need: Need) -> Need:
    """The need of rows that are read to their end: their order costs nothing, they are sorted in memory.

    Rows whose range and order no key can give together are read to the end of the range even for a page.
    """
    if need.limit is not None or not need.order:
        return need
    returns = need.returns
    if returns is not None:
        returns = tuple(dict.fromkeys((*returns, *(t.attribute for t in need.order))))
    return replace(need, order=(), sort_after=True, returns=returns)


def _returned(returns: tuple[str, ...] | None, joins: tuple[JoinDef, ...]) -> tuple[str, ...] | None:
    if returns is None:
        return None
    return tuple(dict.fromkeys((*returns, *(name for join in joins for name in join.via))))


def _children(entity: EntityDef, fixed: frozenset[str]) -> Estimate | None:
    return next((p.children for p in entity.parents if set(p.via) <= fixed), None)
