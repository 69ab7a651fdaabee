"""Why a pattern is answered where it is: by an index, and by what is kept beside the item."""

from __future__ import annotations

from dynamodel.explain.places import explain_places
from dynamodel.ir.plan import BASE
from dynamodel.ir.reads import ReadKind
from dynamodel.planner.plan import make_plan
from dynamodel.report.explain_text import explain_pattern, explain_plan
from tests.support.small import Rate, attribute, entity, equals, part, read, workload

OFTEN = Rate(100_000_000, 100_000_000)


def test_a_guard_that_answers_is_told_from_the_item_whose_own_key_does_not() -> None:
    owner = entity("Team", "id", "handle", "title", unique=("handle",))
    by_handle = read("by_handle", part("Team", equals("handle"), single=True), kind=ReadKind.GET)
    model = workload([owner], [by_handle])
    plan = make_plan(model)
    (base,) = explain_places(model, plan)
    (use,) = base.uses
    assert (base.place, use.beside) == (BASE, "GUARD1")
    assert [e.place for e in use.elsewhere] == [BASE]
    assert "holds `id`, which the pattern does not give" in use.elsewhere[0].reason
    text = explain_pattern(model, plan, "by_handle", (base,))
    assert "on GUARD1:" in text
    assert "not the item itself: its partition key holds `id`" in text


def test_what_a_copy_answers_is_not_held_against_the_base_key() -> None:
    owner = entity("Order", "customer number", "total", "state")
    strong = [
        read(f"by_{name}", part("Order", equals("customer"), order=name, limit=5), consistent=True)
        for name in ("total", "state")
    ]
    model = workload([owner], strong, local_indexes=False)
    plan = make_plan(model)
    (base,) = explain_places(model, plan)
    assert sorted(use.beside for use in base.uses) == ["COPY1", "COPY2"]
    reasons = [e.reason for use in base.uses for e in use.elsewhere]
    assert len(reasons) == 2
    assert not any("by_" in reason for reason in reasons)


def test_what_forces_a_place_is_told_where_it_is_read() -> None:
    """Of a collection that is read from several places, each says only what its own entities need."""
    hub = entity("Hub", "h", "text")
    notes = entity("Note", "h note", "body")
    visit = entity("Visit", "visit", "h", "at")
    newest = part("Visit", equals("h"), order="-at", limit=5)
    chart = read("chart", part("Hub", equals("h"), single=True), part("Note", equals("h"), rows=4), newest)
    one = read("visit", part("Visit", equals("visit"), single=True), kind=ReadKind.GET)
    model = workload([hub, notes, visit], [chart, one])
    plan = make_plan(model)
    places = explain_places(model, plan)
    assert [(p.place, [sorted(u.entities) for u in p.uses if u.pattern == "chart"]) for p in places] == [
        (BASE, [["Hub", "Note"]]),
        ("GSI1", [["Visit"]]),
    ]
    table, index = explain_plan(model, plan, places).split("GSI1 serves")
    assert "here the table: it needs Visit by visit\n" in table
    assert "in order of at" not in table
    assert "here GSI1: it needs Visit by h, in order of at descending" in index
    assert "Hub, Note have no key there" in table


def test_an_index_that_carries_less_would_not_do_as_well() -> None:
    """Two lists of long items, one of which wants a date alone, and a list of another entity."""
    long = entity("Text", "id", "a", "b", "at", attribute("body", size=5_000))
    tag = entity("Tag", "id", "c", "d", "at", "words")
    texts = read("texts", part("Text", equals("a"), order="at", limit=9, rows=9))
    dates = read("dates", part("Text", equals("b"), order="at", limit=9, rows=9), returns=("at",), rate=OFTEN)
    tags = read("tags", part("Tag", equals("c"), order="at", limit=9, rows=9))
    model = workload([long, tag], [texts, dates, tags])
    plan = make_plan(model)
    assert [i.projection.type for i in plan.table.indexes] == ["ALL", "INCLUDE"]
    reasons = {u.pattern: [e.reason for e in u.elsewhere] for p in explain_places(model, plan) for u in p.uses}
    assert reasons["tags"][-1] == "Tag has no key there; the index carries only `at` beside the keys"
