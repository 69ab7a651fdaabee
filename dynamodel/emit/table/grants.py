"""What an access pattern needs leave for: actions of DynamoDB, where, and on which partition keys.

In: workload and plan. Out: `Grant`s. It must not know policies or any syntax of theirs.

A batch asks leave for itself, a transaction for each of its actions (service authorization reference of Amazon
DynamoDB; developer guide, "Using IAM with DynamoDB transactions").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.footprint import beside_key, membership_conditions
from dynamodel.emit.repeats import repeated_effect
from dynamodel.ir.keys import DELIMITER, Code, Component, Template, TextToken
from dynamodel.ir.plan import BASE, Operation
from dynamodel.ir.reads import Op, ReadPattern
from dynamodel.ir.values import Constant
from dynamodel.ir.writes import ActionKind, StepKind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import CopyDesign, GuardDesign, Plan, ReadRequest, StepDesign
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef, WritePattern

GET, PUT, UPDATE, DELETE, CHECK = "GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"
_ACTIONS = {
    StepKind.CREATE: PUT,
    StepKind.PUT: PUT,
    StepKind.UPDATE: UPDATE,
    StepKind.UPSERT: UPDATE,
    StepKind.DELETE: DELETE,
    StepKind.CHECK: CHECK,
}
# A guard or copy is written with its item, given up with it, and both when its key may change.
_MOVING = {
    StepKind.CREATE: (PUT,),
    StepKind.PUT: (PUT, DELETE),
    StepKind.UPDATE: (PUT, DELETE),
    StepKind.UPSERT: (PUT, DELETE),
    StepKind.DELETE: (DELETE,),
}
TENANT = "\0"  # stands for the tenant's value in the text of a leading key
ANY = "*"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action in one place (`BASE` or an index), on the partition keys that begin as `leading` says.

    `leading` is the text of the keys: `TENANT` where the tenant's value stands, `ANY` at the end for whatever follows;
    None when the keys are not known to begin with fixed text and the tenant.
    """

    action: str
    place: str
    leading: str | None


def grants(workload: Workload, plan: Plan, pattern: str) -> frozenset[Grant]:
    """Everything that the calls of a pattern ask leave for."""
    asked = next(p for p in workload.patterns if p.name == pattern)
    design = plan.pattern(pattern)
    found = set()
    if isinstance(asked, ReadPattern):
        for request in design.reads:
            found |= set(_read(workload, plan, asked, request))
        return frozenset(found)
    for request in design.reads:  # what is written is found first
        entities = {asked.steps[part].entity for part in request.parts}
        found |= {_of_read(workload, plan, request, entity) for entity in entities}
    for step, made in zip(asked.steps, design.steps, strict=True):
        found |= set(_write(workload, plan, asked, step, made))
    for spread in asked.spreads:
        found |= grants(workload, plan, spread.find) | grants(workload, plan, spread.keep)
    return frozenset(found)


def _read(workload: Workload, plan: Plan, pattern: ReadPattern, request: ReadRequest) -> Iterator[Grant]:
    parents = [pattern.joins[join].parent for join in request.joins]
    for entity in parents or [pattern.parts[part].entity for part in request.parts]:
        yield _of_read(workload, plan, request, entity)


def _of_read(workload: Workload, plan: Plan, request: ReadRequest, entity: str) -> Grant:
    action = GET if request.operation is Operation.TRANSACT_GET_ITEMS else request.operation.value
    beside = plan.entity(entity).beside_place(request.beside)
    if beside is not None:
        return Grant(action, BASE, leading_key(beside.partition, workload.options.tenant))
    return _grant(workload, plan, action, entity, request.index or BASE)


def _write(workload: Workload, plan: Plan, pattern: WritePattern, step: StepDef, design: StepDesign) -> Iterator[Grant]:
    if step.kind is StepKind.LOOK:
        yield _grant(workload, plan, GET, step.entity, BASE)
        return
    batch = plan.pattern(pattern.name).write_operation is Operation.BATCH_WRITE_ITEM
    action = Operation.BATCH_WRITE_ITEM.value if batch else _ACTIONS[step.kind]
    yield _grant(workload, plan, action, step.entity, BASE)
    if design.looks or (pattern.read_back == pattern.steps.index(step) and repeated_effect(workload, pattern)):
        yield _grant(workload, plan, GET, step.entity, BASE)
    entity, kept = workload.entity(step.entity), plan.entity(step.entity).beside
    for number in (*design.guards, *design.refreshed):
        actions = {UPDATE} if number in design.refreshed else {*_MOVING[step.kind]}
        if set(kept[number].attributes) <= set(entity.identity) and step.kind is not StepKind.DELETE:
            actions -= {DELETE}  # its key never changes
        if _ends(entity, kept[number], step):
            actions -= {PUT}
        for each in actions:
            yield Grant(each, BASE, leading_key(kept[number].partition, workload.options.tenant))


def _ends(entity: EntityDef, beside: GuardDesign | CopyDesign, step: StepDef) -> bool:
    """Whether an item surely has no such guard or copy after a step: what it takes is removed, or another constant."""
    left = {a.attribute: a.source for a in step.actions if a.kind in {ActionKind.REMOVE, ActionKind.SET}}
    for condition in membership_conditions(entity, beside_key(entity, beside)):
        if condition.op not in {Op.EQ, Op.PRESENT} or condition.attribute not in left:
            continue
        after, wanted = left[condition.attribute], condition.operands[0] if condition.operands else None
        told = isinstance(after, Constant) and isinstance(wanted, Constant)
        if after in (None, Constant(None)) or (told and after != wanted):
            return True
    return False


def _grant(workload: Workload, plan: Plan, action: str, entity: str, place: str) -> Grant:
    key = plan.entity(entity).key(place)
    fields = key.partition if key is not None and key.partition else plan.entity(entity).base.partition
    unkeyed = action in {Operation.SCAN.value, Operation.SEARCH_VECTORS.value}  # they name no key of the table
    leading = leading_key(fields[0], workload.options.tenant) if len(fields) == 1 and not unkeyed else None
    return Grant(action, place, leading)


def leading_key(field: KeyField, tenant: str | None) -> str | None:
    """The text that a partition key begins with, None unless its first value is the tenant's, as it is written.

    Values are escaped so that the delimiter never occurs in them; so what stands before the first one is fixed, and
    the delimiter behind it ends it.
    """
    if not isinstance(field.value, Template):
        return TENANT if field.value.attributes == (tenant,) else None
    text = ""
    for number, token in enumerate(field.value.tokens, 1):
        if isinstance(token, TextToken):
            text += token.text + DELIMITER
            continue
        if not isinstance(token, Component) or token.attribute != tenant or token.code is not Code.TEXT:
            return None
        if token.descending:
            return None
        return text + TENANT + DELIMITER + (ANY if number < len(field.value.tokens) else "")
    return None
