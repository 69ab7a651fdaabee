"""What a plan costs, and what is certain about it: the figures of `ir.plan`.

In: made by `planner`. Out: read by report and explain, written with the plan. Units are integers in millionths of a
capacity unit, money in millionths of a US dollar.
"""

from __future__ import annotations

from dynamodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Units:
    """Average capacity of one call: read and write units, write units of that on indexes, in millionths."""

    read: int = 0
    write: int = 0
    index_write: int = 0


@dataclass(frozen=True, slots=True)
class CostDesign:
    """Monthly cost in millionths of a US dollar, and the date of the prices."""

    monthly: int
    reads: int
    writes: int
    storage: int
    prices_dated: str


@dataclass(frozen=True, slots=True)
class Incompatible:
    """One member of the clique that forces the number of indexes, and why it cannot share a place with the others."""

    pattern: str
    entity: str
    needs: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The certificate, in millionths of a US dollar a month.

    `gap` is by how much a layout that the objective prefers may be cheaper: 0 when proven optimal. `traded` is what is
    paid knowingly for what the objective weighs against cost, fewer indexes and keys that stay where they are deployed;
    for keys that are text because entities share an index it is the most that attributes as keys would save.
    `cost_lower_bound`: what any layout with as few requests costs, so that cost = bound + gap + traded.
    Layouts are compared with the reads of a collection before they are rounded up.
    `gsi_lower_bound`: no layout with as few requests, and no more LSIs and copies than this one, has fewer GSIs.
    `incompatible` are the access patterns of which no two can share a key: each needs a place of its own.
    """

    gsi_lower_bound: int
    incompatible: tuple[Incompatible, ...]
    cost_lower_bound: int
    gap: int
    statement: str
    traded: int = 0
