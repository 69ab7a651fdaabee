"""Small models through the whole path, each for something that once went wrong on the way."""

from pathlib import Path

import pytest

from dynamodel import pipeline
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
}


@pytest.mark.parametrize("about", MODELS)
def test_every_pattern_answers_as_declared(tmp_path: Path, about: str) -> None:
    verify(tmp_path, MODELS[about], pipeline.backend("moto"))


@pytest.mark.local
@pytest.mark.parametrize("about", MODELS)
def test_every_pattern_answers_as_declared_on_dynamodb_local(tmp_path: Path, about: str, local_endpoint: str) -> None:
    verify(tmp_path, MODELS[about], pipeline.backend("moto", endpoint=local_endpoint))
