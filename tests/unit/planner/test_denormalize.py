"""Attributes of parents: the cheaper of copy and second request, how copies are kept, and where none can be."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel import pipeline
from dynamodel.errors import Infeasible, ModelInvalid
from dynamodel.ir.entities import Estimate, ParentDef, Rate
from dynamodel.ir.reads import Equal, JoinDef
from dynamodel.ir.values import Constant, FromEntity, FromStep, Given
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.check import check
from dynamodel.planner.denormalize import denormalized
from dynamodel.planner.plan import make_plan
from tests.support.small import attribute, entity, equals, part, read, workload, write

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.ir.workload import ChoiceDef, Workload

VIA = ("p",)


def rate(calls: float) -> Rate:
    return Rate(round(calls * 1_000_000), round(calls * 1_000_000))


def sets(name: str) -> tuple[ActionDef, ...]:
    return (ActionDef(ActionKind.SET, name, Given(name)),)


def model(
    *more: Any, reads: float = 10, renames: float = 0.1, fixed: bool = False, children: int = 20, **options: Any
) -> Workload:
    """Children by their tag with the parent's name; `more` are further patterns."""
    parent = entity("P", "p", attribute("name", immutable=fixed), "mood?", **options.pop("parent", {}))
    link = ParentDef("P", VIA, Estimate(children, 10 * children))
    child = entity("C", "p c", "tag", *options.pop("child", ()), parents=(link,))
    tagged = read(
        "tagged", part("C", equals("tag"), rows=10), rate=rate(reads), returns=("c",),
        joins=(JoinDef("P", VIA, ("name",)),), **options.pop("read", {}),
    )  # fmt: skip
    make = write("make", StepDef(StepKind.CREATE, "C", "child"))
    rename = write(
        "rename", StepDef(StepKind.UPDATE, "P", equals=equals("p"), actions=sets("name")), rate=rate(renames)
    )
    return workload((parent, child), (tagged, make, *(() if fixed else (rename,)), *more), **options)


def choice(of: Workload) -> ChoiceDef:
    (found,) = denormalized(of).choices
    return found


def test_the_cheaper_way_wins_and_both_are_priced_as_whole_plans() -> None:
    rare, frequent = model(renames=0.01), model(reads=0.5, renames=20)
    for of, way in ((rare, "copied"), (frequent, "joined")):
        chosen, made = choice(of), denormalized(of)
        assert chosen.way == way
        assert chosen.joined == make_plan(of).cost.monthly, "the second request is the workload as it was declared"
        assert make_plan(made).cost.monthly == min(chosen.copied or 0, chosen.joined or 0)
        assert check(made, make_plan(made)) == ()
    assert denormalized(frequent).patterns == frequent.patterns


def test_what_never_changes_is_copied_for_one_read_of_the_parent() -> None:
    made = denormalized(model(fixed=True))
    assert made.choices[0].way == "copied"
    make = next(p for p in made.writes if p.name == "make")
    assert [s.kind for s in make.steps] == [StepKind.CREATE, StepKind.LOOK]
    assert not make.transaction, "nothing has to be held fast"
    assert not any(p.kept for p in made.patterns), "no write of a parent changes it, so nothing is spread"
    plan = make_plan(made)
    assert plan.pattern("make").request_count == 2
    assert plan.pattern("tagged").request_count == 1


def test_a_copy_is_taken_under_the_condition_that_the_parent_is_as_it_was_read() -> None:
    made = denormalized(model())
    make = next(p for p in made.writes if p.name == "make")
    create, holds = make.steps
    assert (holds.kind, holds.reads, make.transaction) == (StepKind.CHECK, ("name",), True)
    assert holds.equals[0].source == FromEntity("child", "p")
    assert [(t.attribute, t.step, t.counter, t.plus) for t in create.taken] == [("p_name", 1, "name", 0)]


def test_the_fan_out_is_planned_and_priced_like_everything_else() -> None:
    made = denormalized(model(children=250, reads=500))
    find, renew = (p for p in made.patterns if p.kept)
    rename = next(p for p in made.writes if p.name == "rename")
    assert [(s.find, s.keep) for s in rename.spreads] == [(find.name, renew.name)]
    assert find.parts[0].rows.average == 250  # type: ignore[union-attr]
    holds, update = renew.steps  # type: ignore[union-attr]
    assert update.actions[0].source == FromStep(0, "name")
    assert renew.rate.average == rename.rate.average * 3, "250 children are three transactions of at most 99"
    assert update.times.average == 84
    plan = make_plan(made)
    each = plan.pattern(renew.name).units.write
    assert each == (2 + 84 * 2 + 84) * 1_000_000, "the check, the items twice, and their entries in the index"
    assert holds.kind is StepKind.CHECK


