"""Where the money goes: each pattern's rate, units and dollars, what each place takes, and what drives it.

In: workload, plan and its charges. Out: plain text, or the same content as data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.ir.codec import amount
from dynamodel.ir.plan import BASE
from dynamodel.report.plan_text import cost_text, headline
from dynamodel.report.text import count, money, section, table, units

if TYPE_CHECKING:
    from dynamodel.explain.charges import Charges, Part, PatternCharge
    from dynamodel.ir.plan import PatternDesign, Plan
    from dynamodel.ir.workload import Pattern, Workload

FORMAT = "dynamodel-cost/1"

_HEADER = (
    "pattern",
    "calls/s",
    "peak/s",
    "read/call",
    "write/call",
    "RCU/s",
    "peak",
    "WCU/s",
    "peak",
    "$/month",
    "share",
)
_PLACES = (
    "place",
    "entries",
    "MB",
    "RCU/s",
    "peak",
    "WCU/s",
    "peak",
    "reads $",
    "writes $",
    "storage $",
    "$/month",
    "share",
)
_ASSUMED = "*"
_MOST_DRIVERS = 10
_MB = 1024 * 1024


def cost_report(workload: Workload, plan: Plan, charged: Charges) -> str:
    """All patterns, the dearest first; every place; what the money is paid for. A rate that is assumed is marked."""
    declared = {p.name: p for p in workload.patterns}
    dearest = sorted(charged.patterns, key=lambda c: -c.monthly)  # stable: the model's order decides ties
    rows = [_row(declared[c.pattern], plan.pattern(c.pattern), c, plan) for c in dearest]
    note = f"  {_ASSUMED} assumed: the model gives no rate\n" if any(p.rate.assumed for p in workload.patterns) else ""
    return "".join(
        (
            headline(workload, plan),
            section("Access patterns", table(_HEADER, rows, right=range(1, 11)) + note),
            section("Places", _places(plan, charged)),
            section("Cost", cost_text(plan)),
            section("Drivers", drivers(plan, charged)),
            section("Above the plain price", surcharges(workload, plan)),
        )
    )


def _row(pattern: Pattern, design: PatternDesign, charge: PatternCharge, plan: Plan) -> tuple[str, ...]:
    mark = _ASSUMED if pattern.rate.assumed else ""
    return (
        design.name,
        units(pattern.rate.average) + mark,
        units(pattern.rate.peak) + mark,
        units(design.units.read),
        units(design.units.write),
        units(charge.read_average),
        units(charge.read_peak),
        units(charge.write_average),
        units(charge.write_peak),
        money(design.monthly_micro_usd),
        _share(design.monthly_micro_usd, plan),
    )


def _places(plan: Plan, charged: Charges) -> str:
    rows = [
        (
            _name(place.place),
            f"{place.entries:,}",
            f"{place.stored // _MB:,}" if place.stored >= _MB else "<1",
            units(place.read_average),
            units(place.read_peak),
            units(place.write_average),
            units(place.write_peak),
            money(place.reads),
            money(place.writes),
            money(place.storage),
            money(place.monthly),
            _share(place.monthly, plan),
        )
        for place in charged.places
    ]
    return table(_PLACES, rows, right=range(1, 12))


def drivers(plan: Plan, charged: Charges) -> str:
    """The largest parts of the cost: what of which pattern, where."""
    rows = [
        (part.monthly, (charge.pattern, part.what, _name(part.place), money(part.monthly), _share(part.monthly, plan)))
        for charge in charged.patterns
        for part in charge.parts
    ]
    rows += [
        (place.storage, ("-", "storage", _name(place.place), money(place.storage), _share(place.storage, plan)))
        for place in charged.places
    ]
    paid = sorted((r for r in rows if r[0]), key=lambda r: -r[0])
    text = table(
        ("pattern", "pays for", "place", "$/month", "share"), [r for _, r in paid[:_MOST_DRIVERS]], right=(3, 4)
    )
    left = paid[_MOST_DRIVERS:]
    if left:
        text += f"  and {count(len(left), 'smaller part')}, ${money(sum(m for m, _ in left))} together\n"
    return text if paid else ""


def surcharges(workload: Workload, plan: Plan) -> str:
    """What each pattern's price is made of beyond one unit a call, for those that have such a thing."""
    rows = []
    for pattern in workload.patterns:
        words = causes(plan.pattern(pattern.name))
        if words:
            rows.append((pattern.name, "; ".join(words)))
    return table(("pattern", "costs more than its items because"), rows) if rows else ""


