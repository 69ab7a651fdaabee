"""Keys under updates, one test for each line of the table of `keys.md` D; then cost, computed by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from dynamodel.ir.keys import Absent, KeyField, NaturalKey
from dynamodel.ir.plan import EntityDesign, KeyAction, KeyChange, KeyDesign, Operation
from dynamodel.ir.reads import ConditionDef, Equal, Op
from dynamodel.ir.values import Constant, Given, Kind, ValueType
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind
from dynamodel.planner.layout import guard_design, key_design
from dynamodel.planner.plan import make_plan
from dynamodel.planner.serve import Signature, SortPart
from dynamodel.planner.steps import must_look, step_design
from tests.support.small import Rate, attribute, entity, equals, is_equal, is_present, part, read, workload, write

if TYPE_CHECKING:
    from dynamodel.ir.plan import StepDesign

ITEM = entity(
    "E",
    "id",
    "status",
    "owner",
    "total",
    "paid?",
    "note",
    attribute("count", ValueType(Kind.INTEGER, minimum=Decimal(0))),
)
PK, SK = "GSI1PK", "GSI1SK"


def sets(*names: str, **constants: object) -> tuple[ActionDef, ...]:
    given = tuple(ActionDef(ActionKind.SET, n, Given(n)) for n in names)
    return (*given, *(ActionDef(ActionKind.SET, n, Constant(v)) for n, v in constants.items()))


def removes(name: str) -> tuple[ActionDef, ...]:
    return (ActionDef(ActionKind.REMOVE, name),)


def index(partition: str, *sort: SortPart, when: tuple[ConditionDef, ...] = ()) -> KeyDesign:
    return key_design(ITEM, Signature("E", (partition,), sort, when), "GSI1", ("E", "E"))


def design(*keys: KeyDesign) -> EntityDesign:
    return EntityDesign("E", "E", key_design(ITEM, Signature("E", ("id",)), "base", ("E", "E")), keys)


def update(key: KeyDesign, actions: tuple[ActionDef, ...], *when: ConditionDef) -> StepDesign:
    step = StepDef(StepKind.UPDATE, "E", equals=(Equal("id", Given("id")),), actions=actions, when=when)
    planned = step_design(ITEM, design(key), step)
    assert planned.operation is Operation.UPDATE_ITEM
    assert not planned.guards
    assert must_look(ITEM, key, step) == bool(planned.read_first)
    return planned


def changes(planned: StepDesign) -> dict[str, KeyAction]:
    assert len({c.name for c in planned.changes}) == len(planned.changes)
    return {c.name: c.action for c in planned.changes}


OWNED = index("owner", SortPart("total"), SortPart("id"))
OPEN = index("owner", SortPart("total"), when=(is_equal("status", "open"),))
PAID = index("owner", SortPart("paid", absent=Absent.SPARSE))
CODED = index("owner", SortPart("paid", absent=Absent.LAST), SortPart("total"))


@pytest.mark.parametrize("key", [OWNED, OPEN, PAID, CODED])
def test_nothing_touched_nothing_done(key: KeyDesign) -> None:
    planned = update(key, sets("note"))
    assert (planned.changes, planned.read_first) == ((), ())


def test_a_part_set_in_a_key_that_always_exists() -> None:
    """The half that holds the part, and the other parts of that half; the other half is left alone."""
    planned = update(OWNED, sets("owner"))
    assert changes(planned) == {PK: KeyAction.SET}
    assert planned.read_first == ()
    planned = update(index("owner", SortPart("total"), SortPart("status")), sets("total"))
    assert changes(planned) == {SK: KeyAction.SET}
    assert planned.read_first == ("status",)


def test_a_part_set_with_its_fellows_needs_no_read() -> None:
    planned = update(index("owner", SortPart("total"), SortPart("status")), sets("total", "status"))
    assert (changes(planned), planned.read_first) == ({SK: KeyAction.SET}, ())


def test_a_part_known_by_the_condition_needs_no_read() -> None:
    planned = update(index("owner", SortPart("total"), SortPart("status")), sets("total"), is_equal("status", "open"))
    assert planned.read_first == ()


def test_a_part_set_in_a_sparse_key_that_the_item_surely_has() -> None:
    planned = update(OPEN, sets("total"), is_equal("status", "open"))
    assert (changes(planned), planned.read_first) == ({SK: KeyAction.SET}, ())


def test_a_part_set_in_a_sparse_key_that_the_item_may_have() -> None:
    """The condition's attributes first, then all parts."""
    planned = update(OPEN, sets("total"))
    assert changes(planned) == {PK: KeyAction.SET_OR_REMOVE, SK: KeyAction.SET_OR_REMOVE}
    assert planned.read_first == ("status", "owner")


