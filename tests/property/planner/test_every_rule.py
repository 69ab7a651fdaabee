"""No rule of the judge is a decoration: each place in its source that refuses something is seen to refuse a plan."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dynamodel.planner
from dynamodel.ir.keys import Absent, Template, TextToken, TypeKey
from dynamodel.ir.plan import (
    BASE,
    KeyAction,
    KeyAttribute,
    KeyChange,
    Operation,
    Projection,
    ResidualFilter,
)
from dynamodel.ir.reads import ConditionDef, Op, OrderTerm
from dynamodel.ir.values import Constant, Given, Kind, ValueType
from dynamodel.ir.writes import ActionKind
from dynamodel.planner.check import check
from dynamodel.planner.checks.court import Court
from dynamodel.planner.plan import make_plan
from tests.functional import test_vectors as vectors
from tests.property.planner import (
    test_check_refuses as laws,
    test_copied_refused as copies,
    test_nested_refused as nests,
)
from tests.property.planner.breaking import (
    DUE,
    YEAR_IS,
    action,
    asked_for,
    attribute,
    carrying,
    copied_book,
    crowded,
    dated,
    from_below,
    guard_carries,
    halved,
    in_shared,
    join,
    natural,
    on_model,
    on_plan,
    options,
    part,
    ranged,
    search,
    text_of,
    told_by_half,
    turned,
    turned_range,
    twice,
    unlimited,
    untyped,
    unwoven,
    with_parts,
)
from tests.property.planner.test_check_refuses import (
    component,
    conditioned,
    entity,
    half,
    index,
    key,
    pattern,
    place_of,
    planned,
    request,
    step,
    table,
    taken,
    with_token,
)
from tests.unit.planner import test_beside as doubles

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

HERE = Path(__file__).parent
FUNCTIONAL = HERE.parents[1] / "functional"
MODELS = {
    "library": HERE / "judged_model.py",
    "corners": HERE / "corners_model.py",
    "searches": FUNCTIONAL / "search_model.py",
    "notes": FUNCTIONAL / "local_index_model.py",
    "parents": FUNCTIONAL / "parents_model.py",
    "ledger": FUNCTIONAL / "ledger_model.py",
}


BROKEN: dict[str, tuple[str, Callable[[Workload, Plan], tuple[Workload, Plan]], str]] = {
    "a plan of another model": ("library", on_plan(lambda p: replace(p, fingerprint="other")), "DM450"),
    "degraded for no reason": ("library", on_plan(lambda p: pattern(p, "loan", status="degraded")), "DM450"),
    "a page that is sorted afterwards": (
        "library",
        on_plan(lambda p: request(p, "loans_of_reader", sort_after=True)),
        "DM464",
    ),
    "rows without a value at the other end": (
        "corners",
        on_plan(lambda p: component(p, "Thing", place_of(p, "by_seen"), "sort", absent=Absent.FIRST)),
        "DM464",
    ),
    "merged parts that lie apart": ("corners", on_plan(unwoven), "DM464"),
    "a page of another size for what is merged": ("corners", on_plan(lambda p: request(p, "feed", page=4)), "DM469"),
    "two limited parts in one request": ("corners", on_plan(lambda p: with_parts(p, "lately", 0, 1, 2)), "DM469"),
    "a part without limit beside a limited one": (
        "corners",
        lambda w, p: (unlimited(w, "lately"), with_parts(p, "lately", 0, 1, 2)),
        "DM469",
    ),
    "a natural key of another type": (
        "corners",
        on_plan(lambda p: index(natural(p, "Thing", "GSI1", "color"), "GSI1", partition=(KeyAttribute("color", "N"),))),
        "DM452",
    ),
    "others in an index of attributes": ("corners", on_plan(lambda p: natural(p, "Thing", "GSI4", "color")), "DM457"),
    "one item where many are wanted": ("corners", on_model(lambda w: part(w, "alone", single=False)), "DM471"),
    "a filter by the service on a key": (
        "ledger",
        on_plan(lambda p: request(p, "due_invoices", filters=(ResidualFilter(0, DUE, server=True),))),
        "DM468",
    ),
    "partitions too large for local indexes": ("notes", on_model(crowded), "DM459"),
    "local indexes that are ruled out": ("notes", on_model(lambda w: options(w, local_indexes=False)), "DM455"),
    "what another step needs not read": ("corners", on_plan(lambda p: step(p, "call", 1, read_first=())), "DM482"),
    "a version of unknown text": ("corners", on_plan(lambda p: step(p, "edit", read_first=("revision",))), "DM482"),
    "copies that the plan does not know": ("parents", on_plan(lambda p: replace(p, copied=())), "DM485"),
    "a guard that carries its owner's name": (
        "corners",
        on_plan(lambda p: guard_carries(p, "Thing", "owner")),
        "DM452",
    ),
    "a copy that nothing keeps": ("library", on_plan(copied_book), "DM483"),
    "a base key under a condition": (
        "library",
        on_plan(lambda p: key(p, "Loan", BASE, when=(laws.STATUS_OPEN,))),
        "DM451",
    ),
    "two keys in one place": (
        "library",
        on_plan(lambda p: entity(p, "Loan", indexes=p.entity("Loan").indexes * 2)),
        "DM451",
    ),
    "a key without its partition": ("library", on_plan(lambda p: key(p, "Loan", "GSI1", partition=())), "DM458"),
    "text in a number": (
        "library",
        on_plan(lambda p: table(p, partition=replace(p.table.partition, type="N"))),
        "DM452",
    ),
    "the type of others in a shared index": (
        "ledger",
        on_plan(lambda p: in_shared(p, "Invoice", "GSI1", _type=TypeKey("PAYMENT"))),
        "DM452",
    ),
    "the type under another name": (
        "ledger",
        on_plan(lambda p: in_shared(p, "Invoice", "GSI1", account=TypeKey("INVOICE"))),
        "DM452",
    ),
    "a template in a shared index of attributes": (
        "ledger",
        on_plan(lambda p: in_shared(p, "Payment", "GSI1", account=Template((TextToken("PAYMENT"),)))),
        "DM455",
    ),
    "an index of attributes that does not say so": (
        "ledger",
        on_plan(lambda p: index(p, "GSI1", natural=False)),
        "DM455",
    ),
    "a shared index of attributes without the type": ("ledger", on_plan(lambda p: untyped(p, "GSI1")), "DM455"),
    "rows of others in an index without the type": ("ledger", on_plan(lambda p: untyped(p, "GSI1")), "DM461"),
    "attributes of a shared index in another order": (
        "ledger",
        on_plan(lambda p: turned(p, "Payment", "GSI1")),
        "DM458",
    ),
    "a request for the type of others": (
        "ledger",
        on_plan(lambda p: asked_for(p, "invoices", Constant("PAYMENT"))),
        "DM461",
    ),
    "a request for a type that nobody has": (
        "ledger",
        on_plan(lambda p: asked_for(p, "invoices", Constant("INVOICE#"))),
        "DM460",
    ),
    "a request for a type that the caller gives": (
        "ledger",
        on_plan(lambda p: asked_for(p, "invoices", Given("account"))),
        "DM460",
    ),
    "a request without the type": (
        "ledger",
        on_plan(lambda p: request(p, "invoices", partition=p.pattern("invoices").reads[0].partition[1:])),
        "DM460",
    ),
    "a type that clashes in a shared index": (
        "ledger",
        on_model(lambda w: attribute(w, "Payment", "made_at", type=ValueType(Kind.INTEGER))),
        "DM452",
    ),
    "what may be empty in a shared index": (
        "ledger",
        on_model(lambda w: attribute(w, "Payment", "account", type=ValueType(Kind.STRING))),
        "DM452",
    ),
    "strays in a shared index": (
        "ledger",
        on_model(lambda w: dated(w, "Account")),
        "DM457",
    ),
    "a natural range turned": (
        "ledger",
        on_plan(lambda p: request(p, "due_invoices", sort=turned_range(p, "due_invoices"))),
        "DM463",
    ),
    "an index attribute of another type": (
        "ledger",
        on_plan(lambda p: index(p, "GSI2", sort=(KeyAttribute("due", "S"),))),
        "DM452",
    ),
    "a range in a shared index under a gap": (
        "ledger",
        on_plan(lambda p: request(p, "invoices_between", partition=p.pattern("due_invoices").reads[0].partition)),
        "DM460",
    ),
    "a natural key of another name": ("library", on_plan(lambda p: natural(p, "Loan", "GSI1", "shelf")), "DM452"),
    "an empty key": ("library", on_plan(lambda p: half(p, "Note", BASE, "sort", lambda _: ())), "DM452"),
    "more than the identity in a base key": (
        "corners",
        on_plan(lambda p: half(p, "Thing", BASE, "sort", with_token(taken(p, "Thing", "GSI1", "sort")))),
        "DM451",
    ),
    "what may be absent in a base key": (
        "library",
        on_plan(
            lambda p: half(p, "Loan", BASE, "sort", with_token(taken(p, "Loan", place_of(p, "loans_returned"), "sort")))
        ),
        "DM454",
    ),
    "a natural key under a condition": (
        "corners",
        on_plan(
            lambda p: key(
                natural(p, "Thing", "GSI1", "color"), "Thing", "GSI1", when=(ConditionDef(Op.PRESENT, "note"),)
            )
        ),
        "DM452",
    ),
    "a condition on nothing": (
        "library",
        on_plan(lambda p: conditioned(p, "Loan", "GSI1", ConditionDef(Op.PRESENT, "nothing"))),
        "DM452",
    ),
    "a guard in an index of attributes": (
        "corners",
        on_plan(lambda p: guard_carries(natural(p, "Thing", "GSI4", "color"), "Thing", "color")),
        "DM457",
    ),
    "guards in an index of owners": ("corners", on_plan(lambda p: natural(p, "Thing", "GSI4", "owner")), "DM457"),
    "shards of what is read whole": ("corners", on_plan(halved), "DM431"),
    "a read that writes": (
        "library",
        on_plan(lambda p: pattern(p, "loan", write_operation=Operation.PUT_ITEM)),
        "DM471",
    ),
    "a parent that is not read": (
        "parents",
        on_plan(lambda p: pattern(p, "folders", reads=p.pattern("folders").reads[:1], request_count=1)),
        "DM471",
    ),
    "a put that reads": ("library", on_plan(lambda p: request(p, "loan", operation=Operation.PUT_ITEM)), "DM471"),
    "a part twice in a request": ("library", on_plan(lambda p: request(p, "loan", parts=(0, 0))), "DM471"),
    "a transaction of one get": (
        "library",
        on_plan(lambda p: request(p, "loan", operation=Operation.TRANSACT_GET_ITEMS)),
        "DM471",
    ),
    "a search without a vector": (
        "library",
        on_plan(lambda p: request(p, "loan", operation=Operation.SEARCH_VECTORS)),
        "DM458",
    ),
    "a part that is none": ("library", on_plan(lambda p: request(p, "loan", parts=(5,))), "DM471"),
    "a filter on another part": (
        "library",
        on_plan(lambda p: request(p, "loans_of_reader", filters=(ResidualFilter(3, laws.STATUS_OPEN, server=True),))),
        "DM468",
    ),
    "rows counted without a page": ("library", on_plan(lambda p: request(p, "loans_due", constant_rows=1)), "DM469"),
    "a batch of an index": ("library", on_plan(lambda p: request(p, "books", index="GSI1")), "DM471"),
    "a batch without keys": ("library", on_plan(lambda p: request(p, "books", partition=())), "DM460"),
    "a batch of nothing": (
        "library",
        on_plan(lambda p: request(p, "reader", operation=Operation.BATCH_GET_ITEM)),
        "DM471",
    ),
    "a batch of a later request": (
        "library",
        on_plan(lambda p: request(p, "loan", operation=Operation.BATCH_GET_ITEM, hydrate=0)),
        "DM471",
    ),
    "a batch by less than the base key": (
        "library",
        on_plan(lambda p: half(p, "Book", BASE, "sort", with_token(replace(text_of(p), attribute="title")))),
        "DM460",
    ),
    "a parent that nobody asked for": ("parents", on_plan(lambda p: request(p, "folders", 1, joins=(7,))), "DM471"),
    "a parent that nothing tells": ("parents", on_plan(lambda p: request(p, "folders", 1, hydrate=None)), "DM471"),
    "a parent told by half an item": ("parents", on_plan(told_by_half), "DM471"),
    "a parent by half its name": ("parents", on_model(lambda w: join(w, "folders", via=())), "DM460"),
    "what no parent has": ("parents", on_model(lambda w: join(w, "folders", attributes=("nothing",))), "DM466"),
    "a scan of no index": ("library", on_plan(lambda p: request(p, "all_books", index="GSI9")), "DM458"),
    "a get from an index": ("library", on_plan(lambda p: request(p, "loan", index="GSI1")), "DM471"),
    "a get with a page": ("library", on_plan(lambda p: request(p, "loan", page=5)), "DM471"),
    "two parts that look alike": ("library", twice, "DM461"),
    "a present attribute that nothing states": (
        "corners",
        on_plan(lambda p: key(p, "Thing", place_of(p, "noted"), when=())),
        "DM462",
    ),
    "a range that takes in what is absent": ("corners", on_plan(from_below), "DM463"),
    "a list without what is absent": ("corners", on_plan(lambda p: request(p, "by_seen", sort=ranged(p))), "DM465"),
    "a filter for want of a key": (
        "library",
        on_plan(
            lambda p: request(
                p,
                "books_of_year",
                index=place_of(p, "books_of_shelf"),
                partition=p.pattern("books_of_shelf").reads[0].partition,
                sort=None,
                filters=(ResidualFilter(0, YEAR_IS, server=True),),
            )
        ),
        "DM468",
    ),
    "a scan that forgets its filter": ("corners", on_plan(lambda p: request(p, "job", filters=())), "DM462"),
    "a scan with a filter that nobody asked for": (
        "library",
        on_plan(lambda p: request(p, "all_books", filters=(ResidualFilter(0, YEAR_IS, server=True),))),
        "DM468",
    ),
    "a declared filter forgotten": ("corners", on_plan(lambda p: request(p, "picky", filters=())), "DM462"),
    "too many GSIs": ("library", on_model(lambda w: options(w, indexes=1)), "DM455"),
    "a partition that tenants share": ("notes", on_model(lambda w: options(w, tenant="number")), "DM472"),
    "a local index that is not allowed": ("library", on_plan(lambda p: index(p, "GSI1", kind="lsi")), "DM455"),
    "too many included attributes": (
        "library",
        on_plan(lambda p: index(p, "GSI1", projection=Projection("INCLUDE", tuple(f"a{n:03}" for n in range(101))))),
        "DM455",
    ),
    "other billing": ("library", on_plan(lambda p: table(p, billing="provisioned")), "DM455"),
    "another deployment": (
        "library",
        on_plan(lambda p: replace(p, deployment=replace(p.deployment, protection=not p.deployment.protection))),
        "DM455",
    ),
    "a key attribute twice": (
        "library",
        on_plan(lambda p: index(p, "GSI1", sort=p.table.index("GSI1").partition)),
        "DM455",
    ),
    "an index of no kind": ("library", on_plan(lambda p: index(p, "GSI1", kind="other")), "DM455"),
    "a partition of five attributes": (
        "library",
        on_plan(lambda p: index(p, "GSI1", partition=tuple(KeyAttribute(f"a{n}") for n in range(5)))),
        "DM455",
    ),
    "attributes as a key where the model rules it out": (
        "corners",
        lambda w, p: (options(w, multi_attribute_keys=False), natural(p, "Thing", "GSI1", "color", "made_at", "kind")),
        "DM455",
    ),
    "too long a name": (
        "library",
        on_plan(lambda p: index(p, "GSI1", projection=Projection("INCLUDE", ("x" * 256,)))),
        "DM455",
    ),
    "items too large": (
        "library",
        on_model(
            lambda w: attribute(
                w, "Note", "text", size=replace(w.entity("Note").attribute("text").size, average=500_000)
            )
        ),
        "DM455",
    ),
    "a write without its step": ("library", on_plan(lambda p: pattern(p, "join", steps=())), "DM480"),
    "a key changed in what is written whole": (
        "library",
        on_plan(lambda p: step(p, "join", changes=(KeyChange("GSI1", "GSI1PK", KeyAction.SET),))),
        "DM481",
    ),
    "items found by a scan": (
        "library",
        on_plan(lambda p: request(p, "logout_everywhere", operation=Operation.SCAN)),
        "DM480",
    ),
    "a base key that moves": ("library", on_model(lambda w: action(w, "rename", ActionKind.SET, "reader_id")), "DM481"),
    "an attribute read twice": ("library", on_plan(lambda p: step(p, "award", read_first=("score", "score"))), "DM482"),
    "what never changes changed": (
        "library",
        on_model(lambda w: attribute(w, "Reader", "name", immutable=True)),
        "DM481",
    ),
    "a key changed twice": (
        "library",
        on_plan(lambda p: step(p, "extend", changes=p.pattern("extend").steps[0].changes * 2)),
        "DM481",
    ),
    "what a key needs removed": (
        "library",
        on_model(lambda w: action(w, "extend", ActionKind.REMOVE, "due_at")),
        "DM481",
    ),
    "four vector indexes beyond the limit": (
        "searches",
        on_plan(lambda p: table(p, vectors=p.table.vectors * 9)),
        "DM455",
    ),
    "vectors on provisioned capacity": ("searches", on_plan(lambda p: table(p, billing="provisioned")), "DM455"),
    "a vector index that includes too much": (
        "searches",
        on_plan(lambda p: search(p, carrying(*(f"a{n:03}" for n in range(120))))),
        "DM455",
    ),
    "too long a name in a vector index": ("searches", on_plan(lambda p: search(p, carrying("x" * 256))), "DM455"),
    "a vector index of others": (
        "searches",
        on_plan(lambda p: search(p, lambda v: replace(v, entities=("Seller",)))),
        "DM455",
    ),
    "a search with a range": ("searches", on_model(lambda w: part(w, "alike", order=(OrderTerm("title"),))), "DM461"),
}


def judged(name: str) -> tuple[Diagnostic, ...]:
    model, change, _ = BROKEN[name]
    return check(*change(*planned(MODELS[model])))


@pytest.mark.parametrize("name", BROKEN)
def test_a_plan_broken_on_purpose_is_refused(name: str) -> None:
    found = judged(name)
    assert BROKEN[name][2] in {d.code for d in found}, [f"{d.code}: {d.message}" for d in found]


def _sites() -> dict[tuple[str, int], str]:
    """Every place in the judge's source that refuses something, with its words."""
    root = Path(dynamodel.planner.__file__).parent
    found = {}
    for path in (root / "check.py", *sorted((root / "checks").glob("*.py"))):
        text = path.read_text()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "refuse":
                found[str(path), node.lineno] = ast.get_source_segment(text, node) or ""
    return found


