"""The plan's figures: units and money of each pattern and of the whole, computed again from the layout.

In: the court. Out: findings DM490. The cost model itself (`planner.cost`) is the one thing shared with the planner: it
is a function of the layout, not of how the layout was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.planner.cost import price_of

if TYPE_CHECKING:
    from dynamodel.planner.checks.court import Court


def check_costs(court: Court) -> None:
    """Compare what the plan says that it costs with what its layout costs."""
    plan = court.plan
    patterns, cost = price_of(court.physical, plan.patterns)
    for priced, planned in zip(patterns, plan.patterns, strict=True):
        if priced != planned:
            court.refuse(
                "DM490",
                f"the layout costs {priced.units} and {priced.monthly_micro_usd} micro-USD a month, "
                f"the plan says {planned.units} and {planned.monthly_micro_usd}",
                court.workload.title,
                planned.name,
            )
    if cost != plan.cost:
        court.refuse("DM490", f"the layout costs {cost}, the plan says {plan.cost}", court.workload.title)
