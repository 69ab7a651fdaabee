"""Guards and copies as places: when they are worth it, what writes must know for them, a judge that sees through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.ir.entities import Estimate, Rate
from dynamodel.ir.keys import Template
from dynamodel.ir.plan import Operation
from dynamodel.ir.reads import ReadKind
from dynamodel.ir.values import Given
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from dynamodel.report.plan_text import details
from tests.support.small import RATE, attribute, entity, equals, is_equal, part, read, workload, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.ir.plan import CopyDesign, EntityDesign, Plan
    from dynamodel.ir.workload import Workload

RARE = Rate(10_000, 10_000)


def user(**options: Any) -> Any:
    return entity("U", "id", "mail", "name", unique=("mail",), **options)


def get(name: str, *by: str, **options: Any) -> Any:
    rate = options.pop("rate", RATE)
    return read(name, part("U", equals(*by), single=True), kind=ReadKind.GET, rate=rate, **options)


def create(name: str = "U", rate: Rate = RATE) -> Any:
    return write("add", StepDef(StepKind.CREATE, name, "e"), rate=rate)


def update(attribute: str, *by: str, name: str = "U", **options: Any) -> Any:
    kind = options.pop("kind", ActionKind.SET)
    when = options.pop("when", ())
    actions = (ActionDef(kind, attribute, Given("new")),)
    step = StepDef(options.pop("step", StepKind.UPDATE), name, equals=equals(*by), actions=actions, when=when)
    return write(f"set_{attribute}", step, rate=RARE)


def planned(*patterns: Any, owner: Any = None, **options: Any) -> tuple[Workload, Plan]:
    model = workload([owner or user()], patterns, **options)
    plan = make_plan(model)
    assert check(model, plan) == (), [f.message for f in check(model, plan)]
    return model, plan


def design(plan: Plan) -> EntityDesign:
    return plan.entities[0]


def test_a_guard_answers_what_it_keeps_unique_strongly() -> None:
    _, plan = planned(create(), get("by_mail", "mail", consistent=True))
    (request,) = plan.pattern("by_mail").reads
    assert (request.operation, request.beside, request.consistent) == (Operation.GET_ITEM, "GUARD1", True)
    assert design(plan).guards[0].carries == ("id", "mail", "name")
    assert not plan.table.indexes


def test_a_guard_is_cheaper_than_an_index_until_what_it_carries_changes() -> None:
    _, plan = planned(create(), get("by_mail", "mail"))
    assert design(plan).guards[0].carries, "it is written anyway, an index entry is not"
    _, plan = planned(create(), get("by_mail", "mail"), update("name", "id"))
    assert [i.name for i in plan.table.indexes] == ["GSI1"], "each update would have to read the mail first"
    assert not design(plan).guards[0].carries
    told = update("name", "id", when=(is_equal("mail", "x"),))
    _, plan = planned(create(), get("by_mail", "mail"), told)
    assert not design(plan).guards[0].carries, "what a transaction has changed must be read back to be returned"
    both = write("set_name", *told.steps, StepDef(StepKind.CREATE, "U", "e"), rate=RARE, transaction=True)
    _, plan = planned(create(), get("by_mail", "mail"), both)
    assert design(plan).guards[0].carries, "this update says which guard it is, and returns nothing"
    assert plan.pattern("set_name").steps[0].refreshed == (0,)


def test_what_a_transaction_changes_is_read_back_where_the_call_returns_it() -> None:
    _, plan = planned(create(), update("mail", "id"), update("name", "id"))
    moved, plain = plan.pattern("set_mail"), plan.pattern("set_name")
    assert [s.read_back for s in (*moved.steps, *plain.steps)] == [True, False]
    assert moved.request_count == 3, "the mail that was, the transaction, the item that is"
    assert moved.units.read == 2 * 1_000_000
    assert plain.request_count == 1
    told = write("set_mail", *update("mail", "id").steps, StepDef(StepKind.CREATE, "U", "e"), transaction=True)
    _, plan = planned(create(), told)
    assert not plan.pattern("set_mail").steps[0].read_back


def test_a_guard_carries_no_more_than_its_reads_return() -> None:
    owner = entity("U", "id", "mail", "name", "note", unique=("mail",))
    _, plan = planned(create(), get("name_of", "mail", returns=("name",)), update("note", "id"), owner=owner)
    assert design(plan).guards[0].carries == ("name",)
    assert plan.pattern("set_note").write_operation is Operation.UPDATE_ITEM


def test_a_bare_guard_names_the_item_where_that_takes_the_fewest_requests() -> None:
    writes = (update("name", "id"), update("note", "id"))
    owner = entity("U", "id", "mail", "name", "note", unique=("mail",))
    _, plan = planned(create(), get("by_mail", "mail", consistent=True), *writes, owner=owner)
    first, second = plan.pattern("by_mail").reads
    assert (first.beside, second.hydrate, second.operation) == ("GUARD1", 0, Operation.BATCH_GET_ITEM)
    assert plan.pattern("by_mail").request_count == 2
    assert not design(plan).guards[0].carries
    assert [plan.pattern(p.name).request_count for p in writes] == [1, 1]


def test_what_moves_a_carrying_guard_knows_all_that_it_carries() -> None:
    _, plan = planned(create(), get("by_mail", "mail", consistent=True), update("mail", "id"))
    (step,) = plan.pattern("set_mail").steps
    assert (step.guards, step.read_first) == ((0,), ("mail", "name"))


def edge() -> Any:
    return entity("E", "a b", "text")


def strong(name: str, by: str, **options: Any) -> Any:
    return read(name, part("E", equals(by), rows=3, **options), consistent=True)


def test_a_copy_answers_a_strong_read_that_no_local_index_can() -> None:
    both = (strong("out", "a"), strong("into", "b"))
    _, plan = planned(create("E"), *both, owner=edge())
    (copy,) = design(plan).copies
    assert set(copy.attributes) == {"a", "b"}
    assert {r.beside for p in both for r in plan.pattern(p.name).reads} == {"", "COPY1"}
    assert plan.pattern("add").units.write == 4_000_000, "two items in a transaction"


def task() -> Any:
    state = attribute("state", share=(("open", 100_000),))
    return entity("E", "id", "team", state, "text")


def open_ones(*by: str, **options: Any) -> Any:
    return read("open_ones", part("E", equals(*by), rows=3, where=(is_equal("state", "open"),)), **options)


def test_a_strong_list_of_what_meets_a_condition_copies_that_part_alone() -> None:
    changes = (update("state", "id", name="E"), update("text", "id", name="E"))
    _, plan = planned(create("E"), open_ones(consistent=True), *changes, owner=task())
    (copy,) = design(plan).copies
    assert (copy.when, str(copy.partition.value)) == ((is_equal("state", "open"),), "COPY1~E#")
    assert copy.attributes == ("id", "state"), "of its key, and of its condition"
    assert plan.pattern("add").units.write == 2_200_000, "a transaction; one new item of ten has a copy"
    moved, kept = plan.pattern("set_state").steps[0], plan.pattern("set_text").steps[0]
    assert (moved.guards, moved.read_first) == ((0,), ("team", "state", "text"))
    assert (kept.refreshed, kept.read_first) == ((0,), ("state",)), "whether there is one has to be known"


def test_a_condition_is_no_reason_for_a_copy_where_an_index_answers() -> None:
    _, plan = planned(create("E"), open_ones("team"), owner=task())
    assert [k.when for k in design(plan).indexes] == [(is_equal("state", "open"),)]
    assert not design(plan).copies
    _, plan = planned(create("E"), open_ones("team"), owner=task(), indexes=0, local_indexes=False)
    assert [c.when for c in design(plan).copies] == [(is_equal("state", "open"),)]


def test_copies_that_are_too_hot_are_named() -> None:
    busy = Rate(4_000_000_000, 4_000_000_000)
    _, plan = planned(create("E"), open_ones(consistent=True, rate=busy), owner=task())
    (hot,) = [f for f in plan.findings if f.code == "DM430"]
    assert "`COPY1`" in hot.message
    assert "copies are not sharded" in hot.message


def of_a_part(change: Callable[[CopyDesign], CopyDesign]) -> tuple[Workload, Plan]:
    model, plan = planned(create("E"), open_ones(consistent=True), update("state", "id", name="E"), owner=task())
    (copy,) = design(plan).copies
    return model, replace(plan, entities=(replace(design(plan), copies=(change(copy),)),))


PARTS: dict[str, tuple[Callable[[CopyDesign], CopyDesign], str]] = {
    "copies of another part": (lambda c: replace(c, when=(is_equal("state", "done"),)), "DM465"),
    "copies of all, read as a part": (lambda c: replace(c, when=(), attributes=("id",)), "DM462"),
    "what decides is not told": (lambda c: replace(c, attributes=("id",)), "DM451"),
    "a condition on nothing": (lambda c: replace(c, when=(is_equal("no", 1),), attributes=("id", "no")), "DM452"),
}


@pytest.mark.parametrize("how", PARTS)
def test_broken_copies_of_a_part_are_refused(how: str) -> None:
    change, code = PARTS[how]
    assert code in {f.code for f in check(*of_a_part(change))}


def test_a_local_index_comes_before_a_copy() -> None:
    sorted_too = strong("by_text", "a", order="text", limit=2)
    _, plan = planned(create("E"), strong("out", "a", order="b", limit=2), sorted_too, owner=edge())
    assert [i.kind for i in plan.table.indexes] == ["lsi"]
    assert not design(plan).copies


def test_a_copy_takes_the_place_of_an_index_that_is_ruled_out() -> None:
    reads = (read("out", part("E", equals("a"), rows=3)), read("into", part("E", equals("b"), rows=3)))
    _, plan = planned(create("E"), *reads, owner=edge(), indexes=0)
    assert len(design(plan).copies) == 1
    _, plan = planned(create("E"), *reads, owner=edge())
    assert not design(plan).copies, "an index is cheaper"


def test_no_copy_where_the_model_rules_them_out() -> None:
    _, plan = planned(create("E"), strong("out", "a"), strong("into", "b"), owner=edge(), copies=False)
    assert sorted(p.status for p in plan.patterns if p.reads or p.status == "unserved") == ["served", "unserved"]


def upsert(*attributes: str, kind: ActionKind = ActionKind.SET, name: str = "put") -> Any:
    actions = tuple(ActionDef(kind, a, Given(a)) for a in attributes)
    return write(name, StepDef(StepKind.UPSERT, "E", equals=equals("a", "b"), actions=actions), rate=RARE)


def test_a_copy_whose_key_is_the_identity_is_upserted_like_its_item() -> None:
    """What is added to is added to in both, so nothing has to be known of the item, nor whether there is one."""
    reads = (strong("out", "a"), strong("into", "b"))
    _, plan = planned(*reads, upsert("text", kind=ActionKind.APPEND), owner=edge())
    put = plan.pattern("put")
    assert (put.steps[0].guards, put.steps[0].refreshed, put.steps[0].read_first) == ((), (0,), ())
    assert (put.request_count, put.units.write) == (2, 4_000_000), "the transaction, and the item that is returned"


def test_an_upsert_reads_what_a_copy_under_another_key_holds() -> None:
    owner = entity("E", "a b", attribute("kind", optional=True), "text", "note")
    reads = (strong("out", "a", order="b", limit=2), strong("of_kind", "kind"))
    _, plan = planned(*reads, upsert("kind", "text"), owner=owner, local_indexes=False)
    (step,) = plan.pattern("put").steps
    assert (step.guards, step.refreshed, step.read_first) == ((0,), (), ("kind", "note"))
    assert plan.pattern("put").request_count == 3
    _, plan = planned(*reads, upsert("text", "note"), owner=owner, local_indexes=False)
    assert plan.pattern("put").steps[0].read_first == ("kind",), "what it sets itself is known"


def test_an_upsert_reads_for_a_copy_that_expired_items_may_have_left_behind() -> None:
    owner = entity("E", "a b", "text", "note", attribute("end", role="ttl", optional=True))
    reads = (strong("out", "a"), strong("into", "b"))
    _, plan = planned(*reads, upsert("text"), owner=owner)
    assert plan.pattern("put").steps[0].read_first == ("note", "end")
    _, plan = planned(*reads, upsert("text", "note", "end"), owner=owner)
    (step,) = plan.pattern("put").steps
    assert (step.guards, step.read_first) == ((0,), ()), "all that the copy holds is known"


def test_what_is_added_to_is_carried_where_its_key_moves() -> None:
    """It is read before, so what it holds after an ADD or an append is known, and the copy can be put anew."""
    both = (ActionDef(ActionKind.SET, "text", Given("new")), ActionDef(ActionKind.APPEND, "list", Given("more")))
    step = StepDef(StepKind.UPDATE, "E", equals=equals("a", "b"), actions=both)
    owner = entity("E", "a b", "text", "list")
    moving = write("both", step, rate=RARE)
    reads = (strong("out", "a"), strong("into", "text"))
    _, plan = planned(create("E"), *reads, moving, owner=owner)
    assert plan.pattern("into").reads[0].beside == "COPY1"
    assert (plan.pattern("both").steps[0].guards, plan.pattern("both").steps[0].read_first) == ((0,), ("text", "list"))


def guards_plan() -> tuple[Workload, Plan]:
    told = update("name", "id", when=(is_equal("mail", "x"),))
    return planned(create(), get("by_mail", "mail", consistent=True), told, update("mail", "id"))


def copies_plan() -> tuple[Workload, Plan]:
    owner = entity("E", "a b", "text", "note")
    return planned(
        create("E"), strong("out", "a"), strong("by_text", "text"), update("text", "a", "b", name="E"),
        update("note", "a", "b", name="E"), owner=owner,
    )  # fmt: skip


def upserts_plan() -> tuple[Workload, Plan]:
    owner = entity("E", "a b", attribute("kind", optional=True), "text")
    into = strong("into", "b", order="a", limit=2)
    return planned(
        strong("out", "a"), into, strong("of_kind", "kind"), upsert("text"), owner=owner, local_indexes=False
    )


def expiring_plan() -> tuple[Workload, Plan]:
    owner = entity("E", "a b", "text", attribute("end", role="ttl", optional=True))
    return planned(strong("out", "a"), strong("into", "b"), upsert("text", "end"), owner=owner)


def batches_plan() -> tuple[Workload, Plan]:
    many = StepDef(StepKind.PUT, "E", "items", times=Estimate(40, 90))
    return planned(write("load", many, rate=RARE), strong("out", "a"), strong("into", "b"), owner=edge())


def test_a_batch_of_items_with_copies_is_a_transaction_for_each() -> None:
    _, plan = batches_plan()
    load = plan.pattern("load")
    assert (load.write_operation, load.request_count) == (Operation.TRANSACT_WRITE_ITEMS, 40)
    assert load.units.write == 40 * 4_000_000
    batch = write("load", StepDef(StepKind.PUT, "E", "items", times=Estimate(40, 90)), rate=RARE)
    _, plan = planned(batch, strong("out", "a"), owner=edge())
    assert plan.pattern("load").request_count == 2, "two batches, of 25 and 15"


def test_a_batch_takes_an_index_where_it_can() -> None:
    """A copy would make forty requests of two."""
    load = write("load", StepDef(StepKind.PUT, "E", "items", times=Estimate(40, 90)), rate=RARE)
    _, plan = planned(load, strong("out", "a"), strong("by_text", "a", order="text", limit=2), owner=edge())
    assert [i.kind for i in plan.table.indexes] == ["lsi"]
    assert plan.pattern("load").request_count == 2


def entity_with(plan: Plan, **changes: Any) -> Plan:
    return replace(plan, entities=(replace(design(plan), **changes),))


def step_with(plan: Plan, name: str, **changes: Any) -> Plan:
    patterns = tuple(
        replace(p, steps=(replace(p.steps[0], **changes),)) if p.name == name else p for p in plan.patterns
    )
    return replace(plan, patterns=patterns)


def pattern_with(plan: Plan, name: str, **changes: Any) -> Plan:
    return replace(plan, patterns=tuple(replace(p, **changes) if p.name == name else p for p in plan.patterns))


def request_with(plan: Plan, name: str, **changes: Any) -> Plan:
    return pattern_with(plan, name, reads=(replace(plan.pattern(name).reads[0], **changes),))


def guard_with(plan: Plan, **changes: Any) -> Plan:
    return entity_with(plan, guards=(replace(design(plan).guards[0], **changes),))


def copy_with(plan: Plan, **changes: Any) -> Plan:
    return entity_with(plan, copies=(replace(design(plan).copies[0], **changes),))


def without_identity(plan: Plan) -> Plan:
    (copy,) = design(plan).copies
    template = copy.sort.value
    assert isinstance(template, Template)
    return copy_with(plan, sort=replace(copy.sort, value=Template(template.tokens[:1])))


BROKEN: dict[str, tuple[Callable[[], tuple[Workload, Plan]], Callable[[Plan], Plan], str]] = {
    "guard that lacks what is returned": (guards_plan, lambda p: guard_with(p, carries=("id", "mail")), "DM466"),
    "guard that carries nothing": (guards_plan, lambda p: guard_with(p, carries=()), "DM466"),
    "guard with an unknown attribute": (
        guards_plan, lambda p: guard_with(p, carries=("id", "mail", "name", "x")), "DM452"),
    "carried attribute left as it was": (guards_plan, lambda p: step_with(p, "set_name", refreshed=()), "DM483"),
    "guard not moved": (guards_plan, lambda p: step_with(p, "set_mail", guards=()), "DM483"),
    "guard put anew without all": (guards_plan, lambda p: step_with(p, "set_mail", read_first=("mail",)), "DM482"),
    "update of two items outside a transaction": (
        guards_plan, lambda p: pattern_with(p, "set_name", write_operation=Operation.UPDATE_ITEM), "DM480"),
    "item that is returned and not read": (
        guards_plan, lambda p: step_with(p, "set_mail", read_back=False), "DM480"),
    "item that is read for nothing": (copies_plan, lambda p: step_with(p, "add", read_back=True), "DM480"),
    "guard read in an index": (guards_plan, lambda p: request_with(p, "by_mail", index="GSI1"), "DM471"),
    "guard read as the item": (guards_plan, lambda p: request_with(p, "by_mail", beside=""), "DM460"),
    "guard that is none": (guards_plan, lambda p: request_with(p, "by_mail", beside="GUARD2"), "DM458"),
    "copy without the identity": (copies_plan, without_identity, "DM451"),
    "copy that lacks what is returned": (copies_plan, lambda p: copy_with(p, carries=("a", "b")), "DM466"),
    "copy under another name": (copies_plan, lambda p: copy_with(p, place="COPY2"), "DM451"),
    "copy of other attributes": (copies_plan, lambda p: copy_with(p, attributes=("a", "b")), "DM451"),
    "copy not written": (copies_plan, lambda p: step_with(p, "add", guards=()), "DM483"),
    "copy not moved": (copies_plan, lambda p: step_with(p, "set_text", guards=()), "DM483"),
    "copy not found by an update": (copies_plan, lambda p: step_with(p, "set_note", read_first=()), "DM482"),
    "copy that is not brought up to date": (copies_plan, lambda p: step_with(p, "set_note", refreshed=()), "DM483"),
    "no such copy": (copies_plan, lambda p: step_with(p, "set_note", refreshed=(3,)), "DM483"),
    "copy read as the item": (copies_plan, lambda p: request_with(p, "by_text", beside=""), "DM460"),
    "upsert of an item without its copy": (upserts_plan, lambda p: step_with(p, "put", refreshed=()), "DM483"),
    "upsert that leaves a copy where it may have been": (
        upserts_plan, lambda p: step_with(p, "put", guards=(), refreshed=(0, 1)), "DM483"),
    "upsert of a copy by what is not known": (
        upserts_plan, lambda p: step_with(p, "put", read_first=()), "DM482"),
    "upsert of what an expired item has left": (
        expiring_plan, lambda p: step_with(p, "put", guards=(), refreshed=(0,)), "DM483"),
    "batch of items that belong together": (
        batches_plan, lambda p: pattern_with(p, "load", write_operation=Operation.BATCH_WRITE_ITEM), "DM480"),
    "transactions counted as batches": (batches_plan, lambda p: pattern_with(p, "load", request_count=2), "DM480"),
    "price without the copy": (copies_plan, lambda p: entity_with(p, copies=()), "DM458"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_plan_broken_on_purpose_is_refused(name: str) -> None:
    make, change, code = BROKEN[name]
    model, plan = make()
    broken = change(plan)
    assert broken != plan
    found = check(model, broken)
    assert code in {d.code for d in found}, [f"{d.code}: {d.message}" for d in found]


def test_copies_that_the_model_rules_out_are_refused() -> None:
    model, plan = copies_plan()
    forbidden = replace(model, options=replace(model.options, copies=False))
    assert "DM455" in {d.code for d in check(forbidden, plan)}


def test_the_certificate_says_why_there_are_so_many_copies() -> None:
    others = (strong("into", "b"), strong("by_text", "text"))
    _, plan = planned(create("E"), strong("out", "a"), *others, owner=edge())
    assert len(design(plan).copies) == 2
    assert {i.pattern for i in plan.proof.incompatible} == {"out", "into", "by_text"}
    assert "Fewer than 2 GSIs, LSIs and copies cannot serve every access pattern" in plan.proof.statement


def test_a_plan_tells_copies_from_guards() -> None:
    owner = entity("U", "id", "mail", "name", unique=("mail",))
    by_name = read("by_name", part("U", equals("name"), rows=3), consistent=True)
    model, plan = planned(create(), by_name, update("mail", "id"), owner=owner)
    texts = {p.name: details(p, plan) for p in model.writes}
    assert texts["add"] == ["create U; keeps 1 guard and 1 copy"]
    assert texts["set_mail"][0].startswith("update U; keeps 1 guard; changes 1 copy alike; reads mail, name first")