def test_the_condition_becomes_false() -> None:
    """All halves go, and nothing must be known."""
    planned = update(OPEN, sets(status="closed"))
    assert (changes(planned), planned.read_first) == ({PK: KeyAction.REMOVE, SK: KeyAction.REMOVE}, ())


@pytest.mark.parametrize(
    ("condition", "actions"),
    [
        (ConditionDef(Op.ABSENT, "paid"), sets(paid="cash")),
        (ConditionDef(Op.NE, "status", (Constant("done"),)), sets(status="done")),
        (ConditionDef(Op.ANY_OF, any_of=(is_equal("status", "open"), is_equal("status", "new"))), sets(status="done")),
        (ConditionDef(Op.GT, "paid", (Constant("a"),)), removes("paid")),
        (is_equal("paid", "cash"), sets(paid=None)),
    ],
    ids=lambda value: "",
)
def test_whatever_the_condition_is_what_is_set_may_make_it_false(
    condition: ConditionDef, actions: tuple[ActionDef, ...]
) -> None:
    planned = update(index("owner", SortPart("total"), when=(condition,)), actions)
    assert changes(planned) == {PK: KeyAction.REMOVE, SK: KeyAction.REMOVE}
    assert planned.read_first == ()


@pytest.mark.parametrize(
    "condition",
    [
        ConditionDef(Op.NE, "status", (Constant("open"),)),
        ConditionDef(Op.ANY_OF, any_of=(is_equal("status", "done"), is_equal("status", "new"))),
    ],
    ids=lambda value: "",
)
def test_what_is_set_may_as_well_make_it_true(condition: ConditionDef) -> None:
    planned = update(index("owner", SortPart("total"), when=(condition,)), sets(status="done"))
    assert planned.read_first == ("owner", "total")


def test_one_false_conjunct_is_enough() -> None:
    key = index("owner", SortPart("total"), when=(is_equal("status", "open"), is_present("paid")))
    planned = update(key, sets(status="closed"))
    assert (changes(planned), planned.read_first) == ({PK: KeyAction.REMOVE, SK: KeyAction.REMOVE}, ())


def test_an_optional_part_is_removed() -> None:
    planned = update(PAID, removes("paid"))
    assert (changes(planned), planned.read_first) == ({PK: KeyAction.REMOVE, SK: KeyAction.REMOVE}, ())


def test_the_condition_becomes_true() -> None:
    """All halves come, and all parts must be known."""
    planned = update(OPEN, sets(status="open"))
    assert set(changes(planned)) == {PK, SK}
    assert set(changes(planned).values()) <= {KeyAction.SET, KeyAction.SET_OR_REMOVE}
    assert planned.read_first == ("owner", "total")


def test_the_last_absent_part_is_set() -> None:
    planned = update(PAID, sets("paid"))
    assert set(changes(planned)) == {PK, SK}
    assert planned.read_first == ("owner",)


def test_all_conjuncts_must_be_known() -> None:
    key = index("owner", when=(is_equal("status", "open"), is_equal("note", "x")))
    planned = update(key, sets(status="open"))
    assert planned.read_first == ("owner", "note")


def test_the_condition_decided_by_the_caller() -> None:
    """Whether the item enters or leaves is seen at run time; to enter, all parts are needed."""
    planned = update(OPEN, sets("status"))
    assert changes(planned) == {PK: KeyAction.SET_OR_REMOVE, SK: KeyAction.SET_OR_REMOVE}
    assert planned.read_first == ("owner", "total")


def test_the_condition_decided_by_the_caller_for_an_item_that_has_the_key() -> None:
    """It stays as it is or goes: nothing is read."""
    planned = update(OPEN, sets("status"), is_equal("status", "open"))
    assert changes(planned) == {PK: KeyAction.REMOVE_UNLESS, SK: KeyAction.REMOVE_UNLESS}
    assert planned.read_first == ()


