"""The serving rule against an executor that tries: keys are sorted, and what is wanted must lie together in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cmp_to_key
from itertools import groupby, product
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from dynamodel.ir.entities import EntityDef, Estimate, UniqueDef
from dynamodel.ir.keys import Absent
from dynamodel.ir.reads import ConditionDef, Equal, Op, OrderTerm, PartDef, RangeDef
from dynamodel.ir.values import Constant, Given
from dynamodel.planner.serve import Signature, SortPart, is_comparison, serve
from tests.support.small import attribute, need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.planner.needs import Need

Row = dict[str, str | None]

VALUES = ("a", "ab", "ac", "b")  # in order; "a" is a prefix of three of them
NAMES = ("a", "b", "c")
IDS = tuple(f"i{n:03}" for n in range(250))
RANK = {value: rank for rank, value in enumerate((*VALUES, *IDS))}
RANGES = {  # operands that leave at least two values, and not always the same
    Op.LT: [("ac",), ("b",)],
    Op.LE: [("ab",), ("ac",)],
    Op.GT: [("a",), ("ab",)],
    Op.GE: [("ab",), ("ac",)],
    Op.BETWEEN: [("a", "ab"), ("ab", "ac"), ("ab", "b")],
    Op.BEGINS_WITH: [("a",)],
}


@dataclass(frozen=True)
class Question:
    """A signature and a need of one entity, and data in several worlds that all obey the entity's identity."""

    entity: EntityDef
    signature: Signature
    need: Need
    worlds: tuple[tuple[Row, ...], ...]


def compares(op: Op, value: str | None, operands: tuple[str, ...]) -> bool:
    if op is Op.PRESENT:
        return value is not None
    if op is Op.ABSENT:
        return value is None
    if op is Op.NE:
        return value != operands[0]
    if value is None:
        return False
    return {
        Op.EQ: value == operands[0],
        Op.LT: value < operands[0],
        Op.LE: value <= operands[0],
        Op.GT: value > operands[0],
        Op.GE: value >= operands[0],
        Op.BETWEEN: operands[0] <= value <= operands[-1],
        Op.BEGINS_WITH: value.startswith(operands[0]),
    }[op]


def holds(row: Row, condition: ConditionDef) -> bool:
    return compares(condition.op, row[condition.attribute], tuple(o.value for o in condition.operands))  # type: ignore[union-attr,misc]


def is_wanted(need: Need, row: Row, call: dict[str, str], operands: tuple[str, ...]) -> bool:
    fixed = all(row[n] == (s.value if isinstance(s, Constant) else call[n]) for n, s in need.equals)
    ranged = need.range is None or compares(need.range.op, row[need.range.attribute], operands)
    return fixed and ranged and all(holds(row, c) for c in need.where)


def key_of(signature: Signature, row: Row) -> tuple[object, ...] | None:
    """The place of a row in the sorted partition; None when it has no key."""
    if any(row[n] is None for n in signature.partition) or not all(holds(row, c) for c in signature.when):
        return None
    found: list[object] = []
    for component in signature.sort:
        value = row[component.attribute]
        if value is None:
            if component.absent not in {Absent.FIRST, Absent.LAST}:
                return None
            found.append((-1 if component.absent is Absent.FIRST else 1, 0))
        else:
            rank = RANK[value]
            found.append((0, -rank if component.descending else rank))
    return tuple(found)


def in_order(need: Need, rows: list[list[Row]]) -> bool:
    """Whether groups of rows, in sequence, have the wanted order whatever the sequence within a group."""

    def compare(one: Row, other: Row) -> int:
        for term in need.order:
            a, b = one[term.attribute], other[term.attribute]
            if a == b:
                continue
            if a is None or b is None:
                return (-1 if a is None else 1) * (1 if term.nulls == "first" else -1)
            return (-1 if a < b else 1) * (-1 if term.descending else 1)
        return 0

    flat = [row for group in rows for row in group]
    ties = all(compare(group[0], row) == 0 for group in rows for row in group)
    return ties and flat == sorted(flat, key=cmp_to_key(compare))


