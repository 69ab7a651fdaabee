"""What a plan's money is paid for: each access pattern and each place, on average and at peak, part by part.

In: a workload and its plan. Out: `Charges`, by the same arithmetic as the plan's cost (`planner.cost`); the parts of a
pattern add up to its units, the money of the places to the plan's. Units are millionths, rates millionths of a unit a
second, money millionths of a US dollar a month.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from dynamodel.dynamo.capacity import TRANSACTION_FACTOR, read_units, write_units
from dynamodel.dynamo.footprint import beside_key, membership, vector_bytes, vector_share
from dynamodel.dynamo.prices import monthly_micro_usd, storage_micro_usd, terms_of
from dynamodel.dynamo.sizing import STORED_OVERHEAD
from dynamodel.dynamo.written import step_count
from dynamodel.ir.entities import MICRO
from dynamodel.ir.plan import BASE, Operation
from dynamodel.ir.writes import StepKind, WritePattern
from dynamodel.planner import cost
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.plan import PatternDesign, Plan
    from dynamodel.ir.workload import Pattern, Workload
    from dynamodel.ir.writes import StepDef


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a call of a pattern pays for: what, where, its units of one call, and the money of a month."""

    what: str
    place: str
    read: int
    write: int
    monthly: int


@dataclass(frozen=True, slots=True)
class PatternCharge:
    """A pattern's calls: units a second on average and at peak, money, and what one call is made of."""

    pattern: str
    read_average: int
    read_peak: int
    write_average: int
    write_peak: int
    monthly: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class PlaceCharge:
    """What a place (`base` or an index) takes: units a second, entries and bytes stored, and money by kind."""

    place: str
    read_average: int
    read_peak: int
    write_average: int
    write_peak: int
    entries: int
    stored: int
    reads: int
    writes: int
    storage: int

    @property
    def monthly(self) -> int:
        """All that the place costs in a month."""
        return self.reads + self.writes + self.storage


@dataclass(frozen=True, slots=True)
class Charges:
    """The patterns in the order of the model, the places with the table first."""

    patterns: tuple[PatternCharge, ...]
    places: tuple[PlaceCharge, ...]


def charges(workload: Workload, plan: Plan) -> Charges:
    """What every access pattern and every place of a plan is charged for."""
    physical = cost.Physical(workload, plan.table, {d.entity: d for d in plan.entities})
    declared = {p.name: p for p in workload.patterns}
    found = []
    for design in plan.patterns:
        rate = declared[design.name].rate
        parts = _parts(physical, declared[design.name], design)
        found.append(
            PatternCharge(
                design.name,
                design.units.read * rate.average // MICRO,
                design.peak_read,
                design.units.write * rate.average // MICRO,
                design.peak_write,
                design.monthly_micro_usd,
                parts,
            )
        )
    return Charges(tuple(found), _places(physical, plan, found))


def _parts(physical: cost.Physical, pattern: Pattern, design: PatternDesign) -> tuple[Part, ...]:
    """What one call pays for; what `planner.cost` charges beyond the parts known here is the last one."""
    if design.status == "unserved":
        return ()
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for request in design.reads:
        what = f"{request.operation} of {'items' if request.hydrate is None else 'what those name'}"
        found[what, request.index or BASE][0] += cost.request_units(physical, pattern, design.reads, request)
    if isinstance(pattern, WritePattern):
        transactional = design.write_operation is Operation.TRANSACT_WRITE_ITEMS
        for step, planned in zip(pattern.steps, design.steps, strict=True):
            if step.kind is StepKind.LOOK:
                found[f"look at {step.entity}", BASE][0] += read_units(physical.item(step.entity), consistent=True)
                continue
            count = step_count(physical.workload, step)
            items = beside = count * write_units(physical.item(step.entity))
            found[f"{step.kind} of {step.entity}", BASE][1] += items
            own = physical.designs[step.entity]
            for number, changes in cost.beside_changes(physical.workload, own, step, planned):
                what = "unique guards" if number < len(own.guards) else "copies"
                units = count * cost.entry_write_units(changes, physical.beside(step.entity, number))
                found[what, BASE][1] += units
                beside += units
            found["transaction", BASE][1] += (TRANSACTION_FACTOR - 1) * beside if transactional else 0
            for place, units in _entry_units(physical, step).items():
                found[f"entry of {step.entity}", place][1] += units
            read = cost.step_units(physical, step, planned, transactional=transactional)[0]
            before = read // planned.looks if planned.read_first else 0
            found["read before the write", BASE][0] += before
            found["read back after it", BASE][0] += read - before
    rest = found["other", BASE]
    for kind, whole in enumerate((design.units.read, design.units.write)):
        rest[kind] = whole - sum(units[kind] for units in found.values())
    rate, terms = pattern.rate, terms_of(physical.workload.options)
    parts = [
        Part(what, place, r, w, monthly_micro_usd(read=r, write=w, average=rate.average, peak=rate.peak, terms=terms))
        for (what, place), (r, w) in found.items()
        if r or w
    ]
    searched = cost.vector_writes(physical, pattern)
    return (*parts, *(Part("vectors, by the byte", place, 0, 0, money) for place, money in searched.items()))


