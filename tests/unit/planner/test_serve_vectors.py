"""The published vectors of the serving rule, and of item collections as whole plans."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dynamodel.ir.entities import Estimate, ParentDef
from dynamodel.ir.keys import Absent, Interval
from dynamodel.ir.plan import BASE, Operation
from dynamodel.ir.reads import ConditionDef, Op, OrderTerm
from dynamodel.ir.values import Constant
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan
from dynamodel.planner.serve import Signature, SortPart, serve
from tests.support.small import (
    entity,
    equals,
    is_equal,
    is_present,
    need,
    part,
    ranged,
    read,
    signature,
    terms,
    workload,
)

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.reads import PartDef

ITEM = entity("E", "id", "a", "b", "c", "p", "s", "shipped?", "rank?")
PAIR = entity("E", "c n", "x", "p")
MAILED = entity("E", "id", "c", "p", "mail?", unique=["mail"])
OPEN = (is_equal("s", "open"),)
DEAR = (ConditionDef(Op.GT, "p", (Constant("m"),)),)
NEAR = (ConditionDef(Op.LE, "a", (Constant("m"),)),)
C = equals("c")

# entity, partition, sort, sparse condition, part; forwards, backwards or not at all
VECTORS = {
    "a fixed attribute between the ordered ones": (ITEM, "c", "p c id", (), part("E", C, order="p id"), True),
    "the identity decides, what follows says nothing": (ITEM, "c", "id", (), part("E", C, order="id p"), True),
    "at most one row has every order": (PAIR, "c", "n", (), part("E", equals("c", "n"), order="x"), True),
    "all directions inverted: backwards": (ITEM, "c", "a -b", (), part("E", C, order="-a b"), False),
    "only one direction inverted": (ITEM, "c", "a -b", (), part("E", C, order="a b"), None),
    "a fixed attribute behind the range": (ITEM, "c", "p s", (), part("E", equals("c", "s"), range_=ranged("p")), None),
    "a prefix, in its own order": (
        ITEM,
        "c",
        "a p",
        (),
        part("E", C, range_=ranged("a", Op.BEGINS_WITH), order="a p"),
        True,
    ),
    "a sparse key under its condition": (ITEM, "c", "p", OPEN, part("E", equals("c", s="open"), order="p"), True),
    "a sparse key of another value": (ITEM, "c", "p", OPEN, part("E", equals("c", s="paid"), order="p"), None),
    "a sparse key without its condition": (ITEM, "c", "p", OPEN, part("E", C, order="p"), None),
    "a sparse key, the value given by the caller": (ITEM, "c", "p", OPEN, part("E", equals("c", "s"), order="p"), None),
    "an equality that the key does not hold": (ITEM, "c", "p", (), part("E", equals("c", "s"), order="p"), None),
    "one row wanted, a whole partition read": (ITEM, "c", "p", (), part("E", equals("c", "id")), None),
    "one row read, the rest looked at afterwards": (ITEM, "id", "", (), part("E", equals("id", "c")), True),
    "no partition without a value": (ITEM, "c", "p", (), part("E", order="p"), None),
    "the constant partition": (ITEM, "", "p", (), part("E", order="-p"), False),
    "a constant comparison of what comes next": (ITEM, "c", "p s", (), part("E", C, where=DEAR, order="-p"), False),
    "a constant comparison behind a gap": (ITEM, "c", "a p", (), part("E", C, where=DEAR, order="a"), None),
    "a constant comparison that each of its items meets": (ITEM, "c", "a", DEAR, part("E", C, where=DEAR), True),
    "a constant comparison beside a range": (ITEM, "c", "p a", (), part("E", C, where=DEAR, range_=ranged("a")), None),
    "two constant comparisons": (ITEM, "c", "p a", (), part("E", C, where=(*DEAR, *NEAR), order="p"), None),
    "two constant comparisons, one of them of each item": (
        ITEM,
        "c",
        "p a",
        NEAR,
        part("E", C, where=(*DEAR, *NEAR), order="p"),
        True,
    ),
    "a range behind a gap": (ITEM, "c", "p a", (), part("E", C, range_=ranged("a")), None),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vector(name: str) -> None:
    owner, partition, sort, when, one, expected = VECTORS[name]
    service = serve(signature("E", partition, sort, when), need(one), owner)
    assert (service and service.forward) is expected
    assert service is None or bool(service.residual) == (name == "one row read, the rest looked at afterwards")


def test_a_prefix_gives_no_order_behind_it() -> None:
    asked = need(part("E", C, range_=ranged("a", Op.BEGINS_WITH)))
    assert serve(signature("E", "c", "a p"), asked, ITEM)
    assert serve(signature("E", "c", "a p"), replace(asked, order=terms("p")), ITEM) is None


def test_a_range_across_the_order_is_sorted_after_reading() -> None:
    asked = need(part("E", C, range_=ranged("a", Op.BEGINS_WITH), order="p"))
    assert asked.sort_after
    assert not asked.order


def sparse(absent: Absent) -> Signature:
    return Signature("E", ("c",), (SortPart("shipped", absent=absent),))


def test_rows_without_an_optional_attribute_would_vanish() -> None:
    assert serve(sparse(Absent.SPARSE), need(part("E", C)), ITEM) is None


@pytest.mark.parametrize(
    "one",
    [
        part("E", C, where=(is_present("shipped"),)),
        part("E", C, range_=ranged("shipped")),
        part("E", equals("c", "shipped")),
        part("E", C, where=(is_present("shipped"),), order="shipped"),
    ],
    ids=["only where present", "ranged", "fixed", "ordered where present"],
)
def test_a_sparse_component_serves_what_has_the_attribute(one: PartDef) -> None:
    service = serve(sparse(Absent.SPARSE), need(one), ITEM)
    assert service is not None
    assert not service.residual


@pytest.mark.parametrize(
    ("absent", "order", "forward"),
    [
        (Absent.FIRST, "shipped>first", True),
        (Absent.FIRST, "-shipped>last", False),
        (Absent.LAST, "shipped>last", True),
        (Absent.LAST, "-shipped>first", False),
        (Absent.FIRST, "shipped>last", None),
        (Absent.LAST, "-shipped>last", None),
        (Absent.SPARSE, "shipped>last", None),
    ],
)
def test_the_place_of_rows_without_the_attribute(absent: Absent, order: str, forward: bool | None) -> None:
    service = serve(sparse(absent), need(part("E", C, order=order)), ITEM)
    assert (service and service.forward) is forward


def test_the_place_of_absent_rows_is_nothing_to_a_range_that_leaves_them_out() -> None:
    asked = replace(need(part("E", C, range_=ranged("shipped"))), order=terms("shipped>last"))
    assert serve(sparse(Absent.FIRST), asked, ITEM)


def test_an_optional_unique_attribute_does_not_tell_rows_apart() -> None:
    """Any number of rows may lack it, and these still need their order."""
    key = Signature("E", ("c",), (SortPart("mail", absent=Absent.LAST),))
    assert serve(key, need(part("E", C, order="mail>last")), MAILED)
    assert serve(key, need(part("E", C, order="mail>last p")), MAILED) is None
    present = part("E", C, order="mail p", where=(is_present("mail"),))
    assert serve(signature("E", "c", "mail"), need(replace(present, where=())), MAILED) is None
    assert serve(Signature("E", ("c",), (SortPart("mail", absent=Absent.SPARSE),)), need(present), MAILED)


# --- collections ---------------------------------------------------------------------------------------------------

CUSTOMER = entity("Customer", "c", "name")
ORDER = entity("Order", "o", "c", parents=(ParentDef("Customer", ("c",), Estimate(10, 100)),))
LINE = entity("Line", "o n", "sku", parents=(ParentDef("Order", ("o",), Estimate(2, 10)),))
OWN_ORDER = entity("Order", "c o", "total", parents=(ParentDef("Customer", ("c",), Estimate(10, 100)),))
OWN_LINE = entity("Line", "c o n", "sku", parents=(ParentDef("Order", ("c", "o"), Estimate(2, 10)),))
NEWEST_ORDERS = read("newest", part("Customer", equals("c")), part("Order", equals("c"), order="-o", limit=10, rows=10))


def plan_of(*patterns: object, entities: tuple[EntityDef, ...]) -> Plan:
    plan = make_plan(workload(entities, patterns))  # type: ignore[arg-type]
    assert all(p.status == "served" for p in plan.patterns), [(p.name, p.reason) for p in plan.patterns]
    return plan


def block_order(plan: Plan, place: str) -> list[str]:
    """The entities of a place in the order of their blocks."""
    keys = {d.entity: d.key(place) for d in plan.entities}
    return sorted((e for e in keys if keys[e]), key=lambda e: str(keys[e].sort[0].value))  # type: ignore[union-attr]


@pytest.mark.parametrize(("order", "line", "root"), [(ORDER, LINE, "o"), (OWN_ORDER, OWN_LINE, "c o")])
def test_c1_newest_orders_and_orders_with_lines_take_one_index(order: EntityDef, line: EntityDef, root: str) -> None:
    with_lines = read("with_lines", part("Order", equals(*root.split())), part("Line", equals(*root.split()), rows=2))
    plan = plan_of(NEWEST_ORDERS, with_lines, entities=(CUSTOMER, order, line))
    assert len(plan.table.gsis) == 1
    assert [p.request_count for p in plan.patterns] == [1, 1]
    (newest,) = plan.pattern("newest").reads
    assert (newest.operation, newest.forward, newest.page, newest.constant_rows) == (Operation.QUERY, False, 11, 1)
    (lines,) = plan.pattern("with_lines").reads
    assert {newest.index, lines.index} == {None, "GSI1"}
    assert block_order(plan, newest.index or BASE)[:2] == ["Order", "Customer"]
    others = plan.entity("Line").key(newest.index or BASE)
    assert (
        others is None or others.partition[0].value != plan.entity("Order").key(newest.index or BASE).partition[0].value
    )  # type: ignore[union-attr]


ROOT = entity("R", "r", "x")
FIRST = entity("A", "r a", "x")
SECOND = entity("B", "r b", "x")
THIRD = entity("D", "r d", "x")


def newest(name: str, child: str, order: str) -> object:
    return read(name, part("R", equals("r")), part(child, equals("r"), order=order, limit=5, rows=5))


def requests(plan: Plan) -> int:
    return sum(p.request_count for p in plan.patterns)


def test_c2_a_child_on_either_side_of_the_root() -> None:
    """One child is read backwards and one forwards: newest A, oldest B."""
    plan = plan_of(newest("a", "A", "-a"), newest("b", "B", "b"), entities=(ROOT, FIRST, SECOND))
    assert not plan.table.gsis
    assert requests(plan) == 2
    assert block_order(plan, BASE) == ["A", "R", "B"]
    (a,), (b,) = plan.pattern("a").reads, plan.pattern("b").reads
    assert (a.forward, a.page, b.forward, b.page) == (False, 6, True, 6)
    assert isinstance(a.sort, Interval)
    assert isinstance(b.sort, Interval)


def test_c2_two_children_read_backwards() -> None:
    """The order of one is inverted in the key, so that both are read from the root on."""
    plan = plan_of(newest("a", "A", "-a"), newest("b", "B", "-b"), entities=(ROOT, FIRST, SECOND))
    assert requests(plan) == 2
    assert not plan.table.gsis
    assert block_order(plan, BASE)[1] == "R"
    assert {r.forward for p in plan.patterns for r in p.reads} == {True, False}


def test_c2_a_star_of_three_does_not_fit_one_place() -> None:
    patterns = newest("a", "A", "-a"), newest("b", "B", "-b"), newest("d", "D", "-d")
    plan = plan_of(*patterns, entities=(ROOT, FIRST, SECOND, THIRD))
    assert requests(plan) == 3
    assert len(plan.table.gsis) == 1


def test_c2_newest_and_oldest_of_one_child_do_not_fit_one_place() -> None:
    plan = plan_of(newest("new", "A", "-a"), newest("old", "A", "a"), entities=(ROOT, FIRST))
    assert requests(plan) == 2
    assert len(plan.table.gsis) == 1


def test_c3_a_list_of_parents_does_not_read_their_children() -> None:
    """Order with lines, customer with everything, newest orders: no answer reads a row that it does not return."""
    everything = read(
        "all", part("Customer", equals("c")), part("Order", equals("c"), rows=10), part("Line", equals("c"), rows=20)
    )
    with_lines = read("with_lines", part("Order", equals("c", "o")), part("Line", equals("c", "o"), rows=2))
    listed = read("listed", part("Order", equals("c"), order="-o", limit=25, rows=10))
    plan = plan_of(everything, with_lines, listed, entities=(CUSTOMER, OWN_ORDER, OWN_LINE))
    assert requests(plan) == 3
    assert len(plan.table.gsis) == 1
    (request,) = plan.pattern("listed").reads
    key, sort = plan.entity("Order").key(request.index or BASE), request.sort
    assert key is not None
    assert (request.page, request.forward) == (25, False)
    if isinstance(sort, Interval):
        assert sort.lower.tokens == sort.upper.tokens, "exactly the block of orders"


@pytest.mark.parametrize("op", [Op.GT, Op.GE, Op.LT, Op.LE], ids=str)
@pytest.mark.parametrize("attribute", ["p", "rank"])
def test_a_list_and_the_part_of_it_that_a_constant_cuts_off_share_a_key(attribute: str, op: Op) -> None:
    """The interval of the part is what its declaration says; the judge agrees."""
    ordered = OrderTerm(attribute, descending=True, nulls="last" if attribute == "rank" else None)
    beyond = ConditionDef(op, attribute, (Constant("m"),))
    whole = replace(part("E", C, limit=20, rows=20), order=(ordered,))
    some = replace(part("E", C, where=(beyond,), limit=20, rows=20), order=(replace(ordered, nulls=None),))
    model = workload((ITEM,), (read("all", whole), read("some", some)))
    plan = make_plan(model)
    assert check(model, plan) == ()
    assert [k.when for k in plan.entity("E").indexes] == [()]
    (request,) = plan.pattern("some").reads
    bounds = [e.source for edge in (request.sort.lower, request.sort.upper) for e in edge.tokens if e.source]  # type: ignore[union-attr]
    assert bounds == [Constant("m")]


def test_a_part_that_is_read_by_itself_is_cut_off_by_its_constant_too() -> None:
    """The page of one child cannot end behind the list of another one, so each has a request of its own."""
    owners = entity("A", "u g", "p?"), entity("B", "u n", "p?")
    newest = part("A", equals("u"), where=DEAR, order="-p", limit=1, rows=5)
    listed = read("listed", part("A", equals("u"), where=(is_present("p"),), order="-p", limit=9, rows=5))
    model = workload(owners, (read("both", newest, part("B", equals("u"), where=DEAR, rows=5)), listed))
    plan = make_plan(model)
    assert check(model, plan) == ()
    first, _ = plan.pattern("both").reads
    assert isinstance(first.sort, Interval)
    assert [t.source for t in first.sort.lower.tokens if t.source is not None] == [Constant("m")]