def _judge_everything() -> None:
    """Every broken plan of the suite is judged."""
    for name in BROKEN:
        judged(name)
    workload, plan = laws.library()
    for change, _ in laws.BROKEN.values():
        check(workload, change(plan))
    for model, change, _ in nests.BROKEN.values():
        workload, plan = nests.planned(model)
        check(workload, change(plan))
    for otherwise in copies.BROKEN.values():
        workload = otherwise(copies.planned()[0])
        check(workload, make_plan(workload))
    for make, change, _ in doubles.BROKEN.values():
        workload, plan = make()
        check(workload, change(plan))
    doubles.test_copies_that_the_model_rules_out_are_refused()
    workload, plan = planned(MODELS["searches"])
    for _, alter in vectors.BREAKS.values():
        check(workload, search(plan, alter))
    for _, ask in vectors.REQUEST_BREAKS.values():
        check(workload, pattern(plan, "alike", reads=(ask(plan.pattern("alike").reads[0]),)))


def test_every_rule_of_the_judge_is_seen_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    said = Court.refuse

    def refuse(self: Court, code: str, message: str, *path: str) -> None:
        frame = sys._getframe(1)
        seen.add((frame.f_code.co_filename, frame.f_lineno))
        said(self, code, message, *path)

    monkeypatch.setattr(Court, "refuse", refuse)
    _judge_everything()
    sites = _sites()
    assert len(sites) > 100
    unseen = [f"{Path(path).name}:{line}: {sites[path, line]}" for path, line in sorted(set(sites) - seen)]
    assert not unseen, "\n".join(unseen)
