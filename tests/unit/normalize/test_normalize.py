"""Patterns become workloads: arguments, links, counters, tenants, buckets, defaults."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from dynamodel.ir.reads import Op, ReadKind, ReadPattern
from dynamodel.ir.values import Constant, FromEntity, Given
from dynamodel.ir.writes import ActionKind, StepKind, WritePattern
from dynamodel.normalize.workload import normalize
from dynamodel.spec.loader import load_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dynamodel.ir.workload import Workload

HEAD = "from dynamodel import *\nfrom datetime import datetime\nfrom typing import Literal\n"
SHOP = """
class Customer(Entity, identity="customer_id", count=1000):
    customer_id: Ulid
    name: str
    orders: int = attr(default=0)

class Order(Entity, identity="order_id", parent=Parent(Customer, children=(6, 600)), counted_in=Customer.orders):
    order_id: Ulid
    customer_id: Ulid
    status: Literal["open", "paid"] = attr(share={"open": 0.1})
    placed_at: datetime = attr(role="created")
    total: int
    note: str | None = None

class Line(Entity, identity=("order_id", "number"), parent=Parent(Order, children=(4, 50))):
    order_id: Ulid
    number: int
    sku: str

class Account(Entity, identity="id"):
    id: str
    tenant_id: str
    balance: int

class User(Entity, identity="user_id", parent=Parent(Account, via="account")):
    user_id: str
    account: str
    tenant_id: str

class Person(Entity, identity="name"):
    name: str
    out: int = attr(default=0)
    of: int = attr(default=0)

class Follow(Entity, identity=("by", "whom"), parent=(Parent(Person, via="by"), Parent(Person, via="whom"))):
    by: str
    whom: str