@pytest.mark.parametrize(
    "condition",
    [ConditionDef(Op.ABSENT, "paid"), ConditionDef(Op.NE, "paid", (Constant("cash"),))],
    ids=str,
)
def test_any_condition_of_the_key_that_the_step_demands_tells_that_the_item_has_the_key(
    condition: ConditionDef,
) -> None:
    key = index("owner", SortPart("total"), when=(condition,))
    planned = update(key, sets("paid"), condition)
    assert changes(planned) == {PK: KeyAction.REMOVE_UNLESS, SK: KeyAction.REMOVE_UNLESS}
    assert planned.read_first == ()
    assert update(key, sets("paid"), is_equal("note", "x")).read_first == ("owner", "total")


def test_a_demanded_absence_does_not_tell_that_a_part_is_there() -> None:
    planned = update(PAID, sets("paid"), ConditionDef(Op.ABSENT, "paid"))
    assert changes(planned) == {PK: KeyAction.SET_OR_REMOVE, SK: KeyAction.SET_OR_REMOVE}
    assert planned.read_first == ("owner",)


def either(*values: str) -> ConditionDef:
    return ConditionDef(Op.ANY_OF, any_of=tuple(is_equal("status", v) for v in values))


WORKED_ON = index("owner", SortPart("total"), when=(either("new", "open", "late"),))


@pytest.mark.parametrize("before", [is_equal("status", "new"), either("new", "open")], ids=str)
def test_an_item_that_was_and_stays_in_the_index_keeps_its_key(before: ConditionDef) -> None:
    planned = update(WORKED_ON, sets(status="open"), before)
    assert (planned.changes, planned.read_first) == ((), ())


def test_an_item_that_was_and_stays_in_the_index_changes_the_half_that_holds_what_is_set() -> None:
    planned = update(WORKED_ON, sets("total", status="open"), is_equal("status", "new"))
    assert (changes(planned), planned.read_first) == ({SK: KeyAction.SET}, ())
    untouched = update(WORKED_ON, sets("total"), either("new", "open"))
    assert (changes(untouched), untouched.read_first) == ({SK: KeyAction.SET}, ())


@pytest.mark.parametrize("actions", [sets(status="gone"), sets("total"), sets("total", status="gone")], ids=str)
def test_an_item_that_was_not_in_the_index_and_does_not_enter_it_has_no_key_to_change(
    actions: tuple[ActionDef, ...],
) -> None:
    planned = update(WORKED_ON, actions, is_equal("status", "done"))
    assert (planned.changes, planned.read_first) == ((), ())


def test_an_item_that_was_not_in_the_index_may_enter_it() -> None:
    planned = update(WORKED_ON, sets(status="open"), is_equal("status", "done"))
    assert changes(planned) == {PK: KeyAction.SET_OR_REMOVE, SK: KeyAction.SET_OR_REMOVE}
    assert planned.read_first == ("owner", "total")


def test_a_coded_optional_part_is_removed() -> None:
    """Its code for None is written, with the other parts of that half."""
    planned = update(CODED, removes("paid"))
    assert (changes(planned), planned.read_first) == ({SK: KeyAction.SET}, ("total",))


def test_adding_to_a_part_reads_first() -> None:
    planned = update(index("owner", SortPart("count")), (ActionDef(ActionKind.ADD, "count", Given("by")),))
    assert (changes(planned), planned.read_first) == ({SK: KeyAction.SET}, ("count",))


def test_natural_keys_are_never_touched() -> None:
    natural = KeyDesign("GSI1", (KeyField("owner", NaturalKey("owner")),), (KeyField("count", NaturalKey("count")),))
    for actions in (sets("owner"), (ActionDef(ActionKind.ADD, "count", Given("by")),)):
        planned = update(natural, actions)
        assert (planned.changes, planned.read_first) == ((), ())


def test_whole_items_and_deletes_change_no_key() -> None:
    for kind in (StepKind.CREATE, StepKind.PUT, StepKind.DELETE):
        planned = step_design(ITEM, design(OPEN), StepDef(kind, "E", "e", equals("id")))
        assert (planned.changes, planned.read_first) == ((), ())


