"""CloudFormation: one template with the table, its indexes, scaling and alarms.

In: workload and plan. Out: `cloudformation/<model>.yaml`, or the same as JSON. Raises ModelInvalid when DynamoDB would
refuse the table.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.dynamo.limits import GLOBAL_INDEXES
from dynamodel.emit.cloudformation.check import check, check_table_name
from dynamodel.emit.cloudformation.document import document
from dynamodel.emit.cloudformation.views import template_view
from dynamodel.emit.engine import render
from dynamodel.errors import ModelInvalid
from dynamodel.ir.artifact import Artifact

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.emit.cloudformation.views import TemplateView
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

TEMPLATE = "cloudformation/table.yaml.jinja"


def emit_cloudformation(workload: Workload, plan: Plan, templates: Path | None = None) -> tuple[Artifact, ...]:
    """The template as YAML, with comments that name the patterns of each index."""
    view = _checked_view(workload, plan)
    return (Artifact(f"cloudformation/{workload.name}.yaml", render(TEMPLATE, view, templates)),)


def emit_cloudformation_json(workload: Workload, plan: Plan) -> tuple[Artifact, ...]:
    """The same template as JSON, for tools that read no YAML."""
    text = json.dumps(document(_checked_view(workload, plan)), indent=2)
    return (Artifact(f"cloudformation/{workload.name}.json", f"{text}\n"),)


def _checked_view(workload: Workload, plan: Plan) -> TemplateView:
    view = template_view(workload, plan)
    properties = document(view)["Resources"]["Table"]["Properties"]
    # A model that asks for more than the default of indexes says that its account's quota is raised.
    quota = max(GLOBAL_INDEXES, workload.options.indexes)
    asked = [w for w in ("replicas", "cache", "kinesis", "policy", "warm_reads") if getattr(plan.deployment, w)]
    hint = "leave it out of `Deploy(...)` and keep it in a template of your own"
    refused = tuple(finding("DM516", f"the template holds no `{name}`", hint=hint) for name in asked)
    findings = refused + check_table_name(plan.table.name) + check(properties, quota)
    if findings:
        raise ModelInvalid(findings)
    return view
