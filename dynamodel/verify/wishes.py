"""What access patterns ask of the items that they find by constants and conditions, and values that meet it.

In: a workload. Out: the wishes that items of an entity can meet or not, each once; of a maker, values that meet one.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from dynamodel.ir.reads import ConditionDef, Equal, Op, ReadPattern
from dynamodel.ir.values import Constant, Now
from dynamodel.verify.maker import near
from dynamodel.verify.oracle.conditions import Call, compares, holds, meets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import PartDef
    from dynamodel.ir.workload import Workload
    from dynamodel.verify.maker import Maker


class Wish(NamedTuple):
    """What an item must be for a pattern to find it: equal to constants, and as some conditions say."""

    equals: tuple[Equal, ...]
    conditions: tuple[ConditionDef, ...]

    @property
    def attributes(self) -> frozenset[str]:
        """All that it asks about."""
        inner = (one for condition in self.conditions for one in (condition, *condition.any_of))
        return frozenset(e.attribute for e in self.equals) | {one.attribute for one in inner}

    def met(self, entity: EntityDef, values: Mapping[str, object] | None, call: Call) -> bool:
        """Whether an item (None: there is none) is so in a call."""
        return (
            values is not None
            and meets(entity, values, self.equals, call)
            and all(holds(entity, values, condition, call) for condition in self.conditions)
        )


def wish_of(part: PartDef) -> Wish:
    """What a part of a read asks of its rows."""
    return Wish(part.equals, (*part.where, *part.filter))


def wishes(workload: Workload) -> dict[str, list[Wish]]:
    """For each entity what patterns ask of it by constants and conditions, once each."""
    wanted: list[tuple[str, Wish]] = []
    for pattern in workload.patterns:
        if isinstance(pattern, ReadPattern):
            wanted += [(p.entity, wish_of(p)) for p in pattern.parts]
        else:
            wanted += [(s.entity, Wish(s.equals, s.when)) for s in pattern.steps]
    return _each_once(workload, wanted)


def selections(workload: Workload) -> dict[str, list[Wish]]:
    """For each entity what reads ask of it by constants alone, once each: keys and copies may be there for it."""
    parts = chain.from_iterable(read.parts for read in workload.reads)
    return _each_once(
        workload, [(p.entity, Wish(p.equals, tuple(c for c in p.where if _is_constant(c)))) for p in parts]
    )


def _each_once(workload: Workload, wanted: Iterable[tuple[str, Wish]]) -> dict[str, list[Wish]]:
    """By entity; of the equalities those with constants."""
    found: dict[str, list[Wish]] = {e.name: [] for e in workload.entities}
    for entity, (equals, conditions) in wanted:
        wish = Wish(tuple(e for e in equals if isinstance(e.source, Constant)), conditions)
        if any(wish) and wish not in found[entity]:
            found[entity].append(wish)
    return found


def _is_constant(condition: ConditionDef) -> bool:
    return all(isinstance(o, Constant) for c in (condition, *condition.any_of) for o in c.operands)


def meeting(maker: Maker, entity: EntityDef, wish: Wish) -> dict[str, object]:
    """Values that meet a wish, as far as single attributes can."""
    equals, conditions = wish
    stored = {a.name for a in entity.stored}
    fixed = {e.attribute: e.source.value for e in equals if isinstance(e.source, Constant) and e.attribute in stored}
    for condition in conditions:
        chosen = maker.random.choice(condition.any_of) if condition.op is Op.ANY_OF else condition
        name = chosen.attribute
        if name in stored and name not in fixed:
            candidates = _candidates(maker, entity, chosen)
            values = [v for v in candidates if _fits(maker, entity, chosen, v)]
            if values:
                fixed[name] = maker.random.choice(values)
    return fixed


def _candidates(maker: Maker, entity: EntityDef, condition: ConditionDef) -> list[object]:
    attribute = entity.attribute(condition.attribute)
    if condition.op is Op.ABSENT:
        return [None]
    fixed = [maker.now if isinstance(o, Now) else o.value for o in condition.operands if isinstance(o, Constant | Now)]
    return [*(v for o in fixed for v in near(attribute, o)), *maker.pool(entity.name, attribute.name)]


def _fits(maker: Maker, entity: EntityDef, condition: ConditionDef, value: object) -> bool:
    """Whether the value meets the condition, or may (the other side is the caller's)."""
    if not all(isinstance(o, Constant | Now) for o in condition.operands):
        return value is not None
    call = Call({}, maker.now)
    operands = tuple(call.value(o) for o in condition.operands)
    return compares(entity, {condition.attribute: value}, condition.attribute, condition.op, operands)
