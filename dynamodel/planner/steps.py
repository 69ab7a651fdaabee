"""How a write keeps every key of its item exact: which key attributes change, and what must be known for it.

In: an entity, its physical design and one step of a write. Out: the `StepDesign`. The cases are those of keys.md D;
what is not known without a read is read first, and the update is conditional on exactly what was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.entries import changed_attributes, implied
from dynamodel.ir.keys import Absent, Component, Template
from dynamodel.ir.plan import KeyAction, KeyChange, Operation, StepDesign
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Constant
from dynamodel.ir.writes import ActionKind, StepKind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import EntityDesign, KeyDesign
    from dynamodel.ir.writes import StepDef

_PLAIN = {
    StepKind.CREATE: Operation.PUT_ITEM,
    StepKind.PUT: Operation.PUT_ITEM,
    StepKind.DELETE: Operation.DELETE_ITEM,
    StepKind.CHECK: Operation.TRANSACT_WRITE_ITEMS,
    StepKind.UPDATE: Operation.UPDATE_ITEM,
    StepKind.UPSERT: Operation.UPDATE_ITEM,
    StepKind.LOOK: Operation.GET_ITEM,
}


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What an update knows of the item after it: attributes with known values, attributes that change at all."""

    known: frozenset[str]
    changed: frozenset[str]
    removed: frozenset[str]
    constants: tuple[tuple[str, object], ...]
    held: tuple[ConditionDef, ...]  # what the step demands of the item before


def step_design(entity: EntityDef, design: EntityDesign, step: StepDef) -> StepDesign:
    """The physical form of one step."""
    operation = _PLAIN[step.kind]
    if step.kind in {StepKind.CHECK, StepKind.LOOK}:
        # Of an item that may be missing the identity tells that it is there.
        return StepDesign(operation, read_first=tuple(a.name for a in entity.stored if a.name in step.reads))
    if step.kind is StepKind.CREATE:
        return StepDesign(operation, guards=tuple(range(len(design.beside))))
    if step.kind in {StepKind.PUT, StepKind.DELETE}:
        return _whole_item(entity, design, step)
    knowledge = _knowledge(entity, step)
    changes: list[KeyChange] = []
    unknown: list[str] = []
    for key in design.indexes:
        more, needed = _changes(key, knowledge, step.kind)
        changes += more
        unknown += needed
    moved, refreshed = _beside(entity, design, knowledge, upserts=step.kind is StepKind.UPSERT)
    after = knowledge.known | knowledge.removed
    for index in moved:
        unknown += design.beside[index].attributes
        unknown += [n for n in (entity.with_role("ttl"), *design.beside[index].carries) if n and n not in after]
    for index in refreshed:
        unknown += [name for name in design.beside[index].attributes if name not in knowledge.known]
    read = _in_order(entity, [*unknown, *step.reads])
    return StepDesign(operation, tuple(changes), read, moved, refreshed)


def must_look(entity: EntityDef, key: KeyDesign, step: StepDef) -> bool:
    """Whether a step must read its item first because of one index key."""
    if step.kind not in {StepKind.UPDATE, StepKind.UPSERT}:
        return False
    _, needed = _changes(key, _knowledge(entity, step), step.kind)
    return bool(_in_order(entity, needed))


def _whole_item(entity: EntityDef, design: EntityDesign, step: StepDef) -> StepDesign:
    beside = [a for b in design.beside for a in b.attributes]
    ttl = entity.with_role("ttl")
    read = _in_order(entity, [*beside, *([ttl] if design.guards and ttl else []), *step.reads])
    return StepDesign(_PLAIN[step.kind], read_first=read, guards=tuple(range(len(design.beside))))


def _in_order(entity: EntityDef, names: list[str]) -> tuple[str, ...]:
    wanted = set(names) - set(entity.identity)
    return tuple(a.name for a in entity.stored if a.name in wanted)


def _knowledge(entity: EntityDef, step: StepDef) -> _Knowledge:
    stamped = {a.name for a in entity.stored if a.role == "updated"} if not step.quiet else set()
    changed = changed_attributes(entity, step)
    given = {a.attribute for a in step.actions if a.kind is ActionKind.SET}
    removed = frozenset(a.attribute for a in step.actions if a.kind is ActionKind.REMOVE)
    held = {c.attribute for c in step.when if c.op is Op.EQ and c.attribute not in changed}
    known = frozenset((*entity.identity, *(e.attribute for e in step.equals), *stamped, *held, *given))
    constants = tuple(
        (a.attribute, a.source.value)
        for a in step.actions
        if a.kind is ActionKind.SET and isinstance(a.source, Constant)
    )
    return _Knowledge(known, changed, removed, constants, step.when)


def _attributes(field: KeyField) -> tuple[str, ...]:
    return field.value.attributes if isinstance(field.value, Template) else ()


def _sparse(key: KeyDesign) -> tuple[str, ...]:
    return tuple(
        token.attribute
        for field in key.fields
        if isinstance(field.value, Template)
        for token in field.value.tokens
        if isinstance(token, Component) and token.absent is Absent.SPARSE
    )


def _changes(key: KeyDesign, knowledge: _Knowledge, kind: StepKind) -> tuple[list[KeyChange], list[str]]:
    return (_all_changes if kind is StepKind.UPSERT else _key_changes)(key, knowledge)