def meets_constants(need: Need, row: Row) -> bool:
    return all(row[n] == s.value for n, s in need.equals if isinstance(s, Constant)) and all(
        holds(row, c) for c in need.where
    )


def calls(question: Question) -> Iterator[tuple[dict[str, str], tuple[str, ...]]]:
    need = question.need
    names = [n for n, s in need.equals if isinstance(s, Given)]
    given = product(*(VALUES[:3] for _ in names))
    if "id" in names:  # values that belong together, or hardly a call would find anything
        given = (tuple(row[n] or "" for n in names) for row in question.worlds[0][::7] if meets_constants(need, row))  # type: ignore[assignment]
    for values in given:
        for operands in RANGES[need.range.op] if need.range else [()]:
            yield dict(zip(names, values, strict=True)), operands


def directions(question: Question) -> set[bool]:
    """The directions in which one interval of keys gives exactly what is wanted, for every call and every world."""
    signature, need = question.signature, question.need
    if not set(signature.partition) <= need.eq:
        return set()  # nobody knows which partition to ask
    possible = {True, False}
    partitions: dict[tuple[object, ...], list[tuple[int, Row, tuple[object, ...] | None]]] = {}
    for world, rows in enumerate(question.worlds):
        for row in rows:
            partition = tuple(row[n] for n in signature.partition)
            partitions.setdefault(partition, []).append((world, row, key_of(signature, row)))
    fixed = 0
    while fixed < len(signature.sort) and signature.sort[fixed].attribute in need.eq:
        fixed += 1
    known = [p.attribute for p in signature.sort[:fixed]]
    for call, operands in calls(question):
        values = {n: s.value if isinstance(s, Constant) else call[n] for n, s in need.equals}
        near = partitions.get(tuple(values[n] for n in signature.partition), [])
        wanted = {id(row) for _, row, _ in near if is_wanted(need, row, call, operands)}
        if any(key is None and id(row) in wanted for _, row, key in near):
            return set()  # a row is missing from the key
        entries = [(world, row, key) for world, row, key in near if key is not None]
        worlds = [world for world, row, _ in entries if all(row[n] == values[n] for n in known)]
        if len(worlds) == len(set(worlds)):
            continue  # at most one item is read: what else it must meet is looked at afterwards
        entries.sort(key=lambda e: e[2])
        groups = [list(g) for _, g in groupby(entries, key=lambda e: e[2])]
        kinds = [{id(row) in wanted for _, row, _ in group} for group in groups]
        if any(len(kind) > 1 for kind in kinds):
            return set()
        chosen = [i for i, kind in enumerate(kinds) if True in kind]
        if chosen and chosen[-1] - chosen[0] + 1 != len(chosen):
            return set()
        for world in range(len(question.worlds)):
            read = [[row for i, row, _ in groups[at] if i == world] for at in chosen]
            read = [group for group in read if group]
            possible &= {d for d in (True, False) if in_order(need, read if d else read[::-1])}
        if not possible:
            return set()
    return possible


def worlds_of(random: Random, entity: EntityDef) -> tuple[tuple[Row, ...], ...]:
    """Data that obeys the identity and the unique sets, and else has every combination.

    Where only the identity is unique, each further world gives every item another value of one attribute, so that what
    an identity does not decide is seen not to be decided. Elsewhere chance does that, in many worlds.
    """
    domains = {a.name: (*VALUES, None) if a.optional else VALUES for a in entity.attributes if a.name in NAMES}
    grid: list[Row] = [dict(zip(domains, values, strict=True)) for values in product(*domains.values())]
    if entity.identity == ("id",) and not entity.unique:
        rows = [dict(row) for row in grid for _ in range(2)]
        ids = random.sample(IDS, len(rows))
        first: tuple[Row, ...] = tuple({**row, "id": own} for row, own in zip(rows, ids, strict=True))
        following = {n: dict(zip(d, (*d[1:], d[0]), strict=True)) for n, d in domains.items()}
        return first, *(tuple({**row, n: following[n][row[n]]} for row in first) for n in domains)
    sets = [entity.identity, *(u.attributes for u in entity.unique)]
    worlds = []
    for _ in range(16):
        rows = random.sample(grid, len(grid))
        taken: set[object] = set()
        kept = []
        for row, own in zip(rows, random.sample(IDS, len(rows)), strict=True):
            filled = {**row, "id": own}
            claims = {(s, *(filled[n] for n in s)) for s in sets if all(filled[n] is not None for n in s)}
            if not taken & claims:
                taken |= claims
                kept.append(filled)
        worlds.append(tuple(kept))
    return tuple(worlds)


