"""Thirteen faults that access code is known for: no example has one, and the suite of each would see every one.

First all calls of an example's suite are made and judged, while each fault says at which of them it would change
something: a value with a delimiter comes to a key, a bound meets an item. Then each fault is put into the package, and
those calls are made again until one is wrong. A fault that no call comes to cannot be in that example's answers; each
is seen in some example.
"""

from __future__ import annotations

import importlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.emit.registry import emit
from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.suite import Rows
from dynamodel.normalize.workload import normalize
from dynamodel.planner.plan import make_plan
from dynamodel.spec.loader import load_model
from dynamodel.verify.backends.endpoint import EndpointBackend
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.cases import SEED, make_suite
from dynamodel.verify.checker.hook import StrictClient
from dynamodel.verify.execution import Execution
from dynamodel.verify.generated import loaded
from dynamodel.verify.state import Table
from dynamodel.verify.stored import Layout
from tests.support.designs import NAMES, Designed, designed
from tests.support.packages import submodule

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = (*NAMES, "twins")
NOTHING = "no call comes to it"


@cache
def known_of(example: str) -> Designed:
    """An example, or the model of twins beside this file."""
    if example != "twins":
        return designed(example)
    workload = normalize(load_model(Path(__file__).with_name("twins_model.py")))
    return Designed(workload, make_plan(workload), make_suite(workload))


@contextmanager
def running(example: str, endpoint: str | None, seed: int = SEED) -> Iterator[Execution]:
    """The access package of an example on a filled table, on moto or on DynamoDB Local."""
    known = known_of(example)
    if seed != SEED:
        known = replace(known, suite=make_suite(known.workload, seed))
    artifacts = emit(known.workload, known.plan, None, ("python",))
    with ExitStack() as stack:
        backend = stack.enter_context(MotoBackend() if endpoint is None else EndpointBackend(endpoint))
        generated = stack.enter_context(loaded(known.workload, artifacts))
        strict = StrictClient(backend.client())
        name = backend.open_table(known.plan.table, strict.client)
        strict.take()
        table = Table(backend, name, Layout(known.workload, known.plan, known.suite.now))
        table.fill(known.suite.rows)
        yield Execution(generated, known.plan, table, strict, known.suite)


def accepted_cursor(execution: Execution) -> str:
    """A cursor that was forged, or belongs to another call, and is accepted; empty if there is none."""
    package, workload = execution.generated.module, execution.generated.workload
    secret = {"clock": lambda: execution.suite.now, "cursor_key": b"k" * 32}
    client = execution.generated.client_class(execution.table.name, execution.strict.client, **secret)
    patterns = {p.name: p for p in workload.patterns if isinstance(p, ReadPattern)}
    seen: list[tuple[Any, Any, str]] = []
    for case in execution.suite.cases:
        pattern = patterns.get(case.pattern)
        if pattern is None or not case.pages or not isinstance(case.expected, Rows):
            continue
        page = execution.generated.call(client, pattern, case.arguments, limit=1)
        if page.cursor is not None:
            seen.append((pattern, case, page.cursor))
    assert seen
    for number, (pattern, case, cursor) in enumerate(seen):
        body, _, signature = cursor.partition(".")
        foreign = [c for p, other, c in seen if (p.name, other.arguments) != (pattern.name, case.arguments)]
        wrong = [f"{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{signature}", body, *foreign[number : number + 1]]
        for other in wrong:
            try:
                execution.generated.call(client, pattern, case.arguments, limit=1, cursor=other)
            except package.CursorInvalid:
                continue
            return f"{pattern.name} goes on at {other}"
    return ""


def _one_page(engine: Any) -> Any:
    def rows(self: Any, stream: Any, start: Any = None) -> Any:
        options = {} if start is None else {"ExclusiveStartKey": start}
        options |= {} if stream.limit is None else {"Limit": stream.limit + (stream.extra or 0)}
        response = yield from engine.ask(stream.operation, {**stream.request, **options})
        items = [i for i in response["Items"] if stream.keep is None or stream.keep(i)]
        return items, response.get("LastEvaluatedKey", engine.DONE)

    return rows


def _one_tag(package: Any) -> Any:
    """All entities have the literals of the first."""
    tags = [e.tag for e in designed_of(package).plan.entities]
    return lambda real: lambda *t: real(*(tags[0] if x.strip("~") in tags else x for x in t))


def designed_of(package: Any) -> Any:
    example = next(n for n in EXAMPLES if known_of(n).workload.name == package.__name__.rpartition("_")[0])
    return known_of(example)


def _without_half(real: Any) -> Any:
    """What removes the key of an index removes its first half only."""
    return lambda self, n, v: None if v is None and n.endswith("SK") else real(self, n, v)


def _cut(real: Any) -> Any:
    """A part that is absent shortens the key of an index, instead of keeping the item out of it."""

    def place(item: Any, keys: Any, *conditions: bool) -> None:
        item.update({name: {"S": text or "#"} for name, text in keys.items()})

    return place


