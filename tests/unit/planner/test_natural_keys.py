"""Attributes as index keys of their own: every other item that stores a name must have what the index asks of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.ir.plan import KeyAttribute
from dynamodel.ir.reads import ConditionDef, Equal, Op
from dynamodel.ir.values import Constant, Given, Kind, Now, ValueType
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.check import check
from dynamodel.planner.natural import Forms
from dynamodel.planner.plan import assembled, make_plan
from dynamodel.planner.slots import assign
from dynamodel.planner.solve import solve
from tests.property.planner.breaking import untyped
from tests.support.small import Rate, attribute, entity, equals, part, read, workload, write

if TYPE_CHECKING:
    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.plan import KeyDesign, Plan
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.workload import Workload

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


def marked(model: Workload) -> tuple[KeyDesign, Plan]:
    """The only index key of Order, and the plan, which the judge accepts."""
    plan = make_plan(model)
    assert check(model, plan) == ()
    (key,) = plan.entity("Order").indexes
    return key, plan


def test_a_text_marks_the_items_of_an_index_that_others_would_stray_into() -> None:
    alike = entity("Other", "id", attribute("code", WORD), attribute("day", WORD))
    key, plan = marked(workload((order(), alike), (LISTED,)))
    assert ([f.name for f in key.fields], str(key.partition[0].value)) == (["GSI1PK", "code", "day"], "ORDER#")
    (index,) = plan.table.gsis
    assert index.entities == ("Order",)
    bare = replace(key, partition=key.partition[1:])
    stray = replace(plan.entity("Order"), indexes=(bare,))
    table = replace(plan.table, indexes=(replace(index, partition=index.partition[1:]),))
    wrong = replace(plan, table=table, entities=(stray, *plan.entities[1:]))
    assert "DM457" in {f.code for f in check(workload((order(), alike), (LISTED,)), wrong)}


@pytest.mark.parametrize("of_text", [True, False])
def test_an_update_that_lets_an_item_into_an_index_writes_the_text_that_marks_it_alone(of_text: bool) -> None:
    """Of a key of text it would have to know the rest, so every order is in it."""
    one = entity("Order", "id", attribute("code", WORD), attribute("day", WORD), attribute("state", WORD))
    open_ = read("open", part("Order", (*equals("code"), Equal("state", Constant("open"))), order="day"))
    step = StepDef(
        StepKind.UPDATE, "Order", equals=equals("id"), actions=(ActionDef(ActionKind.SET, "state", Given("s")),)
    )
    model = workload((one,), (open_, write("turn", step)))
    model = replace(model, options=replace(model.options, multi_attribute_keys=not of_text))
    key, plan = marked(model)
    assert key.when == (() if of_text else (ConditionDef(Op.EQ, "state", (Constant("open"),)),))
    assert [f.name for f in key.fields] == (["GSI1PK", "GSI1SK"] if of_text else ["GSI1PK", "code", "day"])
    (turn,) = plan.pattern("turn").steps
    assert [c.name for c in turn.changes] == ["GSI1PK"]
    assert turn.read_first == ()


def test_shards_are_in_the_text_that_marks_the_items() -> None:
    busy = read("listed", part("Order", equals("code"), order="day", limit=1))
    one = entity("Order", "id", attribute("code", WORD, distinct=2), attribute("day", WORD), count=10**6)
    put = write("put", StepDef(StepKind.CREATE, "Order", "item"), rate=Rate(*[9_000 * 10**6] * 2))
    key, _ = marked(workload((one,), (busy, put)))
    assert key.shards > 1
    assert str(key.partition[0].value) == f"ORDER#{{shard of {key.shards}}}#"
    assert [f.name for f in key.fields] == ["GSI1PK", "code", "day"]


def test_an_index_that_is_deployed_with_a_partition_of_text_keeps_it() -> None:
    """Its sort key is an attribute; a text that marks its items would make another index of it."""
    seen, code = attribute("seen", NUMBER), attribute("code", WORD)
    top = read("top", part("Order", (*equals("code"), Equal("state", Constant("open"))), order="seen"))
    see = StepDef(
        StepKind.UPDATE, "Order", equals=equals("id"), actions=(ActionDef(ActionKind.ADD, "seen", Given("n")),)
    )
    of = [
        workload((entity("Order", "id", kind, seen, attribute("state", WORD)),), (top, write("see", see)))
        for kind in (attribute("code"), code)
    ]
    locked = make_plan(of[0])
    assert [f.name for f in locked.entity("Order").indexes[0].fields] == ["GSI1PK", "seen"]
    assert make_plan(of[1], locked).table.gsis == locked.table.gsis
    free, _ = marked(of[1])
    assert [f.name for f in free.fields] == ["GSI1PK", "code", "seen"]


def listed(*owners: EntityDef, by: str = "code", order: str = "day", **options: Any) -> Workload:
    """Each entity's items by the same attributes, in the same order."""
    reads = tuple(read(f"{e.name}s", part(e.name, equals(*by.split()), order=order, limit=2)) for e in owners)
    return replace(workload(owners, reads), options=replace(workload((), ()).options, **options))


