"""Small models through the whole path, each for something that once went wrong on the way."""

from pathlib import Path

import pytest

from dynamodel.verify.backends.base import Backend
from tests.support.whole import verify

MODELS = {
    "the identity of a guarded entity has the words of its guard": """
        from dynamodel import Create, Delete, Entity, Get, Model, Update, attr
        class Doc(Entity, identity=("type", "owner")):
            type: str
            owner: str
            slug: str = attr(unique=True)
        class Docs(Model):
            add = Create(Doc)
            doc = Get(Doc)
            by_slug = Get(Doc, by=Doc.slug)
            move = Update(Doc, set=Doc.slug)
            drop = Delete(Doc)
    """,
    "a range and another order share no key": """
        from datetime import datetime
        from dynamodel import Collection, Entity, Model, Put, Query, between, desc, ge
        class Player(Entity, identity="player"):
            player: str
        class Score(Entity, identity=("board", "player")):
            board: str
            player: str
            points: int
            at: datetime
        class Game(Model):
            top = Query(Score, by=Score.board, range=between(Score.at), order_by=desc(Score.points), limit=3)
            mine = Collection(
                Player, Query(Score, range=ge(Score.at), order_by=Score.points, limit=2), by=Player.player
            )
            add = Put(Score)
            join = Put(Player)
    """,
    "a child with an id of its own lies in its parent's partition": """
        from dynamodel import Collection, Create, Entity, Get, Model, Parent, Put, Ulid, attr
        class Order(Entity, identity="order_id"):
            order_id: Ulid
        class Invoice(Entity, identity="invoice_id", parent=Order):
            invoice_id: str = attr(generated=True)
            order_id: Ulid = attr(immutable=True)
            amount: int
        class Shop(Model):
            whole = Collection(Order, Invoice, by=Order.order_id)
            invoice = Get(Invoice)
            place = Create(Order, rps=100)
            bill = Create(Invoice)
            bill_again = Put(Invoice)
    """,
    "times are cut to units of dates and instants": """
        from datetime import date, datetime
        from dynamodel import Create, Entity, Model, Query, Ulid, bucket
        class Visit(Entity, identity="visit_id"):
            visit_id: Ulid
            day: date
            at: datetime
            place: str
        class Visits(Model):
            by_month = Query(Visit, by=(Visit.place, bucket(Visit.day, "month")), order_by=Visit.at)
            by_hour = Query(Visit, by=bucket(Visit.at, "hour"))
            add = Create(Visit)
    """,
    "strong reads, absent values, upserts and a singleton": """
        from datetime import datetime
        from typing import Literal
        from dynamodel import Entity, Get, Model, Put, Query, Ulid, Update, Upsert, asc, between, desc
        class Order(Entity, identity=("customer_id", "order_id")):
            customer_id: Ulid
            order_id: str
            total: int
            status: Literal["open", "paid"]
            placed_at: datetime
            note: str | None = None
        class Settings(Entity, identity=()):
            closed: bool
        class Shop(Model):
            by_date = Query(
                Order, by=Order.customer_id, order_by=desc(Order.placed_at), limit=5, consistent=True
            )
            by_total = Query(Order, by=Order.customer_id, range=between(Order.total), order_by=Order.placed_at)
            noted = Query(Order, by=Order.customer_id, order_by=asc(Order.note, nulls="last"))
            save = Upsert(Order, set=(Order.total, Order.status, Order.placed_at))
            pay = Update(Order, set=Order.status == "paid", when=Order.status == "open")
            settings = Get(Settings)
            configure = Put(Settings)
    """,
    "numbers are taken from a parent that also counts": """
        from dynamodel import Create, Delete, Entity, Get, Model, Parent, Query, Transaction, attr, desc
        class Repo(Entity, identity="repo"):
            repo: str
            last_number: int = attr(default=0)
            open_issues: int | None = None
        class Issue(Entity, identity=("repo", "number"), parent=Repo, counted_in=Repo.open_issues):
            repo: str
            number: int = attr(ge=0, le=999_999, taken_from=Repo.last_number)
            title: str
        class Comment(Entity, identity=("repo", "issue", "line"), parent=Parent(Issue, via=("repo", "issue"))):
            repo: str
            issue: int = attr(ge=0, le=999_999)
            line: int = attr(ge=0, le=999)
        class Tracker(Model):
            create_repo = Create(Repo)
            open_issue = Create(Issue)
            report = Transaction(Create(Comment), Create(Issue))
            close_issue = Delete(Issue)
            issues = Query(Issue, by=Issue.repo, order_by=desc(Issue.number), limit=20)
            comments = Query(Comment, by=(Comment.repo, Comment.issue))
    """,
    "every version is kept of what is counted, unique, appended to and expires": """
        from datetime import datetime
        from decimal import Decimal
        from dynamodel import Collection, Create, Delete, Entity, Get, Model, Put, Query, Transaction, Ulid, Update
        from dynamodel import attr, desc, eq, ge
        class Folder(Entity, identity="folder_id"):
            folder_id: Ulid
            documents: int = attr(default=0)
        class Document(
            Entity, identity="document_id", parent=Folder, history="revision", counted_in=Folder.documents
        ):
            document_id: Ulid
            folder_id: Ulid = attr(immutable=True)
            slug: str = attr(unique=True)
            price: Decimal = attr(scale=2, ge=0, le=1000, default=Decimal(0))
            tags: set[str]
            notes: list[str]
            hits: dict[str, int] | None = None
            changed_at: datetime = attr(role="updated")
            gone_at: datetime | None = attr(role="ttl", default=None)
            revision: int
        class Setting(Entity, identity=(), history="revision"):
            value: str
            revision: int
        class Library(Model):
            add = Create(Document)
            document = Get(Document)
            note = Update(
                Document,
                append=Document.notes,
                add=(Document.tags, Document.hits, Document.price),
                when=eq(Document.slug),
            )
            reslug = Update(Document, set=Document.slug)
            drop = Delete(Document)
            folder = Create(Folder)
            versions = Query(
                Document, by=Document.document_id, history=True, order_by=desc(Document.revision), limit=10
            )
            since = Query(Document, by=Document.document_id, history=True, range=ge(Document.changed_at))
            whole = Collection(
                Document,
                Query(Document, history=True, order_by=desc(Document.revision), limit=3),
                by=Document.document_id,
            )
            configure = Put(Setting)
            setting = Get(Setting)
    """,
}


@pytest.mark.parametrize("about", MODELS)
def test_every_pattern_answers_as_declared(tmp_path: Path, about: str, backends: tuple[Backend, ...]) -> None:
    verify(tmp_path, MODELS[about], backends)
