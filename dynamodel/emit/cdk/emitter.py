"""CDK: a module with one construct, which holds the table, its alarms, cache and the policies of its roles.

In: workload and plan. Out: `cdk/<model>_table.py`. Raises ModelInvalid when DynamoDB would refuse the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.cdk.views import construct_view
from dynamodel.emit.engine import render
from dynamodel.emit.table.request import checked_view
from dynamodel.ir.artifact import Artifact

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload


def emit_cdk(workload: Workload, plan: Plan, templates: Path | None = None) -> tuple[Artifact, ...]:
    """The construct's module."""
    # The construct knows no other precision of Kinesis records than the service's own.
    coarse = ("kinesis",) if plan.deployment.kinesis_precision == "MILLISECOND" else ()
    view = construct_view(workload, plan, checked_view(workload, plan, "cdk", coarse))
    return (Artifact(f"cdk/{workload.name}_table.py", render("cdk/table.py.jinja", view, templates)),)
