"""The requests that make the table, in the order in which they are sent.

In: `TableView`. Out: `StepView`s, each a command of the AWS CLI (and the operation of boto3 of the same name) with its
arguments as JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import json_text
from dynamodel.emit.table.request import create_table
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.emit.table.policies import PolicyView
    from dynamodel.emit.table.request import Request
    from dynamodel.emit.table.view import TableView


@dataclass(frozen=True, slots=True)
class StepView:
    """One request: `command` of the AWS CLI, `file` with its arguments, `resource` behind the table's name, if any.

    `resource` is None where the request names its table as `TableName`; otherwise it names a resource of auto scaling,
    `table/<name>` and what `resource` adds.
    """

    command: str
    file: str
    text: str
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """The policy of a role: its document with `TABLE_ARN` where the script puts the table's ARN."""

    role: str
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class ScriptView:
    """The template `create_table/create.sh.jinja`; the fields are its free variables."""

    header: str
    default_name: str
    create: StepView
    steps: tuple[StepView, ...]
    policies: tuple[RolePolicy, ...]


@dataclass(frozen=True, slots=True)
class ManifestView:
    """The template `create_table/manifest.txt.jinja`; the fields are its free variables."""

    header: str
    files: tuple[str, ...]


def script_view(view: TableView, policies: tuple[PolicyView, ...]) -> ScriptView:
    """The requests that make the table of a view."""
    create = _step("dynamodb create-table", create_table(view))
    granted = tuple(RolePolicy(p.name, f"policy-{p.name}.json", _document(p)) for p in policies)
    return ScriptView(view.header, view.default_name, create, (*_switches(view), *_scaling(view)), granted)


def manifest_view(script: ScriptView) -> ManifestView:
    """The files of a script that have no room for a header."""
    return ManifestView(script.header, tuple(sorted(file for file, _ in json_files(script))))


def json_files(script: ScriptView) -> tuple[tuple[str, str], ...]:
    """Name and text of every file that the script reads."""
    requests = tuple((step.file, step.text) for step in (script.create, *script.steps))
    return requests + tuple((policy.file, policy.text) for policy in script.policies)


def _document(policy: PolicyView) -> str:
    return f"{json_text(policy.document(lambda resource: f'TABLE_ARN{resource.suffix}'))}\n"


def _step(command: str, request: Request, name: str = "", resource: str | None = None) -> StepView:
    file = "-".join(filter(None, (command.split()[1], name)))
    return StepView(command, f"{file}.json", f"{json_text(request)}\n", resource)


def _switches(view: TableView) -> list[StepView]:
    """What is switched on once the table is there."""
    table = {"TableName": view.default_name}
    steps = []
    if view.ttl:
        ttl = {"Enabled": True, "AttributeName": view.ttl}
        steps.append(_step("dynamodb update-time-to-live", table | {"TimeToLiveSpecification": ttl}))
    if view.settings.recovery_days:
        days = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": view.settings.recovery_days}
        steps.append(_step("dynamodb update-continuous-backups", table | {"PointInTimeRecoverySpecification": days}))
    if view.settings.insights:
        on = {"ContributorInsightsAction": "ENABLE", "ContributorInsightsMode": view.settings.insights}
        steps.append(_step("dynamodb update-contributor-insights", table | on, "table"))
        for number, index in enumerate(view.gsis, 1):
            request = table | {"IndexName": index.name} | on
            steps.append(_step("dynamodb update-contributor-insights", request, f"index-{number}"))
    return steps


def _scaling(view: TableView) -> list[StepView]:
    steps = []
    for number, each in enumerate(view.scaling, 1):
        target = {
            "ServiceNamespace": "dynamodb",
            "ResourceId": f"table/{view.default_name}{each.resource}",
            "ScalableDimension": each.dimension,
        }
        limits = {"MinCapacity": each.capacity.minimum, "MaxCapacity": each.capacity.maximum}
        policy = {
            "PolicyName": f"{each.logical_id}ScalingPolicy",
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": {"PredefinedMetricType": each.metric},
                "TargetValue": each.capacity.target,
            },
        }
        command = "application-autoscaling"
        steps.append(_step(f"{command} register-scalable-target", target | limits, str(number), each.resource))
        steps.append(_step(f"{command} put-scaling-policy", target | policy, str(number), each.resource))
    return steps
