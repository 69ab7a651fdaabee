"""Data of exactly the sizes that a plan reckons with, and the plan's own figures for a call on such data.

In: a workload. Out: a suite whose texts and bytes have their declared average sizes and whose optional values are all
there; and, for a case of it, the workload with the facts of that case: sizes, numbers of rows, who is in an index.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

from dynamodel.dynamo import written
from dynamodel.explain.charges import charges
from dynamodel.ir.entities import MICRO, Estimate
from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.suite import Count, Rows
from dynamodel.ir.values import Kind
from dynamodel.planner import cost
from dynamodel.verify import maker
from dynamodel.verify.cases import make_suite
from dynamodel.verify.checker.sizes import value_bytes
from dynamodel.verify.reckoning import TABLE
from dynamodel.verify.stored import wire
from dynamodel.verify.values import hostile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from random import Random

    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.suite import Case, Row, Suite
    from dynamodel.ir.workload import Pattern, Workload
    from dynamodel.ir.writes import WritePattern


def average_suite(workload: Workload, seed: int) -> Suite:
    """The suite of a workload with average values: nothing absent, nothing expired."""
    never = dict.fromkeys(("_ABSENT", "_EXPIRED"), 0.0)
    with mock.patch.multiple(maker, hostile=_average, **never):
        return make_suite(workload, seed, items=60)


def _average(attribute: AttributeDef, random: Random, now: datetime, wanted: int) -> list[object]:
    kind, size = attribute.type, attribute.size.average
    width = max(kind.min_length, min(size, kind.max_length or size), len(str(wanted)))
    if kind.kind is Kind.STRING:
        return [str(number).rjust(width, "x") for number in range(wanted)]
    if kind.kind is Kind.BYTES:
        return [number.to_bytes(width, "big") for number in range(wanted)]
    return hostile(attribute, random, now, wanted)


def figures(workload: Workload, plan: Plan, pattern: Pattern, case: Case, rows: Iterable[Row]) -> dict[str, int]:
    """The plan's units of one call, in millionths by place, when the facts of the workload are those of a case.

    `rows` are what the case reads, or the items that it writes as they are in the indexes.
    """
    known = _with_facts(workload, pattern, case, list(rows))
    found_first = case.expected.value if isinstance(case.expected, Count) else written.FOUND_ROWS
    with mock.patch.object(written, "FOUND_ROWS", found_first):
        priced, _ = cost.price(known, plan.table, plan.entities, plan.patterns)
        charged = next(c for c in charges(known, replace(plan, patterns=priced)).patterns if c.pattern == pattern.name)
    found: dict[str, int] = defaultdict(int)
    for part in charged.parts:
        found[TABLE if part.place == "base" else part.place] += part.read + part.write
    return {place: units for place, units in found.items() if units}


def _with_facts(workload: Workload, pattern: Pattern, case: Case, rows: list[Row]) -> Workload:
    children = case.expected.value if isinstance(case.expected, Count) else 1
    entities = tuple(_entity(e, [r for r in rows if r.entity == e.name], children) for e in workload.entities)
    changed = _counted(pattern, case) if isinstance(pattern, ReadPattern) else _repeated(pattern, case)
    patterns = tuple(changed if p.name == pattern.name else p for p in workload.patterns)
    return replace(workload, entities=entities, patterns=patterns)


def _counted(pattern: ReadPattern, case: Case) -> ReadPattern:
    """A read whose numbers of rows and keys are those of the case."""
    batch = next((len(v) for v in case.arguments.values() if isinstance(v, tuple)), 1)
    found = [len(p.rows) for p in case.expected.parts] if isinstance(case.expected, Rows) else []
    parts = tuple(replace(part, rows=Estimate(count, count)) for part, count in zip(pattern.parts, found, strict=False))
    return replace(pattern, parts=parts or pattern.parts, batch=Estimate(batch, batch) if pattern.batch else None)


def _repeated(pattern: WritePattern, case: Case) -> WritePattern:
    """A write whose steps on a list are as many as the case gives."""
    given = {name: len(value) for name, value in case.arguments.items() if isinstance(value, tuple)}
    steps = []
    for step in pattern.steps:
        many = given.get(step.argument or "keys") if step.times.most > 1 else None
        steps.append(step if many is None else replace(step, times=Estimate(many, many)))
    return replace(pattern, steps=tuple(steps))


def _entity(entity: EntityDef, rows: list[Row], children: int) -> EntityDef:
    """An entity whose sizes are those of the rows; every one of its items has the values of the first."""
    if not rows:
        return entity
    stored = {
        a.name: [
            value_bytes(held)
            for r in rows
            if r.values.get(a.name) is not None and (held := wire(a.type, r.values[a.name], ttl=a.role == "ttl"))
        ]
        for a in entity.stored
    }
    attributes = []
    for attribute in entity.attributes:
        sizes = stored.get(attribute.name, [])
        value = rows[0].values.get(attribute.name)
        size = -(-sum(sizes) // len(rows)) if sizes else 0
        share = ((value, MICRO),) if value is not None and attribute.type.kind is not Kind.SET else ((None, MICRO),)
        if value is not None and attribute.optional:
            share = ((None, 0), *share) if share[0][0] is not None else ((None, 0),)
        hashable = [(v, s) for v, s in share if v is None or isinstance(v, str | int | bool)]
        known = replace(attribute, share=tuple(hashable), has_default=False, default=None)  # a case gives its own value
        attributes.append(replace(known, size=Estimate(size, max(size, 1))))
    parents = tuple(replace(p, children=Estimate(children, children)) for p in entity.parents)
    return replace(entity, attributes=tuple(attributes), parents=parents)
