"""The cheapest layout for each number of GSIs, where fewer indexes take fewer requests a second than the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dynamodel import pipeline
from dynamodel.explain.variants import frontier, reading_first, with_at_most
from dynamodel.ir.reads import Op
from dynamodel.planner.plan import make_plan
from dynamodel.planner.solution import COST_TOLERANCE

CHAT = Path(__file__).parents[3] / "examples" / "chat" / "model.py"
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


METERS = '''"""Meters, hardly one of which is ever faulty."""

from datetime import datetime

from dynamodel import Entity, Model, Query, Ulid, Update, attr, present


class Meter(Entity, identity="meter_id", count=500_000):
    meter_id: Ulid
    kind: str = attr(distinct=2)
    seen_at: datetime
    fault: str | None = attr(default=None, share={None: 0.999})


class Meters(Model, table="meters"{option}):
    faulty = Query(Meter, by=Meter.kind, where=present(Meter.fault))
    see = Update(Meter, set=Meter.seen_at, rps=100)
    report = Update(Meter, set=Meter.fault, rps=0.1)
'''


def test_what_it_costs_to_spare_writes_a_read_is_said_and_can_be_had(tmp_path: Path) -> None:
    """An index of all meters, which needs no read to report a fault, is written 100 times a second.

    A kind that may be empty is no key attribute; else a text would mark the faulty ones, and no read were needed.
    """
    path = tmp_path / "model.py"
    path.write_text(METERS.replace("{option}", ""))
    workload = pipeline.load(path)
    plan = pipeline.plan(workload)
    assert plan.pattern("report").request_count == 1
    (note,) = (f for f in plan.findings if f.code == "DM408")
    assert "so that `report` need not read what it changes first" in note.message
    delta = reading_first(workload, plan)
    assert delta is not None
    path.write_text(METERS.replace("{option}", ", spare_reads=False"))
    reading = pipeline.load(path)
    cheap = pipeline.plan(reading)
    assert cheap.pattern("report").request_count == 2
    assert [[c.op for c in k.when] for k in cheap.entity("Meter").indexes] == [[Op.PRESENT]]
    assert (delta.after.monthly, delta.before.monthly) == (cheap.cost.monthly, plan.cost.monthly)
    assert cheap.cost.monthly < plan.cost.monthly * 6 // 10
    assert delta.after.requests - delta.before.requests == 100_000
    assert reading_first(reading, cheap) is None
    assert not [f for f in cheap.findings if f.code == "DM408"]
    assert "its price alone" in cheap.proof.statement
    assert "its price alone" not in plan.proof.statement


def test_what_it_costs_to_have_few_indexes_is_said_and_need_not_be_paid(tmp_path: Path) -> None:
    """Where members and messages of a chat share an index, their keys are text, which makes each item longer."""
    guessed = CHAT.read_text().replace(", rps=0.05", "")
    path = tmp_path / "model.py"
    path.write_text(guessed)
    workload = pipeline.load(path)
    assert [p.rate.assumed for p in workload.patterns].count(True) == 1
    plan = pipeline.plan(workload)
    assert [f.code for f in plan.findings if f.code.startswith("DM40")] == ["DM409"]
    apart = pipeline.plan(replace(workload, options=replace(workload.options, overload=False)))
    assert not [f for f in apart.findings if f.code.startswith("DM40")]
    assert [p.request_count for p in apart.patterns] == [p.request_count for p in plan.patterns]
    assert len(apart.table.gsis) > len(plan.table.gsis)
    assert apart.cost.monthly * 100 < plan.cost.monthly * (100 - COST_TOLERANCE)
    assert frontier(workload, plan)[-1].totals.monthly == apart.cost.monthly


def test_few_indexes_cost_little_where_every_rate_is_given() -> None:
    """The chat gives them, so keys that cost more as text get an index; it shares at any price where it says so."""
    workload = pipeline.load(CHAT)
    weighed, few = (
        pipeline.plan(w) for w in (workload, replace(workload, options=replace(workload.options, overload=True)))
    )
    assert (len(weighed.table.gsis), len(few.table.gsis)) == (2, 1)
    assert weighed.cost.monthly * (100 + COST_TOLERANCE) < few.cost.monthly * 100
    assert not [f for plan in (weighed, few) for f in plan.findings if f.code == "DM409"]
