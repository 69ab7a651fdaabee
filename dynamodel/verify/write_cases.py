"""Calls of a write pattern that are worth making, with outcome and state by the oracle.

In: a workload, the rows, a write. Out: for each way in which a call can end (success, each error, by which arguments)
a few calls: many are made up, all are judged, and those are kept that show something that no earlier one showed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from dynamodel.ir.suite import Case, Count, Expected, Raised, Returned, Row
from dynamodel.ir.values import Kind
from dynamodel.ir.writes import StepKind
from dynamodel.verify.draws import Draw
from dynamodel.verify.oracle.compare import canonical
from dynamodel.verify.oracle.writes import Outcome, write
from dynamodel.verify.values import legal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import WritePattern
    from dynamodel.verify.maker import Maker
    from dynamodel.verify.oracle.store import Identity, Store

_DRAWS = 240  # calls made up for one pattern at most
_QUIET = 30  # calls that show nothing new, and as many again as it took to find the newest: then it is the last
_MOST = 12  # cases kept of one pattern
_ALIKE = 2  # cases kept that end in the same way
_SEVERAL = 2  # reasons to fail, from which on a call says less
_FEW = 3  # endings for several reasons


def write_cases(maker: Maker, store: Store, pattern: WritePattern) -> list[Case]:
    """The cases of one write."""
    kept: dict[tuple[object, ...], list[Case]] = {}
    seen: set[object] = set()
    newest = 0
    for number in range(_DRAWS):
        if number > 2 * newest + _QUIET or _is_full(kept):
            break
        draw = Draw(maker, store, pattern)
        if not draw.complete() or (form := _form(draw.arguments)) in seen:
            continue
        seen.add(form)
        try:
            outcome = write(maker.workload, store, pattern, draw.arguments, maker.now)
        except ValueError:  # one item written twice: not defined
            continue
        if not _is_legal(maker.workload, store, outcome):
            continue
        alike = kept.setdefault(_ending(maker.workload, store, pattern, outcome, tuple(draw.notes)), [])
        if len(alike) < _ALIKE:
            alike.append(_case(maker.workload, draw, outcome))
            newest = number
    return _numbered(_chosen(list(kept.values())))


def _chosen(kept: list[list[Case]]) -> list[Case]:
    """One case of each ending first, then the seconds, so that the limit cuts repetitions.

    A call that fails for several reasons says less than one that fails for each of them: it is chosen where no other
    fails for one of its reasons.
    """
    alone = [cases for cases in kept if len(_reasons(cases[0])) < _SEVERAL]
    known = {reason for cases in alone for reason in _reasons(cases[0])}
    together = [cases[:1] for cases in kept if len(_reasons(cases[0])) >= _SEVERAL and not known >= _reasons(cases[0])]
    endings = alone[: _MOST - len(together[:_FEW])] + together[:_FEW]
    return [cases[i] for i in range(_ALIKE) for cases in endings if i < len(cases)][:_MOST]


def _is_full(kept: Mapping[tuple[object, ...], list[Case]]) -> bool:
    """Whether there are as many endings as cases are kept, each of which says enough: more would be cut."""
    return len(kept) >= _MOST and sum(len(_reasons(cases[0])) < _SEVERAL for cases in kept.values()) >= _MOST


def _reasons(case: Case) -> set[str]:
    return set(case.expected.errors) if isinstance(case.expected, Raised) else set()


def _form(arguments: dict[str, object]) -> object:
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


def _is_legal(workload: Workload, store: Store, outcome: Outcome) -> bool:
    """Whether every row written is one that the types allow; a call that fails may be refused for either reason."""
    for name, identity in outcome.touched:
        entity = workload.entity(name)
        values = outcome.meant.get((name, identity)) or outcome.store.get(entity, identity)
        if values is None or values is store.get(entity, identity):
            continue
        for attribute in entity.stored:
            value = values.get(attribute.name)
            if value is None:
                if not attribute.optional and attribute.type.kind is not Kind.SET:
                    return False
            elif attribute.role != "version" and not legal(attribute, value):
                return False
    return True


def _ending(
    workload: Workload, store: Store, pattern: WritePattern, outcome: Outcome, notes: tuple[str, ...]
) -> tuple[object, ...]:
    """How a call ended, coarsely: errors, which attributes came and went, and (of an update) which moved."""
    updates = any(s.kind in {StepKind.UPDATE, StepKind.UPSERT} for s in pattern.steps)
    kinds: list[object] = []
    for name, identity in outcome.touched:
        entity = workload.entity(name)
        before, after = store.get(entity, identity) or {}, outcome.store.get(entity, identity) or {}
        if not before or not after or outcome.errors:
            kinds.append((bool(before), bool(after)))
            continue
        differing = [a.name for a in entity.stored if canonical(before.get(a.name)) != canonical(after.get(a.name))]
        if not updates:
            differing = [n for n in differing if (n in before) != (n in after)]
        kinds.append(tuple((n, n in before, n in after) for n in differing))
    return (outcome.errors, *kinds, *(notes if outcome.touched else ()))  # what is refused outright is refused alike


def _case(workload: Workload, draw: Draw, outcome: Outcome) -> Case:
    expected, present, gone = expectation(workload, outcome)
    if isinstance(expected, Raised):
        title = f"raises {' or '.join(expected.errors)}"
    else:
        title = "counts what it deletes" if isinstance(expected, Count) else "succeeds"
    if draw.notes:
        title += " with " + " and ".join(dict.fromkeys(draw.notes))
    return Case(draw.pattern.name, title, draw.arguments, expected, present, gone)


def expectation(workload: Workload, outcome: Outcome) -> tuple[Expected, tuple[Row, ...], tuple[Row, ...]]:
    """An outcome as a case says it: what the call gives, the rows that must be there, those that must not."""
    expected: Expected
    if outcome.errors:
        expected = Raised(outcome.errors)
    elif isinstance(outcome.returned, int):
        expected = Count(outcome.returned)
    else:
        expected = Returned(outcome.returned)
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