def _key_changes(key: KeyDesign, knowledge: _Knowledge) -> tuple[list[KeyChange], list[str]]:
    """The changes of one index key, and the attributes that they need and the step does not know."""
    written = _written(key)
    if not written:
        return [], []
    deciding = _deciding(key)
    parts = {name for field in written for name in _attributes(field)}
    if not knowledge.changed & (deciding | parts):
        return [], []
    missing = _missing(key, deciding, knowledge)
    was_in = _was_in(key, knowledge)
    if _surely_out(key, knowledge):
        gone = [] if _was_out(key, knowledge) else written
        return [KeyChange(key.place, f.name, KeyAction.REMOVE) for f in gone], []
    if was_in and _surely_in(key, knowledge):
        touched = [field for field in written if knowledge.changed & set(_attributes(field))]
        needed = [n for f in touched for n in _attributes(f) if n in missing]
        return [KeyChange(key.place, f.name, KeyAction.SET) for f in touched], needed
    decided = not (deciding & knowledge.changed) - knowledge.known
    if decided and was_in and not knowledge.changed & parts:
        return [KeyChange(key.place, f.name, KeyAction.REMOVE_UNLESS) for f in written], []
    return [KeyChange(key.place, f.name, KeyAction.SET_OR_REMOVE) for f in written], missing


def _all_changes(key: KeyDesign, knowledge: _Knowledge) -> tuple[list[KeyChange], list[str]]:
    """The changes of an upsert, which may have to write a key for the first time: all of it, whatever it sets."""
    written = _written(key)
    if not written:
        return [], []
    deciding = _deciding(key)
    missing = _missing(key, deciding, knowledge)
    action = KeyAction.SET_OR_REMOVE if deciding else KeyAction.SET
    return [KeyChange(key.place, field.name, action) for field in written], missing


def _written(key: KeyDesign) -> tuple[KeyField, ...]:
    """The key attributes that are made up for the key: natural ones are written with the item's own attributes."""
    return tuple(field for field in key.fields if isinstance(field.value, Template))


def _missing(key: KeyDesign, deciding: set[str], knowledge: _Knowledge) -> list[str]:
    """What a whole key and its conditions depend on and the step does not know."""
    everything = [name for field in key.fields for name in _attributes(field)] + sorted(deciding)
    return [name for name in everything if name not in knowledge.known and name not in knowledge.removed]


def _deciding(key: KeyDesign) -> set[str]:
    """The attributes that decide whether the item has the key."""
    names = set(_sparse(key))
    for condition in key.when:
        names |= set(condition.names)
    return names


def _surely_out(key: KeyDesign, knowledge: _Knowledge) -> bool:
    """Whether the key cannot exist after the update: a part is missing, or a condition is false."""
    after = _after(knowledge)
    return any(implied(told, condition) is False for condition in _demanded(key) for told in after)


def _surely_in(key: KeyDesign, knowledge: _Knowledge) -> bool:
    """Whether an item that had the key has one after the update: what is left untouched stays, what is set is told."""
    after = _after(knowledge)
    return all(
        knowledge.changed.isdisjoint(condition.names) or any(implied(told, condition) for told in after)
        for condition in _demanded(key)
    )


def _was_in(key: KeyDesign, knowledge: _Knowledge) -> bool:
    """Whether the step demands that the item had the key: its `when` implies every deciding condition."""
    return all(any(implied(told, condition) for told in knowledge.held) for condition in _demanded(key))


def _was_out(key: KeyDesign, knowledge: _Knowledge) -> bool:
    """Whether the step demands that the item did not have the key: its `when` makes a deciding condition false."""
    return any(implied(told, condition) is False for condition in _demanded(key) for told in knowledge.held)


def _demanded(key: KeyDesign) -> tuple[ConditionDef, ...]:
    """What an item must meet to have the key: its conditions, and that parts are there."""
    return (*key.when, *(ConditionDef(Op.PRESENT, name) for name in _sparse(key)))


def _after(knowledge: _Knowledge) -> list[ConditionDef]:
    """What the step says of the item after it: what it demands and leaves untouched, its constants, its removals."""
    after = [told for told in knowledge.held if knowledge.changed.isdisjoint(told.names)]
    after += [ConditionDef(Op.EQ, name, (Constant(value),)) for name, value in knowledge.constants if value is not None]
    gone = {*knowledge.removed, *(name for name, value in knowledge.constants if value is None)}
    return after + [ConditionDef(Op.ABSENT, name) for name in sorted(gone)]


def _beside(
    entity: EntityDef, design: EntityDesign, knowledge: _Knowledge, *, upserts: bool
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The guards and copies whose key an update may change, and those whose carried attributes it changes in place.

    An upsert may have to put a copy for the first time. Where the key is the identity the same upsert of the copy does,
    unless items expire: one that is gone may have left its copy behind.
    """
    moved: list[int] = []
    refreshed: list[int] = []
    expires = entity.with_role("ttl")
    for number, beside in enumerate(design.beside):
        if upserts and number >= len(design.guards):
            same = expires is None and set(beside.attributes) <= set(entity.identity)
            (refreshed if same else moved).append(number)
        elif knowledge.changed & set(beside.attributes) or (
            expires in knowledge.changed and number < len(design.guards)
        ):
            moved.append(number)  # a guard carries the entity's time to live
        elif knowledge.changed & set(beside.carries):
            refreshed.append(number)
    return tuple(moved), tuple(refreshed)
