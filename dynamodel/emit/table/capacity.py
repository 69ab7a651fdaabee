"""How much throughput a provisioned table and its indexes start with and may grow to.

In: workload and plan. Out: numbers for each place. It must not know how they are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.entities import MICRO
from dynamodel.ir.plan import BASE
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.plan import PatternDesign, Plan
    from dynamodel.ir.workload import Workload


@dataclass(frozen=True, slots=True)
class Capacity:
    """Units per second between which auto scaling moves, and the utilization in percent that it aims at."""

    minimum: int
    maximum: int
    target: int


@dataclass(frozen=True, slots=True)
class PlaceCapacity:
    """The read and write capacity of the table or of one global index."""

    read: Capacity
    write: Capacity


def capacities(workload: Workload, plan: Plan, target: int) -> dict[str, PlaceCapacity]:
    """Capacity by place, `BASE` first: average load as the minimum, peak load as the maximum, both over the target.

    A pattern with requests on several places counts on each of them in full: an upper bound, which auto scaling
    corrects. Local indexes are read and written with the capacity of the table. Every global index may write as much
    as the table: one that cannot keep up throttles the writes of the table (amazondynamodb/latest/developerguide,
    GSI.html, "Provisioned throughput considerations").
    """
    rates = {pattern.name: pattern.rate for pattern in workload.patterns}
    gsis = [index.name for index in plan.table.gsis]
    # In millionths of a unit per second: average, peak.
    reads = {place: [0, 0] for place in (BASE, *gsis)}
    write_average, write_peak = 0, 0
    for pattern in plan.patterns:
        average = rates[pattern.name].average
        for place in _read_places(pattern, gsis):
            reads[place][0] += pattern.units.read * average // MICRO
            reads[place][1] += pattern.peak_read
        write_average += pattern.units.write * average // MICRO
        write_peak += pattern.peak_write
    write = _capacity(write_average, write_peak, target)
    return {place: PlaceCapacity(_capacity(average, peak, target), write) for place, (average, peak) in reads.items()}


def _read_places(pattern: PatternDesign, gsis: list[str]) -> set[str]:
    indexes = {request.index for request in pattern.reads}
    return {index if index is not None and index in gsis else BASE for index in indexes} or {BASE}


def _capacity(average: int, peak: int, target: int) -> Capacity:
    per_unit = MICRO * target
    minimum = max(1, -(-average * 100 // per_unit))
    return Capacity(minimum, max(minimum, -(-peak * 100 // per_unit)), target)


def peaks(plan: Plan) -> dict[str, tuple[int, int]]:
    """The most read and write units per second by place, `BASE` first, at the declared peak; at least 1.

    Writes of the table are without those of its global indexes, which have units of their own; each index may take all
    of these, an upper bound. Local indexes use the units of the table.
    """
    gsis = [index.name for index in plan.table.gsis]
    reads = dict.fromkeys((BASE, *gsis), 0)
    base_writes = index_writes = 0
    for pattern in plan.patterns:
        for place in _read_places(pattern, gsis):
            reads[place] += pattern.peak_read
        of_indexes = pattern.peak_write * pattern.units.index_write // max(1, pattern.units.write)
        index_writes += of_indexes
        base_writes += pattern.peak_write if plan.table.lsis else pattern.peak_write - of_indexes
    writes = {place: base_writes if place == BASE else index_writes for place in reads}
    return {place: (max(1, -(-reads[place] // MICRO)), max(1, -(-writes[place] // MICRO))) for place in reads}
