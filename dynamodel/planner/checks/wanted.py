"""What a request is asked to find, stated alike for parts of reads and for writes that find their items first.

In: parts and steps of the workload. Out: `Wanted`: the conditions, order and limit that the key must answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Constant
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import OrderTerm, PartDef, RangeDef
    from dynamodel.ir.values import Source
    from dynamodel.ir.writes import StepDef

# A comparison with an absent attribute is false, so these say that the attribute is there.
_SAYS_PRESENT = {Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN, Op.BEGINS_WITH, Op.PRESENT}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One kind of items that a pattern reads: all its conditions must hold, `filters` were declared as such."""

    entity: EntityDef
    equals: tuple[tuple[str, Source], ...]
    where: tuple[ConditionDef, ...] = ()
    range: RangeDef | None = None
    order: tuple[OrderTerm, ...] = ()
    limit: int | None = None
    filters: tuple[ConditionDef, ...] = ()
    single: bool = False

    @property
    def fixed(self) -> dict[str, Source]:
        """The equalities by logical name."""
        return dict(self.equals)

    @property
    def stated(self) -> list[ConditionDef]:
        """The conditions, each by itself; without the range."""
        return [*self.filters, *self.where, *(ConditionDef(Op.EQ, name, (source,)) for name, source in self.equals)]

    @property
    def present(self) -> set[str]:
        """Attributes that every wanted item has, as the declaration says."""
        names = {c.attribute for c in (*self.where, *self.filters) if c.op in _SAYS_PRESENT}
        names |= {name for name, source in self.equals if source != Constant(None)}
        if self.range is not None:
            names.add(self.range.attribute)
        # A calendar bucket of a time is there exactly when the time is.
        return names | {name.split("@")[0] for name in names}

    def implies(self, condition: ConditionDef) -> bool:
        """Whether every wanted item meets a condition of a sparse key."""
        if condition in self.where or condition in self.filters:
            return True
        attribute = next((a for a in self.entity.attributes if a.name == condition.attribute), None)
        if condition.op is Op.PRESENT:
            return condition.attribute in self.present or (attribute is not None and not attribute.optional)
        source = self.fixed.get(condition.attribute)
        if not isinstance(source, Constant):
            return False
        if condition.op is Op.EQ:
            return condition.operands == (source,) and type(source.value) is type(_value(condition))
        if condition.op is Op.NE:
            return isinstance(condition.operands[0], Constant) and condition.operands[0].value != source.value
        return condition.op is Op.ABSENT and source.value is None


def _value(condition: ConditionDef) -> object:
    operand = condition.operands[0]
    return operand.value if isinstance(operand, Constant) else None


def of_part(entity: EntityDef, part: PartDef) -> Wanted:
    """What a part of a read wants."""
    equals = tuple((e.attribute, e.source) for e in part.equals)
    return Wanted(entity, equals, part.where, part.range, part.order, part.limit, part.filter, part.single)


def of_step(entity: EntityDef, step: StepDef) -> Wanted:
    """What a write that finds its items by something else than the identity wants."""
    return Wanted(entity, tuple((e.attribute, e.source) for e in step.equals), filters=step.when)


def bounds_of(declared: RangeDef | ConditionDef) -> tuple[tuple[str, Source], ...]:
    """A range as the comparisons of its ends, in the form of `reach.Cut.bounds`."""
    if declared.op is Op.BETWEEN:
        return (("ge", declared.operands[0]), ("le", declared.operands[1]))
    return tuple((declared.op.value, operand) for operand in declared.operands)
