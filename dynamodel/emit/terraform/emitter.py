"""Terraform: a module with the table, its scaling, alarms, cache, the policies of its roles, variables and outputs.

In: workload and plan. Out: `terraform/<model>/*.tf`, formatted as `terraform fmt` does. Raises ModelInvalid when
DynamoDB would refuse the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.engine import render
from dynamodel.emit.table.cache import cache_view
from dynamodel.emit.table.policies import policies
from dynamodel.emit.table.request import VECTORS, checked_view
from dynamodel.emit.terraform.layout import aligned
from dynamodel.emit.terraform.views import (
    CacheModuleView,
    ModuleView,
    PoliciesModuleView,
    alarms_view,
    main_view,
    scaling_view,
)
from dynamodel.ir.artifact import Artifact

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

_LACKS = (VECTORS, "replica.table_class", "replica.read_cap")  # no arguments of a `replica` block


def emit_terraform(workload: Workload, plan: Plan, templates: Path | None = None) -> tuple[Artifact, ...]:
    """The files of the module."""
    view = checked_view(workload, plan, "terraform", _LACKS)
    files: dict[str, object] = {"main": main_view(view)}
    files |= dict.fromkeys(("outputs", "variables", "versions"), ModuleView(view))
    granted = policies(workload, plan)
    if granted:
        files["policies"] = PoliciesModuleView(view.header, granted, bool(view.settings.replicas))
    if view.settings.alarms is not None:
        files["alarms"] = alarms_view(plan, view, view.settings.alarms)
    if view.settings.cache is not None:
        files["cache"] = CacheModuleView(view, cache_view(plan, view.settings.cache))
    if view.scaling:
        files["scaling"] = scaling_view(view)
    return tuple(
        Artifact(f"terraform/{workload.name}/{name}.tf", aligned(render(f"terraform/{name}.tf.jinja", each, templates)))
        for name, each in files.items()
    )
