"""Rows of several types that lie mixed in the order, or by the range, that they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dynamodel.ir.plan import Plan

    Planned = Callable[..., Plan]

MODEL = """
from datetime import datetime
from dynamodel import Collection, Create, Entity, Get, Model, Parent, Query, attr, begins_with, between, desc, ge

class Account(Entity, identity="account"):
    account: str

class Deposit(Entity, identity=("account", "at"), parent=Parent(Account, children=(5000, 9000))):
    account: str
    at: datetime
    amount: int

class Withdrawal(Entity, identity=("account", "{key}"), parent=Parent(Account, children=(5000, 9000))):
    account: str
    number: int = attr(ge=0, le=999)
    {time}: {kind}
    amount: int

class Bank(Model, indexes={indexes}):
    statement = Collection(
        Query(Deposit, order_by={first}, {one}),
        Query(Withdrawal, order_by={second}, {two}),
        by=Deposit.account,
        merged={merged},
    )
    {more}
"""
USUAL = {
    "key": "number",
    "time": "taken_at",
    "kind": "datetime",
    "first": "desc(Deposit.at)",
    "second": "desc(Withdrawal.taken_at)",
    "one": "limit=10",
    "two": "limit=10",
    "indexes": 20,
    "merged": True,
}
SAME = {"key": "at", "time": "at", "second": "desc(Withdrawal.at)"}


@pytest.fixture
def bank(tmp_path: Path) -> Planned:
    def model(more: str = "", **changed: object) -> Plan:
        (tmp_path / "model.py").write_text(MODEL.format(more=more, **USUAL | changed))
        return pipeline.plan(pipeline.load(tmp_path / "model.py"))  # which has it judged

    return model


def sort_key(plan: Plan, entity: str, place: str) -> str:
    found = plan.entity(entity).key(place)
    assert found is not None
    return str(found.sort[0].value)


def test_two_kinds_newest_first_are_one_request(bank: Planned) -> None:
    plan = bank()
    (request,) = plan.pattern("statement").reads
    assert (request.parts, request.page, request.forward, request.sort_after) == ((0, 1), 10, False, False)
    place = request.index or "base"
    assert sort_key(plan, "Deposit", place) == "DEPOSIT#{at}#"
    assert sort_key(plan, "Withdrawal", place) == "DEPOSIT#{taken_at}#WITHDRAWAL#"


def test_a_page_costs_what_a_page_holds(bank: Planned) -> None:
    page = {"one": "limit=1000", "two": "limit=1000"}
    alone = bank("deposits = Query(Deposit, by=Deposit.account, order_by=Deposit.at, limit=1000)", **page)
    together, one = (alone.pattern(name).units.read for name in ("statement", "deposits"))
    assert one <= together < one * 3 // 2


@pytest.mark.parametrize(
    "cut", ["range=between({})", "range=ge({})", "range=ge({}), limit=10"], ids=["between", "from", "a page from"]
)
def test_a_range_that_all_have_is_one_request(bank: Planned, cut: str) -> None:
    plan = bank(one=cut.format("Deposit.at"), two=cut.format("Withdrawal.at"), **SAME)
    (request,) = plan.pattern("statement").reads
    assert request.parts == (0, 1)


@pytest.mark.parametrize(
    ("cut", "requests", "mixed"),
    [("range=between({})", 1, True), ("range=ge({})", 1, False), ("range=between({}), limit=10", 2, False)],
    ids=["a period", "from a day on", "a page of a period"],
)
def test_lists_of_one_period_are_one_request(bank: Planned, cut: str, requests: int, mixed: bool) -> None:
    cuts = {"one": cut.format("Deposit.at"), "two": cut.format("Withdrawal.at")}
    plan = bank(merged=False, first="Deposit.at", **cuts, **SAME | {"second": "Withdrawal.at"})
    reads = plan.pattern("statement").reads
    assert len(reads) == requests
    keys = {sort_key(plan, name, reads[0].index or "base").split("#")[0] for name in ("Deposit", "Withdrawal")}
    assert (len(keys) == 1) is mixed


def test_what_comes_with_lists_of_one_period_is_read_beside_them(bank: Planned) -> None:
    cut = {"one": "range=between(Deposit.at)", "two": "range=between(Withdrawal.at)", "first": "Deposit.at"}
    more = """opening = Collection(
        Account,
        Query(Deposit, range=between(Deposit.at)),
        Query(Withdrawal, range=between(Withdrawal.at)),
        by=Account.account,
    )"""
    plan = bank(more, merged=False, **cut, **SAME | {"second": "Withdrawal.at"})
    assert [r.parts for r in plan.pattern("opening").reads] == [(0,), (1, 2)]
    assert plan.table.indexes == ()


def test_lists_of_one_period_take_no_index_more_where_one_is_read_alone(bank: Planned) -> None:
    cut = {"one": "range=between(Deposit.at)", "two": "range=between(Withdrawal.at)", "first": "Deposit.at"}
    alone = "deposits = Query(Deposit, by=Deposit.account, range=between(Deposit.at))"
    plan = bank(alone, merged=False, **cut, **SAME | {"second": "Withdrawal.at"})
    assert [len(plan.pattern(name).reads) for name in ("statement", "deposits")] == [2, 1]
    assert "do not lie mixed where one is read without the others" in plan.proof.statement
    assert plan.table.indexes == ()


def test_others_that_read_all_of_them_share_the_partition(bank: Planned) -> None:
    plan = bank("everything = Collection(Account, Deposit, Withdrawal, by=Account.account)", **SAME)
    requests = {p.name: p.reads for p in plan.patterns}
    assert {name: len(reads) for name, reads in requests.items()} == {"statement": 1, "everything": 1}
    assert plan.table.indexes == ()
    assert sort_key(plan, "Withdrawal", "base") == "DEPOSIT#{at}#WITHDRAWAL#"


def test_a_list_of_one_kind_lies_elsewhere(bank: Planned) -> None:
    plan = bank("deposits = Query(Deposit, by=Deposit.account, order_by=desc(Deposit.at), limit=10)")
    (mixed,), (alone,) = plan.pattern("statement").reads, plan.pattern("deposits").reads
    assert mixed.index != alone.index
    assert not alone.filters


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "datetime | None = None", "second": 'desc(Withdrawal.taken_at, nulls="last")'},
        {"two": "limit=20"},
        {"two": "limit=10, filter=Withdrawal.amount > 5"},
        {"one": "limit=10, range=ge(Deposit.at)"},
    ],
    ids=["absent values", "another page", "a filter", "a range of one"],
)
def test_what_is_not_alike_is_read_apart_unless_the_answer_is_the_same(bank: Planned, changed: dict[str, str]) -> None:
    plan = bank(**changed)
    reads = plan.pattern("statement").reads
    assert len(reads) == (1 if "filter" in changed.get("two", "") else 2)


def test_two_ways_to_mix_take_two_places(bank: Planned) -> None:
    plan = bank(
        "by_amount = Collection(Query(Deposit, order_by=Deposit.amount, limit=5), "
        "Query(Withdrawal, order_by=Withdrawal.amount, limit=5), by=Deposit.account, merged=True)"
    )
    (one,), (other,) = plan.pattern("statement").reads, plan.pattern("by_amount").reads
    assert one.index != other.index


FEED = """
from datetime import datetime
from typing import Literal
from dynamodel import Collection, Create, Entity, Model, Parent, Query, Update, attr, desc, present