def shaped(name: str, *others: str | AttributeDef, **kinds: ValueType) -> EntityDef:
    names = {"id": WORD, "code": WORD, "day": WORD} | kinds
    return entity(name, "id", *(attribute(n, k) for n, k in names.items()), *others)


BILL = shaped("Bill")


def shared(model: Workload) -> bool:
    """Whether the only index has attributes as keys for both entities, in a plan that the judge accepts."""
    plan = make_plan(model)
    assert check(model, plan) == ()
    (index,) = plan.table.gsis
    return index.natural and len(index.entities) == 2


def test_entities_that_agree_in_every_name_and_type_share_an_index_behind_their_type() -> None:
    of = listed(order(), BILL)
    assert shared(of)
    plan = make_plan(of)
    (index,) = plan.table.gsis
    assert [k.name for k in index.partition + index.sort] == ["_type", "code", "day"]
    fixed = {r.partition[0].source for p in plan.patterns for r in p.reads}
    assert fixed == {Constant("ORDER"), Constant("BILL")}


def test_without_their_type_a_page_of_one_would_hold_items_of_the_other() -> None:
    """See what such an index answers: two items, one of them wanted. The judge refuses it."""
    of = listed(order(), BILL)
    plan = make_plan(of)
    items = [(name, {"code": "c", "day": f"{n}"}) for n, name in enumerate(("Order", "Bill", "Order"))]
    page = sorted((i for i in items if i[1]["code"] == "c"), key=lambda i: i[1]["day"])[:2]
    assert {name for name, _ in page} == {"Order", "Bill"}
    wrong = untyped(plan, "GSI1")
    assert {"DM455", "DM461"} <= {f.code for f in check(of, wrong)}


@pytest.mark.parametrize(
    "model",
    [
        listed(order(), shaped("Bill", day=NUMBER)),
        listed(order(), shaped("Bill", code=ValueType(Kind.STRING))),
        listed(order(), BILL, shaped("Other", "note")),
        listed(order(), BILL, order="-day id"),
        listed(order(), BILL, multi_attribute_keys=False),
        listed(order(), BILL, tenant="code"),
        listed(*(shaped(n, a=WORD, b=WORD, c=WORD) for n in ("Order", "Bill")), by="code a b c"),
    ],
    ids=["type", "empty", "stray", "directions", "option", "tenant", "five"],
)
def test_where_they_do_not_agree_or_may_not_the_keys_are_templates(model: Workload) -> None:
    model = replace(model, patterns=tuple(p for p in model.patterns if p.name != "Others"))
    assert not shared(model)


def test_other_names_or_another_order_are_templates() -> None:
    other = read("Bills", part("Bill", equals("day"), order="code"))
    assert not shared(replace(listed(order(), BILL), patterns=(LISTED, other)))


def test_three_attributes_of_their_own_fit_beside_the_type() -> None:
    assert shared(listed(*(shaped(n, a=WORD, b=WORD) for n in ("Order", "Bill")), by="code a b"))


def test_what_is_kept_beside_an_item_would_stray_into_a_shared_index() -> None:
    guarded = entity("Bill", "id", *(attribute(n, WORD) for n in ("id", "code", "day", "mail")), unique=["mail"])
    by_mail = read("by_mail", part("Bill", equals("mail"), single=True))
    model = listed(order(), guarded)
    model = replace(model, patterns=(*model.patterns, by_mail))
    plan = make_plan(model)
    assert plan.entity("Bill").guards[0].carries
    assert not shared(model)


def test_templates_where_they_cost_less_than_the_names_of_attributes() -> None:
    """Only keys are read: entries with names of sixty letters are longer than such with text, and so are all pages."""

    def keys_only(size: int) -> Workload:
        names = [f"{word}{'_' * size}" for word in ("code", "day")]
        owners = [entity(n, "id", *(attribute(a, WORD, size=1) for a in names)) for n in ("Order", "Bill")]
        reads = [
            read(f"{e.name}s", part(e.name, equals(names[0]), order=names[1], rows=900), count=True) for e in owners
        ]
        return workload(tuple(owners), tuple(reads))

    assert shared(keys_only(0))
    model = keys_only(60)
    assert not shared(model)
    outcome = solve(model)
    (solution,) = outcome.by_count
    asked = assembled(model, outcome, solution, assign(model, solution), Forms(attributes=frozenset({"GSI1"})))
    assert check(model, asked) == ()
    assert asked.table.gsis[0].natural
    assert asked.cost.monthly > make_plan(model).cost.monthly