def _filtered(real: Any) -> Any:
    """Reads of an index are filtered on an attribute that it does not carry."""

    def query(*arguments: Any, **options: Any) -> Any:
        found = real(*arguments, **options)
        for request in found if options.get("index") else ():
            request["FilterExpression"] = "attribute_exists(#elsewhere)"
            request["ExpressionAttributeNames"] = {**request["ExpressionAttributeNames"], "#elsewhere": "elsewhere"}
        return found

    return query


def _halved(real: Any) -> Any:
    """Reads of an index take an entry that has keys alone for the item."""

    def query(*arguments: Any, **options: Any) -> Any:
        found = real(*arguments, **options)
        for request in found if options.get("index") and not options.get("count") else ():
            request["ProjectionExpression"] = "PK, SK"
        return found

    return query


def _any_cursor(real: Any) -> Any:
    """A cursor is taken as it is: neither signature nor call are looked at."""

    def opened(cursor: Any, pattern: str, requests: Any, names: Any, secret: Any, *, lists: int = 0) -> Any:
        pages = importlib.import_module(real.__module__)
        return pages.State([None] * len(requests), first=cursor is None, ended=[pages.Ended()] * lists)

    return opened


def _matched(request: Any, items: Any, matches: Any) -> Iterator[Any]:
    """The stored items in the partition of a request of which a test of the sort key is true."""
    names, values = request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
    fixed = {names[t]: values[f":{t[1:]}"] for t in names if t.startswith("#p")}
    for item in items:
        held = item.get(names.get("#sk", ""), {}).get("S")
        if held is not None and all(item.get(name) == value for name, value in fixed.items()) and matches(held):
            yield item


def _reaches_further(real: Any, items: Any) -> Any:
    """Whether a prefix without its last delimiter would match more items of the partition."""

    def met(*arguments: Any, **options: Any) -> bool:
        starts = [(r, r["ExpressionAttributeValues"].get(":sk", {}).get("S")) for r in real(*arguments, **options)]
        return any(
            list(_matched(r, items, lambda held, s=start: held.startswith(s.rstrip("#")) and not held.startswith(s)))
            for r, start in starts
            if start is not None and "begins_with" in r["KeyConditionExpression"]
        )

    return met


def _lies_on_an_edge(real: Any, items: Any) -> Any:
    """Whether an item of the partition begins with a bound, so that it is in or out by how the bound is closed."""

    def met(*arguments: Any, **options: Any) -> bool:
        found = real(*arguments, **options)
        ends = [
            (r, r["ExpressionAttributeValues"][name]["S"].rstrip("$"))
            for r in found
            for name in (":low", ":high")
            if name in r["ExpressionAttributeValues"]
        ]
        return any(list(_matched(r, items, lambda held, e=end: held.startswith(f"{e}#"))) for r, end in ends if end)

    return met


def _differs(fault: Any) -> Any:
    """Whether the faulty function gives something else."""
    return lambda real, items: lambda *arguments, **options: fault(real)(*arguments) != real(*arguments)


def _folded(real: Any, items: Any) -> Any:
    """Whether a value with capitals is stored: of one that is not there nothing changes."""
    stored = {value.get("S") for item in items for value in item.values()}
    return lambda value: value in stored and real(value) != real(value).lower()


def _of_an_index(real: Any, items: Any) -> Any:
    return lambda *arguments, **options: bool(options.get("index") and any(
        list(_matched(r, items, lambda held: True)) for r in real(*arguments, **options)
    ))  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """What is put in the place of a function (`module.name`), made from the real one and for some from the package.

    `met` says for a call of `watched` (the same function, if not said) whether the fault changes something there.
    """

    places: tuple[str, ...]
    made: Any
    met: Any
    watched: str = ""
    by_package: bool = False

    def fault(self, package: Any) -> Any:
        return self.made(package) if self.by_package else self.made

    def put_into(self, patch: pytest.MonkeyPatch, package: Any) -> None:
        for place in self.places:
            owner, name = _owner(package, place)
            patch.setattr(owner, name, self.fault(package)(getattr(owner, name)))


def _owner(package: Any, place: str) -> tuple[Any, str]:
    module, *path, name = place.split(".")
    owner = submodule(package, module)
    for part in path:
        owner = getattr(owner, part)
    return owner, name


def _pure(places: tuple[str, ...], made: Any, **options: Any) -> Fault:
    """A fault in functions whose results can be compared."""
    return Fault(places, made, None, **options)


