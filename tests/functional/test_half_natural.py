"""Indexes with a made-up partition and the items' own attributes behind it, through the whole path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.whole import verify

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.verify.backends.base import Backend

BOARD = """
    from datetime import datetime
    from dynamodel import Create, Delete, Entity, Get, Model, Put, Query, Update, Upsert, attr, between, desc
    class Image(Entity, identity="image"):
        image: str
        views: int = attr(ge=0, default=0)
        score: int = attr(ge=-5, le=1000)
        status: str
        touched: datetime = attr(role="updated")
    class Board(Model):
        image = Get(Image)
        add = Create(Image)
        put = Put(Image)
        drop = Delete(Image)
        renew = Upsert(Image, set=(Image.views, Image.score, Image.status))
        seen = Update(Image, add=(Image.views, Image.score), rps=10)
        close = Update(Image, set=Image.status == "closed", when=Image.status == "open")
        move = Update(Image, set=Image.status)
        top = Query(Image, order_by=desc(Image.views), limit=3, rps=0.1)
        top_open = Query(Image, where=Image.status == "open", order_by=(desc(Image.views), desc(Image.score)), limit=3)
        seen_between = Query(Image, by=Image.status, range=between(Image.views), order_by=desc(Image.views))
        recent = Query(Image, order_by=desc(Image.touched), limit=4)
"""


def test_they_answer_and_are_kept_right_by_every_write(tmp_path: Path, backends: tuple[Backend, ...]) -> None:
    plan = verify(tmp_path, BOARD, backends)
    assert {tuple(k.name for k in i.sort) for i in plan.table.gsis} == {("views",), ("views", "score"), ("touched",)}
    (half,) = (i for i in plan.table.gsis if i.partition[0].name != "_type")
    assert ("top_open" in half.patterns, half.partition[0].name[-2:]) == (True, "PK")
    assert plan.pattern("seen").request_count == 1
    (change,) = plan.pattern("move").steps[0].changes
    assert change.name.endswith("PK")
