"""Keys as the planner writes them, and what the judge says of them."""

from pathlib import Path
from textwrap import dedent

import pytest

from dynamodel import pipeline
from dynamodel.ir.keys import Code, Component
from dynamodel.ir.plan import Plan


def planned(folder: Path, text: str) -> Plan:
    model = folder / "model.py"
    model.write_text(dedent(text), encoding="utf-8")
    return pipeline.plan(pipeline.load(model))


@pytest.mark.parametrize(("kind", "code"), [("date", Code.DATE), ("datetime", Code.INSTANT)])
def test_a_bucket_is_written_as_what_it_is_cut_from(tmp_path: Path, kind: str, code: Code) -> None:
    plan = planned(
        tmp_path,
        f"""
        from datetime import date, datetime
        from dynamodel import Entity, Model, Query, Ulid, bucket
        class Visit(Entity, identity="visit_id"):
            visit_id: Ulid
            day: {kind}
        class Visits(Model):
            by_month = Query(Visit, by=bucket(Visit.day, "month"))
        """,
    )
    (key,) = plan.entity("Visit").indexes
    components = [t for f in key.fields for t in getattr(f.value, "tokens", ()) if isinstance(t, Component)]
    assert [(c.attribute, c.code, c.bucket) for c in components] == [("day", code, "month")]


INVOICES = """
    from dynamodel import Collection, Create, Entity, Get, Model, Parent, Ulid, Update, attr
    class Order(Entity, identity="order_id"):
        order_id: Ulid
    class Invoice(Entity, identity="invoice_id", parent=Order):
        invoice_id: {identity}
        order_id: Ulid = attr(immutable={immutable})
        amount: int
    class Shop(Model):
        whole = Collection(Order, Invoice, by=Order.order_id)
        invoice = Get(Invoice)
        place = Create(Order, rps=100)
        bill = Create(Invoice)
        {more}
"""


@pytest.mark.parametrize(
    ("identity", "immutable", "more", "joined"),
    [
        ("Ulid", True, "", True),
        ("Ulid", False, "", False),  # the order of an invoice could change, and with it the key
        ("str", True, "", False),  # two invoices could have one id in different orders
        ("Ulid", True, "pay = Update(Invoice, set=Invoice.amount)", False),  # the key is needed, the order is not known
    ],
)
def test_what_never_changes_joins_the_base_key_of_a_generated_identity(
    tmp_path: Path, identity: str, immutable: bool, more: str, joined: bool
) -> None:
    plan = planned(tmp_path, dedent(INVOICES).format(identity=identity, immutable=immutable, more=more))
    partition = plan.entity("Invoice").base.partition[0]
    assert (str(partition.value) == "ORDER#{order_id}#") is joined
    assert len(plan.table.gsis) == 1
    relied = "no two of Invoice share invoice_id: beside it the base key holds order_id"
    assert (relied in plan.assumptions) is joined


@pytest.mark.parametrize(
    ("header", "coupon", "joined"),
    [
        ("identity=('customer', 'campaign'), parent=Campaign", "code: str", True),
        (
            "identity=('customer', 'campaign'), parent=Campaign",
            "customer: Ulid",
            False,
        ),  # so a customer is something else
        ("identity=('customer', 'campaign')", "code: str", False),  # two ids: who takes part in what
    ],
)
def test_an_id_that_is_somebodys_does_not_tell_items_apart(
    tmp_path: Path, header: str, coupon: str, joined: bool
) -> None:
    plan = planned(
        tmp_path,
        f"""
        from datetime import datetime
        from dynamodel import Create, Delete, Entity, Model, Query, Ulid, Put, attr, desc
        class Campaign(Entity, identity="campaign"):
            campaign: Ulid
        class Coupon(Entity, identity="number"):
            number: str
            {coupon}
        class Redemption(Entity, {header}):
            customer: Ulid
            campaign: Ulid
            at: datetime = attr(role="created")
        class Coupons(Model):
            latest = Query(Redemption, by=Redemption.campaign, order_by=desc(Redemption.at), limit=5)
            redeem = Create(Redemption)
        """,
    )
    held = {name for field in plan.entity("Redemption").base.fields for name in field.value.attributes}
    assert ("at" in held) is joined


def test_what_nothing_is_known_of_spreads_load_no_better_than_with_more_attributes(tmp_path: Path) -> None:
    plan = planned(
        tmp_path,
        """
        from datetime import datetime
        from dynamodel import Create, Entity, Model, Parent, Query, Ulid, attr, desc, present
        class Channel(Entity, identity=("space", "channel"), count=50_000):
            space: str
            channel: str
        class Post(Entity, identity=("space", "channel", "post_id"), parent=Parent(Channel, children=(5_000, 10**6))):
            space: str
            channel: str
            post_id: Ulid
            author: Ulid
            pinned_at: datetime | None = attr(default=None, share={None: 0.99})
        class Chat(Model):
            posts = Query(Post, by=(Post.space, Post.channel), order_by=desc(Post.post_id), limit=9)
            pinned = Query(Post, by=(Post.space, Post.channel), where=present(Post.pinned_at), order_by=Post.pinned_at)
            said_by = Query(Post, by=(Post.space, Post.author), order_by=Post.post_id, limit=9)
            post = Create(Post, rps=20)
        """,
    )
    place = plan.pattern("pinned").reads[0].index
    key = next(k for k in plan.entity("Post").indexes if k.place == place)
    assert {name for field in key.partition for name in field.value.attributes} == {"space", "channel"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "number of rows assumed for of_room (10), week (3,333): `rows=` says it"),
        (", rows=50", "number of rows assumed for of_room (10): `rows=` says it"),
        (", limit=20", "number of rows assumed for of_room (10): `rows=` says it"),
    ],
)
def test_the_plan_says_of_which_dear_reads_it_assumes_the_rows(tmp_path: Path, more: str, said: str) -> None:
    plan = planned(
        tmp_path,
        f"""
        from datetime import datetime
        from dynamodel import Entity, Get, Model, Put, Query, between
        class Lesson(Entity, identity=("room", "at"), count=10_000):
            room: str
            at: datetime
        class School(Model):
            week = Query(Lesson, range=between(Lesson.at), order_by=Lesson.at, rps=2{more})
            of_room = Query(Lesson, by=Lesson.room, rps=2_000)
            teach = Put(Lesson, rps=1)
        """,
    )
    assert [a for a in plan.assumptions if "rows" in a] == [said]