def test_a_key_goes_to_the_slot_of_the_same_attributes() -> None:
    """One is declared in the other order: each of its keys finds the slot of its like."""
    first, second = (read(f"{n}{k}", part(n, equals(k), order="at")) for n, k in (("A", "x"), ("A", "y")))
    third, fourth, fifth = (read(f"B{k}", part("B", equals(k), order="at")) for k in ("z", "y", "x"))
    names = [attribute(n, WORD) for n in ("x", "y", "at")]
    owners = (entity("A", "id", *names, attribute("w", WORD)), entity("B", "id", *names, attribute("z", WORD)))
    sixth = read("Aw", part("A", equals("w"), order="at"))
    plan = make_plan(workload(owners, (first, second, sixth, third, fourth, fifth)))
    held = {tuple(k.name for k in i.partition): i.entities for i in plan.table.gsis if i.natural}
    assert held == {("_type", "x"): ("A", "B"), ("_type", "y"): ("A", "B")}


def test_an_index_that_is_deployed_with_templates_keeps_them() -> None:
    off, on = (listed(order(), BILL, multi_attribute_keys=on) for on in (False, True))
    locked = make_plan(off)
    assert not locked.table.gsis[0].natural
    kept = make_plan(on, locked)
    assert kept.table.gsis == locked.table.gsis
    assert check(on, kept) == ()


@pytest.mark.parametrize(
    ("are_natural", "told"), [(True, "existing items fill it"), (False, "need its key attributes")]
)
def test_what_existing_items_need_for_a_new_index(are_natural: bool, told: str) -> None:
    model = listed(order(), BILL, multi_attribute_keys=are_natural)
    plan = make_plan(model, make_plan(replace(model, patterns=())))
    assert [told in f.message for f in plan.findings if f.code == "DM413"] == [True]


def test_the_owner_of_a_guard_is_no_text() -> None:
    """Guard items hold a map named `owner`."""
    listed = read("listed", part("Pet", equals("owner"), order="day"))
    pet = entity("Pet", "id", attribute("id", WORD), attribute("owner", WORD), attribute("day", WORD))
    guarded = entity("User", "id", "mail", unique=["mail"])
    assert make_plan(workload((pet,), (listed,))).table.gsis[0].natural
    assert not make_plan(workload((pet, guarded), (listed,))).table.gsis[0].natural


def counted(*others: EntityDef, more: tuple[ReadPattern, ...] = (), most: int = 20, **changes: object) -> Plan:
    """Images by how often they were seen, which an update adds to."""
    image = entity("Image", "id", "status", attribute("seen", NUMBER))
    top = read("top", part("Image", equals(**changes), order="seen", limit=3))
    step = StepDef(
        StepKind.UPDATE, "Image", equals=equals("id"), actions=(ActionDef(ActionKind.ADD, "seen", Given("n")),)
    )
    model = workload((image, *others), (top, *more, write("see", step)))
    model = replace(model, options=replace(model.options, indexes=most))
    plan = make_plan(model)
    assert check(model, plan) == ()
    return plan


def test_a_number_that_is_added_to_sorts_as_itself_behind_the_type() -> None:
    plan = counted()
    (index,) = plan.table.gsis
    assert ([k.name for k in index.partition], index.sort) == (["_type"], (KeyAttribute("seen", "N"),))
    see = plan.pattern("see")
    assert (see.request_count, see.steps[0].read_first, see.steps[0].changes) == (1, (), ())


@pytest.mark.parametrize("unique", [(), ("mail",)])
def test_where_all_items_are_listed_nothing_else_may_have_a_type(unique: tuple[str, ...]) -> None:
    """Guards have a type too: an index of the type alone would hold them."""
    owner = entity("User", "id", attribute("mail", WORD), unique=unique)
    plan = make_plan(model := workload((owner,), (read("every", part("User")),)))
    (index,) = plan.table.gsis
    assert check(model, plan) == ()
    assert (index.natural, index.partition[0].name) == ((False, "GSI1PK") if unique else (True, "_type"))


def test_a_condition_stays_with_the_half_that_is_made_up() -> None:
    plan = counted(status="open")
    (key,) = plan.entity("Image").indexes
    assert [f.name for f in key.fields] == ["GSI1PK", "seen"]
    assert plan.pattern("see").request_count == 1


def test_a_sort_half_of_text_where_an_index_holds_several_entities() -> None:
    others = (read("others", part("Other", equals("code"))),)
    both = counted(entity("Other", "id", "code"), more=others, most=1)
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
