"""What every dataset must be: legal, repeatable, linked, small, and hostile."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel import pipeline
from dynamodel.ir.entities import AttributeDef, Estimate
from dynamodel.ir.suite import Count, Raised, Returned, Rows
from dynamodel.ir.values import Kind, ValueType
from dynamodel.verify.cases import make_suite
from dynamodel.verify.dataset import NOW, make_rows
from dynamodel.verify.draws import Draw
from dynamodel.verify.oracle.compare import canonical
from dynamodel.verify.oracle.conditions import Call
from dynamodel.verify.oracle.store import alive, identity_of
from dynamodel.verify.values import fits, hostile, legal
from dynamodel.verify.wishes import selections
from tests.support.helpdesk import HITS, NOTES, PLACE, TAGS, helpdesk

if TYPE_CHECKING:
    from pathlib import Path

WORKLOAD = helpdesk()
SEEDS = (1, 2, 3)


@pytest.fixture(params=SEEDS, scope="module")
def rows(request: Any) -> Any:
    return make_rows(WORKLOAD, request.param)[1]


def test_rows_are_legal_and_complete(rows: Any) -> None:
    for row in rows:
        entity = WORKLOAD.entity(row.entity)
        assert list(row.values) == [a.name for a in entity.stored if a.name in row.values]
        for attribute in entity.stored:
            value = row.values.get(attribute.name)
            assert attribute.optional if value is None else legal(attribute, value), (row, attribute.name)


def test_identities_and_unique_values_are_not_repeated(rows: Any) -> None:
    seen = Counter((r.entity, identity_of(WORKLOAD.entity(r.entity), r.values)) for r in rows)
    assert set(seen.values()) == {1}
    emails = [r.values["email"] for r in rows if r.entity == "Agent"]
    assert len(set(emails)) == len(emails)


def test_children_meet_their_parents_and_some_have_none(rows: Any) -> None:
    customers = {r.values["customer_id"] for r in rows if r.entity == "Customer"}
    owned = [r.values["customer_id"] in customers for r in rows if r.entity == "Ticket"]
    assert sum(owned) > len(owned) / 2
    assert not all(owned)
    assert max(Counter(r.values["customer_id"] for r in rows if r.entity == "Ticket").values()) >= 4


def test_there_are_ties_twins_expired_and_absent_values(rows: Any) -> None:
    tickets = [r.values for r in rows if r.entity == "Ticket"]
    assert max(Counter(t["opened_at"] for t in tickets).values()) > 1
    assert {"c1", "c10", "c1 ", "c1#", ""} <= {r.values["customer_id"] for r in rows if r.entity == "Customer"}
    messages = [r.values for r in rows if r.entity == "Message"]
    states = Counter(alive(WORKLOAD.entity("Message"), m, NOW) for m in messages)
    assert states[True]
    assert states[False]
    assert any("priority" not in t for t in tickets)
    assert any(t["status"] == "open" and "agent_id" not in t for t in tickets)


def test_a_dataset_is_small_unless_more_is_asked_for() -> None:
    assert len(make_rows(WORKLOAD, 1)[1]) < 200
    assert 450 <= len(make_rows(WORKLOAD, 1, 500)[1]) <= 550
    alone = replace(WORKLOAD, entities=tuple(e for e in WORKLOAD.entities if e.name == "Agent"), patterns=())
    assert len(make_rows(alone, 1)[1]) == 30
    assert len(make_rows(alone, 1, 80)[1]) == 80


def test_the_seed_decides_everything() -> None:
    assert make_suite(WORKLOAD, 7) == make_suite(WORKLOAD, 7)
    assert make_suite(WORKLOAD, 7).rows != make_suite(WORKLOAD, 8).rows


@pytest.mark.parametrize(
    "kind",
    [
        ValueType(Kind.STRING, min_length=3, max_length=5),
        ValueType(Kind.INTEGER, minimum=5, maximum=6),  # type: ignore[arg-type]
        ValueType(Kind.DECIMAL),
        ValueType(Kind.BOOLEAN),
        ValueType(Kind.BYTES, min_length=1),
        ValueType(Kind.DATETIME),
        ValueType(Kind.DATE),
        ValueType(Kind.UUID),
        ValueType(Kind.ULID),
        ValueType(Kind.ENUM, values=(3, 1, 2)),
        ValueType(Kind.ANY),
        ValueType(Kind.VECTOR, dimensions=3),
        NOTES,
        TAGS,
        HITS,
        PLACE,
    ],
    ids=lambda kind: str(kind.kind),
)
def test_values_of_every_type_are_distinct_legal_and_repeatable(kind: ValueType) -> None:
    attribute = AttributeDef("name", kind, Estimate(24, 256))
    values = hostile(attribute, Random(1), NOW, 9)
    assert len({canonical(v) for v in values}) == len(values) >= 2
    assert all(fits(kind, v) for v in values)
    assert values == hostile(attribute, Random(1), NOW, 9)


def test_text_is_no_longer_than_declared() -> None:
    attribute = AttributeDef("name", ValueType(Kind.STRING), Estimate(2, 3))
    assert max(len(v.encode()) for v in hostile(attribute, Random(1), NOW, 20)) <= 3  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def suite() -> Any:
    return make_suite(WORKLOAD)


def test_every_pattern_has_cases_with_titles_of_their_own(suite: Any) -> None:
    titles = Counter((c.pattern, c.title) for c in suite.cases)
    assert set(titles.values()) == {1}
    assert {c.pattern for c in suite.cases} == {p.name for p in WORKLOAD.patterns}


def test_reads_have_hits_and_misses(suite: Any) -> None:
    for pattern in ("ticket", "agent_by_email", "tickets_of_customer", "opened_between", "thread", "customers_named"):
        sizes = [
            sum(len(p.rows) for p in c.expected.parts)
            for c in suite.cases
            if c.pattern == pattern and isinstance(c.expected, Rows)
        ]
        assert max(sizes) > 0, pattern
        assert min(sizes) == 0, pattern


def test_lists_are_read_in_pages(suite: Any) -> None:
    paged = {c.pattern for c in suite.cases if c.pages}
    assert paged == {"tickets_of_customer", "opened_between", "opened_on", "open_queue", "thread", "customers_named"}


def test_ranges_are_tried_at_both_edges(suite: Any) -> None:
    titles = " ".join(c.title for c in suite.cases if c.pattern == "opened_between")
    for words in ("lower edge", "upper edge", "neighbors of the edges", "inner neighbors", "wrong order", "itself"):
        assert words in titles


@pytest.mark.parametrize(
    ("pattern", "endings"),
    [
        ("add_agent", {"AlreadyExists", "UniqueTaken", "done"}),
        ("change_email", {"NotFound", "UniqueTaken", "done"}),
        ("reply", {"AlreadyExists", "done"}),
        ("save_customer", {"done"}),
        ("assign", {"NotFound", "ConditionFailed", "VersionConflict", "done"}),
        ("close", {"NotFound", "ConditionFailed", "VersionConflict", "done"}),
        ("open_ticket", {"AlreadyExists", "NotFound", "done"}),
        ("drop_thread", {"counted"}),
    ],
)
def test_writes_end_in_every_way_they_can(suite: Any, pattern: str, endings: set[str]) -> None:
    found = set()
    for case in suite.cases:
        if case.pattern == pattern:
            if isinstance(case.expected, Raised):
                found.update(case.expected.errors)
            else:
                found.add("counted" if isinstance(case.expected, Count) else "done")
                assert isinstance(case.expected, Count | Returned)
    assert found == endings


def test_a_pattern_of_the_same_rows_has_the_same_cases_whatever_patterns_are_beside_it(suite: Any) -> None:
    dropped = next(p for p in WORKLOAD.patterns if p.name == "reply")
    other = make_suite(replace(WORKLOAD, patterns=tuple(p for p in WORKLOAD.patterns if p is not dropped)))
    assert other.rows == suite.rows
    assert other.cases == tuple(case for case in suite.cases if case.pattern != dropped.name)


def test_calls_are_made_up_as_long_as_they_show_something_new(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Counter[str] = Counter()
    complete = Draw.complete

    def counted(draw: Draw) -> bool:
        made[draw.pattern.name] += 1
        return complete(draw)

    monkeypatch.setattr(Draw, "complete", counted)
    suite = make_suite(WORKLOAD)
    writes = {p.name for p in WORKLOAD.writes if not p.kept}
    assert set(made) == writes
    assert all(made[name] > 30 or sum(c.pattern == name for c in suite.cases) == 12 for name in writes)
    assert min(made.values()) < 60
    assert 120 < max(made.values()) <= 240


def test_write_cases_say_what_must_be_there_afterwards(suite: Any) -> None:
    for case in suite.cases:
        if case.pattern == "add_agent" and isinstance(case.expected, Returned):
            (row,) = case.present
            assert row == case.arguments["agent"]
        if case.pattern == "drop_ticket":
            assert [r.values["ticket_id"] for r in case.gone] == [case.arguments["ticket_id"]]


DESK = """
from typing import Literal
from dynamodel import Create, Delete, Entity, Model, Put, Query, Ulid, Update, attr
class Job(Entity, identity="job_id"):
    job_id: Ulid
    owner: str
    state: Literal["new", "run", "done", "lost"]
    kind: str
    urgent: bool
    level: int = attr(ge=0, le=1000)
