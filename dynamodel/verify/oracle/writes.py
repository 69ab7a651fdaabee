"""What a write pattern must do: its outcome, and the rows that exist afterwards.

All steps are judged against the rows before the call and take effect together or not at all. Where one item is written
by two steps, the answer is not defined (DynamoDB refuses such a transaction) and `ValueError` is raised.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dynamodel.ir.suite import Row
from dynamodel.ir.writes import StepKind
from dynamodel.records import dataclass
from dynamodel.verify.oracle.actions import changed, number
from dynamodel.verify.oracle.compare import canonical, equal
from dynamodel.verify.oracle.conditions import Call, holds, meets
from dynamodel.verify.oracle.copies import is_foretold, stale_copies
from dynamodel.verify.oracle.store import Identity, Store, alive, identity_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef, WritePattern

Place = tuple[str, Identity]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write did: the error's class name (or None), the entity or the number returned, the store afterwards.

    `errors` are the class names of all errors that apply, in the order of the steps; which of several the service
    reports is not defined. `touched` are the items (entity, identity) that it was about to write or check, in order.
    `meant` is what a write that failed would have left of them.
    """

    store: Store
    errors: tuple[str, ...] = ()
    returned: Row | int | None = None
    touched: tuple[Place, ...] = ()
    meant: Mapping[Place, Mapping[str, object] | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Work:
    """One call in progress: the changes collected so far."""

    workload: Workload
    store: Store
    call: Call
    pattern: WritePattern
    changes: dict[Place, Mapping[str, object] | None] = field(default_factory=dict)
    touched: list[Place] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    deleted: int | None = None
    step: int = 0  # the number of the step in progress
    left: dict[int, list[Mapping[str, object]]] = field(default_factory=dict)  # the rows that each step leaves

    def touch(self, entity: EntityDef, identity: Identity) -> Mapping[str, object] | None:
        """Note that a step is about an item; its live row, None when it is absent or expired."""
        place = (entity.name, identity)
        if place in self.touched:
            msg = f"two steps write one item of {entity.name}"
            raise ValueError(msg)
        self.touched.append(place)
        values = self.store.get(entity, identity)
        return values if values is not None and alive(entity, values, self.call.now) else None

    def put(self, entity: EntityDef, identity: Identity, values: Mapping[str, object] | None) -> None:
        self.changes[(entity.name, identity)] = values
        if values is not None:
            self.left.setdefault(self.step, []).append(values)


def write(
    workload: Workload, store: Store, pattern: WritePattern, arguments: Mapping[str, object], now: datetime
) -> Outcome:
    """The outcome of one call of a write."""
    work = _Work(workload, store, Call(arguments, now), pattern)
    if _strays(work):
        return Outcome(store, ("ValueRefused",))
    for work.step, step in enumerate(pattern.steps):
        _STEPS[step.kind](work, workload.entity(step.entity), step)
    if _is_taken(work):
        work.errors.append("UniqueTaken")
    if work.errors:
        return Outcome(store, tuple(dict.fromkeys(work.errors)), None, tuple(work.touched), work.changes)
    after = store.replaced(work.changes)
    renewed = stale_copies(workload, after, now)
    if is_foretold(workload, store, work.changes, renewed):
        msg = "a child named its parent before there was such an identity"
        raise ValueError(msg)
    after = after.replaced(renewed)
    returned: Row | int | None = work.deleted
    if pattern.returned is not None:
        entity, left = workload.entity(pattern.steps[pattern.returned].entity), work.left[pattern.returned][0]
        returned = Row(entity.name, after.get(entity, identity_of(entity, left)) or left)
    return Outcome(after, (), returned, tuple(dict.fromkeys((*work.touched, *renewed))))


def _strays(work: _Work) -> bool:
    """Whether a new child, which its parent counts, is a child of none of the parents that the call gives whole."""
    for step in work.pattern.steps:
        if step.kind is not StepKind.CREATE or step.argument is None:
            continue
        entity, taken = work.workload.entity(step.entity), {t.attribute for t in step.taken}
        for link in entity.parents:
            names = zip(link.via, work.workload.entity(link.entity).identity, strict=True)
            pairs = [(via, own) for via, own in names if via not in taken]  # numbers are the parent's own
            given = [tuple(canonical(row.values.get(own)) for _, own in pairs) for row in _whole(work, link.entity)]
            if not given or all(counting != link.entity for counting, _ in entity.counted_in):
                continue
            if any(tuple(canonical(r.values.get(via)) for via, _ in pairs) not in given for r in _rows(work, step)):
                return True
    return False


def _whole(work: _Work, name: str) -> Iterator[Row]:
    """The items of an entity that a call gives whole."""
    for step in work.pattern.steps:
        if step.entity == name and step.argument is not None and step.kind in {StepKind.CREATE, StepKind.PUT}:
            yield from _rows(work, step)


def _rows(work: _Work, step: StepDef) -> Iterator[Row]:
    given = work.call.arguments[step.argument or ""]
    for row in given if isinstance(given, tuple) else (given,):
        assert isinstance(row, Row)
        yield row


def _taken(work: _Work, step: StepDef) -> dict[str, object] | None:
    """The numbers that a new item takes: one more than each counter was; None where the counter's item is missing."""
    numbers: dict[str, object] = {}
    for taken in step.taken:
        if not taken.plus:
            continue  # a copy, which is the parent's after all steps
        counting = work.pattern.steps[taken.step]
        entity = work.workload.entity(counting.entity)
        ((identity, _),) = _targets(work, entity, counting)
        held = work.store.get(entity, identity)
        if held is None or not alive(entity, held, work.call.now):
            return None
        numbers[taken.attribute] = number(held.get(taken.counter)) + 1
    return numbers


def _create(work: _Work, entity: EntityDef, step: StepDef) -> None:
    if step.snapshot_of is not None:
        _keep_versions(work, entity, work.left.get(step.snapshot_of, ()))
        return
    numbers = _taken(work, step)
    if numbers is None:
        return  # nothing to number: the step that counts fails
    for given in _rows(work, step):
        row = Row(given.entity, {**given.values, **numbers})
        identity = identity_of(entity, row.values)
        if work.touch(entity, identity) is not None:
            work.errors.append("AlreadyExists")
        _require(work, entity, {}, step)
        work.put(entity, identity, _stamped(entity, row.values, work.call.now, version=1))


def _keep_versions(work: _Work, entity: EntityDef, rows: Iterable[Mapping[str, object]]) -> None:
    """Each row as it is now becomes a version, which cannot be there already."""
    for values in list(rows):
        identity = identity_of(entity, values)
        if work.touch(entity, identity) is not None:
            work.errors.append("AlreadyExists")
        work.put(entity, identity, values)


def _put(work: _Work, entity: EntityDef, step: StepDef) -> None:
    for row in _rows(work, step):
        identity = identity_of(entity, row.values)
        before = work.touch(entity, identity) or {}
        _require(work, entity, before, step)
        version = entity.with_role("version") or ""
        given = number(before.get(version)) + 1 if entity.history is not None else row.values.get(version, 1)
        work.put(entity, identity, _stamped(entity, row.values, work.call.now, given))


def _stamped(entity: EntityDef, values: Mapping[str, object], now: datetime, version: object) -> Mapping[str, object]:
    """The values as stored: with version and times by the roles that attributes play."""
    result = dict(values)
    for role, value in (("version", version), ("updated", now), ("created", now)):
        name = entity.with_role(role)
        if name is not None and (role != "created" or result.get(name) is None):
            result[name] = value
    return {a.name: result[a.name] for a in entity.stored if result.get(a.name) is not None}


def _update(work: _Work, entity: EntityDef, step: StepDef) -> None:
    for identity, _ in _targets(work, entity, step):
        before = work.touch(entity, identity)
        if before is None:
            work.errors.append("NotFound")
            continue
        expected = work.call.arguments.get("expected_version")
        version = entity.with_role("version")
        if version is not None and expected is not None and not equal(before.get(version), expected):
            work.errors.append("VersionConflict")
        _require(work, entity, before, step)
        after = changed(entity, before, step, work.call)
        work.put(entity, identity, after)


def _upsert(work: _Work, entity: EntityDef, step: StepDef) -> None:
    """Insert when absent, else change what the actions say; with an entity and no actions, replace its attributes.

    What is inserted has the defaults of what the actions do not mention.
    """
    if step.argument is not None:
        (row,) = _rows(work, step)
        identity, fresh = identity_of(entity, row.values), dict(row.values)
    else:
        ((identity, fresh),) = _targets(work, entity, step)
    before = work.touch(entity, identity)
    _require(work, entity, before or {}, step)
    if before is None:
        begun = {a.name: _begun(a.default) for a in entity.started({c.attribute for c in step.actions})}
        start = _stamped(entity, {**begun, **fresh}, work.call.now, 0 if step.actions else 1)
        after = changed(entity, start, step, work.call) if step.actions else start
    elif step.actions:
        after = changed(entity, before, step, work.call)
    else:
        after = changed(entity, {**before, **fresh}, step, work.call)
    work.put(entity, identity, after)


def _begun(default: object) -> object:
    """A default as rows hold it: lists as tuples."""
    return tuple(_begun(v) for v in default) if isinstance(default, list | tuple) else default


def _delete(work: _Work, entity: EntityDef, step: StepDef) -> None:
    if step.by_identity:
        for identity, _ in _targets(work, entity, step):
            before = work.touch(entity, identity)
            _require(work, entity, before or {}, step)
            work.put(entity, identity, None)
        return
    found = [v for v in work.store.live(entity, work.call.now) if meets(entity, v, step.equals, work.call)]
    found = [v for v in found if all(holds(entity, v, c, work.call) for c in step.when)]
    for values in found:
        identity = identity_of(entity, values)
        work.touch(entity, identity)
        work.put(entity, identity, None)
    work.deleted = len(found)


def _check(work: _Work, entity: EntityDef, step: StepDef) -> None:
    if step.reads:  # it demands nothing but that nobody else changes the item meanwhile
        return
    for identity, _ in _targets(work, entity, step):
        before = work.touch(entity, identity)
        if before is None and not step.when:  # without conditions a check asks for the item itself
            work.errors.append("ConditionFailed")
        _require(work, entity, before or {}, step)


def _require(work: _Work, entity: EntityDef, values: Mapping[str, object], step: StepDef) -> None:
    if not all(holds(entity, values, condition, work.call) for condition in step.when):
        work.errors.append("ConditionFailed")


def _targets(work: _Work, entity: EntityDef, step: StepDef) -> Iterator[tuple[Identity, dict[str, object]]]:
    """The items that a step's equalities name; one argument that is a tuple names several, as a list of keys does."""
    if work.pattern.batched:
        (keys,) = work.call.arguments.values()
        for key in keys if isinstance(keys, tuple) else ():
            values = dict(zip(entity.identity, key if len(entity.identity) > 1 else (key,), strict=True))
            yield tuple(canonical(v) for v in values.values()), values
        return
    fixed = {e.attribute: work.call.value(e.source) for e in step.equals}
    many = max((len(v) for v in fixed.values() if isinstance(v, tuple)), default=0)
    for i in range(many or 1):
        values = {name: v[i] if isinstance(v, tuple) else v for name, v in fixed.items()}
        yield tuple(canonical(values[name]) for name in entity.identity), values


def _claims(entity: EntityDef, values: Mapping[str, object]) -> Iterator[tuple[object, ...]]:
    for unique in entity.unique:
        held = [values.get(name) for name in unique.attributes]
        if all(v is not None for v in held):
            yield (unique.namespace, *(canonical(v) for v in held))


def _is_taken(work: _Work) -> bool:
    """Whether two live items would hold the same values of a unique namespace, of which this call wrote one."""
    claimed: dict[tuple[object, ...], Place] = {}
    for place, values in work.changes.items():
        for claim in _claims(work.workload.entity(place[0]), values or {}):
            if claimed.setdefault(claim, place) != place:
                return True
    if not claimed:
        return False
    namespaces = {claim[0] for claim in claimed}
    for entity in work.workload.entities:
        if not any(u.namespace in namespaces for u in entity.unique):
            continue
        for identity, values in work.store.rows[entity.name].items():
            if (
                any(claim in claimed for claim in _claims(entity, values))
                and (entity.name, identity) not in work.changes
                and alive(entity, values, work.call.now)
            ):
                return True
    return False


_STEPS = {
    StepKind.CREATE: _create,
    StepKind.PUT: _put,
    StepKind.UPSERT: _upsert,
    StepKind.UPDATE: _update,
    StepKind.DELETE: _delete,
    StepKind.CHECK: _check,
    StepKind.LOOK: _check,
}
