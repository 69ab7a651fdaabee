"""SAM: the CloudFormation template with the serverless transform, and roles for functions.

In: workload and plan. Out: `sam/<model>/template.yaml`. Everything but the roles is CloudFormation's own template as
data, so the two cannot differ. `AWS::Serverless::SimpleTable` has no sort key and no index, and is no use here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.cloudformation.emitter import TEMPLATE, checked, template_view
from dynamodel.emit.engine import render
from dynamodel.emit.sam.roles import role_outputs, role_resources
from dynamodel.emit.table.policies import policies
from dynamodel.ir.artifact import Artifact

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.emit.cloudformation.intrinsics import Document
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload


def serverless(workload: Workload, plan: Plan, template: Document) -> Document:
    """A CloudFormation template as one of SAM, with a role for functions behind each policy."""
    granted = policies(workload, plan)
    return {
        "AWSTemplateFormatVersion": template["AWSTemplateFormatVersion"],
        "Transform": "AWS::Serverless-2016-10-31",
        **{name: section for name, section in template.items() if name != "AWSTemplateFormatVersion"},
        "Resources": template["Resources"] | role_resources(granted),
        "Outputs": template["Outputs"] | role_outputs(granted),
    }


def emit_sam(workload: Workload, plan: Plan, templates: Path | None = None) -> tuple[Artifact, ...]:
    """The template, under the name that the SAM CLI looks for; raises ModelInvalid when DynamoDB would refuse it."""
    made, notes = checked(workload, plan)
    text = render(TEMPLATE, template_view(serverless(workload, plan, made), notes), templates)
    return (Artifact(f"sam/{workload.name}/template.yaml", text),)