def _entry_units(physical: cost.Physical, step: StepDef) -> dict[str, int]:
    """Write units of a step on each index."""
    design, found = physical.designs[step.entity], {}
    for key in design.indexes:
        changes = cost.entry_changes(physical.workload, key, physical.table.index(key.place).projection, step)
        units = cost.entry_write_units(changes, physical.entry(step.entity, key))
        found[key.place] = step_count(physical.workload, step) * units
    return found


def _places(physical: cost.Physical, plan: Plan, patterns: list[PatternCharge]) -> tuple[PlaceCharge, ...]:
    """The sums by place; the table takes what rounding leaves, so that all places together cost what the plan does."""
    terms = terms_of(physical.workload.options)
    rates = {p.name: p.rate for p in physical.workload.patterns}
    vectors = [v.name for v in plan.table.vectors]
    places = [BASE, *(i.name for i in plan.table.indexes), *vectors]
    units = {place: dict.fromkeys(("read_average", "read_peak", "write_average", "write_peak"), 0) for place in places}
    money = {place: {"reads": 0, "writes": 0} for place in places}
    for charge in patterns:
        rate = rates[charge.pattern]
        paid = {"reads": 0, "writes": 0}
        for place in places:
            read = sum(p.read for p in charge.parts if p.place == place)
            write = sum(p.write for p in charge.parts if p.place == place)
            units[place]["read_average"] += read * rate.average // MICRO
            units[place]["read_peak"] += read * rate.peak // MICRO
            units[place]["write_average"] += write * rate.average // MICRO
            units[place]["write_peak"] += write * rate.peak // MICRO
            by_byte = sum(p.monthly for p in charge.parts if p.place == place) if place in vectors else 0
            for kind, (r, w), more in (("reads", (read, 0), 0), ("writes", (0, write), by_byte)):
                price = monthly_micro_usd(read=r, write=w, average=rate.average, peak=rate.peak, terms=terms) + more
                money[place][kind] += price
                paid[kind] += price
        money[BASE]["writes" if paid["writes"] > paid["reads"] else "reads"] += charge.monthly - sum(paid.values())
    stored = {place: _stored(physical, place) for place in places}
    kept = {place: storage_micro_usd(stored[place][1], terms) for place in places[1:]}
    kept[BASE] = plan.cost.storage - sum(kept.values())
    return tuple(
        PlaceCharge(place=p, **units[p], entries=stored[p][0], stored=stored[p][1], **money[p], storage=kept[p])
        for p in places
    )


def _stored(physical: cost.Physical, place: str) -> tuple[int, int]:
    """Entries and bytes (with the service's overhead for each) of a place, on average."""
    entries = size = 0
    overhead = terms_of(physical.workload.options).item_overhead
    index = physical.table.vector(place)
    if index is not None:
        for name, design in physical.designs.items():
            entity = physical.workload.entity(name)
            held = entity.count.average * vector_share(entity, index) // MICRO
            entries += held
            size += held * (vector_bytes(entity, design, index, physical.table) + STORED_OVERHEAD)
        return entries, size
    for name, design in physical.designs.items():
        entity, key = physical.workload.entity(name), design.key(place)
        if key is None:
            continue
        count = entity.count.average
        if place == BASE:
            kept = [(count, physical.item(name))]
            kept += [
                (count * membership(entity, beside_key(entity, one)) // MICRO, physical.beside(name, number))
                for number, one in enumerate(design.beside)
            ]
            entries += sum(items for items, _ in kept)
            size += sum(items * (each + overhead) for items, each in kept)
        else:
            held = count * membership(entity, key) // MICRO
            entries += held
            size += held * (physical.entry(name, key) + STORED_OVERHEAD)
    return entries, size
