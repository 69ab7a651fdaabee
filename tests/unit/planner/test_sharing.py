"""What keys are made of where entities share an index, what that costs, and what the certificate says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dynamodel.explain.variants import frontier
from dynamodel.ir.reads import Op
from dynamodel.ir.values import Given, Kind, ValueType
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from dynamodel.planner.solve import solve
from tests.support.small import attribute, entity, equals, is_present, part, read, workload, write

if TYPE_CHECKING:
    from dynamodel.ir.entities import AttributeDef
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.workload import Workload

NEVER_EMPTY = ValueType(Kind.STRING, min_length=1)


def word(name: str, size: int = 10, **options: Any) -> AttributeDef:
    return attribute(name, NEVER_EMPTY, size=size, **options)


def listed(name: str, by: str, **options: Any) -> ReadPattern:
    return read(f"list_{name}", part(name, equals(by), rows=20), **options)


def pair(**options: Any) -> Workload:
    """Two entities, each in a list by an attribute of its own."""
    one, two = entity("A", "a", word("x", 60), count=50_000), entity("B", "b", word("y", 60), count=50_000)
    made = [write(f"make_{e.name}", StepDef(StepKind.CREATE, e.name, "item")) for e in (one, two)]
    return workload((one, two), (listed("A", "x"), listed("B", "y"), *made), **options)


def test_a_shared_index_has_keys_of_text_and_the_certificate_says_what_that_costs() -> None:
    model = pair()
    plan = make_plan(model)
    assert [(i.entities, i.natural) for i in plan.table.gsis] == [(("A", "B"), False)]
    assert plan.proof.gap == 0
    assert plan.proof.traded > 0
    assert plan.proof.cost_lower_bound + plan.proof.traded == plan.cost.monthly
    told = (
        f"at most {-(-plan.proof.traded // 10_000) / 100:.2f} USD a month is paid to have fewer indexes: keys are text"
    )
    assert told in plan.proof.statement


def test_the_frontier_goes_on_to_an_index_of_attributes_for_each() -> None:
    model = pair()
    plan = make_plan(model)
    last = frontier(model, plan)[-1]
    assert (last.allowed, last.totals.monthly) == (2, plan.proof.cost_lower_bound)
    apart = make_plan(model, tolerance=0)
    assert [(i.entities, i.natural) for i in apart.table.gsis] == [(("B",), True), (("A",), True)]
    assert apart.proof.traded == 0
    assert "or as many at less cost" in apart.proof.statement
    assert check(model, apart) == ()


def test_without_attributes_as_keys_nothing_is_said_of_them() -> None:
    plan = make_plan(pair(multi_attribute_keys=False))
    assert plan.proof.traded == 0
    assert "or as many at less cost" in plan.proof.statement


def test_keys_of_the_same_attributes_are_attributes_in_one_index() -> None:
    one, two = entity("A", "a", word("x")), entity("B", "b", word("x"))
    model = workload((one, two), (listed("A", "x"), listed("B", "x")))
    plan = make_plan(model)
    assert [(i.entities, i.natural) for i in plan.table.gsis] == [(("A", "B"), True)]
    assert check(model, plan) == ()


def test_an_index_of_attributes_leaves_out_items_without_one() -> None:
    """The list of those that have it ends in the attribute, which as text would be a condition."""
    one = entity("A", "a", word("x", 60), word("o", 8, optional=True, share=((None, 900_000),)), count=50_000)
    asked = read("with_o", part("A", equals("x"), where=(is_present("o"),), rows=20))
    model = workload((one,), (asked, write("make", StepDef(StepKind.CREATE, "A", "item"))))
    plan = make_plan(model)
    (index,) = plan.table.gsis
    assert [k.name for k in (*index.partition, *index.sort)] == ["x", "o"]
    text = make_plan(replace(model, options=replace(model.options, multi_attribute_keys=False)))
    assert plan.cost.monthly < text.cost.monthly
    (key,) = text.entities[0].indexes
    assert [c.op for c in key.when] == [Op.PRESENT]
    assert check(model, plan) == ()


def test_where_there_are_too_few_indexes_the_certificate_says_what_more_would_spare() -> None:
    """What is added to in a shared key must be read first; with an index for each it need not."""
    number = ValueType(Kind.INTEGER)
    one, two = entity("A", "a", word("x"), attribute("n", number)), entity("B", "b", word("y"))
    top = read("top", part("A", equals("x"), order="-n", limit=5))
    add = StepDef(StepKind.UPDATE, "A", equals=equals("a"), actions=(ActionDef(ActionKind.ADD, "n", Given("one")),))
    patterns = (top, listed("B", "y"), write("add", add))
    scarce, enough = (workload((one, two), patterns, indexes=n, copies=False) for n in (1, 2))
    assert make_plan(enough).pattern("add").request_count == 1
    plan = make_plan(scarce)
    assert plan.pattern("add").request_count == 2  # it reads first
    assert solve(scarce).shared[0] == 1
    assert "attributes as keys of indexes of their own may spare 1" in plan.proof.statement


def test_keys_alike_of_which_half_is_text_have_an_index_each() -> None:
    """A text that may be empty is no key, so the partition is text; two of them would share it, and be read first."""
    number = ValueType(Kind.INTEGER)
    some = [entity(name, name.lower(), "x", attribute("n", number)) for name in "ABC"]
    actions = (ActionDef(ActionKind.ADD, "n", Given("one")),)
    adds = [
        write(f"add_{e.name}", StepDef(StepKind.UPDATE, e.name, equals=equals(*e.identity), actions=actions))
        for e in some
    ]
    tops = [read(f"top_{e.name}", part(e.name, equals("x"), order="-n", limit=5)) for e in some]
    model = workload(some, (*tops, *adds), copies=False)
    plan = make_plan(model)
    assert sorted(i.entities for i in plan.table.gsis) == [("A",), ("B",), ("C",)]
    assert {p.request_count for p in plan.patterns} == {1}
    assert check(model, plan) == ()
