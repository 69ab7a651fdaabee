"""Calls of a write pattern that are worth making, with outcome and state by the oracle.

In: a workload, the rows, a write. Out: for each way in which a call can end (success, each error, by which arguments)
a few calls. Calls are made up from existing, expired and free items with all mixtures of old, new and missing values,
judged by the oracle, and kept when they show something that no earlier one showed.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from dynamodel.ir.suite import Case, Count, Expected, Raised, Returned, Row
from dynamodel.ir.values import Given, Kind
from dynamodel.ir.workload import ActionKind, StepKind
from dynamodel.verify.maker import Maker
from dynamodel.verify.oracle.compare import canonical, equal
from dynamodel.verify.oracle.store import Identity, Store, alive
from dynamodel.verify.oracle.writes import Outcome, write
from dynamodel.verify.values import legal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.workload import ActionDef, Argument, EntityDef, StepDef, Workload, WritePattern

Arguments = dict[str, object]

_DRAWS = 110  # calls made up for one pattern
_MOST = 12  # cases kept of one pattern
_SAME = 2  # cases kept that end in the same way


def write_cases(maker: Maker, store: Store, pattern: WritePattern) -> list[Case]:
    """The cases of one write."""
    kept: dict[tuple[object, ...], list[Case]] = {}
    seen: set[object] = set()
    updates = any(s.kind in {StepKind.UPDATE, StepKind.UPSERT} for s in pattern.steps)
    for _ in range(_DRAWS):
        drawn = _draw(maker, store, pattern)
        if drawn is None:
            continue
        arguments, notes = drawn
        form = _form(arguments)
        if form in seen:
            continue
        seen.add(form)
        try:
            outcome = write(maker.workload, store, pattern, arguments, maker.now)
        except ValueError:  # one item written twice: not defined
            continue
        if len(outcome.errors) > 1 or not _is_legal(maker, store, outcome):
            continue
        ending = (outcome.errors, *_changes(maker, store, outcome, updates=updates), *notes)
        same = kept.setdefault(ending, [])
        if len(same) < _SAME:
            same.append(_case(maker, store, pattern, arguments, outcome, notes))
    # One of each ending first, then the seconds, so that the limit cuts repetitions.
    found = [cases[i] for i in range(_SAME) for cases in kept.values() if i < len(cases)]
    return _numbered(found[:_MOST])


def _form(arguments: Arguments) -> object:
    """A call's arguments in a form that two equal calls share."""
    return tuple((name, _hashable(value)) for name, value in arguments.items())


def _hashable(value: object) -> object:
    if isinstance(value, Row):
        return value.entity, canonical(dict(value.values))
    return tuple(_hashable(v) for v in value) if isinstance(value, tuple) else canonical(value)


def _numbered(cases: list[Case]) -> list[Case]:
    seen: dict[str, int] = {}
    result = []
    for case in cases:
        seen[case.title] = seen.get(case.title, 0) + 1
        title = f"{case.title} {seen[case.title]}"
        result.append(Case(case.pattern, title, case.arguments, case.expected, case.present, case.gone))
    return result


def _draw(maker: Maker, store: Store, pattern: WritePattern) -> tuple[Arguments, list[str]] | None:
    """Random arguments, and words for what is special about them."""
    arguments: Arguments = {}
    notes: list[str] = []
    for step in pattern.steps:
        if step.argument is not None and step.argument not in arguments:
            argument = next(a for a in pattern.arguments if a.name == step.argument)
            given = _entities(maker, store, step, argument, arguments, notes)
            if given is None:
                return None
            arguments[step.argument] = given
    for step in pattern.steps:
        _identify(maker, store, step, arguments, notes)
    for step in pattern.steps:
        _fill(maker, store, pattern, step, arguments, notes)
    for argument in pattern.arguments:
        if argument.name not in arguments:
            return None
    _expect_version(maker, store, pattern, arguments, notes)
    return arguments, notes


