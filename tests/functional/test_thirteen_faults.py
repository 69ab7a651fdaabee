"""Thirteen faults that access code is known for: ours has none, and its tests would see each of them.

Every example is verified as a whole elsewhere. Here each fault is put into the access package of one example after the
other, until the calls of its suite show it; a fault that no example shows would be one that nobody watches for.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.emit.registry import emit
from dynamodel.ir.suite import Rows
from dynamodel.ir.workload import ReadPattern
from dynamodel.normalize.workload import normalize
from dynamodel.planner.plan import make_plan
from dynamodel.spec.loader import load_model
from dynamodel.verify.backends.endpoint import EndpointBackend
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.cases import make_suite
from dynamodel.verify.checker.hook import StrictClient
from dynamodel.verify.execution import Execution
from dynamodel.verify.generated import loaded
from dynamodel.verify.state import Table
from dynamodel.verify.stored import Layout
from tests.support.designs import Designed, designed
from tests.support.packages import submodule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES = ("twins", "tracker", "shop", "gaming", "chat", "sessions")


@cache
def known_of(example: str) -> Designed:
    """An example, or the model of twins beside this file."""
    if example != "twins":
        return designed(example)
    workload = normalize(load_model(Path(__file__).with_name("twins_model.py")))
    return Designed(workload, make_plan(workload), make_suite(workload))


@contextmanager
def running(example: str, endpoint: str | None) -> Iterator[Execution]:
    """The access package of an example on a filled table, on moto or on DynamoDB Local."""
    known = known_of(example)
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


def first_wrong(execution: Execution) -> str:
    """What the first call that is not answered as declared shows; empty if there is none."""
    workload, suite = execution.generated.workload, execution.suite
    patterns = {p.name: p for p in workload.patterns}
    for case in suite.cases:
        verdict = execution.run(patterns[case.pattern], case)
        if verdict.wrong:
            return f"{case.pattern}, {case.title}: {verdict.wrong}"
    return ""


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
    def rows(self: Any, stream: Any, start: Any = None, first: bool = True) -> Any:
        options = {} if start is None else {"ExclusiveStartKey": start}
        options |= {} if stream.limit is None else {"Limit": stream.limit + (stream.extra or 0)}
        response = yield from engine.ask(stream.operation, {**stream.request, **options})
        items = [i for i in response["Items"] if stream.keep is None or stream.keep(i)]
        return items, response.get("LastEvaluatedKey", engine.DONE)

    return rows


def one_tag(patch: pytest.MonkeyPatch, package: Any) -> None:
    """All entities have the literals of the first."""
    codes = submodule(package, "keycodes")
    tags = [e.tag for e in designed_of(package).plan.entities]
    for name in ("partition_key", "sort_key"):
        real = getattr(codes, name)
        patch.setattr(codes, name, lambda *t, real=real: real(*(tags[0] if x.strip("~") in tags else x for x in t)))


def designed_of(package: Any) -> Any:
    example = next(n for n in EXAMPLES if known_of(n).workload.name == package.__name__.rpartition("_")[0])
    return known_of(example)


def half_a_key(patch: pytest.MonkeyPatch, package: Any) -> None:
    """What removes the key of an index removes its first half only."""
    update = submodule(package, "updates").Update
    real = update.set
    patch.setattr(update, "set", lambda self, n, v: None if v is None and n.endswith("SK") else real(self, n, v))


def cut_keys(patch: pytest.MonkeyPatch, package: Any) -> None:
    """A part that is absent shortens the key of an index, instead of keeping the item out of it."""

    def place(item: Any, keys: Any, *conditions: bool) -> None:
        item.update({name: {"S": text or "#"} for name, text in keys.items()})

    patch.setattr(submodule(package, "expressions"), "place", place)


def filter_on_what_is_not_there(patch: pytest.MonkeyPatch, package: Any) -> None:
    """Reads of an index are filtered on an attribute that it does not carry."""
    expressions = submodule(package, "expressions")
    real = expressions.query

    def query(*arguments: Any, **options: Any) -> Any:
        found = real(*arguments, **options)
        for request in found if options.get("index") else ():
            request["FilterExpression"] = "attribute_exists(#elsewhere)"
            request["ExpressionAttributeNames"] = {**request["ExpressionAttributeNames"], "#elsewhere": "elsewhere"}
        return found

    patch.setattr(expressions, "query", query)


def half_an_item(patch: pytest.MonkeyPatch, package: Any) -> None:
    """Reads of an index take an entry that has keys alone for the item."""
    expressions = submodule(package, "expressions")
    real = expressions.query

    def query(*arguments: Any, **options: Any) -> Any:
        found = real(*arguments, **options)
        for request in found if options.get("index") and not options.get("count") else ():
            request["ProjectionExpression"] = "PK, SK"
        return found

    patch.setattr(expressions, "query", query)


def any_cursor(patch: pytest.MonkeyPatch, package: Any) -> None:
    """A cursor is taken as it is: neither signature nor call are looked at."""
    engine, pages = submodule(package, "engine"), submodule(package, "pages")

    def opened(cursor: Any, pattern: str, requests: Any, names: Any, secret: Any) -> Any:
        return pages.State([None] * len(requests), first=cursor is None)

    patch.setattr(engine, "open_cursor", opened)


def replaced(module: str, name: str, fault: Callable[[Any], Any]) -> Any:
    """The fault that puts something else in the place of a function; it is made from the real one."""

    def put(patch: pytest.MonkeyPatch, package: Any) -> None:
        owner = submodule(package, module)
        for part in name.split(".")[:-1]:
            owner = getattr(owner, part)
        last = name.rpartition(".")[2]
        patch.setattr(owner, last, fault(getattr(owner, last)))

    return put


FAULTS: dict[str, Any] = {
    "a delimiter in a value collides": replaced("keycodes", "text", lambda real: str),
    "two entities compute one key": one_tag,
    "the prefix of an entity reaches another": replaced(
        "bounds", "_begins", lambda real: lambda name, start: real(name, start.rstrip("#"))
    ),
    "case is folded in ids": replaced("keycodes", "text", lambda real: lambda value: real(value).lower()),
    "padding of numbers overflows": replaced(
        "numbercodes", "number", lambda real: lambda value, *limits: str(value)
    ),
    "a wrong edge of a range": replaced(
        "bounds", "edge", lambda real: lambda *tokens, after=False: real(*tokens, after=not after)
    ),
    "an optional attribute cuts the key of an index": cut_keys,
    "half a sparse key": half_a_key,
    "a change leaves the key of an index stale": replaced(
        "updates", "Update.place", lambda real: lambda self, keys, *conditions: None
    ),
    "a limit with a filter returns short": None,  # see `_fault`
    "a filter on an attribute that is not projected": filter_on_what_is_not_there,
    "half an item from a projected index": half_an_item,
    "a forged or foreign cursor is accepted": any_cursor,
}  # fmt: skip


def _fault(title: str) -> Any:
    if FAULTS[title] is not None:
        return FAULTS[title]

    def short(patch: pytest.MonkeyPatch, package: Any) -> None:
        engine = submodule(package, "engine")
        patch.setattr(engine.Engine, "rows", _one_page(engine))

    return short


def seen(title: str, endpoint: str | None) -> str:
    """What shows a fault in the first example that shows it; empty if none does."""
    probe = accepted_cursor if "cursor" in title else first_wrong
    for example in EXAMPLES:
        with running(example, endpoint) as execution, pytest.MonkeyPatch.context() as patch:
            _fault(title)(patch, execution.generated.module)
            found = probe(execution)
        if found:
            return f"{example}: {found}"
    return ""


def test_there_are_thirteen() -> None:
    assert len(FAULTS) == 13


@pytest.mark.parametrize("title", FAULTS)
def test_a_fault_would_be_seen(title: str) -> None:
    found = seen(title, None)
    assert found
    assert "NameError" not in found


@pytest.mark.local
@pytest.mark.parametrize("title", FAULTS)
def test_a_fault_would_be_seen_on_dynamodb_local(title: str, local_endpoint: str) -> None:
    assert seen(title, local_endpoint)


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_example_takes_a_wrong_cursor(example: str) -> None:
    with running(example, None) as execution:
        assert accepted_cursor(execution) == ""


@pytest.mark.local
@pytest.mark.parametrize("example", EXAMPLES)
def test_no_example_takes_a_wrong_cursor_on_dynamodb_local(example: str, local_endpoint: str) -> None:
    with running(example, local_endpoint) as execution:
        assert accepted_cursor(execution) == ""
