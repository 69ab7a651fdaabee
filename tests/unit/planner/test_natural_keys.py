"""Attributes as index keys of their own: every other item that stores a name must have what the index asks of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from dynamodel.ir.keys import KeyField, NaturalKey
from dynamodel.ir.plan import KeyAttribute
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Given, Kind, Now, ValueType
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from tests.support.small import attribute, entity, equals, part, read, workload, write

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.reads import ReadPattern

WORD = ValueType(Kind.STRING, min_length=1)
NUMBER = ValueType(Kind.INTEGER, minimum=Decimal(0), maximum=Decimal(9))
LISTED = read("listed", part("Order", equals("code"), order="day"))


def order(**kinds: ValueType) -> EntityDef:
    names = {"id": WORD, "code": WORD, "day": WORD} | kinds
    return entity("Order", "id", *(attribute(n, k) for n, k in names.items()))


def natural(*others: EntityDef, **kinds: ValueType) -> bool:
    plan = make_plan(workload((order(**kinds), *others), (LISTED,)))
    (index,) = plan.table.gsis
    return index.natural


def test_an_index_of_one_entity_has_natural_keys() -> None:
    assert natural()
    assert natural(entity("Other", "id", attribute("code", WORD)))


@pytest.mark.parametrize("kind", [NUMBER, ValueType(Kind.BOOLEAN), ValueType(Kind.STRING)])
def test_another_type_under_the_same_name_would_refuse_its_writes(kind: ValueType) -> None:
    """An item whose attribute has another type than an index key, or is empty, cannot be written at all."""
    assert not natural(entity("Other", "id", attribute("code", kind)))


def test_items_that_would_stray_into_the_index() -> None:
    assert not natural(entity("Other", "id", attribute("code", WORD), attribute("day", WORD)))


def test_entities_that_agree_in_every_name_and_type_share_an_index_with_text_keys() -> None:
    """With attributes as keys a page of one entity would hold items of the other: see what such an index answers."""
    names = (attribute("id", WORD), attribute("code", WORD), attribute("day", WORD))
    shape = (entity("Order", "id", *names), entity("Bill", "id", *names))
    reads = tuple(read(f"{e.name}s", part(e.name, equals("code"), order="day", limit=2)) for e in shape)
    of = workload(shape, reads)
    plan = make_plan(of)
    (index,) = plan.table.gsis
    assert (index.entities, index.natural) == (("Order", "Bill"), False)
    items = [(e.name, {"code": "c", "day": f"{n}"}) for n, e in enumerate((shape[0], shape[1], shape[0]))]
    page = sorted((i for i in items if i[1]["code"] == "c"), key=lambda i: i[1]["day"])[:2]
    assert {name for name, _ in page} == {"Order", "Bill"}, "two items of the index, one of them wanted"
    natural = tuple(KeyAttribute(n) for n in ("code", "day"))
    shared = replace(index, partition=natural[:1], sort=natural[1:], natural=True)
    fields = tuple(KeyField(n, NaturalKey(n)) for n in ("code", "day"))
    entities = tuple(
        replace(d, indexes=tuple(replace(k, partition=fields[:1], sort=fields[1:]) for k in d.indexes))
        for d in plan.entities
    )
    wrong = replace(plan, entities=entities, table=replace(plan.table, indexes=(shared,)))
    assert "DM455" in {f.code for f in check(of, wrong)}


def test_the_owner_of_a_guard_is_no_text() -> None:
    """Guard items hold a map named `owner`."""
    listed = read("listed", part("Pet", equals("owner"), order="day"))
    pet = entity("Pet", "id", attribute("id", WORD), attribute("owner", WORD), attribute("day", WORD))
    guarded = entity("User", "id", "mail", unique=["mail"])
    assert make_plan(workload((pet,), (listed,))).table.gsis[0].natural
    assert not make_plan(workload((pet, guarded), (listed,))).table.gsis[0].natural


def counted(*others: EntityDef, more: tuple[ReadPattern, ...] = (), **changes: object) -> Plan:
    """Images by how often they were seen, which an update adds to."""
    image = entity("Image", "id", "status", attribute("seen", NUMBER))
    top = read("top", part("Image", equals(**changes), order="seen", limit=3))
    step = StepDef(
        StepKind.UPDATE, "Image", equals=equals("id"), actions=(ActionDef(ActionKind.ADD, "seen", Given("n")),)
    )
    model = workload((image, *others), (top, *more, write("see", step)))
    plan = make_plan(model)
    assert check(model, plan) == ()
    return plan


def test_a_number_that_is_added_to_sorts_as_itself_behind_a_made_up_partition() -> None:
    plan = counted()
    (index,) = plan.table.gsis
    assert ([k.name for k in index.partition], index.sort) == (["GSI1PK"], (KeyAttribute("seen", "N"),))
    see = plan.pattern("see")
    assert (see.request_count, see.steps[0].read_first, see.steps[0].changes) == (1, (), ())


def test_a_condition_stays_with_the_half_that_is_made_up() -> None:
    plan = counted(status="open")
    (key,) = plan.entity("Image").indexes
    assert [f.name for f in key.fields] == ["GSI1PK", "seen"]
    assert plan.pattern("see").request_count == 1


def test_a_sort_half_of_text_where_an_index_holds_several_entities() -> None:
    both = counted(entity("Other", "id", "code"), more=(read("others", part("Other", equals("code"))),))
    assert not any(i.natural for i in both.table.gsis)
    assert both.pattern("see").request_count == 2
    assert not any(i.natural for i in counted(entity("Other", "id", attribute("seen", WORD))).table.gsis)


def test_another_type_of_the_name_in_other_items_is_refused() -> None:
    plan = counted()
    image = entity("Image", "id", "status", attribute("seen", NUMBER))
    other = entity("Other", "id", attribute("seen", WORD))
    bare = make_plan(workload((other,), ())).entities
    of = workload((image, other), ())
    found = check(of, replace(plan, entities=(*plan.entities, *bare), patterns=()))
    assert "DM457" in {f.code for f in found}


def test_no_key_depends_on_the_clock() -> None:
    """Whether an item is in a sparse index is decided when it is written; two conditions on the clock cannot be."""
    after = ConditionDef(Op.GT, "ends", (Now(),))
    before = ConditionDef(Op.LT, "starts", (Now(),))
    time = ValueType(Kind.DATETIME)
    sale = entity("Sale", "id", attribute("starts", time), attribute("ends", time))
    plan = make_plan(workload((sale,), (read("running", part("Sale", where=(after, before))),)))
    for design in plan.entities:
        for key in design.indexes:
            assert not [c for c in key.when if any(isinstance(o, Now) for o in c.operands)]
    assert plan.pattern("running").status == "unserved"


def test_an_index_does_not_project_its_own_key_attributes() -> None:
    plain = entity("E", "k", attribute("owner_id", WORD), attribute("at", WORD), "note")
    listed = read("by_owner", part("E", equals("owner_id"), order="at"), returns=("owner_id", "at", "note"))
    model = workload((plain,), (listed,))
    plan = make_plan(model)
    (index,) = plan.table.gsis
    assert index.natural
    assert index.projection.type == "INCLUDE"
    assert set(index.projection.attributes) == {"note"}
    wide = replace(index, projection=replace(index.projection, attributes=("_type", "at", "note")))
    broken = replace(plan, table=replace(plan.table, indexes=(wide,)))
    assert "DM455" in {f.code for f in check(model, broken)}


def test_an_index_from_which_nothing_but_keys_is_read_carries_only_these() -> None:
    owner = entity("E", "k", attribute("b", WORD), "body")
    plan = make_plan(workload((owner,), (read("counted", part("E", equals("b"), rows=3), count=True),)))
    (index,) = plan.table.indexes
    assert (index.projection.type, index.projection.attributes) == ("KEYS_ONLY", ())
