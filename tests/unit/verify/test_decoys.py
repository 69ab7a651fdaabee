"""Every kind of decoy earns its place: without it a fault of the code goes unseen, with it the fault is found.

A decoy is a row beside those that a call is about, or a call of a special kind. Each case runs twice on the faulty
package: as it is, and with the decoys taken out of the data (the oracle judges it anew) or out of the calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel import pipeline
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.checker.hook import StrictClient
from dynamodel.verify.execution import Execution, Verdict
from dynamodel.verify.generated import loaded
from dynamodel.verify.oracle.store import alive
from dynamodel.verify.state import Table
from dynamodel.verify.stored import Layout
from tests.support.faults import Fault

if TYPE_CHECKING:
    from dynamodel.ir.artifact import ArtifactSet
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Case, Row, Suite
    from dynamodel.ir.workload import Workload

LIBRARY = """
from datetime import datetime
from dynamodel import BatchGet, Collection, Create, Entity, Model, Parent, Query, Update, attr, begins_with, between, ge
class Shelf(Entity, identity="shelf"):
    shelf: str
    name: str
class Book(Entity, identity=("shelf", "book"), parent=Parent(Shelf, children=(8, 50))):
    shelf: str
    book: str
    at: datetime
    weight: int = attr(ge=-100, le=100)
    state: str = attr(distinct=3)
    note: str | None = None
    expires_at: datetime | None = attr(role="ttl", default=None)
class Library(Model, table="library", copies=False):
    shelves = BatchGet(Shelf)
    whole = Collection(Shelf, Book, by=Shelf.shelf)
    books = Query(Book, by=Book.shelf)
    newest = Query(Book, by=Book.shelf, range=between(Book.at), order_by=Book.at)
    heavy = Query(Book, by=Book.shelf, range=ge(Book.weight), order_by=Book.weight)
    called = Query(Book, by=Book.shelf, range=begins_with(Book.book))
    lent = Query(Book, by=(Book.shelf, Book.state), order_by=Book.at)
    labelled = Query(Book, by=Book.shelf, returns=(Book.book, Shelf.name))
    number = Query(Book, by=Book.shelf, returns="count")
    add_shelf = Create(Shelf)
    add = Create(Book)
    write = Update(Book, set=Book.note)
    rename = Update(Shelf, set=Shelf.name, rps=1000)
"""
PEOPLE = """
from dynamodel import Create, Entity, Get, Model, Put, Ulid, attr
class User(Entity, identity="user_id"):
    user_id: Ulid
    email: str = attr(unique="address")
class Team(Entity, identity="team_id"):
    team_id: Ulid
    address: str = attr(unique="address")
    name: str
class People(Model, table="people"):
    add = Create(User)
    team = Get(Team, by=Team.address)
    found = Create(Team)
