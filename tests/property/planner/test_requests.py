"""End to end without DynamoDB: plan a random workload, key random rows, run every request, ask the oracle."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from dynamodel.ir.entities import Bucket, BucketUnit, EntityDef, Estimate, UniqueDef
from dynamodel.ir.keys import Absent, Component, Interval, Template
from dynamodel.ir.reads import ConditionDef, Equal, Op, OrderTerm, PartDef, RangeDef, ReadKind
from dynamodel.ir.suite import Count, Row
from dynamodel.ir.values import Constant, Given, Kind, ValueType
from dynamodel.planner.check import check as judge
from dynamodel.planner.plan import make_plan
from dynamodel.verify.oracle.compare import cut, value_of
from dynamodel.verify.oracle.reads import read as oracle_read
from dynamodel.verify.oracle.store import Store
from tests.support.execute import Table, assert_same, keys_of
from tests.support.small import attribute, read, terms, workload

if TYPE_CHECKING:
    from dynamodel.ir.entities import AttributeDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.workload import Workload

NOW = datetime(2044, 1, 1, tzinfo=UTC)
TEXTS = ("", "a", "a#", "a ", "aa", "#", "$", "A", "1", "10", "é", "~", "\x00", "😀")
WORDS = TEXTS[1:]
TIMES = tuple(NOW + timedelta(hours=h) for h in (-48, -47, -1, 0, 1, 5, 24))
TYPES: dict[str, tuple[ValueType, tuple[object, ...], tuple[object, ...]]] = {  # type, values of rows, operands
    "text": (ValueType(Kind.STRING), TEXTS, TEXTS),
    "word": (ValueType(Kind.STRING, min_length=1), WORDS, TEXTS),
    "number": (
        ValueType(Kind.INTEGER, minimum=Decimal(-5), maximum=Decimal(20)),
        (-5, -1, 0, 3, 20),
        (-99, -5, 0, 4, 20, 99),
    ),
    "price": (
        ValueType(Kind.DECIMAL, minimum=Decimal(0), maximum=Decimal(9), scale=2),
        tuple(map(Decimal, ("0", "0.5", "1.25", "9"))),
        tuple(map(Decimal, ("-1", "0", "0.505", "1.25", "9", "9.001"))),
    ),
    "open": (ValueType(Kind.INTEGER), (-12, -1, 0, 9, 10, 1000), (-13, -12, 0, 10, 11, 99999)),
    "time": (ValueType(Kind.DATETIME), TIMES, TIMES),
    "status": (
        ValueType(Kind.ENUM, values=("new", "open", "opened")),
        ("new", "open", "opened"),
        ("new", "open", "opened"),
    ),
}
RANGES = (Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN)


def make_entities(random: Random) -> list[EntityDef]:
    """A parent and two children whose tags are prefixes of each other; typed attributes, some optional."""
    first = random.choice(("text", "number"))
    found = []
    for name, identity in (("User", ("u",)), ("UserGroup", random.choice((("u", "g"), ("g",)))), ("U", ("u", "n"))):
        kinds = {"u": first, "g": "word", "n": random.choice(("number", "time", "text"))}
        names = list(identity) + (["u"] if "u" not in identity else [])
        own: list[AttributeDef] = [attribute(n, TYPES[kinds[n]][0], immutable=n in identity) for n in names]
        kept = random.sample(sorted(TYPES), random.randint(2, 4))
        own += [attribute(kind, TYPES[kind][0], optional=random.random() < 0.4) for kind in kept]
        if any(a.name == "time" and not a.optional for a in own):
            own.append(attribute("time@day", bucket=Bucket("time", BucketUnit.DAY)))
        if random.random() < 0.25:
            own.append(attribute("expires", TYPES["time"][0], role="ttl", optional=True))
        able = [a.name for a in own if a.name in {"text", "word", "open"}]
        unique = (UniqueDef(name, (able[0],)),) if able and random.random() < 0.2 else ()
        found.append(EntityDef(name, name.upper(), identity, tuple(own), Estimate(50, 50), unique=unique))
    return found


def kind_of(entity: EntityDef, name: str) -> str:
    """The entry of TYPES for an attribute."""
    type_ = entity.attribute(name).type
    return next(k for k, t in TYPES.items() if t[0] == type_)


def make_part(random: Random, entity: EntityDef, fixed: tuple[str, ...] = (), *, tag: str = "") -> PartDef:
    plain = [a for a in entity.attributes if not a.bucket and a.role != "ttl"]
    optional = {a.name for a in plain if a.optional}
    names = list(fixed)
    if not fixed:
        names = random.sample([a.name for a in entity.attributes if a.role != "ttl"], random.choice((0, 1, 1, 1, 2)))
    equals = [
        Equal(n, Constant(random.choice(TYPES[kind_of(entity, n)][1])))
        if not fixed and random.random() < 0.3 and not entity.attribute(n).bucket
        else Equal(n, Given(n if n in fixed else f"{tag}{n}"))
        for n in names
    ]
    free = [a.name for a in plain if a.name not in names]
    range_ = None
    if free and random.random() < 0.45:
        name = random.choice(free)
        op = random.choice((*RANGES, Op.BEGINS_WITH) if entity.attribute(name).type.kind is Kind.STRING else RANGES)
        operands = tuple(Given(f"{tag}{name}{i}") for i in range(2 if op is Op.BETWEEN else 1))
        range_ = RangeDef(name, op, operands)
    where = []
    about = [n for n in free if n in optional and (range_ is None or n != range_.attribute)]
    if about and random.random() < 0.4:
        where.append(ConditionDef(Op.PRESENT, random.choice(about)))
    about = [n for n in about if n not in {c.attribute for c in where}]
    if about and random.random() < 0.2:
        where.append(
            ConditionDef(Op.GE, (name := random.choice(about)), (Constant(TYPES[kind_of(entity, name)][1][2]),))
        )
    present = {c.attribute for c in where} | {range_.attribute if range_ else ""} | set(names)
    order = []
    for name in random.sample([a.name for a in plain], random.choice((0, 1, 1, 2))):
        nulls = random.choice(("first", "last")) if name in optional - present else None
        order.append(OrderTerm(name, random.random() < 0.5, nulls))
    if range_ is not None and order and random.random() < 0.7:
        order = [
            OrderTerm(range_.attribute, order[0].descending),
            *(t for t in order[1:] if t.attribute != range_.attribute),
        ]
    sets = [set(entity.identity), *(set(u.attributes) for u in entity.unique)]
    single = any(s <= set(names) for s in sets)
    limit = random.choice((None, None, 1, 2, 5)) if not single else None
    return PartDef(
        entity.name, tuple(equals), tuple(where), range_, tuple(order), limit, rows=Estimate(5, 50), single=single
    )


def make_patterns(random: Random, entities: list[EntityDef]) -> list[ReadPattern]:
    patterns = []
    for number in range(random.randint(1, 4)):
        name, roll = f"p{number}", random.random()
        if roll < 0.3:
            user = entities[0]
            parts = [PartDef(user.name, (Equal("u", Given("u")),), single=True)] if random.random() < 0.8 else []
            children = random.sample(entities[1:], random.randint(1, 2))
            parts += [make_part(random, e, ("u",), tag=e.name) for e in children]
            random.shuffle(parts)
            if len(parts) > 1:
                patterns.append(read(name, *parts))
            continue
        entity = random.choice(entities)
        if roll < 0.45:
            fixed = entity.identity if random.random() < 0.7 or not entity.unique else entity.unique[0].attributes
            part = PartDef(entity.name, tuple(Equal(n, Given(n)) for n in fixed), single=True)
            patterns.append(read(name, part, kind=ReadKind.GET, consistent=random.random() < 0.3))
            continue
        part = make_part(random, entity)
        stored = [a.name for a in entity.attributes]
        returns = tuple(random.sample(stored, random.randint(1, 3))) if random.random() < 0.3 else None
        consistent, count = random.random() < 0.15, returns is None and part.limit is None and random.random() < 0.1
        part = replace(part, order=()) if count else part
        patterns.append(read(name, part, returns=returns, consistent=consistent, count=count))
    return patterns


def add_twin(random: Random, entities: list[EntityDef], patterns: list[ReadPattern]) -> None:
    """One entity again under another name, listed alike: their keys may be the same attributes of both."""
    listed = [p for p in patterns if len(p.parts) == 1 and not p.parts[0].single]
    if not listed:
        return
    name = random.choice(listed).parts[0].entity
    one = next(e for e in entities if e.name == name)
    entities.append(replace(one, name=f"{name}Twin", tag=f"{one.tag}TWIN", unique=()))
    for pattern in listed:
        if pattern.parts[0].entity == name:
            part = replace(pattern.parts[0], entity=f"{name}Twin")
            patterns.append(replace(pattern, name=f"{pattern.name}_twin", parts=(part,)))


def make_rows(random: Random, entities: list[EntityDef]) -> list[Row]:
    rows: dict[object, Row] = {}
    for entity in entities:
        taken: set[object] = set()
        for _ in range(25):
            values = {}
            for one in entity.stored:
                if not one.optional or random.random() < 0.6:
                    pool = TYPES[kind_of(entity, one.name)][1]
                    values[one.name] = random.choice(
                        pool[:6] if one.name in entity.identity or one.name == "u" else pool
                    )
            claims = {(u.namespace, values[u.attributes[0]]) for u in entity.unique if u.attributes[0] in values}
            if not claims & taken:
                taken |= claims
                rows.setdefault((entity.name, *(values[n] for n in entity.identity)), Row(entity.name, values))
    return list(rows.values())


def make_call(random: Random, workload: Workload, pattern: ReadPattern, rows: list[Row]) -> dict[str, object]:
    """Arguments that mostly hit: equalities from a row, ends of ranges in order, some outside the declared range."""
    arguments: dict[str, object] = {}
    for part in pattern.parts:
        entity = workload.entity(part.entity)
        near = random.choice([r for r in rows if r.entity == entity.name])
        for equal in part.equals:
            value = value_of(entity, near.values, equal.attribute)
            if value is None or random.random() < 0.15:
                pool = TYPES["time"][2] if "@" in equal.attribute else TYPES[kind_of(entity, equal.attribute)][1]
                value = random.choice(pool)
                value = cut(value, BucketUnit.DAY) if "@" in equal.attribute else value
            if isinstance(equal.source, Given):
                arguments.setdefault(equal.source.argument, value)
        if part.range is not None:
            ends = [random.choice(TYPES[kind_of(entity, part.range.attribute)][2]) for _ in part.range.operands]
            ends = sorted(ends) if random.random() < 0.9 else ends  # type: ignore[type-var]
            arguments |= {s.argument: v for s, v in zip(part.range.operands, ends, strict=True)}  # type: ignore[union-attr]
    return arguments


def check(random: Random, seen: Counter[str]) -> None:
    entities = make_entities(random)
    patterns = make_patterns(random, entities)
    if not patterns:
        return
    if random.random() < 0.5:
        add_twin(random, entities, patterns)
    small = workload(
        entities, patterns, multi_attribute_keys=random.random() < 0.7, indexes=random.choice((20, 20, 1)), copies=False
    )
    plan = make_plan(small)
    rows = make_rows(random, entities)
    table, store = Table(small, plan, rows, NOW), Store.of(small, rows)
    note(plan, seen)
    if all(p.status != "unserved" for p in plan.patterns):
        assert not judge(small, plan), "the judge refuses what the planner made"
    for pattern in patterns:
        design = plan.pattern(pattern.name)
        seen[design.status] += 1
        if design.status == "unserved":
            continue
        for _ in range(4):
            arguments = make_call(random, small, pattern, rows)
            expected = oracle_read(small, store, pattern, arguments, NOW)
            got = table.answer(pattern, design, arguments)
            told = f"{pattern} with {arguments} on {design.reads}"
            if isinstance(expected, Count):
                assert expected.value == len(got[0]), told
                continue
            seen["rows"] += sum(map(len, got))
            assert_same(small, pattern, expected, got, design, told)


def note(plan: Plan, seen: Counter[str]) -> None:
    """Count the forms that occur, so that the test can say that it tried them."""
    for key in keys_of(plan).values():
        seen["sparse condition"] += bool(key.when)
        for field in key.fields:
            tokens = field.value.tokens if isinstance(field.value, Template) else ()
            for token in tokens:
                if isinstance(token, Component):
                    seen["coded"] += token.absent in {Absent.FIRST, Absent.LAST}
                    seen["sparse part"] += token.absent is Absent.SPARSE
                    seen["bucket"] += token.bucket is not None
                    seen["descending"] += token.descending
    seen["natural"] += sum(i.natural for i in plan.table.indexes)
    seen["shared natural"] += sum(i.natural and len(i.entities) > 1 for i in plan.table.indexes)
    seen["local"] += len(plan.table.lsis)
    for design in plan.patterns:
        for request in design.reads:
            seen[request.operation.value] += 1
            seen["backwards"] += not request.forward
            seen["root and page"] += request.constant_rows
            seen["sorted after"] += request.sort_after
            if isinstance(request.sort, Interval):
                seen["partial"] += request.sort.partial
                seen["between"] += request.sort.lower.tokens != request.sort.upper.tokens
                ends = [edge.tokens[-1:] for edge in (request.sort.lower, request.sort.upper)]
                seen["two ranges"] += len(request.parts) > 1 and all(e and e[0].component is not None for e in ends)


FORMS = (
    *("sparse condition", "coded", "sparse part", "bucket", "descending", "natural", "local", "backwards", "GetItem"),
    "shared natural",
    *("root and page", "sorted after", "partial", "between", "two ranges", "served", "degraded"),
)


def test_every_request_returns_what_the_declaration_promises() -> None:
    seen: Counter[str] = Counter()
    for seed in range(250):
        try:
            check(Random(seed), seen)
        except AssertionError as wrong:
            pytest.fail(f"seed {seed}: {wrong}")
    assert not [form for form in FORMS if seen[form] < 3], seen
    assert seen["rows"] > 1000


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_small_workloads_return_what_they_promise(random: Random) -> None:
    check(random, Counter())


@pytest.mark.parametrize("op", RANGES)
@pytest.mark.parametrize("order", ["word>first", "word>last", "-word>first", "-word>last"])
def test_ranges_leave_out_the_coded_rows_without_a_value(order: str, op: Op) -> None:
    """One key gives the order with its absent rows and answers the range without them."""
    word = attribute("word", TYPES["word"][0], optional=True)
    owner = EntityDef("E", "E", ("id",), (attribute("id"), attribute("c"), word), Estimate(50, 50))
    fixed = (Equal("c", Given("c")),)
    operands = tuple(Given(f"o{i}") for i in range(2 if op is Op.BETWEEN else 1))
    listed = read("listed", PartDef("E", fixed, order=terms(order)))
    ranged = read("ranged", PartDef("E", fixed, range=RangeDef("word", op, operands)))
    small = workload((owner,), (listed, ranged))
    plan = make_plan(small)
    assert len(plan.table.gsis) == 1
    rows = [
        Row("E", {"id": f"{c}{i}", "c": c} | ({"word": value} if value is not None else {}))
        for c in ("x", "xy")
        for i, value in enumerate((*WORDS, None, None, "a"))
    ]
    table, store = Table(small, plan, rows, NOW), Store.of(small, rows)
    for low in TEXTS:
        arguments = {"c": "x", "o0": low, "o1": "a "}
        for pattern in (listed, ranged):
            expected = oracle_read(small, store, pattern, arguments, NOW)
            got = table.answer(pattern, plan.pattern(pattern.name), arguments)
            assert_same(small, pattern, expected, got, plan.pattern(pattern.name), f"{pattern.name} {low!r}")
