"""What one plan takes more or less than another one of the same model.

In: two plans. Out: a `Delta`: totals, and the patterns that run otherwise. Money in millionths of a US dollar a month,
requests a second in millionths (average rate times the requests of one call), as everywhere in the plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.plan import BASE
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.plan import PatternDesign, Plan
    from dynamodel.ir.workload import Workload


@dataclass(frozen=True, slots=True)
class Totals:
    """A plan in six numbers: patterns not served, requests a second, money a month, indexes, copies of items."""

    unserved: int
    requests: int
    monthly: int
    gsis: int
    lsis: int
    copies: int


@dataclass(frozen=True, slots=True)
class Run:
    """How a pattern runs in one plan: requests of one call, units in money, and the places that it reads."""

    status: str
    request_count: int
    monthly: int
    places: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """A pattern in both plans; None where a plan does not have it."""

    pattern: str
    before: Run | None
    after: Run | None


@dataclass(frozen=True, slots=True)
class Delta:
    """The totals of both plans and the patterns whose requests, places or cost differ."""

    before: Totals
    after: Totals
    changes: tuple[Change, ...]


def totals(workload: Workload, plan: Plan) -> Totals:
    """The numbers of a plan; requests count every declared pattern that the plan serves."""
    rates = {p.name: p.rate.average for p in workload.patterns}
    return Totals(
        sum(p.status == "unserved" for p in plan.patterns),
        sum(rates[p.name] * p.request_count for p in plan.patterns),
        plan.cost.monthly,
        len(plan.table.gsis),
        len(plan.table.lsis),
        sum(len(d.copies) for d in plan.entities),
    )


def compare(workload: Workload, before: Plan, after: Plan) -> Delta:
    """The difference of two plans; `workload` declares the patterns of both."""
    old, new = ({p.name: p for p in plan.patterns} for plan in (before, after))
    found = []
    for name in (p.name for p in workload.patterns):
        one, other = _run(old.get(name)), _run(new.get(name))
        if one != other:
            found.append(Change(name, one, other))
    return Delta(totals(workload, before), totals(workload, after), tuple(found))


def _run(design: PatternDesign | None) -> Run | None:
    if design is None:
        return None
    places = tuple(dict.fromkeys(r.index or BASE for r in design.reads))
    return Run(design.status, design.request_count, design.monthly_micro_usd, places, design.reason)
