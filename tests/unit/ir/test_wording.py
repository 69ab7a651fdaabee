"""Requests in words: what a reviewer reads in a report or in the diff of a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from dynamodel.ir import wording
from dynamodel.ir.entities import BucketUnit
from dynamodel.ir.keys import (
    BoundToken,
    Code,
    Component,
    Edge,
    Interval,
    NaturalCondition,
    NaturalKey,
    Template,
    TextToken,
)
from dynamodel.ir.plan import BoundKey, Operation, PatternDesign, ReadRequest, ResidualFilter
from dynamodel.ir.reads import ConditionDef, Op
from dynamodel.ir.values import Constant, FromEntity, Given, Now

PLACED = Component("placed_at", Code.INSTANT)
STATUS = Component("status", Code.TEXT)
ORDER = BoundToken("ORDER")


def bound(component: Component, source: object) -> BoundToken:
    return BoundToken(component=component, source=source)  # type: ignore[arg-type]


FROM, TO = bound(PLACED, Given("placed_at_from")), bound(PLACED, Given("placed_at_to"))


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (
            Interval("SK", Edge((ORDER, FROM), False), Edge((ORDER, FROM), True), whole=True),
            "SK = ORDER#{placed_at_from}#",
        ),
        (Interval("SK", Edge((ORDER,), False), Edge((ORDER,), True)), "SK begins_with ORDER#"),
        (
            Interval("SK", Edge((ORDER, FROM), False), Edge((ORDER, FROM), True), partial=True),
            "SK begins_with ORDER#{placed_at_from}",
        ),
        (
            Interval("SK", Edge((ORDER, FROM), False), Edge((ORDER, TO), True)),
            "SK between ORDER#{placed_at_from} and ORDER#{placed_at_to}$",
        ),
        (
            Interval("SK", Edge((ORDER, FROM), True), Edge((ORDER,), True)),
            "SK between ORDER#{placed_at_from}$ and ORDER$",
        ),
        (
            NaturalCondition((("status", Constant("open")),), "placed_at", "between", (Given("a"), Given("b"))),
            'status = "open" and placed_at between {a} and {b}',
        ),
        (NaturalCondition((), "placed_at", "gt", (Now(),)), "placed_at > now()"),
    ],
)
def test_sort_conditions(interval: Interval | NaturalCondition, words: str) -> None:
    assert wording.sort_condition(interval) == words


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (bound(STATUS, Constant("open")), "open"),
        (bound(STATUS, Constant("a#b")), '{"a#b"}'),
        (bound(STATUS, Given("state")), "{state}"),
        (bound(Component("placed_at", Code.INSTANT, descending=True), Given("at")), "{-at}"),
        (bound(Component("placed_at", Code.INSTANT, bucket=BucketUnit.DAY), Given("at")), "{at@day}"),
        (bound(STATUS, FromEntity("order", "status")), "{order.status}"),
        (bound(Component("n", Code.NUMBER), Constant(Decimal("1.50"))), "{1.50}"),
        (BoundToken(component=STATUS), "{status}"),
    ],
)
def test_tokens(token: BoundToken, words: str) -> None:
    assert wording.bound_token(token) == words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (ConditionDef(Op.EQ, "status", (Constant("open"),)), 'status = "open"'),
        (ConditionDef(Op.NE, "paid", (Constant(True),)), "paid != true"),
        (ConditionDef(Op.PRESENT, "owner"), "owner present"),
        (ConditionDef(Op.BEGINS_WITH, "name", (Given("prefix"),)), "name begins_with {prefix}"),
        (ConditionDef(Op.GE, "at", (Constant(datetime(2026, 1, 1, tzinfo=UTC)),)), "at >= 2026-01-01 00:00:00+00:00"),
        (
            ConditionDef(
                Op.ANY_OF, any_of=(ConditionDef(Op.ABSENT, "owner"), ConditionDef(Op.LT, "lease_until", (Now(),)))
            ),
            "(owner absent or lease_until < now())",
        ),
    ],
)
def test_conditions(condition: ConditionDef, words: str) -> None:
    assert wording.condition(condition) == words


def test_a_request_says_its_whole_key_and_its_filters() -> None:
    request = ReadRequest(
        Operation.QUERY,
        "GSI1",
        (0,),
        (BoundKey("GSI1PK", (BoundToken("CUSTOMER"), bound(Component("id", Code.TEXT), Given("customer_id")))),),
        sort=Interval("GSI1SK", Edge((ORDER,), False), Edge((ORDER,), True)),
        filters=(ResidualFilter(0, ConditionDef(Op.GT, "total", (Given("least"),)), server=True),),
    )
    assert wording.key_condition(request) == "GSI1PK = CUSTOMER#{customer_id}# and GSI1SK begins_with ORDER#"
    assert wording.filters(request) == "total > {least}"
    assert wording.operations(PatternDesign("p", "served", 2, (request, request))) == "Query"
    batch = replace(request, partition=(BoundKey("PK"),), sort_key=(BoundKey("SK"),), sort=None)
    assert wording.key_condition(batch) == "", "its keys are those of rows"


def test_natural_keys_stand_for_themselves() -> None:
    assert wording.key_value(NaturalKey("status")) == "{status}"
    assert wording.key_value(Template((TextToken("ORDER"), PLACED))) == "ORDER#{placed_at}#"
    assert wording.bound_key(BoundKey("status", source=Given("status"))) == "status = {status}"


def test_a_set_of_constants_reads_the_same_under_every_hash_seed() -> None:
    assert wording.literal(frozenset({"b", "a", "c"})) == '{"frozenset": ["a", "b", "c"]}'
