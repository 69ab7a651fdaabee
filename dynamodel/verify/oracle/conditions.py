"""Conditions and sources, evaluated on one row.

A comparison with an absent attribute is false, except NE, which is true (as in DynamoDB).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.reads import ConditionDef, Op, RangeDef
from dynamodel.ir.suite import Row
from dynamodel.ir.values import Constant, FromEntity, Given
from dynamodel.records import dataclass
from dynamodel.verify.oracle.compare import begins_with, equal, less, operand_for, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import Equal
    from dynamodel.ir.values import Source


@dataclass(frozen=True, slots=True)
class Call:
    """What a call knows: its arguments by the workload's names, and the clock."""

    arguments: Mapping[str, object]
    now: datetime

    def value(self, source: Source) -> object:
        """The value that a source stands for in this call; None when it is not given."""
        if isinstance(source, Given):
            return self.arguments.get(source.argument)
        if isinstance(source, Constant):
            return source.value
        if isinstance(source, FromEntity):
            row = self.arguments[source.argument]
            if isinstance(row, tuple):  # a list of entities that share the parent they name
                row = row[0]
            assert isinstance(row, Row)
            return row.values.get(source.attribute)
        return self.now


def holds(entity: EntityDef, values: Mapping[str, object], condition: ConditionDef, call: Call) -> bool:
    """Whether a row meets a condition; `values` is empty for an item that does not exist."""
    if condition.op is Op.ANY_OF:
        return any(holds(entity, values, c, call) for c in condition.any_of)
    return compares(entity, values, condition.attribute, condition.op, tuple(call.value(o) for o in condition.operands))


def in_range(entity: EntityDef, values: Mapping[str, object], limits: RangeDef, call: Call) -> bool:
    """Whether a row lies in a read's range."""
    return compares(entity, values, limits.attribute, limits.op, tuple(call.value(o) for o in limits.operands))


def meets(entity: EntityDef, values: Mapping[str, object], equals: tuple[Equal, ...], call: Call) -> bool:
    """Whether a row has all the values that a read or a write fixes."""
    for one in equals:
        wanted = operand_for(entity, one.attribute, call.value(one.source))
        if not equal(value_of(entity, values, one.attribute), wanted):
            return False
    return True


def compares(entity: EntityDef, values: Mapping[str, object], name: str, op: Op, operands: tuple[object, ...]) -> bool:
    """Whether `name op operands` is true of a row."""
    value = value_of(entity, values, name)
    others = tuple(operand_for(entity, name, o) for o in operands)
    if op is Op.PRESENT:
        return value is not None
    if op is Op.ABSENT:
        return value is None
    if op is Op.NE:
        return not equal(value, others[0])
    return _COMPARISONS[op](value, others)


_COMPARISONS = {
    Op.EQ: lambda v, o: equal(v, o[0]),
    Op.LT: lambda v, o: less(v, o[0]),
    Op.LE: lambda v, o: less(v, o[0]) or equal(v, o[0]),
    Op.GT: lambda v, o: less(o[0], v),
    Op.GE: lambda v, o: less(o[0], v) or equal(v, o[0]),
    Op.BETWEEN: lambda v, o: (less(o[0], v) or equal(v, o[0])) and (less(v, o[1]) or equal(v, o[1])),
    Op.BEGINS_WITH: lambda v, o: begins_with(v, o[0]),
}