class User(Entity, identity="user_id"):
    user_id: str

class Post(Entity, identity=("user_id", "post_id"), parent=Parent(User, children=(50, 500))):
    user_id: str
    post_id: str
    at: datetime
    state: Literal["draft", "published"] = attr(share={{"published": 0.4}})

class Event(Entity, identity=("user_id", "event_id"), parent=Parent(User, children=(50, 500))):
    user_id: str
    event_id: str
    at: datetime
    state: Literal["draft", "published"] = attr(share={{"published": 0.3}})
    place: str | None = None

class Feed(Model):
    add_post = Create(Post)
    add_event = Create(Event)
    feed = Collection(
        Query(Post, where=Post.state == "published", order_by=desc(Post.at), limit=3),
        Query(Event, where=(Event.state == "published", present(Event.place)), order_by=desc(Event.at), limit=3),
        by=Post.user_id,
        merged={merged},
    )
"""


def test_rows_that_meet_a_condition_lie_mixed_where_their_keys_demand_it(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    designs = {}
    for merged in (True, False):
        path.write_text(FEED.format(merged=merged), encoding="utf-8")
        plan = pipeline.plan(pipeline.load(path))
        designs[merged] = plan.pattern("feed")
        if merged:
            sparse = [k.when for d in plan.entities for k in d.indexes]
            assert [len(when) for when in sparse] == [1, 2]
            assert [str(k.sort[0].value) for d in plan.entities for k in d.indexes] == [
                "EVENT#{at}#POST#",
                "EVENT#{at}#EVENT#",
            ]
    assert (designs[True].status, designs[True].request_count) == ("served", 1)
    assert designs[False].request_count == 2
