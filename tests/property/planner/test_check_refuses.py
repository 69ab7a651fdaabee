"""The judge accepts the planner's plans and refuses each of them broken on purpose, with the right code."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel import pipeline
from dynamodel.ir.keys import Absent, BoundToken, Component, ShardToken, Template, TextToken
from dynamodel.ir.plan import BASE, KeyAction, KeyChange, Operation, Projection, ResidualFilter
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Constant, Given
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.ir.keys import KeyField, KeyValue, Token
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

HERE = Path(__file__).parent
EXAMPLES = sorted((HERE.parents[2] / "examples").glob("*/model.py"))


@cache
def library() -> tuple[Workload, Plan]:
    return planned(HERE / "judged_model.py")


@cache
def planned(path: Path) -> tuple[Workload, Plan]:
    workload = pipeline.load(path)
    return workload, make_plan(workload)


@pytest.mark.parametrize("path", [HERE / "judged_model.py", *EXAMPLES], ids=lambda p: p.parent.name)
def test_plans_of_the_planner_are_accepted(path: Path) -> None:
    assert check(*planned(path)) == ()


# How to break a plan: each takes it and gives it back with one thing changed.


def pattern(plan: Plan, name: str, /, **changes: Any) -> Plan:
    return replace(plan, patterns=tuple(replace(p, **changes) if p.name == name else p for p in plan.patterns))


def request(plan: Plan, name: str, number: int = 0, **changes: Any) -> Plan:
    reads = list(plan.pattern(name).reads)
    reads[number] = replace(reads[number], **changes)
    return pattern(plan, name, reads=tuple(reads))


def step(plan: Plan, name: str, number: int = 0, **changes: Any) -> Plan:
    steps = list(plan.pattern(name).steps)
    steps[number] = replace(steps[number], **changes)
    return pattern(plan, name, steps=tuple(steps))


def entity(plan: Plan, name: str, /, **changes: Any) -> Plan:
    return replace(plan, entities=tuple(replace(e, **changes) if e.entity == name else e for e in plan.entities))


def key(plan: Plan, name: str, place: str, **changes: Any) -> Plan:
    design = plan.entity(name)
    if place == BASE:
        return entity(plan, name, base=replace(design.base, **changes))
    return entity(plan, name, indexes=tuple(replace(k, **changes) if k.place == place else k for k in design.indexes))


def half(
    plan: Plan, name: str, place: str, side: str, change: Callable[[tuple[Token, ...]], tuple[Token, ...]]
) -> Plan:
    """One template of a key with its tokens changed."""
    found = plan.entity(name).key(place)
    assert found is not None
    fields: tuple[KeyField, ...] = getattr(found, side)
    template = fields[0].value
    assert isinstance(template, Template)
    return key(plan, name, place, **{side: (replace(fields[0], value=Template(change(template.tokens))),)})


def component(plan: Plan, name: str, place: str, side: str, **changes: Any) -> Plan:
    return half(
        plan, name, place, side, lambda ts: tuple(replace(t, **changes) if isinstance(t, Component) else t for t in ts)
    )


def index(plan: Plan, name: str, /, **changes: Any) -> Plan:
    indexes = tuple(replace(i, **changes) if i.name == name else i for i in plan.table.indexes)
    return replace(plan, table=replace(plan.table, indexes=indexes))


def table(plan: Plan, **changes: Any) -> Plan:
    return replace(plan, table=replace(plan.table, **changes))


def place_of(plan: Plan, name: str) -> str:
    found = plan.pattern(name).reads[0].index
    assert found is not None
    return found


def lower(plan: Plan, name: str, **changes: Any) -> Plan:
    interval = plan.pattern(name).reads[0].sort
    return request(plan, name, sort=replace(interval, lower=replace(interval.lower, **changes)))  # type: ignore[union-attr,type-var]


def upper(plan: Plan, name: str, **changes: Any) -> Plan:
    interval = plan.pattern(name).reads[0].sort
    return request(plan, name, sort=replace(interval, upper=replace(interval.upper, **changes)))  # type: ignore[union-attr,type-var]


def bound(plan: Plan, name: str, change: Callable[[BoundToken], BoundToken]) -> Plan:
    """The partition of a pattern's first request with its component tokens changed."""
    first = plan.pattern(name).reads[0].partition[0]
    tokens = tuple(change(t) if t.component else t for t in first.tokens)
    return request(plan, name, partition=(replace(first, tokens=tokens),))


