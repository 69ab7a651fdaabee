"""The cheapest layout for each number of GSIs, where fewer indexes take fewer requests a second than the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel import pipeline
from dynamodel.explain.variants import frontier, with_at_most
from dynamodel.planner.plan import make_plan

if TYPE_CHECKING:
    from pathlib import Path

FORUM = '''"""Threads and their replies."""

from datetime import datetime

from dynamodel import Collection, Create, Entity, Get, Model, Parent, Query, Transaction, Update, attr, desc


class Thread(Entity, identity=("forum", "subject"), count=1_000_000):
    forum: str
    subject: str = attr(bytes=(60, 200))
    last_posted: datetime
    replies: int = attr(default=0, ge=0, le=1_000_000)
    answered: bool


class Reply(Entity, identity=("forum", "subject", "posted_at"), parent=Parent(Thread, children=(10, 10_000))):
    forum: str
    subject: str = attr(bytes=(60, 200))
    posted_at: datetime
    author: str
    message: str = attr(bytes=(400, 20_000))


class Discussion(Model, table="discussion"):
    thread = Get(Thread)
    threads = Query(Thread, by=Thread.forum, order_by=Thread.subject, limit=50)
    newest = Query(Thread, by=Thread.forum, order_by=desc(Thread.last_posted), limit=50)
    busiest = Query(Thread, by=Thread.forum, order_by=desc(Thread.replies), limit=10)
    with_replies = Collection(
        Thread, Query(Reply, order_by=Reply.posted_at, limit=50), by=(Thread.forum, Thread.subject)
    )
    of_author = Query(Reply, by=Reply.author, order_by=desc(Reply.posted_at), limit=50)
    of_author_in = Query(Reply, by=(Reply.author, Reply.forum), order_by=desc(Reply.posted_at), limit=50)
    start = Create(Thread)
    mark = Update(Thread, set=Thread.answered)
    answer = Transaction(Create(Reply), Update(Thread, set=Thread.last_posted, add=Thread.replies == 1), rps=2)
'''


def test_each_step_is_the_plan_that_the_number_of_indexes_gives(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(FORUM)
    workload = pipeline.load(path)
    steps = frontier(workload, make_plan(workload))
    for step in steps:
        alone = make_plan(with_at_most(workload, step.allowed), tolerance=0)
        assert (step.totals.gsis, step.totals.monthly) == (len(alone.table.gsis), alone.cost.monthly)
    requests = [step.totals.requests for step in steps if not step.unserved]
    assert requests != sorted(requests, reverse=True), "the model is to have a step that saves no request"
