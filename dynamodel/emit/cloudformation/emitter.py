"""CloudFormation: one template with the table, its indexes, scaling, alarms, cache and policies.

In: workload and plan. Out: `cloudformation/<model>.yaml`, or the same as JSON. Raises ModelInvalid when DynamoDB would
refuse the table.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import GLOBAL_INDEXES
from dynamodel.emit.cloudformation.check import check_template
from dynamodel.emit.cloudformation.document import document, notes
from dynamodel.emit.cloudformation.yaml_text import yaml_block
from dynamodel.emit.engine import render
from dynamodel.emit.table.rules import check_table_name
from dynamodel.emit.table.view import table_view
from dynamodel.errors import ModelInvalid
from dynamodel.ir.artifact import Artifact
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.emit.cloudformation.intrinsics import Document
    from dynamodel.emit.cloudformation.yaml_text import Notes
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

TEMPLATE = "cloudformation/table.yaml.jinja"
_SECTIONS = ("Parameters", "Conditions", "Resources", "Outputs")


@dataclass(frozen=True, slots=True)
class TemplateView:
    """The template `cloudformation/table.yaml.jinja`: each section as YAML, indented.

    `head` is what stands before the sections: version, description, metadata.
    """

    header: str
    head: str
    parameters: str
    conditions: str
    resources: str
    outputs: str


def emit_cloudformation(workload: Workload, plan: Plan, templates: Path | None = None) -> tuple[Artifact, ...]:
    """The template as YAML, with comments that name the patterns of each index."""
    text = render(TEMPLATE, template_view(*checked(workload, plan)), templates)
    return (Artifact(f"cloudformation/{workload.name}.yaml", text),)


def emit_cloudformation_json(workload: Workload, plan: Plan) -> tuple[Artifact, ...]:
    """The same template as JSON, for tools that read no YAML."""
    made, _ = checked(workload, plan)
    return (Artifact(f"cloudformation_json/{workload.name}.json", f"{json.dumps(made, indent=2)}\n"),)


def checked(workload: Workload, plan: Plan) -> tuple[Document, Notes]:
    """The template as data with its notes; raises ModelInvalid with everything that the service would refuse."""
    view = table_view(workload, plan)
    made = document(workload, plan, view)
    # A model that asks for more than the default of indexes says that its account's quota is raised.
    quota = max(GLOBAL_INDEXES, workload.options.indexes)
    findings = check_table_name(plan.table.name) + check_template(made, quota)
    if findings:
        raise ModelInvalid(findings)
    return made, notes(view)


def template_view(made: Document, said: Notes) -> TemplateView:
    """A template's data, with notes, as text for each section."""
    head = {name: section for name, section in made.items() if name not in _SECTIONS}
    sections = {name.lower(): _section(made, name, said) for name in _SECTIONS}
    return TemplateView(header=made["Metadata"]["Generator"], head=yaml_block(head, {}), **sections)


def _section(made: Document, name: str, said: Notes) -> str:
    """The entries of a section; those of resources apart by an empty line."""
    entries = made[name]
    gap = "\n\n" if name == "Resources" else "\n"
    return gap.join(yaml_block({key: entry}, said, (name,), 2) for key, entry in entries.items())