def without_tag(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    return tokens[1:]


def with_token(token: Token) -> Callable[[tuple[Token, ...]], tuple[Token, ...]]:
    return lambda tokens: (*tokens, token)


def taken(plan: Plan, name: str, place: str, side: str) -> Component:
    """A component of a key."""
    found = plan.entity(name).key(place)
    assert found is not None
    value: KeyValue = getattr(found, side)[0].value
    assert isinstance(value, Template)
    return next(t for t in value.tokens if isinstance(t, Component))


def filtered(plan: Plan, name: str, attribute: str, *, server: bool = True) -> Plan:
    condition = ConditionDef(Op.EQ, attribute, (Constant("x"),))
    return request(plan, name, filters=(ResidualFilter(0, condition, server),))


def literal(plan: Plan, name: str, place: str, side: str, text: str) -> Plan:
    return half(plan, name, place, side, lambda ts: (TextToken(text), *ts[1:]))


def other_order(plan: Plan) -> Plan:
    return half(plan, "Loan", place_of(plan, "loans_of_reader"), "sort", lambda ts: ts[:1])


def swap_parts(plan: Plan) -> Plan:
    return half(plan, "Book", place_of(plan, "books_of_year"), "partition", lambda ts: (ts[0], ts[2], ts[1]))


def drop_change(plan: Plan, name: str, number: int = 0) -> Plan:
    return step(plan, name, number, changes=plan.pattern(name).steps[number].changes[1:])


def change_action(plan: Plan, name: str, action: KeyAction, number: int = 0) -> Plan:
    changes = tuple(replace(c, action=action) for c in plan.pattern(name).steps[number].changes)
    return step(plan, name, number, changes=changes)


def sparse(plan: Plan) -> Component:
    """When a loan came back, without which there is no key."""
    return replace(taken(plan, "Loan", place_of(plan, "loans_returned"), "sort"), absent=Absent.SPARSE)


def conditioned(plan: Plan, name: str, place: str, condition: ConditionDef) -> Plan:
    return key(plan, name, place, when=(condition,))


def dearer(plan: Plan) -> Plan:
    return replace(plan, cost=replace(plan.cost, monthly=plan.cost.monthly + 1))


def moved_guard(plan: Plan) -> Plan:
    guard = plan.entity("Reader").guards[0]
    value = guard.sort.value
    assert isinstance(value, Template)
    name = Component("name", value.tokens[2].code)  # type: ignore[union-attr]
    changed = replace(guard, sort=replace(guard.sort, value=Template((*value.tokens[:2], name))))
    return entity(plan, "Reader", guards=(changed,))


def text_of_note(plan: Plan) -> Component:
    return replace(taken(plan, "Note", BASE, "sort"), attribute="text")


def same_keys(plan: Plan) -> Plan:
    """Two entities in one partition whose sort keys differ by nothing but a variable."""
    return half(
        half(plan, "Loan", BASE, "sort", lambda _: (TextToken("NOTE"), TextToken("01ARZ3NDEKTSV4RRFFQ69G5FAV"))),
        "Note", BASE, "sort", lambda ts: (TextToken("NOTE"), *ts[1:]),
    )  # fmt: skip


STATUS_OPEN = ConditionDef(Op.EQ, "status", (Constant("open"),))

BROKEN: dict[str, tuple[Callable[[Plan], Plan], str]] = {
    "pattern without a design": (lambda p: replace(p, patterns=p.patterns[1:]), "DM450"),
    "entity without a design": (lambda p: replace(p, entities=p.entities[1:]), "DM450"),
    "two designs of an entity": (lambda p: replace(p, entities=(*p.entities, p.entities[0])), "DM450"),
    "identity half missing": (lambda p: half(p, "Note", BASE, "sort", lambda ts: ts[:1]), "DM451"),
    "text in the base key": (lambda p: half(p, "Note", BASE, "sort", with_token(text_of_note(p))), "DM454"),
    "guard dropped": (lambda p: entity(p, "Reader", guards=()), "DM451"),
    "guard on another attribute": (moved_guard, "DM451"),
    "unknown attribute in a key": (lambda p: component(p, "Loan", "GSI1", "sort", attribute="due"), "DM452"),
    "wrong width of a number": (
        lambda p: component(p, "Reader", place_of(p, "readers_by_score"), "sort", maximum=9), "DM452"),
    "literal with a delimiter": (lambda p: literal(p, "Book", BASE, "sort", "B#"), "DM452"),
    "sparse key not sparse": (
        lambda p: component(p, "Loan", place_of(p, "loans_returned"), "sort", absent=Absent.REFUSED), "DM452"),
    "two types alike": (lambda p: entity(p, "Book", tag="READER"), "DM453"),
    "primary keys can meet": (same_keys, "DM453"),
    "two entities with one tag in keys": (
        lambda p: literal(literal(p, "Book", BASE, "partition", "READER"), "Book", BASE, "sort", "READER"), "DM453"),
    "index name too short": (lambda p: index(p, "GSI1", name="G1"), "DM455"),
    "two indexes of one name": (lambda p: index(p, "GSI2", name="GSI1"), "DM455"),
    "KEYS_ONLY with a list": (lambda p: index(p, "GSI1", projection=Projection("KEYS_ONLY", ("name",))), "DM455"),
    "no time to live": (lambda p: table(p, ttl_attribute=None), "DM455"),
    "index that nobody reads": (lambda p: index(p, "GSI1", patterns=()), "DM455"),
    "physical key named like an attribute": (lambda p: table(p, type_attribute="title"), "DM455"),
    "key too long": (
        lambda p: half(p, "Reader", BASE, "sort", lambda ts: (*ts, *([TextToken("x" * 200)] * 6))), "DM456"),
    "unknown index": (lambda p: request(p, "loans_of_reader", index="GSI9"), "DM458"),
    "other index": (lambda p: request(p, "loans_of_reader", index=place_of(p, "loans_late")), "DM460"),
    "entity not in the index": (
        lambda p: entity(p, "Session", indexes=()), "DM458"),
    "value of another argument": (
        lambda p: bound(p, "loans_of_reader", lambda t: replace(t, source=Given("book_id"))), "DM460"),
    "constant instead of the argument": (
        lambda p: bound(p, "reader", lambda t: replace(t, source=Constant("x"))), "DM460"),
    "partition tag missing": (lambda p: half(p, "Loan", "GSI1", "partition", without_tag), "DM460"),
    "key parts swapped": (swap_parts, "DM460"),
    "descending half of a pair only": (
        lambda p: bound(p, "loan", lambda t: replace(t, component=replace(t.component, descending=True))), "DM460"),
    "another type's rows": (lambda p: request(p, "notes_from", sort=None), "DM461"),
    "root outside the interval": (
        lambda p: request(p, "loan_with_notes", sort=p.pattern("notes_from").reads[0].sort), "DM461"),
    "wrong tag in the interval": (
        lambda p: lower(upper(p, "loans_of_reader", tokens=(BoundToken("BOOK"),)), "loans_of_reader",
                        tokens=(BoundToken("BOOK"),)), "DM461"),
    "equality not in the key": (
        lambda p: request(p, "books_of_year", index=place_of(p, "books_of_shelf"),
                          partition=p.pattern("books_of_shelf").reads[0].partition, sort=None), "DM462"),
    "range edge excludes": (lambda p: lower(p, "loans_due", after=True), "DM463"),
    "upper edge excludes": (lambda p: upper(p, "loans_due", after=False), "DM463"),
    "range ends swapped": (
        lambda p: lower(p, "loans_due", tokens=p.pattern("loans_due").reads[0].sort.upper.tokens), "DM463"),  # type: ignore[union-attr]
    "range dropped": (
        lambda p: request(p, "loans_due", sort=p.pattern("loans_of_reader").reads[0].sort), "DM463"),
    "prefix taken as equality": (
        lambda p: request(p, "books_of_shelf", sort=replace(p.pattern("books_of_shelf").reads[0].sort, partial=False)),  # type: ignore[type-var]
        "DM460"),
    "other direction": (lambda p: request(p, "loans_of_reader", forward=True), "DM464"),
    "key descending instead": (lambda p: component(p, "Loan", "GSI1", "sort", descending=True), "DM464"),
    "order lost": (other_order, "DM464"),
    "sparse where all are wanted": (lambda p: conditioned(p, "Loan", "GSI1", STATUS_OPEN), "DM465"),
    "optional part where all are wanted": (
        lambda p: half(p, "Loan", "GSI1", "sort", with_token(sparse(p))), "DM465"),
    "keys only": (lambda p: index(p, "GSI1", projection=Projection("KEYS_ONLY")), "DM466"),
    "one attribute not included": (
        lambda p: index(p, "GSI1", projection=Projection("INCLUDE", ("reader_id",))), "DM466"),
    "weak read": (lambda p: request(p, "session", consistent=False), "DM467"),
    "strong read of a global index": (lambda p: request(p, "loans_of_reader", consistent=True), "DM467"),
    "filter nobody asked for": (lambda p: filtered(p, "loans_of_reader", "status"), "DM468"),
    "page without a limit": (lambda p: request(p, "sessions_of_reader", page=5), "DM469"),
    "limit without a page": (lambda p: request(p, "loans_of_reader", page=None), "DM469"),
    "page without room for the root": (lambda p: request(p, "loan_with_notes", page=20), "DM469"),
    "root not counted": (lambda p: request(p, "loan_with_notes", constant_rows=0), "DM469"),
    "root behind the limited rows": (lambda p: literal(p, "Loan", BASE, "sort", "A"), "DM469"),
    "shards nobody wrote": (lambda p: request(p, "loans_of_reader", shards=4), "DM470"),
    "sharded key, one request": (
        lambda p: half(p, "Reader", place_of(p, "readers_by_score"), "partition", with_token(ShardToken(4))), "DM460"),
    "part unanswered": (lambda p: pattern(p, "both", reads=p.pattern("both").reads[:1]), "DM471"),
    "part answered twice": (
        lambda p: pattern(p, "loan", reads=p.pattern("loan").reads * 2, request_count=2), "DM471"),
    "scan instead of a query": (lambda p: request(p, "loans_of_reader", operation=Operation.SCAN), "DM471"),
    "wrong number of requests": (lambda p: pattern(p, "loan", request_count=2), "DM471"),
    "put instead of an update": (lambda p: step(p, "rename", operation=Operation.PUT_ITEM), "DM480"),
    "guard outside a transaction": (lambda p: pattern(p, "join", write_operation=Operation.PUT_ITEM), "DM480"),
    "nothing finds the items": (lambda p: pattern(p, "logout_everywhere", reads=(), request_count=1), "DM480"),
    "list without a batch": (
        lambda p: pattern(p, "catalogue", write_operation=Operation.PUT_ITEM, request_count=2), "DM480"),
    "too few batches": (lambda p: pattern(p, "catalogue", request_count=1), "DM480"),
    "batch under a condition": (lambda p: pattern(p, "extend", write_operation=Operation.BATCH_WRITE_ITEM), "DM480"),
    "index key left stale": (lambda p: drop_change(p, "extend"), "DM481"),
    "half of a sparse key": (lambda p: drop_change(p, "give_back"), "DM481"),
    "sparse key always removed": (lambda p: change_action(p, "give_back", KeyAction.REMOVE), "DM481"),
    "sparse key only removed": (lambda p: change_action(p, "give_back", KeyAction.REMOVE_UNLESS), "DM481"),
    "key that does not exist changed": (
        lambda p: step(p, "rename", changes=(KeyChange("GSI2", "GSI2XX", KeyAction.SET),)), "DM481"),
    "sum written without a read": (lambda p: step(p, "award", read_first=()), "DM482"),
    "other half not read": (
        lambda p: half(p, "Loan", "GSI1", "sort", with_token(taken(p, "Loan", place_of(p, "loans_returned"), "sort"))),
        "DM482"),
    "old unique value not read": (lambda p: step(p, "change_email", read_first=()), "DM482"),
    "guard of a deleted item unknown": (lambda p: step(p, "leave", read_first=()), "DM482"),
    "unknown attribute read": (lambda p: step(p, "award", read_first=("score", "points")), "DM482"),
    "guard not written": (lambda p: step(p, "join", guards=()), "DM483"),
    "guard not moved": (lambda p: step(p, "change_email", guards=()), "DM483"),
    "guard not removed": (lambda p: step(p, "leave", guards=()), "DM483"),
    "cheaper than it is": (lambda p: pattern(p, "reader", monthly_micro_usd=1), "DM490"),
    "total that does not add up": (dearer, "DM490"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_plan_broken_on_purpose_is_refused(name: str) -> None:
    workload, plan = library()
    change, code = BROKEN[name]
    broken = change(plan)
    assert broken != plan
    found = check(workload, broken)
    assert code in {d.code for d in found}, [f"{d.code}: {d.message}" for d in found]


def test_findings_name_the_pattern() -> None:
    workload, plan = library()
    found = check(workload, request(plan, "loans_of_reader", forward=True))
    assert [(d.code, d.path) for d in found] == [("DM464", ("Library", "loans_of_reader"))]


NUMBERED = """
from dynamodel import Create, Entity, Get, Model, Parent, attr
class Repo(Entity, identity="repo"):
    repo: str
    last_number: int = attr(default=0)
class Issue(Entity, identity=("repo", "number"), parent=Repo):
    repo: str
    number: int = attr(ge=0, le=999, taken_from=Repo.last_number)
class Tracker(Model):
    issue = Get(Issue)
    open_issue = Create(Issue)
"""


def test_a_number_that_is_not_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(NUMBERED)
    workload, plan = planned(tmp_path / "model.py")
    assert plan.pattern("open_issue").steps[1].read_first == ("last_number",)
    assert check(workload, plan) == ()
    assert "DM482" in {d.code for d in check(workload, step(plan, "open_issue", 1, read_first=()))}


KEPT = """
from dynamodel import Create, Entity, Get, Model, Update
class Page(Entity, identity="page", history="revision"):
    page: str
    text: str
    title: str
    revision: int
class Wiki(Model):
    page = Get(Page)
    edit = Update(Page, set=Page.text)
"""


def test_a_version_of_unknown_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(KEPT)
    workload, plan = planned(tmp_path / "model.py")
    assert plan.pattern("edit").steps[0].read_first == ("text", "title", "revision")
    assert check(workload, plan) == ()
    assert "DM482" in {d.code for d in check(workload, step(plan, "edit", read_first=("text", "revision")))}