class Desk(Model):
    add = Create(Job)
    save = Put(Job)
    change = Update(Job, set=(Job.state, Job.kind))
    move = Update(Job, set=Job.owner)
    drop = Delete(Job)
    running = Query(Job, by=Job.owner, where=(Job.state == "run", Job.kind == "b", Job.urgent == True))
    lost = Query(Job, by=Job.owner, where=(Job.state == "lost", Job.level > 900, Job.kind == "c"))
    new = Query(Job, by=Job.owner, where=Job.state == "new")
"""


def test_items_begin_and_end_to_be_what_reads_ask_for_by_constants(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(DESK, encoding="utf-8")
    workload = pipeline.load(tmp_path / "model.py")
    suite, job, call = make_suite(workload), workload.entity("Job"), Call({}, NOW)
    held = {identity_of(job, r.values): r.values for r in suite.rows}
    for wish in selections(workload)["Job"]:
        seen: dict[str, set[tuple[bool, bool]]] = {}
        for case in suite.cases:
            for row in () if isinstance(case.expected, Raised) else (*case.present, *case.gone):
                after = row.values if row in case.present else None
                before = held.get(identity_of(job, row.values))
                crossing = wish.met(job, before, call), wish.met(job, after, call)
                seen.setdefault(case.pattern, set()).add(crossing)
        assert seen["add"] == {(False, False), (False, True)}
        assert seen["save"] >= {(False, False), (False, True), (True, False)}
        assert seen["change"] >= {(False, False), (False, True), (True, False)}
        assert seen["move"] == {(False, False), (True, True)}
        assert seen["drop"] == {(False, False), (True, False)}


CLINIC = """
from datetime import datetime
from dynamodel import Collection, Entity, Model, Parent, Query, Ulid, attr, desc
class Patient(Entity, identity="patient_id"):
    patient_id: Ulid