def _entities(
    maker: Maker, store: Store, step: StepDef, argument: Argument, arguments: Arguments, notes: list[str]
) -> Row | tuple[Row, ...] | None:
    entity = maker.workload.entity(step.entity)
    rows: list[Row] = []
    taken = set(maker.taken)
    for _ in range(min(step.times.most, 3) if argument.many else 1):
        fixed = _shared(maker, entity, arguments, rows)
        row = maker.row(entity, fixed)
        if row is None:
            return None
        maker.taken.update(maker.claims(entity, row.values))
        rows.append(row)
    maker.taken = taken
    rows[0] = _on_existing(maker, store, entity, rows[0], notes)
    now = {entity.with_role("created"): maker.now, entity.with_role("updated"): maker.now, entity.with_role("version"): 1}
    stamped = [
        Row(r.entity, {a.name: now.get(a.name, r.values.get(a.name)) for a in entity.stored if a.name in now or a.name in r.values})
        for r in rows
    ]
    alive_rows = [Row(r.entity, _alive(maker, entity, r.values)) for r in stamped]
    return tuple(alive_rows) if argument.many else alive_rows[0]


def _shared(maker: Maker, entity: EntityDef, arguments: Arguments, rows: list[Row]) -> Mapping[str, object]:
    """Link rows of one call: to a parent that the call creates too, and siblings to one parent."""
    fixed: dict[str, object] = {}
    for parent in entity.parents:
        names = maker.workload.entity(parent.entity).identity
        for given in arguments.values():
            first = given[0] if isinstance(given, tuple) and given else given
            if isinstance(first, Row) and first.entity == parent.entity:
                fixed.update((via, first.values[n]) for via, n in zip(parent.via, names, strict=True))
        if rows:
            fixed.update((via, rows[0].values[via]) for via in parent.via if via in rows[0].values)
    return fixed


def _on_existing(maker: Maker, store: Store, entity: EntityDef, row: Row, notes: list[str]) -> Row:
    """Sometimes give the row the identity, or a unique value, of an item that exists or has expired."""
    existing = list(store.rows[entity.name].values())
    chance = maker.random.random()
    if not existing or chance < 0.4:  # noqa: PLR2004 - two of five calls meet nothing
        return row
    other = maker.random.choice(existing)
    state = "a live" if alive(entity, other, maker.now) else "an expired"
    if entity.unique and chance < 0.7:  # noqa: PLR2004
        unique = maker.random.choice(entity.unique)
        if any(n in entity.identity for n in unique.attributes) or any(n not in other for n in unique.attributes):
            return row
        notes.append(f"a unique value of {state} item")
        return Row(row.entity, {**row.values, **{n: other[n] for n in unique.attributes}})
    notes.append(f"the identity of {state} item")
    return Row(row.entity, {**row.values, **{n: other[n] for n in entity.identity}})


def _alive(maker: Maker, entity: EntityDef, values: Mapping[str, object]) -> Mapping[str, object]:
    """What a caller writes is not expired already."""
    ttl = entity.with_role("ttl")
    if ttl is None or alive(entity, values, maker.now):
        return values
    return {**values, ttl: maker.now + timedelta(days=2)}


def _identify(maker: Maker, store: Store, step: StepDef, arguments: Arguments, notes: list[str]) -> None:
    """Choose the item that a step finds by arguments: mostly an existing one, sometimes expired or missing."""
    entity = maker.workload.entity(step.entity)
    wanted = {e.attribute: e.source.argument for e in step.equals if isinstance(e.source, Given)}
    if not wanted or all(name in arguments for name in wanted.values()):
        return
    fitting = [
        v
        for v in store.rows[entity.name].values()
        if all(name not in arguments or equal(v.get(a), arguments[name]) for a, name in wanted.items())
    ]
    if fitting and maker.random.random() < 0.85:  # noqa: PLR2004 - most calls are about something
        values = maker.random.choice(fitting)
        if not alive(entity, values, maker.now) and step.by_identity:
            notes.append(f"an expired {entity.name}")
    else:
        fresh = maker.row(entity)
        if fresh is None:
            return
        values = fresh.values
        if step.by_identity:
            notes.append(f"a missing {entity.name}")
    for attribute, name in wanted.items():
        if name not in arguments and values.get(attribute) is not None:
            arguments[name] = values[attribute]


