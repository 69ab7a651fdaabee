"""Each write pattern: the right operations, every index key that can change changed right, guards kept.

In: the court. Out: findings DM480 to DM484. Rules: `keys.md` D, E and F. Per key attribute it asks: can its value or
the item's place in the index change, does the plan change it, and is all known that the change needs?
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import BATCH_WRITE_ITEMS
from dynamodel.dynamo.written import found_rows
from dynamodel.ir.keys import Absent, Template
from dynamodel.ir.plan import KeyAction, Operation
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.writes import ActionKind, StepKind
from dynamodel.planner.checks.beside import check_kept
from dynamodel.planner.checks.court import (
    attribute_of,
    field_attributes,
    field_components,
    sparse_attributes,
)
from dynamodel.planner.checks.knowledge import Knowledge
from dynamodel.planner.checks.requests import judge_request
from dynamodel.planner.checks.rows import judge_rows
from dynamodel.planner.checks.wanted import of_step

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import EntityDesign, KeyChange, KeyDesign, PatternDesign, StepDesign
    from dynamodel.ir.writes import StepDef, WritePattern
    from dynamodel.planner.checks.court import Court

_OPERATIONS = {
    StepKind.CREATE: Operation.PUT_ITEM,
    StepKind.PUT: Operation.PUT_ITEM,
    StepKind.UPDATE: Operation.UPDATE_ITEM,
    StepKind.UPSERT: Operation.UPDATE_ITEM,
    StepKind.DELETE: Operation.DELETE_ITEM,
    StepKind.LOOK: Operation.GET_ITEM,
}
_CHANGING = {StepKind.UPDATE, StepKind.UPSERT}


def check_write(court: Court, pattern: WritePattern, design: PatternDesign) -> None:
    """Check the steps of one write pattern."""
    court = court.at(court.workload.title, pattern.name)
    if len(design.steps) != len(pattern.steps):
        court.refuse("DM480", f"{len(design.steps)} steps are planned for {len(pattern.steps)}")
        return
    _check_operation(court, pattern, design)
    for number, (step, planned) in enumerate(zip(pattern.steps, design.steps, strict=True)):
        entity, physical = court.entity(step.entity), court.design(step.entity)
        if entity is None or physical is None:
            court.refuse("DM480", f"there is no design of {step.entity}")
            continue
        _check_found(court, design, number, entity, step)
        _check_base(court, entity, physical, step, planned)
        if step.snapshot_of is not None:
            _check_snapshot(court, entity, pattern.steps[step.snapshot_of], design.steps[step.snapshot_of])
        if step.kind in _CHANGING:
            _check_changes(court, entity, physical, step, planned)
        elif planned.changes:
            court.refuse("DM481", f"{step.kind} of {entity.name} writes whole items: no single key changes")
        check_kept(court, entity, physical, step, planned)
    _check_read_back(court, pattern, design)
    requests = sum(r.shards for r in design.reads) + _written(court, pattern, design)
    for step, planned in zip(pattern.steps, design.steps, strict=True):
        each = step.times.average if step.by_identity else found_rows(court.workload, step)
        requests += each * (bool(planned.read_first) + planned.read_back)
    if requests != design.request_count:
        court.refuse("DM480", f"{requests} requests, the plan says {design.request_count}")


def _written(court: Court, pattern: WritePattern, design: PatternDesign) -> int:
    """How many requests write: one, or as many as a list or the items that are found first take.

    Items with something beside them are written one by one: a batch keeps nothing together.
    """
    sent = [s for s in pattern.steps if s.by_identity and s.kind is not StepKind.LOOK]
    items = 1 if pattern.transaction else sum(s.times.average for s in sent)
    items += sum(found_rows(court.workload, s) for s in pattern.steps if not s.by_identity)
    alone = any(planned.guards or planned.refreshed for planned in design.steps)
    return items if alone and not pattern.transaction else -(-items // BATCH_WRITE_ITEMS)


def _check_read_back(court: Court, pattern: WritePattern, design: PatternDesign) -> None:
    """What a call returns and only the table holds is read after a transaction, which returns no items; no other is."""
    versions = {step.snapshot_of for step in pattern.steps}
    in_transaction = design.write_operation is Operation.TRANSACT_WRITE_ITEMS
    for number, (step, planned) in enumerate(zip(pattern.steps, design.steps, strict=True)):
        unknown = step.kind in _CHANGING and number not in versions
        wanted = in_transaction and unknown and number == pattern.returned and not pattern.kept
        if planned.read_back is not wanted:
            said = "is read back for nothing" if planned.read_back else "is returned, and no request holds it"
            court.refuse("DM480", f"{step.entity} {said}")


def _check_operation(court: Court, pattern: WritePattern, design: PatternDesign) -> None:
    for step, planned in zip(pattern.steps, design.steps, strict=True):
        wanted = _OPERATIONS.get(step.kind)
        if wanted is not None and planned.operation is not wanted:
            court.refuse("DM480", f"{planned.operation} for a {step.kind} of {step.entity}")
    guarded = any(planned.guards or planned.refreshed for planned in design.steps)
    if pattern.transaction or guarded:
        if design.write_operation is not Operation.TRANSACT_WRITE_ITEMS:
            court.refuse("DM480", f"{design.write_operation} writes several items that belong together")
        return
    sent = [p for s, p in zip(pattern.steps, design.steps, strict=True) if s.kind is not StepKind.LOOK]
    many = any(step.times.most > 1 for step in pattern.steps)
    if many and design.write_operation is not Operation.BATCH_WRITE_ITEM:
        court.refuse("DM480", f"{design.write_operation} writes one item, the pattern many")
    elif len(sent) == 1 and design.write_operation is Operation.BATCH_WRITE_ITEM:
        step = pattern.steps[0]
        if step.kind not in {StepKind.PUT, StepKind.DELETE} or step.when:
            court.refuse("DM480", f"BatchWriteItem cannot {step.kind} under a condition")
    elif len(sent) != 1 or design.write_operation is not sent[0].operation:
        court.refuse("DM480", f"{design.write_operation} for {[p.operation for p in design.steps]}")


def _check_found(
    court: Court,
    design: PatternDesign,
    number: int,
    entity: EntityDef,
    step: StepDef,
) -> None:
    """A write by something else than the identity finds its items by requests that are judged like a read."""
    requests = [r for r in design.reads if number in r.parts]
    if step.by_identity:
        return
    if not requests:
        court.refuse("DM480", f"nothing finds the items of {entity.name}")
    for request in requests:
        one_or_more = request.operation in {Operation.GET_ITEM, Operation.QUERY}
        if not one_or_more or request.parts != (number,) or request.hydrate is not None:
            court.refuse("DM480", f"{request.operation} of {request.parts} does not find the items of {entity.name}")
        for part, rows in judge_request(court, request, {number: of_step(entity, step)}).items():
            if part == number and not step.when:
                judge_rows(court, request, part, rows, strict=design.status == "served")


def _check_base(
    court: Court,
    entity: EntityDef,
    physical: EntityDesign,
    step: StepDef,
    planned: StepDesign,
) -> None:
    parts = {a for f in physical.base.fields for a in field_attributes(f)}
    known = Knowledge(entity, step, frozenset(planned.read_first))
    moved = sorted(parts & {a.attribute for a in step.actions})
    if moved:
        court.refuse("DM481", f"`{moved[0]}` is in the base key of {entity.name}, which cannot change")
    if step.argument is None and step.by_identity and step.snapshot_of is None:
        unknown = sorted(parts - {e.attribute for e in step.equals})
        if unknown:
            court.refuse("DM482", f"`{unknown[0]}` of the base key of {entity.name} is not known")
    if len(set(planned.read_first)) < len(planned.read_first):
        court.refuse("DM482", f"an attribute of {entity.name} is read twice")
    unread = sorted(a for a in step.reads if not known.knew(a))
    if unread:
        court.refuse("DM482", f"`{unread[0]}` of {entity.name} is needed by another step and not read")
    foreign = [a for a in planned.read_first if attribute_of(entity, a) is None]
    if foreign:
        court.refuse("DM482", f"{entity.name} has no `{foreign[0]}` to read")
    for action in step.actions:
        attribute = attribute_of(entity, action.attribute)
        if attribute and attribute.immutable and step.kind is StepKind.UPDATE and action.attribute in known.touched:
            court.refuse("DM481", f"`{action.attribute}` of {entity.name} never changes")


def _check_snapshot(court: Court, kept: EntityDef, step: StepDef, planned: StepDesign) -> None:
    """A version holds every attribute of the item after the step that it follows, so all of them must be known."""
    entity = court.entity(step.entity)
    if entity is None or step.kind is not StepKind.UPDATE:
        return  # whole items are known, but for the number of their version, which `reads` asks for
    known = Knowledge(entity, step, frozenset(planned.read_first))
    unknown = sorted(a.name for a in kept.stored if not known.knows(a.name))
    if unknown:
        court.refuse("DM482", f"`{unknown[0]}` of {entity.name} is kept in its history and not known")


def _check_changes(
    court: Court,
    entity: EntityDef,
    physical: EntityDesign,
    step: StepDef,
    planned: StepDesign,
) -> None:
    known = Knowledge(entity, step, frozenset(planned.read_first))
    changes = {(c.place, c.name): c for c in planned.changes}
    if len(changes) < len(planned.changes):
        court.refuse("DM481", "a key attribute is changed twice")
    fields = {(k.place, f.name): (k, f) for k in physical.indexes for f in k.fields}
    for place, name in changes:
        if (place, name) not in fields or not isinstance(fields[place, name][1].value, Template):
            court.refuse("DM481", f"{entity.name} computes no `{name}` in `{place}`")
    for (place, name), (key, key_field) in fields.items():
        if not isinstance(key_field.value, Template):
            continue
        for component in field_components(key_field):
            removed = any(a.kind is ActionKind.REMOVE and a.attribute == component.attribute for a in step.actions)
            if removed and component.absent is Absent.REFUSED and not key.when:
                court.refuse("DM481", f"`{component.attribute}` is removed and `{name}` needs it")
        change = changes.get((place, name))
        reason = _wrong(entity, known, key, key_field, change)
        if reason:
            code = "DM482" if reason.startswith("unknown") else "DM481"
            court.refuse(code, f"`{name}` of {entity.name}: {reason}")


def _wrong(entity: EntityDef, known: Knowledge, key: KeyDesign, key_field: KeyField, change: KeyChange | None) -> str:
    """What is wrong with the change of a key attribute, or with there being none; empty if nothing is."""
    parts = field_attributes(key_field)
    conditions = _membership(entity, key)
    deciding = {a for c in conditions for a in c.names}
    is_moved = bool(parts & known.touched)
    may_enter_or_leave = bool(deciding & known.touched)
    if change is None and known.step.kind is StepKind.UPSERT:
        # The item may be new: an upsert writes every key, so it must know all that keys are made of.
        unknown = sorted(a for a in parts | deciding if not known.knows(a))
        return f"unknown `{unknown[0]}`" if unknown else ""
    after = [known.holds_after(c) for c in conditions]
    if change is None:
        left = not is_moved and (not may_enter_or_leave or _stays_in(known, conditions))
        return "" if left or _stays_out(known, conditions) else "it can change and the plan leaves it"
    unknown_parts = sorted(p for p in parts if not known.knows(p))
    undecided = [c for c, a in zip(conditions, after, strict=True) if a is None]
    unknown_deciding = sorted(a for c in undecided for a in c.names if not known.knows(a))
    if change.action is KeyAction.REMOVE:
        return "" if False in after else "it is removed though the item may stay in the index"
    if change.action is KeyAction.REMOVE_UNLESS:
        if is_moved:
            return "its value changes: it must be written"
        if not all(known.held_before(c) for c in conditions):
            return "unknown whether the item was in the index"
        return f"unknown `{unknown_deciding[0]}` decides whether it stays" if unknown_deciding else ""
    if change.action is KeyAction.SET and (False in after or None in after):
        return "it is written though the item may not belong in the index"
    missing = unknown_parts or unknown_deciding
    return f"unknown `{missing[0]}`" if missing else ""


def _stays_in(known: Knowledge, conditions: list[ConditionDef]) -> bool:
    """Whether the item certainly was and is in the index."""
    return bool(conditions) and all(known.held_before(c) and known.holds_after(c) is True for c in conditions)


def _stays_out(known: Knowledge, conditions: list[ConditionDef]) -> bool:
    """Whether the item certainly neither was nor is in the index."""
    was_out = any(known.held_before(c) is False for c in conditions)
    return was_out and any(known.holds_after(c) is False for c in conditions)


def _membership(entity: EntityDef, key: KeyDesign) -> list[ConditionDef]:
    """All conditions under which an item has the texts of a key: declared ones, and that sparse components are there.

    Attributes that are in the key as they are leave the item out by themselves, whatever its texts are.
    """
    told = {c.attribute for c in key.when if c.op is Op.PRESENT}
    texts = tuple(f for f in key.fields if isinstance(f.value, Template))
    sparse = sorted(sparse_attributes(entity, texts) - told)
    return [*key.when, *(ConditionDef(Op.PRESENT, name) for name in sparse)]