FAULTS: dict[str, Fault] = {
    "a delimiter in a value collides": _pure(("keycodes.text",), lambda real: str),
    "two entities compute one key": _pure(
        ("keycodes.partition_key", "keycodes.sort_key"), _one_tag, by_package=True
    ),
    "the prefix of an entity reaches another": Fault(
        ("bounds._begins",), lambda real: lambda name, start: real(name, start.rstrip("#")),
        _reaches_further, "expressions.query",
    ),
    "case is folded in ids": Fault(("keycodes.text",), lambda real: lambda value: real(value).lower(), _folded),
    "padding of numbers overflows": _pure(
        ("numbercodes.number",), lambda real: lambda value, *limits: str(value)
    ),
    "a wrong edge of a range": Fault(
        ("bounds.edge",), lambda real: lambda *tokens, after=False: real(*tokens, after=not after),
        _lies_on_an_edge, "expressions.query",
    ),
    "an optional attribute cuts the key of an index": Fault(
        ("expressions.place",), _cut,
        lambda real, items: lambda item, keys, *conditions: None in keys.values() or not all(conditions),
    ),
    "half a sparse key": Fault(
        ("updates.Update.set",), _without_half, lambda real, items: lambda self, n, v: v is None and n.endswith("SK")
    ),
    "a change leaves the key of an index stale": Fault(
        ("updates.Update.place",), lambda real: lambda self, keys, *conditions: None,
        lambda real, items: lambda self, keys, *conditions: True,
    ),
    "a limit with a filter returns short": Fault(
        ("engine.Engine.rows",), lambda real: _one_page(importlib.import_module(real.__module__)),
        lambda real, items: lambda self, stream, *more, **named: bool(
            stream.limit is not None and (stream.keep is not None or "FilterExpression" in stream.request)
        ),
    ),
    "a filter on an attribute that is not projected": Fault(("expressions.query",), _filtered, _of_an_index),
    "half an item from a projected index": Fault(("expressions.query",), _halved, _of_an_index),
    "a forged or foreign cursor is accepted": Fault(
        ("engine.open_cursor",), _any_cursor, lambda real, items: lambda cursor, *more, **options: cursor is not None
    ),
}  # fmt: skip


def _judged(execution: Execution, cases: Any) -> Iterator[tuple[Any, str]]:
    patterns = {p.name: p for p in execution.generated.workload.patterns}
    for case in cases:
        yield case, execution.run(patterns[case.pattern], case).wrong


def _met_by(execution: Execution) -> tuple[dict[str, list[Any]], list[str]]:
    """The cases at which each fault would change something, and what is wrong without any."""
    package, met = execution.generated.module, {title: [] for title in FAULTS}
    now: list[Any] = []
    tag = execution.plan.table.type_attribute
    stored = execution.table.layout.items(execution.suite.rows).values()
    items = [{name: value for name, value in item.items() if name != tag} for item in stored]
    with pytest.MonkeyPatch.context() as patch:
        for title, fault in FAULTS.items():
            for place in (fault.watched,) if fault.watched else fault.places:
                owner, name = _owner(package, place)
                real = getattr(owner, name)
                test = (fault.met or _differs(fault.fault(package)))(real, items)
                patch.setattr(owner, name, _watching(real, test, met[title], now))
        wrong = []
        for case in execution.suite.cases:
            now[:] = [case]
            wrong += [f"{case.pattern}, {case.title}: {found}" for _, found in _judged(execution, [case]) if found]
    return met, wrong


def _watching(real: Any, test: Any, met: list[Any], now: list[Any]) -> Any:
    def watched(*arguments: Any, **options: Any) -> Any:
        if now and (not met or met[-1] is not now[0]) and test(*arguments, **options):
            met.append(now[0])
        return real(*arguments, **options)

    return watched


@cache
def outcomes(example: str, endpoint: str | None) -> dict[str, str]:
    """What each fault shows in an example: where it is seen, `NOTHING` where no call comes to it, else empty.

    A call that a fault comes to may end as declared all the same (two ids are both taken): then other rows are tried.
    """
    found = dict.fromkeys(FAULTS, "")
    for seed in (SEED, SEED + 1, SEED + 2):
        if not all(found.values()):
            found |= _outcomes(example, endpoint, seed, [title for title, seen in found.items() if not seen])
    return found


def _outcomes(example: str, endpoint: str | None, seed: int, titles: list[str]) -> dict[str, str]:
    with running(example, endpoint, seed) as execution:
        met, wrong = _met_by(execution)
        assert wrong == []
        assert accepted_cursor(execution) == ""
        found: dict[str, str] = {}
        for title in titles:
            with pytest.MonkeyPatch.context() as patch:
                FAULTS[title].put_into(patch, execution.generated.module)
                if "cursor" in title:
                    seen = accepted_cursor(execution)
                    found[title] = seen or ("" if met[title] else NOTHING)
                    continue
                shown = (f"{c.pattern}, {c.title}: {w}" for c, w in _judged(execution, met[title]) if w)
                found[title] = next(shown, "") if met[title] else NOTHING
        return found


def test_there_are_thirteen() -> None:
    assert len(FAULTS) == 13


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_fault_is_in_an_example_and_each_that_could_be_would_be_seen(example: str) -> None:
    assert [title for title, seen in outcomes(example, None).items() if not seen] == []


@pytest.mark.local
@pytest.mark.parametrize("example", EXAMPLES)
def test_no_fault_is_in_an_example_on_dynamodb_local(example: str, local_endpoint: str) -> None:
    assert [title for title, seen in outcomes(example, local_endpoint).items() if not seen] == []


def test_each_fault_is_seen_in_an_example() -> None:
    met = [title for e in ("sessions", "shop", "storefront", "tracker") for title in outcomes(e, None).items()]
    assert {title for title, seen in met if seen != NOTHING} == set(FAULTS)