def _fill(
    maker: Maker, store: Store, pattern: WritePattern, step: StepDef, arguments: Arguments, notes: list[str]
) -> None:
    """Values for what a step sets, adds and compares."""
    entity = maker.workload.entity(step.entity)
    current = _current(store, entity, step, arguments)
    optional = {a.name for a in pattern.arguments if a.optional}
    for action in step.actions:
        if isinstance(action.source, Given) and action.source.argument not in arguments:
            name = action.source.argument
            arguments[name] = _new_value(maker, store, entity, action, current, optional=name in optional, notes=notes)
    for condition in step.when:
        for inner in (condition, *condition.any_of):
            for operand in inner.operands:
                if isinstance(operand, Given) and operand.argument not in arguments:
                    held = current.get(inner.attribute)
                    pool = maker.pool(entity.name, inner.attribute)
                    arguments[operand.argument] = held if held is not None and maker.random.random() < 0.6 else maker.random.choice(pool)  # noqa: PLR2004


def _current(store: Store, entity: EntityDef, step: StepDef, arguments: Arguments) -> Mapping[str, object]:
    """The row that a step is about, as far as arguments name it; empty if there is none."""
    wanted = {e.attribute: arguments.get(e.source.argument) for e in step.equals if isinstance(e.source, Given)}
    if set(wanted) != set(entity.identity) or any(v is None for v in wanted.values()):
        return {}
    return store.get(entity, tuple(canonical(wanted[n]) for n in entity.identity)) or {}


def _new_value(
    maker: Maker,
    store: Store,
    entity: EntityDef,
    action: ActionDef,
    current: Mapping[str, object],
    *,
    optional: bool,
    notes: list[str],
) -> object:
    attribute = entity.attribute(action.attribute)
    kind = attribute.type.kind
    if action.kind is ActionKind.ADD:
        return _amount(maker, entity, action)
    if action.kind is ActionKind.APPEND:
        return maker.random.choice([v for v in maker.pool(entity.name, attribute.name) if v])
    chance = maker.random.random()
    if optional and chance < 0.25:  # noqa: PLR2004
        notes.append(f"no {attribute.name}")
        return None
    if chance < 0.4 and current.get(attribute.name) is not None:  # noqa: PLR2004
        notes.append(f"the same {attribute.name}")
        return current[attribute.name]
    unique = next((u for u in entity.unique if attribute.name in u.attributes), None)
    if unique is not None:
        others = [v[attribute.name] for v in store.rows[entity.name].values() if attribute.name in v]
        if others and chance < 0.65:  # noqa: PLR2004
            return maker.random.choice(others)
        return maker.pool(entity.name, attribute.name, len(others) + 6)[-1]
    values = [v for v in maker.pool(entity.name, attribute.name) if not (kind is Kind.SET and not v)]
    if attribute.role == "ttl":
        return maker.now + timedelta(days=maker.random.randint(1, 5))
    return maker.random.choice(values)


def _amount(maker: Maker, entity: EntityDef, action: ActionDef) -> object:
    """What is added: a small number, some members of a set, or numbers for entries of a map."""
    attribute = entity.attribute(action.attribute)
    if attribute.type.kind in {Kind.SET, Kind.MAP}:
        return maker.random.choice([v for v in maker.pool(entity.name, attribute.name) if v])
    amount = maker.random.choice((1, 2, -1, 3))
    return Decimal(amount) if attribute.type.kind is Kind.DECIMAL else amount