def test_a_parent_that_the_call_changes_too_is_read_by_that_step() -> None:
    counted = StepDef(
        StepKind.UPDATE,
        "P",
        equals=(Equal("p", FromEntity("child", "p")),),
        actions=(ActionDef(ActionKind.SET, "mood", Given("mood")),),
    )
    both = write("both", StepDef(StepKind.CREATE, "C", "child"), counted, transaction=True)
    made = denormalized(model(both, reads=200))
    steps = next(p for p in made.writes if p.name == "both").steps
    assert [s.kind for s in steps] == [StepKind.CREATE, StepKind.UPDATE], "DynamoDB refuses two actions on one item"
    assert steps[1].reads == ("name",)


def test_a_parent_made_with_its_child_reaches_it_afterwards() -> None:
    both = write(
        "both", StepDef(StepKind.CREATE, "P", "parent"), StepDef(StepKind.CREATE, "C", "child"), transaction=True
    )
    made = denormalized(model(both, reads=200))
    pattern = next(p for p in made.writes if p.name == "both")
    assert [s.kind for s in pattern.steps] == [StepKind.CREATE, StepKind.CREATE, StepKind.LOOK]
    assert [s.step for s in pattern.spreads] == [0]


def test_a_new_parent_that_no_child_can_name_is_not_spread() -> None:
    of = model(write("found_p", StepDef(StepKind.CREATE, "P", "parent")))
    parent = of.entity("P")
    fresh = replace(parent, attributes=tuple(replace(a, generated=a.name == "p") for a in parent.attributes))
    for born, spread in ((parent, 1), (fresh, 0)):
        made = denormalized(replace(of, entities=(born, of.entity("C"))))
        assert len(next(p for p in made.writes if p.name == "found_p").spreads) == spread
        assert check(made, make_plan(made)) == ()


def test_items_stored_before_there_was_a_copy_are_told_of() -> None:
    of = model()
    deployed, made = make_plan(of), denormalized(of)
    found = [f for f in make_plan(made, deployed).findings if f.code == "DM418"]
    assert [f.path for f in found] == [("C", "p_name")]
    assert "until their P is written once" in found[0].message
    again = make_plan(made, make_plan(made))
    assert not [f for f in again.findings if f.code == "DM418"]


def test_the_childs_attribute_meets_no_other() -> None:
    made = denormalized(model(child=("p_name",)))
    assert [c.attribute for c in made.copied] == ["p_name_"]


def test_copies_for_one_pattern_serve_another_that_wants_less() -> None:
    few = read("few", part("C", equals("p")), returns=("c",), joins=(JoinDef("P", VIA, ("name",)),))
    of = model(few)
    wide = replace(of.reads[0], joins=(JoinDef("P", VIA, ("name", "mood")),))
    made = denormalized(replace(of, patterns=(wide, *of.patterns[1:])))
    assert {c.way for c in made.choices} == {"copied"}
    assert len(made.copied) == 2


BLOCKED = {
    "the model allows no copies": model(copies=False),
    "makes several": model(write("many", StepDef(StepKind.CREATE, "C", "children", times=Estimate(3, 9)))),
    "may make a C without looking": model(
        write("up", StepDef(StepKind.UPSERT, "C", equals=equals("p", "c"), actions=sets("tag")))
    ),
    "changes several": model(write("clear", StepDef(StepKind.DELETE, "P", equals=equals("name"), by_identity=False))),
}  # fmt: skip


@pytest.mark.parametrize("words", sorted(BLOCKED))
def test_where_a_copy_cannot_be_kept_the_parent_is_read_and_the_reason_said(words: str) -> None:
    found = choice(BLOCKED[words])
    assert (found.way, found.copied, found.joined) == ("joined", None, None)
    assert words in found.reason


