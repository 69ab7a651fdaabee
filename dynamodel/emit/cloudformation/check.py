"""Refuses a template that CloudFormation or DynamoDB would refuse, where cfn-lint says nothing.

In: the template as data. Out: findings, those about the table by the rules that all targets share.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import limits
from dynamodel.emit.cloudformation.check_replicas import check_replicas
from dynamodel.emit.cloudformation.check_stack import check_body, check_stack
from dynamodel.emit.cloudformation.environments import environments, resources
from dynamodel.emit.table.rules import check, check_layout

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic

Properties = dict[str, Any]


def check_global(properties: Properties, max_gsis: int = limits.GLOBAL_INDEXES) -> tuple[Diagnostic, ...]:
    """The findings about the properties of an `AWS::DynamoDB::GlobalTable`."""
    return tuple(chain(check_layout(properties, max_gsis), check_replicas(properties)))


def check_template(template: Properties, max_gsis: int = limits.GLOBAL_INDEXES) -> tuple[Diagnostic, ...]:
    """The findings about a template in every environment that its parameters make, each once."""
    found: dict[Diagnostic, None] = dict.fromkeys(check_body(template))
    for given in environments(template):
        made = resources(template, given)
        table = made["Table"]
        judge = check_global if table["Type"] == "AWS::DynamoDB::GlobalTable" else check
        found |= dict.fromkeys((*judge(table["Properties"], max_gsis), *check_stack(made)))
    return tuple(found)
