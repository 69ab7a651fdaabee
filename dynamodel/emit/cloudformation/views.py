"""What the CloudFormation template prints: every decision made, nothing computed while printing.

In: workload and plan. Out: `TemplateView`, the table and what CloudFormation puts around it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from dynamodel.emit.table.policies import policies
from dynamodel.emit.table.view import TableView, logical_id, table_view

if TYPE_CHECKING:
    from dynamodel.emit.table.policies import PolicyView
    from dynamodel.ir.plan import Operation, PatternDesign, Plan
    from dynamodel.ir.workload import Workload

_MOST_METRICS = 9  # an alarm may use ten: these and their sum


@dataclass(frozen=True, slots=True)
class MetricView:
    """One metric that an alarm adds up; `dimensions` are behind the table's name."""

    id: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AlarmView:
    """An alarm on the sum of some metrics being above zero in five minutes."""

    logical_id: str
    description: str
    metrics: tuple[MetricView, ...]


@dataclass(frozen=True, slots=True)
class TemplateView(TableView):
    """The template `cloudformation/table.yaml.jinja`; the fields are its free variables."""

    alarms: tuple[AlarmView, ...]
    policies: tuple[PolicyView, ...]


def template_view(workload: Workload, plan: Plan) -> TemplateView:
    """The view of a plan's table."""
    table = table_view(workload, plan)
    known = {field.name: getattr(table, field.name) for field in fields(table)}
    alarms = _alarms(plan) if table.settings.alarms else ()
    return TemplateView(**known, alarms=alarms, policies=policies(workload, plan))


def _alarms(plan: Plan) -> tuple[AlarmView, ...]:
    """Throttling of the table and each global index, and failures of the service in the operations that we use."""
    alarms = []
    for number, name in enumerate(("", *(index.name for index in plan.table.gsis))):
        owner = logical_id(number, name)
        dimensions = (("GlobalSecondaryIndexName", name),) if name else ()
        metrics = tuple(
            MetricView(f"{word.lower()}s", f"{word}ThrottleEvents", dimensions) for word in ("Read", "Write")
        )
        what = f"index {name}" if name else "table"
        alarms.append(AlarmView(f"{owner}ThrottledAlarm", f"Requests to the {what} are throttled.", metrics))
    operations = sorted({o.value for p in plan.patterns for o in _operations(p)})[:_MOST_METRICS]
    errors = tuple(MetricView(o[0].lower() + o[1:], "SystemErrors", (("Operation", o),)) for o in operations)
    if errors:
        alarms.append(AlarmView("TableSystemErrorsAlarm", "DynamoDB answers requests with HTTP 500.", errors))
    return tuple(alarms)


def _operations(pattern: PatternDesign) -> list[Operation]:
    found = [request.operation for request in pattern.reads] + [step.operation for step in pattern.steps]
    return [*found, pattern.write_operation] if pattern.write_operation else found
