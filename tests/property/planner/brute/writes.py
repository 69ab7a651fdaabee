"""What a write does to the entry of an item in an index, and whether it must look at the item before.

In: a model, an entity, a key, a step. Out: shares and chances in millionths, as the service meters them: an entry that
comes, goes or changes is one write, one that moves is two. An index keeps its share of the items: what updates and
deletes take out of it must have come with new items, of which no write of these models says more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.reads import Op
from dynamodel.ir.values import Constant
from dynamodel.ir.writes import ActionKind, StepKind
from tests.property.planner.brute.parts import LACKING

if TYPE_CHECKING:
    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef
    from tests.property.planner.brute.parts import Condition, Shape

MICRO = 1_000_000


def there(attribute: AttributeDef) -> int:
    """The share of items that have an attribute; models say it where it is optional."""
    return MICRO - dict(attribute.share)[None] if attribute.optional else MICRO


def demands(entity: EntityDef, shape: Shape) -> list[Condition]:
    """What an item must meet to have a key."""
    told = {name for name, _ in shape.when}
    return [*shape.when, *((n, None) for n in shape.demanded if entity.attribute(n).optional and n not in told)]


def share(entity: EntityDef, shape: Shape) -> int:
    """The share of items that have a key."""
    found = MICRO
    for condition in demands(entity, shape):
        found = found * _share(entity, condition) // MICRO
    return found


def _share(entity: EntityDef, condition: Condition) -> int:
    name, value = condition
    attribute = entity.attribute(name)
    if value == LACKING:
        return MICRO - there(attribute)
    return there(attribute) if value is None else dict(attribute.share)[value]


def comes_in(model: Workload, entity: EntityDef, shape: Shape) -> int:
    """The chance that a new item has an entry: the share of all, and as much more as updates take out than put in."""
    lost = made = 0
    for pattern, step in model.steps_on(entity.name):
        if step.kind is StepKind.UPDATE:
            before, after, _ = _around(entity, shape, step)
            lost += pattern.rate.average * (before - after)
        elif step.kind in {StepKind.CREATE, StepKind.PUT}:
            made += pattern.rate.average
    return max(0, min(MICRO, share(entity, shape) + lost // made)) if demands(entity, shape) else MICRO


def changes(model: Workload, entity: EntityDef, shape: Shape, held: frozenset[str] | None, step: StepDef) -> int:
    """Writes of an index by a step on one item, in millionths; its entries hold these attributes, or all."""
    if step.kind is StepKind.CHECK:
        return 0
    if step.kind is not StepKind.UPDATE:
        assert not step.when
        return share(entity, shape) if step.kind is StepKind.DELETE else comes_in(model, entity, shape)
    before, after, both = _around(entity, shape, step)
    changed = {a.attribute for a in step.actions}
    moves = 2 if changed & shape.names else int(held is None or bool(changed & held))
    return before - both + after - both + moves * both


def _around(entity: EntityDef, shape: Shape, step: StepDef) -> tuple[int, int, int]:
    """The chances that an item has an entry before an update, after it, and both."""
    changed = {a.attribute for a in step.actions}
    before = after = both = MICRO
    for condition in demands(entity, shape):
        was = will = together = _known(entity, condition, _before(step))
        if condition[0] in changed:
            will = _known(entity, condition, _after(step))
            together = was * will // MICRO
        before, after, both = before * was // MICRO, after * will // MICRO, both * together // MICRO
    return before, after, both


def _before(step: StepDef) -> dict[str, str | bool]:
    """What a step says of the item before it: a value, or whether there is one."""
    told: dict[str, str | bool] = {e.attribute: True for e in step.equals}
    for condition in step.when:
        (operand,) = condition.operands or (None,)
        told[condition.attribute] = str(operand.value) if isinstance(operand, Constant) else condition.op is Op.PRESENT
    return told


def _after(step: StepDef) -> dict[str, str | bool]:
    """What it says of the item after it; there is a value where the caller gives one."""
    told: dict[str, str | bool] = {a.attribute: a.kind is not ActionKind.REMOVE for a in step.actions}
    return told | {a.attribute: str(a.source.value) for a in step.actions if isinstance(a.source, Constant)}


def _known(entity: EntityDef, condition: Condition, told: dict[str, str | bool]) -> int:
    """The chance that an item of which so much is known meets a condition."""
    name, value = condition
    if name in told:
        known = told[name]
        if value == LACKING:
            return MICRO * (known is False)
        if value is None or known is False:
            return MICRO * (known is not False)
        if known is not True:
            return MICRO * (known == value)
    return _share(entity, condition)


def has_to_read(entity: EntityDef, shape: Shape, step: StepDef) -> bool:
    """Whether an update cannot say what the key is after it, or that there is none, without a look at the item."""
    changed = {a.attribute for a in step.actions}
    deciding = {name for name, _ in demands(entity, shape)}
    if step.kind is not StepKind.UPDATE or not changed & (deciding | shape.names):
        return False
    before, after = _before(step), _after(step)
    was = {d: _known(entity, d, before) for d in demands(entity, shape)}
    will = {d: _known(entity, d, after) if d[0] in changed else chance for d, chance in was.items()}
    open_ = {name for name, known in after.items() if known is True}  # the caller may give none
    if any(not chance and not (value == LACKING and name in open_) for (name, value), chance in will.items()):
        return False
    given = {*entity.identity, *(a.attribute for a in step.actions if a.kind is ActionKind.SET)}
    given |= {a.attribute for a in step.actions if a.kind is ActionKind.REMOVE}
    given |= {name for name, known in before.items() if known not in {True, False} and name not in changed}
    surely = all(chance == MICRO for chance in was.values())
    halves = (set(shape.partition), {n for n, _, _ in shape.sort})
    if surely and all(chance == MICRO and name not in open_ for (name, _), chance in will.items()):
        return any(half & changed and half - given for half in halves)
    if surely and not changed & shape.names:
        return not deciding & changed <= given  # it keeps its key or loses it
    return bool((deciding | shape.names) - given)
