"""What an update does to one row: its actions, then version and time of the change."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dynamodel.ir.values import Kind
from dynamodel.ir.writes import ActionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.writes import StepDef
    from dynamodel.verify.oracle.conditions import Call


def changed(entity: EntityDef, before: Mapping[str, object], step: StepDef, call: Call) -> Mapping[str, object]:
    """The row after an update, absent attributes left out; every action sees the row as it was before."""
    after = dict(before)
    for action in step.actions:
        value = None if action.source is None else call.value(action.source)
        held = before.get(action.attribute)
        if action.kind is ActionKind.ADD:
            value = _add(entity.attribute(action.attribute).type.kind, held, value)
        elif action.kind is ActionKind.APPEND:
            value = _append(held, value)
        after[action.attribute] = value  # SET; REMOVE has no source, hence no value
    version, updated = entity.with_role("version"), entity.with_role("updated")
    if version is not None:
        after[version] = number(before.get(version)) + 1
    if updated is not None:
        after[updated] = call.now
    return {a.name: after[a.name] for a in entity.stored if _stored(after.get(a.name))}


def _stored(value: object) -> bool:
    """An absent attribute and an empty set are not stored."""
    return value is not None and value != frozenset()


def number(value: object) -> int | Decimal:
    """A number for arithmetic; an absent one counts as 0."""
    if value is None:
        return 0
    assert isinstance(value, int | Decimal)
    return value


def _add(kind: Kind, before: object, value: object) -> object:
    """By the attribute's type: a sum, a union, or (for a map of numbers) a sum entry by entry."""
    if kind is Kind.SET:
        assert isinstance(value, frozenset)
        assert before is None or isinstance(before, frozenset)
        return (before or frozenset()) | value
    if kind is Kind.MAP:
        assert isinstance(value, dict)
        assert before is None or isinstance(before, dict)
        held: dict[str, object] = dict(before or {})
        return held | {name: number(held.get(name)) + number(delta) for name, delta in value.items()}
    return number(before) + number(value)


def _append(before: object, value: object) -> object:
    """A list given is added element by element, anything else as one element."""
    assert before is None or isinstance(before, tuple)
    return (before or ()) + (value if isinstance(value, tuple) else (value,))