def test_parents_that_expire_and_strong_reads_are_read_themselves() -> None:
    of = model()
    parent = of.entity("P")
    dying = replace(parent, attributes=(*parent.attributes, attribute("until", role="ttl", optional=True)))
    assert "expires" in choice(replace(of, entities=(dying, of.entity("C")))).reason
    strong = replace(of.reads[0], consistent=True)
    assert "strongly consistent" in choice(replace(of, patterns=(strong, *of.patterns[1:]))).reason


def test_a_child_that_changes_its_parent_is_not_copied_to() -> None:
    loose = entity("C", "c", "p", "tag", parents=(ParentDef("P", VIA, Estimate(5, 50)),))
    of = model()
    move = write(
        "move", StepDef(StepKind.UPDATE, "C", equals=equals("c"), actions=(ActionDef(ActionKind.SET, "p", Given("p")),))
    )
    moving = replace(of, entities=(of.entity("P"), loose), patterns=(*of.patterns, move))
    assert "another P" in choice(moving).reason


FOUND_BY_PARENTS = """
    from datetime import datetime, timedelta
    from dynamodel import Create, Entity, Model, Parent, Query, Ulid, Update, attr, desc
    class Offer(Entity, identity="offer_id"):
        offer_id: Ulid
        city: str
        until: datetime = attr(role="ttl", lifetime=timedelta(days=9))
    class Agent(Entity, identity="agent_id"):
        agent_id: Ulid
        team: str
        rank: int | None = None
    class Bid(Entity, identity="bid_id", parent=(Offer, Agent)):
        bid_id: Ulid
        offer_id: Ulid
        agent_id: Ulid
        agent_team: str
        rank: int
    class Market(Model):
        publish = Create(Offer)
        hire = Create(Agent)
        bid = Create(Bid)
        promote = Update(Agent, set=(Agent.rank, Agent.team))
        PATTERNS
"""


def loaded(folder: Path, *patterns: str) -> Workload:
    model_file = folder / "model.py"
    model_file.write_text(dedent(FOUND_BY_PARENTS.replace("PATTERNS", "\n        ".join(patterns))), encoding="utf-8")
    return pipeline.load(model_file)


def test_children_are_found_and_ordered_by_what_they_hold_of_their_parent(tmp_path: Path) -> None:
    of = loaded(
        tmp_path,
        'a = Query(Bid, by=Agent.team, order_by=(desc(Agent.rank, nulls="last"), Bid.rank), limit=5)',
        'b = Query(Bid, by=Bid.offer_id, where=Agent.team == "red", filter=Agent.rank > 3)',
    )
    assert [(c.attribute, c.source) for c in of.copied] == [("agent_team_", "team"), ("agent_rank", "rank")]
    first, second = of.reads[0].parts[0], of.reads[1].parts[0]
    assert [e.attribute for e in first.equals] == ["agent_team_"]
    assert [t.attribute for t in first.order] == ["agent_rank", "rank"]
    assert second.equals[1].source == Constant("red")
    assert second.filter[0].attribute == "agent_rank"
    plan = pipeline.plan(of)
    assert plan.pattern("a").request_count == 1
    assert {c.way for c in plan.choices} == {"copied"}


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("a = Query(Bid, by=Offer.city)", "Offer expires"),
        ("a = Query(Bid, by=Agent.team)\n        move = Update(Bid, set=Bid.agent_id)", "another Agent"),
        ("a = Query(Bid, by=Agent.team, consistent=True)", "strongly consistent"),
    ],
)
def test_children_cannot_be_found_by_what_they_cannot_hold(tmp_path: Path, pattern: str, words: str) -> None:
    with pytest.raises(Infeasible) as raised:
        loaded(tmp_path, pattern)
    (found,) = raised.value.diagnostics
    assert found.code == "DM407"
    assert words in found.message


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("a = Query(Bid, by=Agent.agent_id)", "DM315"),  # the child's own attribute says it
        ("a = Query(Agent, by=Bid.rank)", "DM315"),  # no parent
        ("a = Query(Bid, by=Bid.offer_id, order_by=Agent.team)", "DM322"),  # there may be no parent
        ("a = Query(Bid, by=Agent.team, order_by=Agent.team)", "DM323"),
    ],
)
def test_what_may_be_said_of_parents_is_checked(tmp_path: Path, pattern: str, code: str) -> None:
    with pytest.raises(ModelInvalid) as raised:
        loaded(tmp_path, pattern)
    assert code in {d.code for d in raised.value.diagnostics}
