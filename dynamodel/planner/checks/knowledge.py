"""What a write knows of the item that it changes, before and after (`keys.md` D).

In: one step of a write and its entity. Out: for each stored attribute whether its value after the step is a constant,
known when the call is made, or unknown; and whether the condition of a sparse key holds before and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Constant
from dynamodel.ir.writes import ActionKind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.values import Source
    from dynamodel.ir.writes import StepDef

_SAYS_PRESENT = {Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN, Op.BEGINS_WITH, Op.PRESENT}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One step's view of its item; `read` are the attributes that are read before."""

    entity: EntityDef
    step: StepDef
    read: frozenset[str]

    @property
    def touched(self) -> frozenset[str]:
        """The attributes whose values the step may change; version and time of the update change by themselves."""
        roles = {a.name for a in self.entity.stored if a.role in {"version", "updated"}}
        return frozenset({a.attribute for a in self.step.actions} | (set() if self.step.quiet else roles))

    @property
    def fixed(self) -> dict[str, Source]:
        """Attributes whose value before the step is stated: the identity, and equalities of its condition."""
        found = {e.attribute: e.source for e in self.step.equals}
        for condition in self.step.when:
            if condition.op is Op.EQ:
                found.setdefault(condition.attribute, condition.operands[0])
            elif condition.op is Op.ABSENT:
                found.setdefault(condition.attribute, Constant(None))
        return found

    def after(self, attribute: str) -> Source | None:
        """The value after the step, as a source; None when no source states it (it may still be read)."""
        for action in self.step.actions:
            if action.attribute == attribute:
                if action.kind is ActionKind.SET:
                    return action.source
                return Constant(None) if action.kind is ActionKind.REMOVE else None
        return None if attribute in self.touched else self.fixed.get(attribute)

    def knows(self, attribute: str) -> bool:
        """Whether the value after the step can be computed when the request is made."""
        if attribute in self.read or self.after(attribute) is not None:
            return True
        definition = next((a for a in self.entity.attributes if a.name == attribute), None)
        return definition is not None and definition.role == "updated" and not self.step.quiet

    def knew(self, attribute: str) -> bool:
        """Whether the value before the step is known."""
        return attribute in self.read or attribute in self.fixed

    def holds_after(self, condition: ConditionDef) -> bool | None:
        """Whether a condition certainly holds, or certainly fails, after the step; None if that depends on values."""
        if self.touched.isdisjoint(condition.names):
            return self.held_before(condition)
        if condition.op is Op.ANY_OF:
            either = {self.holds_after(one) for one in condition.any_of}
            return True if True in either else None if None in either else False
        source = self.after(condition.attribute)
        if isinstance(source, Constant):
            return _constant_meets(condition, source.value)
        there = source is not None and not self._definition(condition.attribute).optional
        return True if condition.op is Op.PRESENT and there else None

    def held_before(self, condition: ConditionDef) -> bool | None:
        """Whether the step's own condition makes sure that a condition held before it, or that it failed."""
        fixed = [ConditionDef(Op.EQ, name, (source,)) for name, source in self.fixed.items()]
        told = {_tells(stated, condition) for stated in (*fixed, *self.step.when)} - {None}
        if condition.op is Op.PRESENT and not told and not self._definition(condition.attribute).optional:
            return True
        return True in told if told else None

    def _definition(self, attribute: str) -> AttributeDef:
        return next(a for a in self.entity.attributes if a.name == attribute)


def _tells(stated: ConditionDef, asked: ConditionDef) -> bool | None:
    """Whether `asked` holds, or fails, of every item that meets `stated`; None if some do and some may not."""
    if stated == asked:
        return True
    if stated.op is Op.ANY_OF:
        ways = {_tells(one, asked) for one in stated.any_of}
        return ways.pop() if len(ways) == 1 else None
    if asked.op is Op.ANY_OF:
        either = {_tells(stated, one) for one in asked.any_of}
        return True if True in either else None if None in either else False
    if stated.attribute != asked.attribute:
        return None
    operand = stated.operands[0] if stated.operands else None
    if stated.op is Op.EQ and isinstance(operand, Constant):
        return _constant_meets(asked, operand.value)
    if stated.op is Op.ABSENT:
        return _constant_meets(asked, None)
    if stated.op in _SAYS_PRESENT and asked.op in {Op.PRESENT, Op.ABSENT}:
        return asked.op is Op.PRESENT
    return None


def _constant_meets(condition: ConditionDef, value: object) -> bool | None:
    """Whether a constant meets a condition on equality or presence; None for other operators and unknown operands."""
    if condition.op in {Op.PRESENT, Op.ABSENT}:
        return (value is None) == (condition.op is Op.ABSENT)
    if value is None:
        return condition.op is Op.NE
    operand = condition.operands[0] if condition.operands else None
    if condition.op not in {Op.EQ, Op.NE} or not isinstance(operand, Constant):
        return None
    return (operand.value == value) == (condition.op is Op.EQ)