"""
NOW = "keycodes.clock_seconds(now)"
Arguments = Mapping[str, Any]
Beside = Callable[[str, Arguments, Arguments, "Sequence[Row]"], bool]  # entity and values of a row, the call, all rows


@dataclass(frozen=True)
class Decoy:
    """Rows that are decoys of a call (`beside`), or words in the title of a call that is one, or a way of calling."""

    fault: Fault
    beside: Beside | None = None
    words: str = ""
    plain: Callable[[Case], Case] | None = None
    model: str = LIBRARY


def _fault(
    title: str, pattern: str, old: str, new: str, file: str = "requests.py", function: str | None = None
) -> Fault:
    return Fault(title, pattern, file, pattern if function is None else function, old, new)


def _expired(entity: str, values: Arguments, _: Arguments, rows: Sequence[Row]) -> bool:
    workload, _plan, suite = _model(LIBRARY)
    return not alive(workload.entity(entity), values, suite.now)


def _tied(entity: str, values: Arguments, _: Arguments, rows: Sequence[Row]) -> bool:
    same = [r.values for r in rows if r.entity == entity == "Book" and r.values["at"] == values["at"]]
    return values not in [v for v in same if v["shelf"] == values["shelf"]][:1] if same else False


def _called(_: str, values: Arguments, call: Arguments, _rows: Sequence[Row]) -> bool:
    prefix = call["book_prefix"]
    return any(c <= "$" for c in prefix) and f"{values.get('book', '')}#".startswith(prefix)


def _ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


SHELF_KEY = "keys.shelf_key(shelf)"
ROWS = 'found: list[Item] = response["Items"]'
SKIPPING = (
    'found: list[Item] = [i for i in response["Items"] if not isinstance(start, dict)'
    ' or i.get("GSI1SK", 1) != start.get("GSI1SK", 2)]'
)
STATE, FROM = 'bounds.under("GSI3SK", "BOOK", keycodes.text(state))', "keycodes.instant(at_from)"
UPPER = 'bounds.edge("BOOK", keycodes.instant(at_to), after=True)'
DECOYS = (
    Decoy(
        _fault("items of other types in the partition", "books", 'bounds.under("SK", "BOOK")', "bounds.EVERYTHING"),
        lambda entity, _v, _c, _r: entity == "Shelf",
    ),
    Decoy(
        _fault("twins of a prefix", "lent", STATE, 'bounds.prefix("GSI3SK", keycodes.text(state), "BOOK")'),
        lambda _e, v, c, _r: v.get("state") != c["state"] and v.get("state", " ").startswith(c["state"]),
    ),
    Decoy(
        _fault("other values beside a selection", "lent", STATE, 'bounds.under("GSI3SK", "BOOK")'),
        lambda _e, v, c, _r: v.get("state") != c["state"],
    ),
    Decoy(
        _fault("rows above a range", "newest", UPPER, 'bounds.edge("BOOK", after=True)'),
        lambda e, v, c, _r: e == "Book" and v["at"] > c["at_to"],
    ),
    Decoy(
        _fault("rows below a range", "newest", f'bounds.edge("BOOK", {FROM})', 'bounds.edge("BOOK")'),
        lambda e, v, c, _r: e == "Book" and v["at"] < c["at_from"],
    ),
    Decoy(
        _fault("rows on an edge", "newest", UPPER, UPPER.replace(", after=True", "")),
        lambda e, v, c, _r: e == "Book" and v["at"] == c["at_to"],
    ),
    Decoy(
        _fault("times a microsecond apart", "newest", UPPER, UPPER.replace("at_to", "at_to.replace(microsecond=0)")),
        lambda e, v, c, _r: e == "Book" and c["at_to"].replace(microsecond=0) < v["at"] <= c["at_to"],
    ),
    Decoy(
        _fault("negative numbers", "heavy", '"ge", weight', '"ge", abs(weight)'),
        lambda e, v, c, _r: e == "Book" and c["weight"] <= v["weight"] < abs(c["weight"]),
    ),
    Decoy(_fault("delimiters in values", "called", "keycodes.text(book_prefix)", "book_prefix"), _called),
    Decoy(
        _fault("letters in the other case", "shelves", "keys.shelf_key(key)", "keys.shelf_key(key.lower())"),
        lambda _e, v, c, _r: v["shelf"].lower() in {k.lower() for k in c["keys"] if k != k.lower()},
    ),
    Decoy(
        _fault(
            "other scripts", "shelves", "keys.shelf_key(key)", 'keys.shelf_key(key.encode("ascii", "ignore").decode())'
        ),
        lambda _e, v, c, _r: _ascii(v["shelf"]) in {_ascii(k) for k in c["keys"] if not k.isascii()},
    ),
    Decoy(
        _fault("the empty text", "shelves", "keys.shelf_key(key)", 'keys.shelf_key(key or "-")'),
        lambda _e, v, _c, _r: v["shelf"] == "",
    ),
    Decoy(
        _fault("expired items", "books", f'keep=expressions.alive("expires_at", {NOW})', "keep=None"),
        _expired,
    ),
    Decoy(
        _fault(
            "absent values",
            "books",
            'wire.optional(item.get("note"), wire.read_text)',
            'item["note"]["S"]',
            "codec.py",
            "read_book",
        ),
        lambda _e, v, _c, _r: "note" not in v,
    ),
    Decoy(
        _fault(
            "children without a parent",
            "labelled",
            'wire.held(parent1, "name", wire.read_text)',
            'wire.read_text((parent1 or {})["name"])',
            "results.py",
            "read_labelled",
        ),
        lambda e, v, _c, rows: (
            e == "Book" and not any(r.entity == "Shelf" and r.values["shelf"] == v["shelf"] for r in rows)
        ),
    ),
    Decoy(_fault("equal values at the end of a page", "newest", ROWS, SKIPPING, "engine.py", ""), _tied),
    Decoy(
        _fault("the caller's pages", "books", "page.of(", "pages.Page(", "calls.py", ""),
        plain=lambda case: replace(case, pages=False),
    ),
    Decoy(
        _fault(
            "pages that the service ends early",
            "number",
            'if "LastEvaluatedKey" not in',
            "if True or not",
            "engine.py",
            "",
        ),
        plain=lambda case: replace(case, short=False),
    ),
    Decoy(_fault("calls for what is missing", "write", 'updates.exists("PK")', "None"), words="a missing"),
    Decoy(
        _fault("calls for what has expired", "write", f'expressions.alive("expires_at", {NOW})', "None"),
        words="an expired",
    ),
    Decoy(
        _fault("an identity that exists", "add", f'updates.free("PK", "expires_at", {NOW})', "None"),
        words="the identity of a live",
    ),
    Decoy(
        _fault("a unique value that exists", "add", "else free(name, ttl, now)", "else None", "guards.py", "changes"),
        words="a unique value",
        model=PEOPLE,
    ),
    Decoy(
        _fault("a unique value of another type", "team", '["S"] == "TEAM"', '["S"] != ""', function="team_keeps"),
        lambda e, v, c, _r: e == "User" and v["email"] == c["address"],
        model=PEOPLE,
    ),
)


@cache
def _model(text: str) -> tuple[Workload, Plan, Suite]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.py"
        path.write_text(text, encoding="utf-8")
        workload = pipeline.load(path)
    return workload, pipeline.plan(workload), pipeline.suite(workload, items=60)


@cache
def _package(text: str) -> ArtifactSet:
    workload, plan, _ = _model(text)
    return pipeline.artifacts(workload, plan, None, ("python",))


@pytest.mark.parametrize("decoy", DECOYS, ids=lambda d: d.fault.title)
def test_a_decoy_shows_a_fault_that_goes_unseen_without_it(decoy: Decoy) -> None:
    workload, plan, suite = _model(decoy.model)
    package = decoy.fault.put_into(_package(decoy.model))
    pattern = next(p for p in workload.patterns if p.name == decoy.fault.pattern)
    cases = [c for c in suite.cases if c.pattern == pattern.name]
    with MotoBackend() as backend, loaded(workload, package) as generated:
        strict = StrictClient(backend.client())
        table = Table(backend, backend.open_table(plan.table, strict.client), Layout(workload, plan, suite.now))
        execution = Execution(generated, plan, table, strict, suite)

        def seen(case: Case, rows: Sequence[Row]) -> Verdict:
            return execution.on_rows(pattern, case, rows)

        whole = [seen(case, suite.rows) for case in cases]
        assert any(verdict.wrong for verdict in whole)
        for case, verdict in zip(cases, whole, strict=True):
            if decoy.beside is not None:
                kept = [r for r in suite.rows if not decoy.beside(r.entity, r.values, case.arguments, suite.rows)]
                assert not seen(case, kept).wrong, case
            elif decoy.plain is not None:
                assert not seen(decoy.plain(case), suite.rows).wrong, case
            else:
                assert decoy.words in case.title or not verdict.wrong, case