ENTITIES = (
    ((), "id", ()),
    (("a",), "id", ()),
    (("a", "b"), "id", ()),
    ((), "a b", ()),
    (("c",), "a b", ()),
    ((), "id", ("b c",)),
    (("c",), "id", ("b c",)),
)


def make_entity(optional: tuple[str, ...], identity: str, unique: tuple[str, ...]) -> EntityDef:
    names = [*(["id"] if "id" in identity else []), *NAMES]
    return EntityDef(
        "E",
        "E",
        tuple(identity.split()),
        tuple(attribute(n, optional=n in optional) for n in names),
        Estimate(10, 10),
        unique=tuple(UniqueDef(u, tuple(u.split())) for u in unique),
    )


WORLDS = [(entity, worlds_of(Random(7), entity)) for entity in (make_entity(*e) for e in ENTITIES)]


def make_need(random: Random, entity: EntityDef) -> Need:
    names = [a.name for a in entity.attributes]
    optional = {a.name for a in entity.attributes if a.optional}
    mixed = random.sample(names, len(names))
    fixed, rest = mixed[: random.choice((0, 1, 1, 1, 2, 2, 3))], mixed
    equals = tuple(Equal(n, Constant("ab") if n != "id" and random.random() < 0.3 else Given(n)) for n in sorted(fixed))
    free = [n for n in rest if n not in fixed]
    range_ = None
    if random.random() < 0.4 and (able := [n for n in free if n != "id"]):
        op = random.choice(list(RANGES))
        range_ = RangeDef(random.choice(able), op, tuple(Given(f"o{i}") for i in range(len(RANGES[op][0]))))
    where: list[ConditionDef] = []
    about = [n for n in free if n in optional]
    if about and random.random() < 0.3:
        where.append(ConditionDef(Op.PRESENT, random.choice(about)))
    about = [n for n in free if n != "id" and n not in {c.attribute for c in where}]
    about = [n for n in about if range_ is None or n != range_.attribute]
    if about and random.random() < 0.25:
        name, op = random.choice(about), random.choice((Op.GE, Op.LT, Op.NE, Op.ABSENT))
        if op is not Op.ABSENT or name in optional:
            where.append(ConditionDef(op, name, () if op is Op.ABSENT else (Constant("ac" if op is Op.LT else "ab"),)))
    present = {c.attribute for c in where if c.op in {Op.PRESENT, Op.GE, Op.LT}} | {range_.attribute if range_ else ""}
    order = []
    for name in random.sample(names, random.choice((0, 0, 1, 1, 2, 3))):
        nulls = (
            random.choice(("first", "last")) if name in optional and name not in fixed and name not in present else None
        )
        order.append(OrderTerm(name, random.random() < 0.5, nulls))
    if range_ is not None and order and random.random() < 0.6:
        order[0] = OrderTerm(range_.attribute, order[0].descending)
        order = list({t.attribute: t for t in reversed(order)}.values())[::-1]
    # An order across the range would be left to the caller, who sorts; here the rule itself is asked for it.
    return replace(need(PartDef("E", equals, tuple(where), range_)), order=tuple(order))