"""


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Workload]:
    def build(lines: str, options: str = "") -> Workload:
        body = textwrap.indent(textwrap.dedent(lines).strip(), "    ")
        path = tmp_path / "model.py"
        path.write_text(f"{HEAD}{SHOP}class Shop(Model{options}):\n{body}\n")
        return normalize(load_model(path))

    return build


def _read(workload: Workload) -> ReadPattern:
    return workload.reads[0]


def _write(workload: Workload) -> WritePattern:
    return workload.writes[0]


def _names(pattern: ReadPattern | WritePattern) -> list[str]:
    return [a.name for a in pattern.arguments]


def test_arguments_are_named_by_what_they_are(shop: Callable[..., Workload]) -> None:
    pattern = _read(
        shop("q = Query(Order, by=Order.customer_id, range=between(Order.placed_at), filter=ge(Order.total))")
    )
    assert _names(pattern) == ["customer_id", "placed_at_from", "placed_at_to", "total"]
    prefix = _read(shop("q = Query(Line, by=Line.order_id, range=begins_with(Line.sku))"))
    assert _names(prefix) == ["order_id", "sku_prefix"]


def test_sets_come_last_and_an_expected_value_is_not_the_new_one(shop: Callable[..., Workload]) -> None:
    pattern = _write(shop("u = Update(Order, set=(Order.total, Order.status), when=eq(Order.status))"))
    assert _names(pattern) == ["order_id", "total", "status", "expected_status"]
    (condition,) = pattern.steps[0].when
    assert condition.operands == (Given("expected_status"),)


def test_equalities_of_a_later_part_come_before_ranges_of_an_earlier_one(shop: Callable[..., Workload]) -> None:
    parts = "Query(Order, range=ge(Order.placed_at)), Query(Line, where=eq(Line.sku))"
    assert _names(_read(shop(f"c = Collection({parts}, by=Order.order_id)"))) == ["order_id", "sku", "placed_at"]


def test_names_of_method_parameters_are_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(HEAD + "class Card(Entity, identity='card'):\n    card: str\n    limit: int\n"
                    "class Bank(Model):\n    q = Query(Card, by=Card.limit)\n")  # fmt: skip
    assert _names(normalize(load_model(path)).reads[0]) == ["card_limit"]


def test_constants_of_where_become_equalities(shop: Callable[..., Workload]) -> None:
    part = _read(
        shop('q = Query(Order, where=(Order.status == "open", Order.total > 10), order_by=Order.placed_at)')
    ).parts[0]
    assert [(e.attribute, e.source) for e in part.equals] == [("status", Constant("open"))]
    assert [(c.op, c.attribute, c.operands) for c in part.where] == [(Op.GT, "total", (Constant(10),))]
    assert part.rows.average == 200  # 6,000 orders, a tenth open, a third of them kept


def test_alternatives_and_exceptions_keep_what_the_shares_of_their_values_say(shop: Callable[..., Workload]) -> None:
    either = "any_of(Order.status == 'open', Order.total > 10)"
    each = shop(
        f"a = Query(Order, where=Order.status != 'open')\nb = Query(Order, where={either})\n"
        "c = Query(Order, where=any_of(Order.status == 'open', Order.status == 'paid'))"
    ).reads
    rows = [r.parts[0].rows for r in each]
    assert [(r.average, r.most, r.assumed) for r in rows[::2]] == [(5_400, 5_400, False), (6_000, 6_000, False)]
    assert (rows[1].average, rows[1].assumed) == (2_600, True)  # a tenth, and a third


def test_identity_and_unique_sets_make_a_part_single(shop: Callable[..., Workload]) -> None:
    workload = shop(
        "a = Get(Order)\nb = Query(Order, by=Order.customer_id)\nc = Query(Order, by=(Order.order_id, Order.status))"
    )
    assert [r.parts[0].single for r in workload.reads] == [True, False, True]


def test_rows_of_a_parent_are_its_children_cut_at_the_limit(shop: Callable[..., Workload]) -> None:
    workload = shop("a = Query(Order, by=Order.customer_id)\nb = Query(Order, by=Order.customer_id, limit=20)")
    first, second = (r.parts[0].rows for r in workload.reads)
    assert (first.average, first.most, first.assumed) == (6, 600, False)
    assert (second.average, second.most) == (6, 20)


def test_counting_a_child_makes_a_transaction(shop: Callable[..., Workload]) -> None:
    create, delete = shop("place = Create(Order)\ndrop = Delete(Order)").writes
    assert create.transaction
    assert [s.kind for s in create.steps] == [StepKind.CREATE, StepKind.UPDATE]
    assert create.steps[1].equals[0].source == FromEntity("order", "customer_id")
    assert create.steps[1].actions[0].source == Constant(1)
    assert _names(create) == ["order"]
    assert _names(delete) == ["order_id", "customer_id"]
    assert delete.steps[0].when[0].attribute == "customer_id"  # the child must be the parent's
    assert delete.steps[1].equals[0].source == Given("customer_id")
    assert delete.steps[1].actions[0].source == Constant(-1)


def test_a_pattern_that_counts_itself_is_not_counted_twice(shop: Callable[..., Workload]) -> None:
    pattern = _write(shop("place = Transaction(Create(Order), Update(Customer, add=Customer.orders == 1))"))
    assert len(pattern.steps) == 2
    assert pattern.steps[1].actions[0].kind is ActionKind.ADD


def test_two_items_of_one_type_have_arguments_of_their_own(shop: Callable[..., Workload]) -> None:
    pattern = _write(
        shop("move = Transaction(Update(Account, add=Account.balance), Update(Account, add=Account.balance))")
    )
    assert _names(pattern) == ["id", "id_2", "balance", "balance_2"]


def test_what_is_asked_of_a_value_that_changes_is_named_by_what_is_asked(shop: Callable[..., Workload]) -> None:
    balance = "Account.balance"
    pattern = _write(shop(f"pay = Update(Account, add={balance}, when=(ge({balance}), lt({balance})))"))
    assert _names(pattern) == ["id", "balance", "balance_from", "balance_below"]
    untouched = _write(shop("check = Update(User, set=User.tenant_id, when=gt(User.account))"))
    assert _names(untouched) == ["user_id", "tenant_id", "account"]


def test_steps_on_a_parent_share_the_value_of_the_child(shop: Callable[..., Workload]) -> None:
    pattern = _write(shop("drop = Transaction(Delete(Line), Update(Order, set=Order.total))"))
    assert _names(pattern) == ["order_id", "number", "total"]
    assert pattern.steps[1].equals[0].source == Given("order_id")


def test_a_step_says_which_of_two_parents_it_is_about(shop: Callable[..., Workload]) -> None:
    both = "Update(Person, add=Person.out == {0}1, by=Follow.by), Update(Person, add=Person.of == {0}1, by=Follow.whom)"
    follow, unfollow, first = shop(
        f"follow = Transaction({both.format('')}, Create(Follow))\nunfollow = Transaction({both.format('-')}, "
        "Delete(Follow))\nfirst = Transaction(Delete(Follow), Check(Person, by=Follow.whom))"
    ).writes
    assert [[e.source for e in s.equals] for s in follow.steps[:2]] == [
        [FromEntity("follow", "by")],
        [FromEntity("follow", "whom")],
    ]
    assert [[e.source for e in s.equals] for s in unfollow.steps] == [
        [Given("by")],
        [Given("whom")],
        [Given("by"), Given("whom")],
    ]
    assert _names(unfollow) == _names(first) == ["by", "whom"]
    assert first.steps[1].equals[0].source == Given("whom")


def test_each_of_two_children_has_a_parent_of_its_own(shop: Callable[..., Workload]) -> None:
    two = ", ".join(["{}(User)", "{}(User)", *["Update(Account, add=Account.balance)"] * 3])
    made, gone = shop(
        f"made = Transaction({two.format(*['Create'] * 2)})\ngone = Transaction({two.format(*['Delete'] * 2)})"
    ).writes
    sources = [[step.equals[0].source for step in pattern.steps[2:]] for pattern in (made, gone)]
    assert sources[0] == [FromEntity("user", "account"), FromEntity("user_2", "account"), Given("id")]
    assert sources[1] == [Given("id"), Given("id_2"), Given("id_3")]


def test_several_of_a_kind_are_a_list(shop: Callable[..., Workload]) -> None:
    pattern = _write(shop("place = Transaction(Create(Order), Create(Line, times=(4, 20)))"))
    assert [(a.name, a.entity, a.many) for a in pattern.arguments] == [
        ("order", "Order", False),
        ("lines", "Line", True),
    ]


def test_collections_are_linked_by_parents(shop: Callable[..., Workload]) -> None:
    workload = shop(
        "a = Collection(Account, User, by=Account.id)\nb = Collection(Customer, Order, by=Customer.customer_id)"
    )
    first, second = workload.reads
    assert first.kind is ReadKind.COLLECTION
    assert [(p.entity, p.single, p.equals[0].attribute) for p in first.parts] == [
        ("Account", True, "id"),
        ("User", False, "account"),
    ]
    assert _names(first) == ["id"]
    assert {p.equals[0].source for p in second.parts} == {Given("customer_id")}


def test_the_tenant_joins_every_by(shop: Callable[..., Workload]) -> None:
    workload = shop("a = Get(Account)\nb = Query(User, by=User.account)\nc = Get(User, all_tenants=True)\nd = "
                    "Get(Order)",
                    ', tenant="tenant_id"')  # fmt: skip
    assert [_names(r) for r in workload.reads] == [
        ["id", "tenant_id"],
        ["account", "tenant_id"],
        ["user_id"],
        ["order_id"],
    ]
    assert workload.options.tenant == "tenant_id"


def test_a_bucket_is_a_virtual_attribute(shop: Callable[..., Workload]) -> None:
    workload = shop('daily = Query(Order, by=bucket(Order.placed_at, "day"))')
    assert _names(_read(workload)) == ["placed_at_day"]
    virtual = workload.entity("Order").attribute("placed_at@day")
    assert virtual.bucket is not None
    assert virtual not in workload.entity("Order").stored
    assert virtual.immutable


def test_returned_attributes_of_a_parent_are_a_join(shop: Callable[..., Workload]) -> None:
    pattern = _read(shop("q = Query(Order, by=Order.customer_id, returns=(Order.total, Customer.name))"))
    assert pattern.returns == ("total",)
    assert [(j.parent, j.via, j.attributes) for j in pattern.joins] == [("Customer", ("customer_id",), ("name",))]


def test_a_batch_takes_keys(shop: Callable[..., Workload]) -> None:
    pattern = _read(shop("many = BatchGet(Line, keys=(5, 50))"))
    (argument,) = pattern.arguments
    assert (argument.name, argument.keys, argument.many, argument.entity) == ("keys", True, True, "Line")
    assert pattern.batch is not None
    assert (pattern.batch.average, pattern.batch.most) == (5, 50)


def test_what_is_not_said_is_assumed(shop: Callable[..., Workload]) -> None:
    workload = shop("a = Get(Order)\nb = Create(Line)\nc = Get(Order, rps=3, peak=4)")
    read, write, said = workload.patterns
    assert (read.rate.average, read.rate.peak, read.rate.assumed) == (1_000_000, 5_000_000, True)
    assert (write.rate.average, write.rate.peak) == (100_000, 500_000)
    assert (said.rate.average, said.rate.peak, said.rate.assumed) == (3_000_000, 4_000_000, False)
    order = workload.entity("Order")
    assert (order.count.average, order.count.assumed) == (6_000, False)
    assert [order.attribute(n).size.most for n in ("order_id", "placed_at", "status", "note")] == [26, 32, 4, 256]
    assert order.attribute("note").size.assumed


def test_deleting_by_something_else_is_said(shop: Callable[..., Workload]) -> None:
    assert not _write(shop("drop = Delete(Line, by=Line.order_id)")).steps[0].by_identity


def test_the_fingerprint_is_of_the_content(shop: Callable[..., Workload]) -> None:
    first, moved, other = shop("a = Get(Order)"), shop("\n\na = Get(Order)"), shop("a = Get(Order, rps=2)")
    assert first.fingerprint == moved.fingerprint != other.fingerprint
    assert len(first.fingerprint) == 16


def test_tags_are_different() -> None:
    from dynamodel.spec.loader import model_from_json

    entity = {"identity": ["k"], "attributes": [{"name": "k", "type": "string"}]}
    names = ("OrderItem", "Order_Item", "Uniq")
    tree = {
        "format": "dynamodel-spec/1",
        "name": "M",
        "entities": [{"name": n, **entity} for n in names],
        "patterns": [],
    }
    assert [e.tag for e in normalize(model_from_json(tree)).entities] == ["ORDER_ITEM", "ORDER_ITEM_2", "UNIQ_2"]


def test_a_deploy_that_says_nothing_is_no_deploy(shop: Callable[..., Workload]) -> None:
    lines = "order = Get(Order, rps=1)"
    silent, said, other = (
        shop(lines, options) for options in ("", ", deploy=Deploy()", ", deploy=Deploy(retain=False)")
    )
    assert silent.options == said.options
    assert other.options != silent.options