class Visit(Entity, identity="visit_id", parent=Parent(Patient)):
    visit_id: Ulid
    patient_id: Ulid
    at: datetime
    until: datetime | None = attr(role="ttl", default=None)
class Invoice(Entity, identity="invoice_id", parent=Parent(Patient)):
    invoice_id: Ulid
    patient_id: Ulid
    at: datetime
    paid: bool
class Clinic(Model):
    chart = Collection(
        Patient,
        Query(Visit, order_by=desc(Visit.at), limit=VISITS),
        Query(Invoice, where=Invoice.paid == True, order_by=desc(Invoice.at), limit=INVOICES),
        by=Patient.patient_id,
    )
"""


@pytest.mark.parametrize(("visits", "invoices"), [(2, 2), (4, 7), (5, 10), (9, 9), (12, 6)])
def test_of_lists_that_turn_pages_together_one_goes_on_when_the_other_has_ended(
    visits: int, invoices: int, tmp_path: Path
) -> None:
    text = CLINIC.replace("VISITS", str(visits)).replace("INVOICES", str(invoices))
    (tmp_path / "model.py").write_text(text, encoding="utf-8")
    suite = make_suite(pipeline.load(tmp_path / "model.py"))
    (case,) = [case for case in suite.cases if case.pages]
    assert isinstance(case.expected, Rows)
    lists = [(len(part.rows), part.take) for part in case.expected.parts if part.take]
    (ended, (rows, limit)), (last, _) = sorted((-(-rows // limit), (rows, limit)) for rows, limit in lists)
    assert rows > 0
    assert last >= max(3, ended + (1 if rows % limit else 2))
    assert len(suite.rows) < 140


PRICES = """
from decimal import Decimal
from dynamodel import Create, Entity, Model, Ulid, Update, attr, eq
class Article(Entity, identity="key"):
    key: Ulid
    state: int
    price: Decimal = attr(ge=Decimal(-50), le=Decimal(1000), scale=2)
class Prices(Model):
    change = Update(Article, add=(Article.state, Article.price), when=eq(Article.state))
    make = Create(Article)
"""


def test_a_call_fails_for_one_reason_only(tmp_path: Path) -> None:
    """A sum beyond its range is refused before or after a condition: nobody can say which is told."""
    model = tmp_path / "model.py"
    model.write_text(PRICES, encoding="utf-8")
    workload = pipeline.load(model)
    failing = 0
    for seed in range(20):
        suite = make_suite(workload, seed)
        prices: dict[Any, Any] = {row.values["key"]: row.values["price"] for row in suite.rows}
        for case in suite.cases:
            if case.pattern == "change" and case.expected == Raised(("ConditionFailed",)):
                failing += 1
                assert -50 <= prices[case.arguments["key"]] + case.arguments["price"] <= 1000
    assert failing > 20


FEW = """
from typing import Literal
from dynamodel import Create, Entity, Get, Model

class Room(Entity, identity=("floor", "side")):
    floor: Literal["ground", "first", "second"]
    side: Literal["north", "south"]
    name: str

class House(Model):
    add = Create(Room)
    room = Get(Room)
"""


def test_of_what_there_can_only_be_a_few_one_more_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(FEW, encoding="utf-8")
    workload = pipeline.load(tmp_path / "model.py")
    maker, rows = make_rows(workload, 1)
    assert len(rows) == 5
    assert maker.row(workload.entity("Room")) is not None
    endings = {case.title.split()[0] for case in make_suite(workload).cases if case.pattern == "add"}
    assert endings == {"succeeds", "raises"}