def _expect_version(
    maker: Maker, store: Store, pattern: WritePattern, arguments: Arguments, notes: list[str]
) -> None:
    """Sometimes ask for the version that the item has, or for another one."""
    step = pattern.steps[0]
    entity = maker.workload.entity(step.entity)
    version = entity.with_role("version")
    if pattern.transaction or step.kind is not StepKind.UPDATE or version is None or maker.random.random() < 0.5:  # noqa: PLR2004
        return
    held = _current(store, entity, step, arguments).get(version)
    if isinstance(held, int):
        wrong = maker.random.random() < 0.5  # noqa: PLR2004
        arguments["expected_version"] = held + wrong
        notes.append("another version" if wrong else "the right version")


def _is_legal(maker: Maker, store: Store, outcome: Outcome) -> bool:
    """Whether every row written is one that the types allow."""
    for name, identity in outcome.touched:
        entity = maker.workload.entity(name)
        values = outcome.store.get(entity, identity)
        if values is None or values is store.get(entity, identity):
            continue
        if not all(a.name in values or a.optional or _may_be_empty(a.type.kind) for a in entity.stored):
            return False
        if not all(legal(entity.attribute(n), v) or entity.attribute(n).role == "version" for n, v in values.items()):
            return False
    return True


def _may_be_empty(kind: Kind) -> bool:
    return kind is Kind.SET


def _changes(maker: Maker, store: Store, outcome: Outcome, *, updates: bool) -> list[object]:
    """What a success changed, coarsely: which attributes came and went, and (of an update) which moved."""
    kinds: list[object] = []
    for name, identity in outcome.touched:
        entity = maker.workload.entity(name)
        before, after = store.get(entity, identity) or {}, outcome.store.get(entity, identity) or {}
        if not before or not after or outcome.errors:
            kinds.append((bool(before), bool(after)))
            continue
        differing = [a.name for a in entity.stored if canonical(before.get(a.name)) != canonical(after.get(a.name))]
        if not updates:
            differing = [n for n in differing if (n in before) != (n in after)]
        kinds.append(tuple((n, n in before, n in after) for n in differing))
    return kinds


def _case(
    maker: Maker, store: Store, pattern: WritePattern, arguments: Arguments, outcome: Outcome, notes: list[str]
) -> Case:
    expected, present, gone = expectation(maker.workload, pattern, outcome)
    if isinstance(expected, Raised):
        title = f"raises {expected.error}"
    else:
        title = "counts what it deletes" if isinstance(expected, Count) else "succeeds"
    if notes:
        title += " with " + " and ".join(dict.fromkeys(notes))
    return Case(pattern.name, title, arguments, expected, present, gone)


def expectation(
    workload: Workload, pattern: WritePattern, outcome: Outcome
) -> tuple[Expected, tuple[Row, ...], tuple[Row, ...]]:
    """An outcome as a case says it: what the call gives, the rows that must be there, those that must not."""
    expected: Expected
    if outcome.errors:
        expected = Raised(outcome.errors[0])
    elif isinstance(outcome.returned, int):
        expected = Count(outcome.returned)
    else:
        shows = any(s.kind in {StepKind.UPDATE, StepKind.UPSERT} for s in pattern.steps)
        expected = Returned(outcome.returned if shows else None)
    present, gone = _state(workload, outcome.store, outcome.touched)
    return expected, present, gone


def _state(
    workload: Workload, store: Store, touched: tuple[tuple[str, Identity], ...]
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    present, gone = [], []
    for name, identity in touched:
        entity = workload.entity(name)
        values = store.get(entity, identity)
        if values is not None:
            present.append(Row(name, values))
        else:
            types = (entity.attribute(n).type.kind for n in entity.identity)
            plain = (_plain(kind, part) for kind, part in zip(types, identity, strict=True))
            gone.append(Row(name, dict(zip(entity.identity, plain, strict=True))))
    return tuple(present), tuple(gone)


def _plain(kind: Kind, form: object) -> object:
    """The value behind a canonical form of an identity's attribute."""
    assert isinstance(form, tuple)
    tag, value = form
    if tag == "text":
        return UUID(value.decode()) if kind is Kind.UUID else value.decode()
    return int(value) if tag == "number" and value == int(value) and kind is not Kind.DECIMAL else value
