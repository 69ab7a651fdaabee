"""Whether a written item has an entry in an index, before the write and after it.

In: the workload, a key of an index (or what its items must meet) and one step of a write. Out: chances in millionths.
They follow from what the step says: its conditions and equalities of the item before, its constants and removals of the
item after, the defaults of a new one. Where it says nothing of a new item, the index keeps its share of all items: what
updates and deletes take out of it comes in with new items. Where all new items tell, deletes take out what is left.
Else the share of all items stands in. Items that expire do not grow in number: what is not deleted expires, and takes
out of an index what deletes that do not tell take out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.footprint import share_of, share_of_all
from dynamodel.dynamo.written import step_count
from dynamodel.ir.entities import MICRO
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Constant
from dynamodel.ir.writes import ActionKind, StepKind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import ActionDef, StepDef

_WHOLE = {StepKind.CREATE, StepKind.PUT}


@dataclass(frozen=True, slots=True)
class Held:
    """The chances that an item has an entry: before a write, after it, and at both times, in millionths."""

    before: int
    after: int
    both: int


def held_under(workload: Workload, conditions: Sequence[ConditionDef], step: StepDef) -> Held:
    """Whether the item of a step meets all of these conditions, which are taken as independent.

    A Put that demands nothing of the item before it is reckoned as one of a new item.
    """
    held = _told(workload, conditions, step)
    if _is_open(workload, conditions, step, held):
        chance = _balanced(workload, conditions, step)
        if chance is not None:
            return Held(0, chance, 0) if _is_new(step) else Held(chance, 0, 0)
    return held


def _is_new(step: StepDef) -> bool:
    return step.kind is StepKind.CREATE or (step.kind is StepKind.PUT and not step.when)


def _is_open(workload: Workload, conditions: Sequence[ConditionDef], step: StepDef, held: Held) -> bool:
    """Whether a step makes or deletes an item and does not tell whether it meets the conditions."""
    if not conditions or not (_is_new(step) or step.kind is StepKind.DELETE):
        return False
    return held != _told(workload, conditions, step, open_as=MICRO)


def _balanced(workload: Workload, conditions: Sequence[ConditionDef], step: StepDef) -> int | None:
    """The chance that an item which is made (or deleted) meets the conditions, for their share to stay what it is.

    None where no such step is declared, or where what new items meet is open too.
    """
    entity = workload.entity(step.entity)
    share = share_of_all(entity, conditions)
    coming, open_made, open_gone = 0, 0, 0  # items a second, and a millionth, that come to meet the conditions
    growth = 0  # items a second that are made and not deleted, in millionths
    for pattern, other in workload.steps_on(step.entity):
        if other.kind in {StepKind.CHECK, StepKind.LOOK}:
            continue
        rate = pattern.rate.average * step_count(workload, other)
        held = _told(workload, conditions, other)
        growth += rate * (_is_new(other) - (other.kind is StepKind.DELETE))
        if not _is_open(workload, conditions, other, held):
            coming += rate * (held.after - held.before)
        elif _is_new(other):
            open_made += rate
        else:
            open_gone += rate
    if entity.with_role("ttl") is not None:
        open_gone += max(growth, 0)
    else:
        coming -= growth * share
    if step.kind is StepKind.DELETE:
        wanted, rate = coming, open_gone * (not open_made)
    else:
        wanted, rate = open_gone * share - coming, open_made
    most = _told(workload, conditions, step, open_as=MICRO)
    return min(max(wanted // rate, 0), most.before + most.after) if rate and 0 < share < MICRO else None


def _told(workload: Workload, conditions: Sequence[ConditionDef], step: StepDef, open_as: int | None = None) -> Held:
    """What a step tells; a condition that it leaves open has this chance, that of all items for None."""
    before = after = both = MICRO
    if conditions:  # most keys have none
        entity = workload.entity(step.entity)
        earlier = (*(ConditionDef(Op.EQ, e.attribute, (e.source,)) for e in step.equals), *step.when)
        changed, later = _later(workload, entity, step, earlier)
        for condition in conditions:
            was = will = together = _chance(entity, condition, earlier, open_as)
            if not changed.isdisjoint(condition.names):
                will = _chance(entity, condition, later, open_as)
                together = was * will // MICRO
            before, after, both = before * was // MICRO, after * will // MICRO, both * together // MICRO
    if step.kind is StepKind.DELETE:
        return Held(before, 0, 0)
    return Held(0, after, 0) if _is_new(step) else Held(before, after, both)


def _later(
    workload: Workload, entity: EntityDef, step: StepDef, earlier: Sequence[ConditionDef]
) -> tuple[frozenset[str], list[ConditionDef]]:
    """The attributes that a step changes, and what it tells of the item after it."""
    if step.kind in _WHOLE:
        return frozenset(a.name for a in entity.stored), list(_started(workload, entity, step))
    changed = changed_attributes(entity, step)
    kept = [c for c in earlier if changed.isdisjoint(c.names)]
    return changed, kept + [c for action in step.actions for c in _left(action)]


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
    """What an action leaves behind; what is set to the caller's value is taken to be there: `remove` takes it away."""
    source = action.source
    if action.kind is ActionKind.REMOVE or (isinstance(source, Constant) and source.value is None):
        yield ConditionDef(Op.ABSENT, action.attribute)
    elif action.kind is ActionKind.SET and isinstance(source, Constant):
        yield ConditionDef(Op.EQ, action.attribute, (source,))
    else:
        yield ConditionDef(Op.PRESENT, action.attribute)


def _chance(
    entity: EntityDef, condition: ConditionDef, stated: Sequence[ConditionDef], open_as: int | None = None
) -> int:
    """The chance that a condition holds where all that is stated does, in millionths; `open_as` where that is open."""
    for one in stated:
        told = implied(one, condition)
        if told is not None:
            return MICRO if told else 0
    for one in stated:
        among = _among(entity, one, condition)
        if among is not None:
            return among
    return share_of(entity, condition) if open_as is None else open_as


def _among(entity: EntityDef, stated: ConditionDef, asked: ConditionDef) -> int | None:
    """The share of items that meet `asked` among those that meet `stated`; None if that is about something else."""
    if stated.op is Op.ANY_OF and stated.names == asked.names:
        shares = [share_of(entity, one) for one in stated.any_of]
        met = sum(s * _chance(entity, asked, (one,)) for s, one in zip(shares, stated.any_of, strict=True))
        return met // sum(shares) if sum(shares) else None
    if implied(asked, stated):
        share = share_of(entity, stated)
        return min(MICRO, share_of(entity, asked) * MICRO // share) if share else None
    return None


def implied(stated: ConditionDef, asked: ConditionDef) -> bool | None:
    """Whether `asked` certainly holds (or certainly fails) where `stated` does; None if that leaves it open."""
    if stated == asked:
        return True
    if stated.op is Op.ANY_OF:
        ways = {implied(one, asked) for one in stated.any_of}
        return ways.pop() if len(ways) == 1 else None
    if asked.op is Op.ANY_OF:
        ways = {implied(stated, one) for one in asked.any_of}
        return True if True in ways else None if None in ways else False
    if stated.attribute != asked.attribute:
        return None
    return _implied_of_one(stated, asked)


def _implied_of_one(stated: ConditionDef, asked: ConditionDef) -> bool | None:
    """`implied` of two different comparisons of the same attribute; an absent one meets ABSENT and NE alone."""
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