def test_a_guard_moves_with_its_value_and_needs_the_old_one() -> None:
    owner = entity("U", "id", "mail", "name", unique=["mail"])
    base = key_design(owner, Signature("U", ("id",)), "base", ("U", "U"))
    guarded = EntityDesign("U", "U", base, (), (guard_design(owner, owner.unique[0]),))
    step = StepDef(StepKind.UPDATE, "U", equals=equals("id"), actions=sets("mail"))
    planned = step_design(owner, guarded, step)
    assert (planned.guards, planned.read_first) == ((0,), ("mail",))
    untouched = StepDef(StepKind.UPDATE, "U", equals=equals("id"), actions=sets("name"))
    assert step_design(owner, guarded, untouched).guards == ()
    assert step_design(owner, guarded, StepDef(StepKind.DELETE, "U", equals=equals("id"))).read_first == ("mail",)
    assert step_design(owner, guarded, StepDef(StepKind.CREATE, "U", "u")).read_first == ()


def test_every_change_names_its_place() -> None:
    assert update(OWNED, sets("owner")).changes == (KeyChange("GSI1", PK, KeyAction.SET),)


# --- cost, by hand -------------------------------------------------------------------------------------------------
# On demand in us-east-1: 0.125 USD a million read units, 0.625 a million write units, 0.25 USD a GB and month.
# One call a second is 2,628,000 calls a month. Sizes: names and values; an average text of n bytes is n.

CALLS = 2_628_000


def test_get_of_one_small_item() -> None:
    """An eventually consistent read of up to 4 KB is half a unit: 1,314,000 units, 164,250 millionths of a dollar."""
    owner = entity("E", "id", "body", count=1000)
    plan = make_plan(workload((owner,), (read("get", part("E", equals("id"), single=True)),)))
    get = plan.pattern("get")
    assert (get.units.read, get.units.write) == (500_000, 0)
    assert get.monthly_micro_usd == CALLS // 2 * 125 // 1000
    # id + body: 2 + 10 + 4 + 10; _type + E: 5 + 1; PK + `E#xxxxxxxxxx#`: 2 + 13; SK + `E#`: 2 + 2; and 100 to store it
    stored = 1000 * (26 + 6 + 15 + 4 + 100)
    assert plan.cost.storage == round(stored * 250_000 / 1024**3)
    assert plan.cost.monthly == get.monthly_micro_usd + plan.cost.storage


def test_strong_read_and_write_of_a_larger_item() -> None:
    """5,000 bytes: two blocks of 4 KB strongly read are 2 units; five of 1 KB written are 5."""
    owner = entity("E", "id", attribute("body", size=5000), count=10)
    get = read("get", part("E", equals("id"), single=True), consistent=True)
    create = write("create", StepDef(StepKind.CREATE, "E", "e"), rate=Rate(2_000_000, 4_000_000))
    plan = make_plan(workload((owner,), (get, create)))
    assert plan.pattern("get").units.read == 2_000_000
    assert plan.pattern("get").monthly_micro_usd == 2 * CALLS * 125 // 1000
    assert plan.pattern("create").units.write == 5_000_000
    assert plan.pattern("create").monthly_micro_usd == 5 * 2 * CALLS * 625 // 1000
    assert plan.pattern("create").peak_write == 20_000_000


def test_a_page_of_an_index_and_an_entry_that_moves() -> None:
    """100 entries of 1,0xx bytes: one page, rounded once. A moved entry is a delete and a put, 2 units each of 2 KB."""
    owner = entity("E", "id", "owner", attribute("body", size=1500), count=10)
    listed = read("listed", part("E", equals("owner"), rows=100))
    move = write("move", StepDef(StepKind.UPDATE, "E", equals=equals("id"), actions=sets("owner")))
    plan = make_plan(workload((owner,), (listed, move)))
    # attributes 2+10 + 5+10 + 4+1500 = 1,531; type 5+1; base PK 2+13, SK 2+2; GSI1PK 6+13, GSI1SK 6+2 (template)
    assert [i.natural for i in plan.table.indexes] == [False], "an owner may be empty, which no natural key may be"
    entry = 1531 + 6 + 15 + 4 + 19 + 8
    assert plan.pattern("listed").units.read == -(-100 * entry // 4096) * 500_000
    assert (plan.pattern("move").units.write, plan.pattern("move").units.index_write) == (
        2_000_000 + 4_000_000,
        4_000_000,
    )
