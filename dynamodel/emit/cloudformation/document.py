"""The CloudFormation template as data: what the YAML and the JSON form both say.

In: workload and plan. Out: dicts and lists with intrinsic functions in their long form, and notes for people by the
path of what they stand above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.cloudformation.alarms import alarm_resources
from dynamodel.emit.cloudformation.cache import cache_outputs, cache_resources
from dynamodel.emit.cloudformation.global_table import global_table
from dynamodel.emit.cloudformation.intrinsics import Document, exported, get_att, output, ref
from dynamodel.emit.cloudformation.parameters import conditions, parameters
from dynamodel.emit.cloudformation.policies import policy_outputs, policy_resources
from dynamodel.emit.cloudformation.table import scaling, table
from dynamodel.emit.table.policies import policies

if TYPE_CHECKING:
    from dynamodel.emit.cloudformation.yaml_text import Notes
    from dynamodel.emit.table.view import TableView
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

_PROPERTIES = ("Resources", "Table", "Properties")


def document(workload: Workload, plan: Plan, view: TableView) -> Document:
    """The whole template of a plan whose table is `view`."""
    granted = policies(workload, plan)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": view.description,
        "Metadata": {"Generator": view.header},
        "Parameters": parameters(view),
        "Conditions": conditions(view),
        "Resources": _resources(view, plan, workload.options.region) | policy_resources(granted),
        "Outputs": _outputs(view, policy_outputs(granted)),
    }


def _resources(view: TableView, plan: Plan, region: str) -> Document:
    chosen = view.settings
    made = {"Table": global_table(view, region) if chosen.is_global else table(view)}
    if not chosen.is_global:  # a global table scales by itself
        for each in view.scaling:
            made |= scaling(each)
    if chosen.alarms is not None:
        made |= alarm_resources(plan, view, chosen.alarms)
    if chosen.cache is not None:
        made |= cache_resources(view, plan, chosen.cache)
    return made


def _outputs(view: TableView, granted: dict[str, tuple[str, Document]]) -> Document:
    made: Document = {
        "TableName": output("The table's name.", ref("Table")),
        "TableArn": output("The table's ARN.", get_att("Table", "Arn")),
    }
    if view.settings.stream:
        made["StreamArn"] = output("The ARN of the table's stream.", get_att("Table", "StreamArn"))
    if view.settings.cache is not None:
        made |= cache_outputs()
    made |= {name: output(*words_and_value) for name, words_and_value in granted.items()}
    return exported(made)


def notes(view: TableView) -> Notes:
    """What people read above keys and indexes: who uses them."""
    found: Notes = {
        (*_PROPERTIES, "AttributeDefinitions"): ("The key attributes of the table and its indexes, and no others.",),
        (*_PROPERTIES, "KeySchema"): view.notes,
    }
    if view.capacity:
        where = ("ProvisionedThroughput",) if not view.settings.is_global else ("WriteProvisionedThroughputSettings",)
        found[*_PROPERTIES, *where] = ("Where auto scaling starts: the average load of all patterns.",)
    for section, indexes in (("GlobalSecondaryIndexes", view.gsis), ("LocalSecondaryIndexes", view.lsis)):
        for number, index in enumerate(indexes):
            found[*_PROPERTIES, section, number] = index.notes
    for number, vector in enumerate(view.vectors):
        found[*_PROPERTIES, "VectorIndexes", number] = vector.notes
    return found
