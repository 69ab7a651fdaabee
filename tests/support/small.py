"""Small workloads, attribute by attribute: entities whose designs can be seen by eye, and the needs of single parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.ir.entities import AttributeDef, EntityDef, Estimate, Rate, UniqueDef
from dynamodel.ir.reads import Argument, ConditionDef, Equal, Op, OrderTerm, PartDef, RangeDef, ReadKind, ReadPattern
from dynamodel.ir.values import Constant, Given, Kind, ValueType
from dynamodel.ir.workload import Options, Workload
from dynamodel.ir.writes import StepDef, WritePattern
from dynamodel.planner.needs import Need, need_of
from dynamodel.planner.serve import Signature, SortPart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.ir.entities import ParentDef
    from dynamodel.ir.workload import Pattern

RATE = Rate(1_000_000, 1_000_000)
TEXT = ValueType(Kind.STRING)
SIZE = Estimate(10, 20)


def attribute(name: str, kind: ValueType = TEXT, *, size: int = 10, **options: Any) -> AttributeDef:
    return AttributeDef(name, kind, Estimate(size, 2 * size), **options)


def entity(
    name: str,
    identity: str,
    *others: str | AttributeDef,
    unique: Iterable[str] = (),
    count: int = 100,
    parents: tuple[ParentDef, ...] = (),
) -> EntityDef:
    """`entity("Order", "c n", "total", "paid?")`: names with a `?` are optional; the identity is immutable."""
    identifying = identity.split()
    attributes: list[AttributeDef] = [attribute(i, immutable=True) for i in identifying]
    for other in others:
        if isinstance(other, AttributeDef):
            attributes = [a for a in attributes if a.name != other.name] + [other]
        else:
            attributes.append(attribute(other.rstrip("?"), optional=other.endswith("?")))
    return EntityDef(
        name,
        name.upper(),
        tuple(identifying),
        tuple(attributes),
        Estimate(count, count),
        parents=parents,
        unique=tuple(UniqueDef(f"{name}.{u}", tuple(u.split())) for u in unique),
    )


def equals(*names: str, **constants: object) -> tuple[Equal, ...]:
    """Equalities with the caller's values, then with constants."""
    given = tuple(Equal(name, Given(name)) for name in names)
    return (*given, *(Equal(name, Constant(value)) for name, value in constants.items()))


def terms(text: str) -> tuple[OrderTerm, ...]:
    """`"-date name p>last"`: minus is descending, `>` gives the place of rows without the attribute."""
    found = []
    for word in text.split():
        name, _, nulls = word.lstrip("-").partition(">")
        found.append(OrderTerm(name, word.startswith("-"), nulls or None))  # type: ignore[arg-type]
    return tuple(found)


def ranged(name: str, op: Op = Op.GE) -> RangeDef:
    operands = (Given("low"), Given("high")) if op is Op.BETWEEN else (Given("bound"),)
    return RangeDef(name, op, operands)


def part(
    name: str,
    fixed: tuple[Equal, ...] = (),
    *,
    order: str = "",
    range_: RangeDef | None = None,
    rows: int = 1,
    **options: Any,
) -> PartDef:
    return PartDef(name, fixed, order=terms(order), range=range_, rows=Estimate(rows, rows), **options)


def read(name: str, *parts: PartDef, kind: ReadKind | None = None, **options: Any) -> ReadPattern:
    """A Query of one part, or a Collection of several, with an argument for every value that the caller gives."""
    names: dict[str, None] = {}
    for one in parts:
        sources = [e.source for e in one.equals]
        sources += [s for c in (*one.where, *one.filter) for s in c.operands]
        sources += one.range.operands if one.range else ()
        names |= {s.argument: None for s in sources if isinstance(s, Given)}
    rate = options.pop("rate", RATE)
    chosen = kind or (ReadKind.QUERY if len(parts) == 1 else ReadKind.COLLECTION)
    return ReadPattern(name, chosen, parts, tuple(Argument(n, TEXT) for n in names), rate, **options)


def write(name: str, *steps: StepDef, rate: Rate = RATE, **options: Any) -> WritePattern:
    return WritePattern(name, steps, (), rate, **options)


def workload(entities: Iterable[EntityDef], patterns: Iterable[Pattern], **options: Any) -> Workload:
    return Workload("small", "Small", "", tuple(entities), tuple(patterns), Options("small", **options))


def need(one: PartDef) -> Need:
    return need_of(read("p", one), 0)


def signature(name: str, partition: str, sort: str = "", when: tuple[ConditionDef, ...] = ()) -> Signature:
    """`signature("E", "c", "-a b")`: partition attributes, sort components with their stored direction."""
    parts = tuple(SortPart(w.lstrip("-"), w.startswith("-")) for w in sort.split())
    return Signature(name, tuple(partition.split()), parts, when)


def is_equal(name: str, value: object) -> ConditionDef:
    return ConditionDef(Op.EQ, name, (Constant(value),))


def is_present(name: str) -> ConditionDef:
    return ConditionDef(Op.PRESENT, name)


def is_absent(name: str) -> ConditionDef:
    return ConditionDef(Op.ABSENT, name)
