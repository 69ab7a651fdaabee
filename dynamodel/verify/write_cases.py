"""Calls of a write pattern that are worth making, with outcome and state by the oracle.

In: a workload, the rows, a write. Out: for each way in which a call can end (success, each error, by which arguments)
a few calls: many are made up, all are judged, and those are kept that show something that no earlier one showed. What
a read asks for by constants may have a key or a copy of its own, so calls show items that come to be so, and others.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from enum import IntEnum
from typing import TYPE_CHECKING
from uuid import UUID

from dynamodel.ir.suite import Case, Count, Expected, Raised, Returned, Row
from dynamodel.ir.values import Given, Kind
from dynamodel.ir.writes import StepKind
from dynamodel.records import dataclass
from dynamodel.verify.draws import Draw
from dynamodel.verify.oracle.compare import canonical
from dynamodel.verify.oracle.conditions import Call
from dynamodel.verify.oracle.writes import Outcome, write
from dynamodel.verify.values import legal
from dynamodel.verify.wishes import meeting, selections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import WritePattern
    from dynamodel.verify.maker import Maker
    from dynamodel.verify.oracle.store import Identity, Store
    from dynamodel.verify.wishes import Wish

_DRAWS = 240  # calls made up for one pattern at most
_QUIET = 30  # calls that show nothing new, and as many again as it took to find the newest: then it is the last
_MOST = 12  # cases kept of one pattern
_ALIKE = 2  # cases kept that end in the same way and show nothing else
_SEVERAL = 2  # reasons to fail, from which on a call says less
_FEW = 3  # endings for several reasons
_AIMED = 20  # calls made up for one wish that chance has not met

Ending = tuple[object, ...]
Wished = tuple[str, int]  # an entity, and the number of a wish


class _News(IntEnum):
    """What a call is the first to show, in the order in which calls are kept."""

    ENDING = 0
    WISH = 1  # that an item comes to be what a read asks for, is so no more, stays so, or stays otherwise
    CHANGE = 2  # the same of an item that changes in another way
    NONE = 3


def write_cases(maker: Maker, store: Store, pattern: WritePattern) -> list[Case]:
    """The cases of one write."""
    calls = _Calls(maker, store, pattern)
    newest = 0
    for number in range(_DRAWS):
        if number > 2 * newest + _QUIET or calls.are_enough():
            break
        if calls.keep(Draw(maker, store, pattern)):
            newest = number
    for wished, wish in calls.unmet():
        entity = maker.workload.entity(wished[0])
        for _ in range(_AIMED):
            calls.keep(Draw(maker, store, pattern, {entity.name: meeting(maker, entity, wish)}))
            if calls.has_met(wished):
                break
    return _numbered(calls.chosen())


@dataclass(frozen=True, slots=True)
class _Kept:
    news: _News
    ending: Ending
    case: Case

    @property
    def reasons(self) -> set[str]:
        return set(self.case.expected.errors) if isinstance(self.case.expected, Raised) else set()


@dataclass(slots=True)
class _Calls:
    """The calls made up for a write, of which those are kept that show something."""

    maker: Maker
    store: Store
    pattern: WritePattern
    _wishes: dict[str, list[Wish]] = field(init=False)
    _kept: list[_Kept] = field(default_factory=list)
    _endings: Counter[Ending] = field(default_factory=Counter)
    _crossed: set[tuple[object, ...]] = field(default_factory=set)
    _seen: set[object] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Start with no call."""
        self._wishes = selections(self.maker.workload)

    def keep(self, draw: Draw) -> bool:
        """Make a call and judge it; whether it was kept."""
        workload, store = self.maker.workload, self.store
        if not draw.complete() or (form := _form(draw.arguments)) in self._seen:
            return False
        self._seen.add(form)
        try:
            outcome = write(workload, store, self.pattern, draw.arguments, self.maker.now)
        except ValueError:  # one item written twice: not defined
            return False
        if not _is_legal(workload, store, outcome):
            return False
        changes = _changes(workload, store, self.pattern, outcome)
        ending = _ending(outcome, changes, draw.notes)
        news = self._news(ending, outcome, changes)
        if news is _News.NONE and self._endings[ending] >= _ALIKE:
            return False
        self._endings[ending] += 1
        self._kept.append(_Kept(news, ending, _case(workload, draw, outcome)))
        return True

    def _news(self, ending: Ending, outcome: Outcome, changes: Sequence[object]) -> _News:
        """What a call is the first to show, which is noted."""
        met, moved = set[tuple[object, ...]](), set[tuple[object, ...]]()
        call = Call({}, self.maker.now)
        touched = () if outcome.errors else zip(outcome.touched, changes, strict=True)
        for (name, identity), change in touched:
            entity = self.maker.workload.entity(name)
            states = self.store.get(entity, identity), outcome.store.get(entity, identity)
            for number, wish in enumerate(self._wishes[name]):
                crossing = ((name, number), *(wish.met(entity, values, call) for values in states))
                met.add(crossing)
                moved.add((*crossing, change))
        meets, moves = not met <= self._crossed, not moved <= self._crossed
        self._crossed |= met | moved
        if ending not in self._endings:
            return _News.ENDING
        return _News.WISH if meets else _News.CHANGE if moves else _News.NONE

    def has_met(self, wished: Wished) -> bool:
        """Whether some call makes of an item what a wish asks for."""
        return (wished, False, True) in self._crossed

    def unmet(self) -> Iterator[tuple[Wished, Wish]]:
        """The wishes that no call has met although the write sets what they ask."""
        for step in self.pattern.steps:
            given = {action.attribute for action in step.actions if isinstance(action.source, Given)}
            for number, wish in enumerate(self._wishes[step.entity]):
                able = step.argument is not None or not given.isdisjoint(wish.attributes)
                if able and not self.has_met((step.entity, number)):
                    yield (step.entity, number), wish

    def are_enough(self) -> bool:
        """Whether there are as many endings as cases are kept, each of which says enough: more would be cut."""
        if len(self._endings) < _MOST:
            return False
        return sum(k.news is _News.ENDING and len(k.reasons) < _SEVERAL for k in self._kept) >= _MOST

    def chosen(self) -> list[Case]:
        """One case of each ending first, then what else shows something, then the seconds: the limit cuts repetitions.

        A call that fails for several reasons says less than one that fails for each of them: it is chosen where no
        other fails for one of its reasons.
        """
        by_news = {news: [kept for kept in self._kept if kept.news is news] for news in _News}
        alone = [kept for kept in by_news[_News.ENDING] if len(kept.reasons) < _SEVERAL]
        known = {reason for kept in alone for reason in kept.reasons}
        together = [k for k in by_news[_News.ENDING] if len(k.reasons) >= _SEVERAL and not known >= k.reasons][:_FEW]
        wishes = by_news[_News.WISH]
        firsts = alone[: _MOST - len(together) - min(len(wishes), _MOST // 2)] + together
        further = [*wishes, *by_news[_News.CHANGE]]
        told, again = {kept.ending for kept in further}, {kept.ending: kept for kept in by_news[_News.NONE]}
        seconds = [again[kept.ending] for kept in alone if kept.ending in again and kept.ending not in told]
        return [kept.case for kept in (*firsts, *further, *seconds)][:_MOST]


def _form(arguments: dict[str, object]) -> object:
    """A call's arguments in a form that two equal calls share."""
    return tuple((name, _hashable(value)) for name, value in arguments.items())


def _hashable(value: object) -> object:
    if isinstance(value, Row):
        return value.entity, frozenset([(name, canonical(held)) for name, held in value.values.items()])
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


def _changes(workload: Workload, store: Store, pattern: WritePattern, outcome: Outcome) -> list[tuple[object, ...]]:
    """What became of each item, coarsely: which attributes came and went, and (of an update) which moved."""
    updates = any(s.kind in {StepKind.UPDATE, StepKind.UPSERT} for s in pattern.steps)
    changes: list[tuple[object, ...]] = []
    for name, identity in outcome.touched:
        entity = workload.entity(name)
        before, after = store.get(entity, identity) or {}, outcome.store.get(entity, identity) or {}
        if not before or not after or outcome.errors:
            changes.append((bool(before), bool(after)))
            continue
        names = [a.name for a in entity.stored if before.get(a.name) is not after.get(a.name)]
        differing = [n for n in names if canonical(before.get(n)) != canonical(after.get(n))]
        if not updates:
            differing = [n for n in differing if (n in before) != (n in after)]
        changes.append(tuple((n, n in before, n in after) for n in differing))
    return changes


def _ending(outcome: Outcome, changes: Sequence[object], notes: Sequence[str]) -> Ending:
    """How a call ended: errors, what became of its items, what was special about it."""
    return (outcome.errors, *changes, *(notes if outcome.touched else ()))  # what is refused outright is refused alike


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