def make_signature(random: Random, entity: EntityDef, need: Need) -> Signature:
    """A key that nearly serves the need: fixed attributes, then the range, then the order, and then mutations."""
    names = [a.name for a in entity.attributes]
    optional = {a.name for a in entity.attributes if a.optional}
    fixed = random.sample(sorted(need.eq), len(need.eq))
    cut = random.randint(0 if random.random() < 0.2 else min(1, len(fixed)), len(fixed))
    told = [c for c in need.conditions if c.attribute not in fixed[:cut] and random.random() < 0.6]
    constant = {n for n, source in need.equals if isinstance(source, Constant)} | {c.attribute for c in need.where}
    if random.random() < 0.05 and (able := sorted(set(NAMES) - constant)):
        told.append(ConditionDef(Op.EQ, random.choice(able), (Constant("ab"),)))
    sort = [n for n in fixed[cut:] if random.random() < 0.9]
    sort += [need.range.attribute] if need.range else []
    sort += [c.attribute for c in need.where if is_comparison(c) and c.attribute not in sort and random.random() < 0.6]
    flip = random.random() < 0.5
    directions = {t.attribute: t.descending != flip for t in need.order}
    sort += [t.attribute for t in need.order if t.attribute not in sort]
    roll = random.random()
    if roll < 0.15 and sort:
        sort.pop(random.randrange(len(sort)))
    elif roll < 0.35:
        sort.insert(random.randint(0, len(sort)), random.choice(names))
    elif roll < 0.42:
        random.shuffle(sort)
    parts = []
    for name in sort:
        descending = directions.get(name, False)
        if random.random() < 0.05:
            descending = not descending
        absent = Absent.REFUSED
        if name in optional:
            nulls = next((t.nulls for t in need.order if t.attribute == name), None)
            absent = random.choice((Absent.SPARSE, Absent.FIRST, Absent.LAST))
            if nulls is not None and random.random() < 0.7:
                absent = Absent.FIRST if (nulls == "first") != flip else Absent.LAST
        parts.append(SortPart(name, descending, absent))
    return Signature("E", tuple(fixed[:cut]), tuple(parts), tuple(dict.fromkeys(told)))


def is_in_the_rule(question: Question) -> bool:
    """Leave out what the rule does not claim to see, and what the data is too small to show.

    A constant condition other than a comparison, or beside a range, might be expressed by a sort component instead of a
    sparse key; and identities of entities with more than one unique set are not tried together with other values.
    """
    need, signature = question.need, question.signature
    seen = {*signature.attributes, *(c.attribute for c in signature.when), *need.eq, *(t.attribute for t in need.order)}
    coded = {p.attribute for p in signature.sort if p.absent in {Absent.FIRST, Absent.LAST}}
    for condition in need.where:
        if condition.op is Op.PRESENT:
            if condition.attribute in coded:
                return False
        elif is_comparison(condition) and need.range is None:
            continue
        elif condition.attribute in seen and (condition not in signature.when or condition.op is Op.ABSENT):
            return False
    return not ("id" in need.eq and question.entity.unique)


def make_question(random: Random) -> Question:
    entity, worlds = random.choice(WORLDS)
    wanted = make_need(random, entity)
    return Question(entity, make_signature(random, entity, wanted), wanted, worlds)


def check(question: Question) -> bool:
    """Compare the rule with the executor; whether the key serves."""
    service = serve(question.signature, question.need, question.entity)
    truth = directions(question)
    assert (service is not None) == bool(truth), (
        f"the rule says {service}, trying says {truth}: {question.signature} {question.need}"
    )
    if service is not None:
        assert service.forward in truth, f"{question.signature} {question.need}"
    return service is not None


@pytest.mark.parametrize("seed", range(10))
def test_the_rule_is_what_trying_finds(seed: int) -> None:
    random = Random(seed)
    questions = [q for q in (make_question(random) for _ in range(200)) if is_in_the_rule(q)]
    served = sum(check(question) for question in questions)
    assert 0.2 < served / len(questions) < 0.8, "one side of the rule is hardly tried"


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_the_rule_is_what_trying_finds_in_small_cases(random: Random) -> None:
    question = make_question(random)
    # Of other identities and unique sets the data shows everything only by chance: they are tried with fixed seeds.
    shown = question.entity.identity == ("id",) and not question.entity.unique
    if shown and is_in_the_rule(question):
        check(question)
