"""Each line of the service's tables of read units, write units and index writes, as a plan is charged for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.dynamo.footprint import GUARD_BYTES
from dynamodel.dynamo.limits import GB
from dynamodel.dynamo.prices import SECONDS_A_MONTH
from dynamodel.ir.deployment import AS_DEFAULT, Replica
from dynamodel.ir.entities import Estimate, Rate
from dynamodel.ir.plan import Projection
from dynamodel.ir.reads import Argument, ConditionDef, Equal, Op, ReadKind
from dynamodel.ir.values import Constant, Given, Kind, Now, ValueType
from dynamodel.ir.writes import ActionDef, ActionKind, StepDef, StepKind, TakenDef
from dynamodel.planner.check import check
from dynamodel.planner.cost import Physical, entry_changes, price
from dynamodel.planner.plan import make_plan
from tests.support.small import attribute, entity, equals, is_equal, is_present, part, ranged, read, workload, write

if TYPE_CHECKING:
    from dynamodel.ir.values import Source
    from dynamodel.ir.workload import Pattern, Workload

U = 1_000_000
KB = 1024
BODY = 3_000  # bytes: an item takes one block of 4 KB to read and three or four blocks of 1 KB to write


def model(*patterns: Pattern, body: int = BODY, unique: tuple[str, ...] = (), **options: object) -> Workload:
    owner = entity("E", "k", "s", "t", attribute("body", size=body), unique=unique)
    return workload((owner,), patterns, **options)


def item(of: Workload) -> int:
    plan = make_plan(of)
    return Physical(of, plan.table, {d.entity: d for d in plan.entities}).item("E")


def units(of: Workload, name: str) -> tuple[int, int, int]:
    found = make_plan(of).pattern(name).units
    return found.read, found.write, found.index_write


def blocks(size: int, block: int) -> int:
    return -(-size // block)


GET = read("get", part("E", equals("k"), single=True), kind=ReadKind.GET)
CREATE = write("create", StepDef(StepKind.CREATE, "E", "e"))


def change(name: str) -> StepDef:
    return StepDef(StepKind.UPDATE, "E", equals=equals("k"), actions=(ActionDef(ActionKind.SET, name, Given("new")),))


@pytest.mark.parametrize(("body", "strong"), [(3_000, 1), (5_000, 2), (40_000, 10)])
def test_a_get_takes_its_item_in_blocks_of_4_kb_half_when_eventual_and_never_nothing(body: int, strong: int) -> None:
    eventual = model(GET, body=body)
    assert units(eventual, "get") == (strong * U // 2, 0, 0)
    assert units(model(replace(GET, consistent=True), body=body), "get") == (strong * U, 0, 0)


def test_a_batch_rounds_each_item_and_a_transaction_takes_two_for_each_block() -> None:
    keys = Argument("keys", None, keys=True)
    batch = replace(GET, name="batch", kind=ReadKind.BATCH_GET, arguments=(keys,), batch=Estimate(10, 20))
    assert units(model(batch, body=900), "batch")[0] == 10 * U // 2
    both = read("both", *(part("E", (Equal("k", Given(a)),), single=True) for a in "ab"), kind=ReadKind.TRANSACT_GET)
    assert units(model(both, body=900), "both")[0] == 2 * 2 * U
    assert units(model(both, body=5_000), "both")[0] == 2 * 2 * 2 * U


def test_a_query_is_rounded_once_for_all_its_rows_on_the_table_and_on_an_index() -> None:
    owner = entity("E", "p k", attribute("body", size=900))
    of = workload((owner,), (read("list", part("E", equals("p"), rows=10)),))
    size = item(of)
    assert units(of, "list")[0] == blocks(10 * size, 4096) * U // 2
    assert units(of, "list")[0] < 10 * U // 2  # a batch of the same items
    by = model(read("by", part("E", equals("s"), order="t", rows=10)), body=900)
    plan = make_plan(by)
    (key,) = plan.entity("E").indexes
    entry = Physical(by, plan.table, {"E": plan.entity("E")}).entry("E", key)
    assert units(by, "by")[0] == blocks(10 * entry, 4096) * U // 2


def test_a_local_index_is_read_strongly_by_the_size_of_its_entries() -> None:
    owner = entity("E", "p k", "t", attribute("body", size=900))
    strong = read("strong", part("E", equals("p"), order="t", rows=10), consistent=True, returns=("k", "t"))
    of = workload((owner,), (strong,), copies=False)
    plan = make_plan(of)
    (key,) = plan.entity("E").indexes
    assert key.place == "LSI1"
    entry = Physical(of, plan.table, {"E": plan.entity("E")}).entry("E", key)
    assert entry < 300  # what is projected, not the item
    assert units(of, "strong")[0] == blocks(10 * entry, 4096) * U


def test_a_scan_reads_every_item_of_the_table() -> None:
    of = model(read("all", part("E"), kind=ReadKind.SCAN), body=900)
    assert units(of, "all")[0] == blocks(100 * item(of), 4096) * U // 2


@pytest.mark.parametrize(
    "step",
    [
        StepDef(StepKind.CREATE, "E", "e"),
        StepDef(StepKind.PUT, "E", "e"),
        change("body"),
        StepDef(StepKind.DELETE, "E", equals=equals("k")),
    ],
)
def test_a_write_takes_its_whole_item_in_blocks_of_1_kb(step: StepDef) -> None:
    of = model(write("w", step))
    assert units(of, "w") == (0, blocks(item(of), KB) * U, 0)
    assert units(model(write("w", step), body=1), "w") == (0, U, 0)  # never nothing


def test_a_transaction_writes_twice_to_the_table_and_once_to_each_index() -> None:
    by = read("by", part("E", equals("s"), order="t"))
    steps = StepDef(StepKind.CREATE, "E", "e"), StepDef(StepKind.CHECK, "E", equals=equals("k"))
    alone, both = model(by, CREATE), model(by, write("create", *steps, transaction=True))
    size = blocks(item(alone), KB) * U
    assert units(alone, "create") == (0, 2 * size, size)
    # The check is charged like a write and touches no index.
    assert units(both, "create") == (0, 2 * 2 * size + size, size)


def test_a_unique_guard_makes_a_transaction_of_two_items() -> None:
    of = model(CREATE, unique=("s",))
    assert blocks(GUARD_BYTES, KB) == 1
    assert units(of, "create") == (0, 2 * (blocks(item(of), KB) + 1) * U, 0)


def test_index_writes_follow_the_entry_that_appears_moves_changes_or_stays() -> None:
    narrow = read("by", part("E", equals("s"), order="t"), returns=("k", "t"))
    of = model(narrow)
    (key,) = make_plan(of).entity("E").indexes
    include = Projection("INCLUDE", ("t",))

    def changes(step: StepDef, projection: Projection = include) -> int:
        return entry_changes(of, key, projection, step)

    assert changes(StepDef(StepKind.CREATE, "E", "e")) == U
    assert changes(StepDef(StepKind.PUT, "E", "e")) == U
    assert changes(change("s")) == 2 * U  # moved: the old entry goes, the new one comes
    assert changes(change("t")) == 2 * U
    assert changes(StepDef(StepKind.DELETE, "E", equals=equals("k"))) == U
    assert changes(StepDef(StepKind.CHECK, "E", equals=equals("k"))) == 0
    assert changes(change("body")) == 0  # neither key nor projected
    assert changes(change("body"), Projection("INCLUDE", ("body",))) == U
    assert changes(change("body"), Projection("ALL")) == U
    assert changes(change("body"), Projection("KEYS_ONLY")) == 0


OPEN_SHARE = 50_000
OPEN, CLOSED, ABSENT = is_equal("s", "open"), is_equal("s", "closed"), ConditionDef(Op.ABSENT, "x")
EITHER = ConditionDef(Op.ANY_OF, any_of=(OPEN, is_equal("s", "new")))
ANOTHER = ConditionDef(Op.ANY_OF, any_of=(CLOSED, is_equal("s", "new")))
NOT_CLOSED = ConditionDef(Op.NE, "s", (Constant("closed"),))
NOT_OPEN = ConditionDef(Op.NE, "s", (Constant("open"),))


def update(*actions: ActionDef, when: tuple[ConditionDef, ...] = ()) -> StepDef:
    return StepDef(StepKind.UPDATE, "E", equals=equals("k"), actions=actions, when=when)


def to(name: str, source: Source | None) -> ActionDef:
    return ActionDef(ActionKind.SET if source else ActionKind.REMOVE, name, source)


def sparse(*patterns: Pattern, **of_s: Any) -> Workload:
    """E is in an index only where `s` is open, which 5 % are."""
    status = attribute("s", share=(("open", OPEN_SHARE),), **of_s)
    owner = entity("E", "k", status, "t", "x?", attribute("body", size=BODY))
    return workload((owner,), (read("open", part("E", equals(s="open"), order="t")), *patterns))


@pytest.mark.parametrize(
    ("step", "writes"),
    [
        (update(to("s", Constant("closed")), when=(OPEN,)), U),  # out, surely
        (update(to("s", Constant("closed"))), OPEN_SHARE),  # out, if it was in
        (update(to("s", Constant("closed")), when=(NOT_OPEN,)), 0),
        (update(to("s", Constant("closed")), when=(ANOTHER,)), 0),
        (update(to("s", Constant("closed")), when=(EITHER,)), U // 3),  # of what is open or new: 5 % are, and 10 %
        (update(to("t", Given("t")), when=(NOT_CLOSED,)), 2 * (OPEN_SHARE * U // 900_000)),
        (update(to("s", Constant("open")), when=(CLOSED,)), U),  # in, surely
        (update(to("s", Constant("open")), when=(OPEN,)), U),  # its status is projected
        (update(to("s", Given("s")), when=(OPEN,)), U),  # out, or in and changed
        (update(to("s", Given("s")), when=(CLOSED,)), OPEN_SHARE),
        (update(to("t", Given("t")), when=(OPEN,)), 2 * U),  # moved
        (update(to("t", Given("t")), when=(CLOSED,)), 0),
        (update(to("t", Given("t"))), 2 * OPEN_SHARE),
        (update(to("body", Given("b")), when=(OPEN,)), U),
        (StepDef(StepKind.DELETE, "E", equals=equals("k"), when=(OPEN,)), U),
        (StepDef(StepKind.DELETE, "E", equals=equals("k"), when=(CLOSED,)), 0),
        (StepDef(StepKind.DELETE, "E", equals=equals("k")), OPEN_SHARE),
        (StepDef(StepKind.DELETE, "E", equals=equals(s="open"), by_identity=False), U),
        (StepDef(StepKind.PUT, "E", "e"), OPEN_SHARE),
        (StepDef(StepKind.PUT, "E", "e", when=(OPEN,)), U),  # over its entry, or out
        (StepDef(StepKind.PUT, "E", "e", when=(CLOSED,)), OPEN_SHARE),
    ],
)
def test_an_entry_of_a_sparse_index_is_written_as_what_the_write_says_of_its_item(step: StepDef, writes: int) -> None:
    of = sparse()
    (key,) = make_plan(of).entity("E").indexes
    assert key.when == (OPEN,)
    assert entry_changes(of, key, Projection("ALL"), step) == writes


CLOSE = update(to("s", Constant("closed")), when=(OPEN,))
AFTER = ConditionDef(Op.GT, "t", (Constant("2026"),))


@pytest.mark.parametrize(
    ("when", "step", "writes"),
    [
        (NOT_OPEN, CLOSE, U),  # in, surely
        (NOT_OPEN, update(to("s", Constant("open")), when=(CLOSED,)), U),
        (NOT_OPEN, update(to("s", None), when=(OPEN,)), U),  # what is absent is not open
        (EITHER, CLOSE, U),
        (EITHER, update(to("s", Constant("new")), when=(OPEN,)), U),  # stays, and its status is projected
        (EITHER, update(to("s", Constant("open")), when=(CLOSED,)), U),
        (EITHER, update(to("s", Constant("closed")), when=(CLOSED,)), 0),
        (AFTER, StepDef(StepKind.DELETE, "E", equals=equals("k"), when=(AFTER,)), U),
        (AFTER, update(to("body", Given("b")), when=(AFTER,)), U),
    ],
)
def test_an_index_with_any_condition_follows_what_the_write_says(
    when: ConditionDef, step: StepDef, writes: int
) -> None:
    of = sparse()
    (key,) = make_plan(of).entity("E").indexes
    assert entry_changes(of, replace(key, when=(when,)), Projection("ALL"), step) == writes


def test_a_state_change_is_charged_for_one_entry_that_is_deleted() -> None:
    of = sparse(write("close", CLOSE))
    size = blocks(item(of), KB) * U
    assert units(of, "close")[1:] == (2 * size, size)
    assert check(of, make_plan(of)) == ()


def test_a_new_item_begins_with_the_defaults_that_writes_change_later() -> None:
    # Where no write changes the state, as many items begin in it as are in it.
    close, step = write("close", CLOSE), CREATE.steps[0]
    note = write("note", update(to("x", Given("x"))))

    def created(*patterns: Pattern, step: StepDef = step, **of_s: Any) -> int:
        of = sparse(CREATE, *patterns, **of_s)
        (key,) = make_plan(of).entity("E").indexes
        return entry_changes(of, key, Projection("ALL"), step)

    assert created(close, has_default=True, default="open") == U
    assert created(close, has_default=True, default="closed") == 0
    assert created(close) == U  # as many as are closed, at most all
    assert created(has_default=True, default="open") == OPEN_SHARE
    assert created(note, has_default=True, default="open") == OPEN_SHARE
    assert created(write("put", StepDef(StepKind.PUT, "E", "e")), has_default=True, default="open") == U
    taken = replace(step, taken=(TakenDef("s", 0, "n", 0),))
    version = StepDef(StepKind.CREATE, "E", snapshot_of=0)
    assert created(close, step=taken, has_default=True, default="open") == OPEN_SHARE
    assert created(close, step=version, has_default=True, default="open") == OPEN_SHARE


def rated(steps: str, **of_s: Any) -> Workload:
    """The sparse model with steps at a rate each: `"create 2, close 1"`."""
    known = {
        "create": StepDef(StepKind.CREATE, "E", "e"),
        "close": CLOSE,
        "reopen": update(to("s", Constant("open")), when=(CLOSED,)),
        "move": update(to("s", Given("s"))),
        "delete": StepDef(StepKind.DELETE, "E", equals=equals("k")),
        "clean": StepDef(StepKind.DELETE, "E", equals=equals("k"), when=(CLOSED,)),
    }
    words = [one.split() for one in steps.split(", ")]
    return sparse(*(write(name, known[name], rate=Rate(int(n) * U, int(n) * U)) for name, n in words), **of_s)


@pytest.mark.parametrize(
    ("steps", "writes", "of_s"),
    [
        ("create 2", OPEN_SHARE, {}),
        ("create 2, move 9", OPEN_SHARE, {}),  # as many come as go
        ("create 2, close 1", OPEN_SHARE + U // 2, {}),
        ("create 2, close 9", U, {}),  # no more than all
        ("create 40, reopen 1", OPEN_SHARE - U // 40, {}),
        ("create 2, reopen 1", 0, {}),
        ("create 2, close 3, reopen 2", OPEN_SHARE + U // 2, {}),
        ("create 2, close 1, delete 2", OPEN_SHARE + U // 2, {}),  # which take the share of all
        ("create 2, close 1, clean 2", U // 2, {}),  # the items do not grow in number
        ("delete 2", OPEN_SHARE, {}),
        ("delete 1, create 2, close 1", U - OPEN_SHARE, {"has_default": True, "default": "open"}),
        ("delete 1, create 1, close 1", 0, {"has_default": True, "default": "open"}),
    ],
)
def test_an_index_keeps_its_share_of_the_items(steps: str, writes: int, of_s: dict[str, Any]) -> None:
    """What nothing tells of a new item, or else of one that is deleted, follows from all that comes and goes."""
    of = rated(steps, **of_s)
    (key,) = make_plan(sparse()).entity("E").indexes
    assert entry_changes(of, key, Projection("ALL"), of.writes[0].steps[0]) == writes


@pytest.mark.parametrize(
    ("steps", "writes"),
    [
        ("delete 1, create 10, close 8", U // 5),  # of ten that go, one is deleted and nine expire: two are open
        ("delete 1, create 10, close 10", 0),
        ("create 10, close 8", U),
    ],
)
def test_what_is_not_deleted_of_items_that_expire_takes_its_part_out_of_an_index(steps: str, writes: int) -> None:
    of = rated(steps, has_default=True, default="open")
    (owner,) = of.entities
    (key,) = make_plan(sparse()).entity("E").indexes
    gone = attribute("gone", ValueType(Kind.DATETIME), role="ttl")
    expiring = replace(of, entities=(replace(owner, attributes=(*owner.attributes, gone)),))
    assert entry_changes(expiring, key, Projection("ALL"), of.writes[0].steps[0]) == writes


PRESENT_SHARE = 300_000


@pytest.mark.parametrize(
    ("step", "writes"),
    [
        (update(to("x", Constant("v")), when=(is_present("x"),)), 2 * U),  # moved
        (update(to("x", Constant("v")), when=(is_equal("x", "w"),)), 2 * U),
        (update(to("x", Now())), U + PRESENT_SHARE),  # in, and moved if it was in
        (update(to("x", Constant("v")), when=(ABSENT,)), U),
        (update(to("x", Given("x")), when=(is_present("x"),)), 2 * U),  # the caller gives a value
        (update(to("x", Given("x"))), U + PRESENT_SHARE),
        (update(to("x", None)), PRESENT_SHARE),
        (update(to("x", Constant(None)), when=(is_present("x"),)), U),
        (update(to("x", None), when=(ABSENT,)), 0),
        (update(ActionDef(ActionKind.ADD, "x", Given("x")), when=(is_present("x"),)), 2 * U),
        (update(to("t", Given("t"))), 0),
        (StepDef(StepKind.CREATE, "E", "e"), PRESENT_SHARE),
        (StepDef(StepKind.DELETE, "E", equals=equals("k"), when=(is_present("x"),)), U),
    ],
)
def test_an_optional_part_of_a_key_that_is_set_moves_the_entry_that_was_there(step: StepDef, writes: int) -> None:
    share = ((None, U - PRESENT_SHARE),)
    owner = entity("E", "k", "t", attribute("x", optional=True, has_default=True, share=share))
    of = workload((owner,), (read("by", part("E", equals("x"))),))
    (key,) = make_plan(of).entity("E").indexes
    assert entry_changes(of, key, Projection("KEYS_ONLY"), step) == writes


def test_index_writes_are_charged_by_the_entry_and_not_by_the_item() -> None:
    narrow = model(read("by", part("E", equals("s"), order="t"), returns=("k", "t")), CREATE)
    whole = model(read("by", part("E", equals("s"), order="t")), CREATE)
    assert units(narrow, "create")[2] == U
    assert units(whole, "create")[2] == blocks(item(whole), KB) * U


def test_a_pattern_is_peaked_by_its_peak_rate_and_paid_for_the_seconds_of_a_month() -> None:
    # peak = calls a second x units of a call; a month has 730 hours.
    of = model(replace(CREATE, rate=Rate(2 * U, 50 * U)), replace(GET, rate=Rate(3 * U, 30 * U)))
    plan = make_plan(of)
    create, get = plan.pattern("create"), plan.pattern("get")
    assert create.peak_write == 50 * create.units.write
    assert get.peak_read == 30 * get.units.read
    assert SECONDS_A_MONTH == 2_628_000
    assert create.monthly_micro_usd == 2 * create.units.write * SECONDS_A_MONTH * 625 // 1_000_000_000
    assert get.monthly_micro_usd == 3 * get.units.read * SECONDS_A_MONTH * 125 // 1_000_000_000


def test_storage_is_paid_with_100_bytes_for_each_item_and_each_entry() -> None:
    of = model(read("by", part("E", equals("s"), range_=ranged("t"))))
    of = replace(of, entities=(replace(of.entities[0], count=Estimate(1_000_000, 1_000_000)),))
    plan = make_plan(of)
    physical = Physical(of, plan.table, {"E": plan.entity("E")})
    (key,) = plan.entity("E").indexes
    stored = 1_000_000 * (physical.item("E") + 100 + physical.entry("E", key) + 100)
    assert plan.cost.storage == round(stored * 250_000 / 1024**3)
    _, again = price(of, plan.table, plan.entities, plan.patterns)
    assert again == plan.cost


def test_replicas_are_priced_by_write_and_by_stored_byte() -> None:
    of = workload(
        (entity("E", "a b", "text", count=1_000_000),),
        (read("mine", part("E", equals("a"), rows=3)), write("add", StepDef(StepKind.CREATE, "E", "e"))),
    )
    replicas = replace(AS_DEFAULT, replicas=(Replica("eu-west-1"), Replica("eu-central-1")))
    shared = replace(of, options=replace(of.options, deployment=replicas))
    one, three = make_plan(of).cost, make_plan(shared).cost
    assert three.reads == one.reads
    assert three.writes == 3 * one.writes
    more = 3 * 1_000_000 * 48 * 250_000 // GB  # 48 bytes of each item, in each Region
    assert abs(three.storage - 3 * one.storage - more) <= 3
    assert check(shared, make_plan(shared)) == ()
