"""Whether a written item has an entry in an index, before the write and after it.

In: the workload, a key of an index and one step of a write. Out: chances in millionths. They follow from what the step
says: its conditions and equalities of the item before, its constants and removals of the item after, the defaults of a
new one. Where it says nothing, the share of all items stands in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.footprint import membership_conditions, share_of
from dynamodel.ir.entities import MICRO
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Constant, Now
from dynamodel.ir.writes import ActionKind, StepKind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import KeyDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import ActionDef, StepDef

_WHOLE = {StepKind.CREATE, StepKind.PUT}


@dataclass(frozen=True, slots=True)
class Held:
    """The chances that an item has an entry: before a write, after it, and at both times, in millionths."""

    before: int
    after: int
    both: int


def entry_held(workload: Workload, key: KeyDesign, step: StepDef) -> Held:
    """Whether the item of a step has an entry for `key`; the conditions of a key are taken as independent.

    A Put that demands nothing of the item before it is reckoned as one of a new item.
    """
    entity = workload.entity(step.entity)
    earlier = (*(ConditionDef(Op.EQ, e.attribute, (e.source,)) for e in step.equals), *step.when)
    if step.kind in _WHOLE:
        changed = frozenset(a.name for a in entity.stored)
        later = tuple(_started(workload, entity, step))
    else:
        changed = changed_attributes(entity, step)
        later = (*(c for c in earlier if changed.isdisjoint(c.names)), *(c for a in step.actions for c in _left(a)))
    before = after = both = MICRO
    for condition in membership_conditions(entity, key):
        was = will = together = _chance(entity, condition, earlier)
        if not changed.isdisjoint(condition.names):
            will = _chance(entity, condition, later)
            together = was * will // MICRO
        before, after, both = before * was // MICRO, after * will // MICRO, both * together // MICRO
    if step.kind is StepKind.DELETE:
        return Held(before, 0, 0)
    if step.kind is StepKind.CREATE or (step.kind is StepKind.PUT and not step.when):
        return Held(0, after, 0)
    return Held(before, after, both)


def changed_attributes(entity: EntityDef, step: StepDef) -> frozenset[str]:
    """The stored attributes that an update changes: its actions, the version and the time of the update."""
    names = {a.attribute for a in step.actions}
    if not step.quiet:
        names |= {a.name for a in entity.stored if a.role in {"version", "updated"}}
    return frozenset(names)


def _started(workload: Workload, entity: EntityDef, step: StepDef) -> Iterator[ConditionDef]:
    """What a new item begins with: defaults of what writes change later; nothing else is in a state to begin with."""
    if step.kind is not StepKind.CREATE or step.snapshot_of is not None:
        return
    writes = [s for _, s in workload.steps_on(entity.name)]
    replaced = any(s.kind is StepKind.PUT for s in writes)
    changing = {a.attribute for s in writes for a in s.actions} - {t.attribute for t in step.taken}
    for attribute in entity.stored:
        starts = attribute.has_default and attribute.default is not None
        if starts and (replaced or attribute.name in changing):
            yield ConditionDef(Op.EQ, attribute.name, (Constant(attribute.default),))


def _left(action: ActionDef) -> Iterator[ConditionDef]:
    """What an action leaves behind; a caller's value may be None where the attribute is optional."""
    source = action.source
    if action.kind is ActionKind.REMOVE or (isinstance(source, Constant) and source.value is None):
        yield ConditionDef(Op.ABSENT, action.attribute)
    elif action.kind is not ActionKind.SET or isinstance(source, Now):
        yield ConditionDef(Op.PRESENT, action.attribute)
    elif isinstance(source, Constant):
        yield ConditionDef(Op.EQ, action.attribute, (source,))


def _chance(entity: EntityDef, condition: ConditionDef, stated: Sequence[ConditionDef]) -> int:
    """The chance that a condition holds where all that is stated does, in millionths."""
    for one in stated:
        told = _implied(one, condition)
        if told is not None:
            return MICRO if told else 0
    return share_of(entity, condition)


def _implied(stated: ConditionDef, asked: ConditionDef) -> bool | None:
    """Whether `asked` certainly holds (or certainly fails) where `stated` does; None if that leaves it open."""
    if stated == asked:
        return True
    if stated.op is Op.ANY_OF:
        ways = {_implied(one, asked) for one in stated.any_of}
        return ways.pop() if len(ways) == 1 else None
    if asked.op is Op.ANY_OF:
        ways = {_implied(stated, one) for one in asked.any_of}
        return True if True in ways else None if None in ways else False
    if stated.attribute != asked.attribute:
        return None
    return _implied_of_one(stated, asked)


def _implied_of_one(stated: ConditionDef, asked: ConditionDef) -> bool | None:
    """`_implied` of two different comparisons of the same attribute; an absent one meets ABSENT and NE alone."""
    if stated.op is Op.ABSENT:
        return asked.op is Op.NE
    if stated.op is not Op.NE and asked.op in {Op.PRESENT, Op.ABSENT}:
        return asked.op is Op.PRESENT
    values = [c.operands[0].value for c in (stated, asked) if c.operands and isinstance(c.operands[0], Constant)]
    if len(values) < 2 or not {stated.op, asked.op} <= {Op.EQ, Op.NE}:  # noqa: PLR2004
        return None
    same = values[0] == values[1]
    if stated.op is Op.EQ:
        return same == (asked.op is Op.EQ)
    return False if same else None
