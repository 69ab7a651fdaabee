"""A layout file says what it means, every mistake in it is named, and broken rules have the judge's codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.explain.force import force
from dynamodel.explain.layout_file import wanted_layout
from dynamodel.ir.keys import Absent
from dynamodel.ir.values import Kind, ValueType
from dynamodel.planner.plan import make_plan
from dynamodel.planner.serve import SortPart
from tests.support.small import attribute, entity, equals, is_equal, part, read, workload

if TYPE_CHECKING:
    from dynamodel.explain.force import Forced

ORDER = entity("Order", "n", "customer", "status", "paid?", "total", attribute("note", size=900))
USER = entity("User", "u", "status")
MODEL = workload(
    (ORDER, USER),
    (
        read("by_customer", part("Order", equals("customer"), order="total")),
        read("open", part("Order", equals(status="open"), order="total")),
        read("users", part("User", equals("status"))),
        read("order", part("Order", equals("n"), single=True)),
        read("user", part("User", equals("u"), single=True)),
    ),
    indexes=2,
)


def layout(**entities: Any) -> dict[str, Any]:
    return {"format": "dynamodel-layout/1", "entities": entities}


def forced(**entities: Any) -> Forced:
    wanted, findings = wanted_layout(MODEL, layout(**entities))
    assert findings == ()
    return force(MODEL, make_plan(MODEL), wanted)


def codes(**entities: Any) -> list[str]:
    return [f.code for f in forced(**entities).findings]


def test_components_and_conditions_are_read_as_a_plan_writes_them() -> None:
    key = {"partition": ["customer"], "sort": ["-total", "paid?last"], "when": ['status = "open"'], "natural": True}
    wanted, findings = wanted_layout(MODEL, layout(Order={"GSI2": key}))
    assert findings == ()
    ((only,),) = wanted.values()
    assert (only.place, only.natural, only.signature.partition) == ("GSI2", True, ("customer",))
    assert only.signature.sort == (SortPart("total", descending=True), SortPart("paid", absent=Absent.LAST))
    assert only.signature.when == (is_equal("status", "open"),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "this is not a layout"),
        ({"format": "dynamodel-plan/1"}, "this is not a layout"),
        ({**layout(), "entity": {}}, "`entity` says nothing here"),
        (layout(Ordr={}), "no entity `Ordr`"),
        (layout(Order=[]), "`Order` is no object"),
        (layout(Order={"GSI0": {}}), "`GSI0` is no place"),
        (layout(Order={"GSI1": {"partition": "n"}}), "are lists of text"),
        (layout(Order={"GSI1": {"partition": ["custmer"]}}), "no attribute `custmer`"),
        (layout(Order={"GSI1": {"keys": []}}), "`keys` says nothing here"),
        (layout(Order={"LSI1": {"partition": ["n"]}}), "has the partition of the table"),
        (layout(Order={"base": {"partition": ["n"], "when": ['status = "open"']}}), "has no condition"),
        (layout(Order={"GSI1": {"partition": ["n"], "when": ["status = open"]}}), "no access pattern states"),
    ],
)
def test_a_mistake_in_the_file_is_named(data: object, words: str) -> None:
    wanted, findings = wanted_layout(MODEL, data)
    assert [f.code for f in findings] == ["DM441"]
    assert words in findings[0].message
    assert findings[0].hint
    assert all(keys == () for keys in wanted.values())


def test_all_mistakes_come_at_once() -> None:
    _, findings = wanted_layout(MODEL, layout(Ordr={}, Order={"GSI1": {"partition": ["a", "b"]}, "x": {}}))
    assert len(findings) == 4


def test_an_index_more_than_allowed_is_refused_by_the_judge() -> None:
    one, two = {"partition": ["customer"], "sort": ["total"]}, {"partition": ["status"], "sort": ["total"]}
    assert codes(Order={"GSI1": one, "GSI2": two}) == []
    assert codes(Order={"GSI1": one, "GSI3": two}, User={"GSI2": {"partition": ["status"]}}) == ["DM455"]


def test_a_base_key_without_or_beside_the_identity_is_refused() -> None:
    assert codes(Order={"base": {"partition": ["customer"]}})[0] == "DM451"
    assert "DM454" in codes(Order={"base": {"partition": ["n"], "sort": ["status"]}})


def test_a_key_that_can_be_too_long_is_refused() -> None:
    assert "DM456" in codes(
        Order={
            "GSI1": {"partition": ["customer"], "sort": ["total", "note"]},
            "GSI2": {"partition": ["status"], "sort": ["total"]},
        }
    )


def test_attributes_that_may_be_empty_are_no_key_of_one_index() -> None:
    found = codes(
        Order={
            "GSI1": {"partition": ["status"], "sort": ["total"], "natural": True},
            "GSI2": {"partition": ["customer"], "sort": ["total"]},
        },
        User={"GSI1": {"partition": ["status"], "natural": True}},
    )
    assert {"DM452", "DM458"} <= set(found), "nor are those that are not the same for both"


def test_attributes_are_the_key_of_an_index_for_entities_that_agree() -> None:
    word = ValueType(Kind.STRING, min_length=1)
    owners = [entity(n, "k", *(attribute(a, word) for a in ("team", "at"))) for n in ("Win", "Loss")]
    model = workload(owners, [read(f"{e.name}s", part(e.name, equals("team"), order="at")) for e in owners])
    key = {"GSI1": {"partition": ["team"], "sort": ["at"], "natural": True}}
    wanted, _ = wanted_layout(model, layout(Win=key, Loss=key))
    result = force(model, make_plan(model), wanted)
    assert result.feasible
    assert result.plan is not None
    (index,) = result.plan.table.gsis
    assert (index.natural, [k.name for k in index.partition]) == (True, ["_type", "team"])


def test_a_pattern_that_the_layout_does_not_answer_is_named() -> None:
    result = forced(Order={"GSI1": {"partition": ["customer"], "sort": ["total"]}})
    assert not result.feasible
    assert [(f.code, f.path[-1]) for f in result.findings] == [("DM443", "open")]
    assert result.delta is not None
    assert result.delta.after.unserved == 1


def test_a_key_that_nobody_reads_is_left_out_with_a_note() -> None:
    one, two = {"partition": ["customer"], "sort": ["total"]}, {"partition": ["status"], "sort": ["total"]}
    result = forced(Order={"GSI1": one, "GSI2": two, "GSI3": {"partition": ["total"]}})
    assert result.feasible
    assert [(f.code, f.path) for f in result.findings] == [("DM442", ("Order", "GSI3"))]
