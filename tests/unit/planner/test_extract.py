"""What the plan says of patterns that take batches, find their items first, or cannot be served."""

from pathlib import Path
from textwrap import dedent

import pytest

from dynamodel import pipeline
from dynamodel.ir.plan import Operation, Plan

MODEL = """
    from dynamodel import BatchGet, Create, Delete, Entity, Model, Parent, Query, Ulid, Update, attr, between
    class Player(Entity, identity="player_id"):
        player_id: Ulid
        name: str
    class Score(Entity, identity=("board", "player_id"), parent=Parent(Player, children=(260, 1_000))):
        board: str
        player_id: Ulid
        points: int
        at: int
    class Mail(Entity, identity="mail_id", parent=Parent(Player, children=(40, 100))):
        mail_id: Ulid
        player_id: Ulid
        address: str = attr(unique=True)
    class Game(Model, copies=False):
        scores = Query(Score, by=Score.player_id, returns=(Score.points, Player.name))
        some = BatchGet(Player, keys=250)
        forget = Delete(Score, by=Score.player_id)
        unlist = Delete(Mail, by=Mail.player_id)
        drop = Delete(Score, by=(Score.board, Score.player_id, Score.points))
        top = Query(Score, by=Score.board, range=between(Score.at), order_by=Score.points, limit=3)
        early = Query(Score, by=Score.board, range=between(Score.at), order_by=Score.points)
"""


def planned(folder: Path) -> Plan:
    model = folder / "model.py"
    model.write_text(dedent(MODEL), encoding="utf-8")
    return pipeline.plan(pipeline.load(model))


def test_batches_count_by_the_rows_of_an_average_call(tmp_path: Path) -> None:
    counts = {p.name: p.request_count for p in planned(tmp_path).patterns}
    assert counts["scores"] == 1 + 3  # the rows, then their players in batches of 100 keys
    assert counts["some"] == 3
    assert counts["forget"] == 1 + 11  # found, then 260 deletes in batches of 25
    assert counts["unlist"] == 1 + 40 + 40  # a guard needs a transaction for each, and the address of each


def test_a_delete_by_more_than_the_identity_looks_before_it_deletes(tmp_path: Path) -> None:
    drop = planned(tmp_path).pattern("drop")
    assert drop.status == "served"
    assert [(r.operation, [f.condition.attribute for f in r.filters]) for r in drop.reads] == [
        (Operation.GET_ITEM, ["points"])
    ]


def test_a_range_and_another_order_are_sorted_after_reading_and_a_limit_makes_that_worth_saying(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    early, top = plan.pattern("early"), plan.pattern("top")
    assert early.status == "served"
    assert early.reads[0].sort_after
    assert top.status == "degraded"
    assert top.reads[0].page is None
    assert "the range of at or the order, not both" in top.reason
    assert [f.code for f in plan.findings if f.path == ("Game", "top")] == ["DM404"]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ("Query(Order, order_by=desc(Order.at), limit=5), Address",
         "a request cannot end a page of Order behind Address, of which there may be any number: 2 requests"),
        ("Query(Order, order_by=desc(Order.at), limit=5), Query(Address, order_by=Address.number, limit=2)",
         "a request ends one page, and Order and Address have one each: 2 requests"),
        ("Query(Order, range=ge(Order.at), order_by=Order.at, limit=5)",
         "a request begins and ends among the rows of Order, where nothing else can lie: 2 requests"),
        ("Query(Order, range=lt(Order.at), order_by=desc(Order.at), limit=5)",
         "a request begins and ends among the rows of Order, where nothing else can lie: 2 requests"),
        ("Query(Order, range=between(Order.at))",
         "a request begins and ends among the rows of Order, where nothing else can lie: 2 requests"),
        ("Query(Order, range=ge(Order.at), order_by=desc(Order.at), limit=5)", ""),
        ("Query(Order, range=le(Order.at), order_by=Order.at, limit=5)", ""),
        ("Query(Order, range=gt(Order.at))", ""),
    ],
)  # fmt: skip
def test_a_collection_that_no_layout_reads_at_once_says_which_rows_are_in_the_way(
    tmp_path: Path, parts: str, told: str
) -> None:
    (tmp_path / "model.py").write_text(f"""
from datetime import datetime
from dynamodel import Collection, Create, Entity, Model, Parent, Query, Ulid, attr, between, desc, ge, gt, le, lt
class Customer(Entity, identity="customer_id"):
    customer_id: Ulid
class Order(Entity, identity="order_id", parent=Parent(Customer, children=(9, 99))):
    order_id: Ulid
    customer_id: Ulid
    at: datetime = attr(role="created")
class Address(Entity, identity=("customer_id", "number"), parent=Parent(Customer, children=(2, 5))):
    customer_id: Ulid
    number: int = attr(ge=1, le=99)
class Shop(Model):
    home = Collection(Customer, {parts}, by=Customer.customer_id)
    join = Create(Customer)
""")
    assert pipeline.plan(pipeline.load(tmp_path / "model.py")).pattern("home").reason == told