def causes(design: PatternDesign) -> list[str]:
    """Index entries, transactions, second requests, strong reads, shards, filters."""
    found = []
    if design.units.index_write:
        percent = round(100 * design.units.index_write / design.units.write) if design.units.write else 0
        found.append(f"{percent} % of its write units go to indexes")
    if design.write_operation is not None and design.write_operation.value.startswith("Transact"):
        found.append("a transaction writes twice to the table")
    if any(step.read_first for step in design.steps):
        found.append("it reads before it writes, because what it writes depends on what is stored")
    if any(step.read_back for step in design.steps):
        found.append("it reads back what it returns, because a transaction returns no items")
    if design.request_count > 1:
        found.append(f"{design.request_count} requests")
    if any(request.consistent for request in design.reads):
        found.append("strong reads take twice the units")
    if any(request.shards > 1 for request in design.reads):
        found.append("each shard is asked")
    if any(request.filters for request in design.reads):
        found.append("what a filter drops is read and paid")
    return found


def cost_json(workload: Workload, plan: Plan, charged: Charges) -> dict[str, Any]:
    """The same content as data: units and dollars as decimal numbers, like `plan.json`."""
    declared = {p.name: p for p in workload.patterns}
    return {
        "format": FORMAT,
        "model": plan.model,
        "fingerprint": plan.fingerprint,
        "billing": plan.table.billing,
        "prices_dated": plan.cost.prices_dated,
        "monthly": amount(plan.cost.monthly),
        "reads": amount(plan.cost.reads),
        "writes": amount(plan.cost.writes),
        "storage": amount(plan.cost.storage),
        "patterns": {c.pattern: _pattern_json(declared[c.pattern], plan, c) for c in charged.patterns},
        "places": {
            c.place: {
                "entries": c.entries,
                "stored_bytes": c.stored,
                "read_units_per_second": {"average": amount(c.read_average), "peak": amount(c.read_peak)},
                "write_units_per_second": {"average": amount(c.write_average), "peak": amount(c.write_peak)},
                "reads": amount(c.reads),
                "writes": amount(c.writes),
                "storage": amount(c.storage),
                "monthly": amount(c.monthly),
            }
            for c in charged.places
        },
    }


def _pattern_json(pattern: Pattern, plan: Plan, charge: PatternCharge) -> dict[str, Any]:
    design = plan.pattern(pattern.name)
    return {
        "calls_per_second": {"average": amount(pattern.rate.average), "peak": amount(pattern.rate.peak)},
        "rate_assumed": pattern.rate.assumed,
        "read_units": amount(design.units.read),
        "write_units": amount(design.units.write),
        "read_units_per_second": {"average": amount(charge.read_average), "peak": amount(charge.read_peak)},
        "write_units_per_second": {"average": amount(charge.write_average), "peak": amount(charge.write_peak)},
        "monthly": amount(charge.monthly),
        "parts": [_part_json(part) for part in charge.parts],
        "drivers": causes(design),
    }


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "what": part.what,
        "place": part.place,
        "read_units": amount(part.read),
        "write_units": amount(part.write),
        "monthly": amount(part.monthly),
    }


def _name(place: str) -> str:
    return "table" if place == BASE else place


def _share(micro_usd: int, plan: Plan) -> str:
    return f"{100 * micro_usd / plan.cost.monthly if plan.cost.monthly else 0:.0f} %"
