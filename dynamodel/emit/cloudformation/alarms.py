"""CloudWatch alarms: throttling, failures of the service, load, replication, large item collections.

In: plan and the table's view. Out: resources, all under the condition `HasAlarms`. Metrics and their units:
Amazon DynamoDB developer guide, "DynamoDB metrics and dimensions".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.emit.cloudformation.intrinsics import Document, ref, when
from dynamodel.emit.table.capacity import peaks
from dynamodel.emit.table.collection import COLLECTION_METRIC, COLLECTION_NAMESPACE
from dynamodel.emit.table.operations import operations
from dynamodel.emit.table.view import logical_id
from dynamodel.ir.plan import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.emit.table.view import TableView
    from dynamodel.ir.deployment import Alarms
    from dynamodel.ir.plan import Plan

_MOST_METRICS = 9  # an alarm may use ten: these and their sum
_FIVE_MINUTES, _MINUTE = 300, 60

Dimensions = tuple[tuple[str, str], ...]
Metric = tuple[str, str, Dimensions]  # its id in the sum, its name, its dimensions behind the table's name


def alarm_resources(plan: Plan, view: TableView, alarms: Alarms) -> Document:
    """Every alarm by its logical id."""
    made = dict(_throttled(plan, alarms)) | dict(_failing(plan)) | dict(_loaded(plan, alarms))
    if view.lsis:
        made["ItemCollectionAlarm"] = _collection(alarms)
    # Replicas of a strongly consistent table have no lag, and no metric of it.
    behind = {} if view.settings.strong else dict(_behind(r.region, alarms) for r in view.settings.replicas)
    return {name: _alarm(own, "HasAlarms") for name, own in made.items()} | {
        name: _alarm(own, "WatchesReplicas") for name, own in behind.items()
    }


def _alarm(properties: Document, condition: str) -> Document:
    actions = {"AlarmActions": when("HasAlarmTopic", [ref("AlarmTopicArn")])}
    return {"Type": "AWS::CloudWatch::Alarm", "Condition": condition, "Properties": properties | actions}


def _places(plan: Plan) -> list[tuple[str, str, Dimensions]]:
    """Logical id, words and further dimensions of the table and each global index."""
    found: list[tuple[str, str, Dimensions]] = [(logical_id(0, ""), "the table", ())]
    for number, index in enumerate(plan.table.gsis, start=1):
        dimensions = (("GlobalSecondaryIndexName", index.name),)
        found.append((logical_id(number, index.name), f"index {index.name}", dimensions))
    return found


def _throttled(plan: Plan, alarms: Alarms) -> Iterator[tuple[str, Document]]:
    for owner, what, dimensions in _places(plan):
        metrics = [(f"{w.lower()}s", f"{w}ThrottleEvents", dimensions) for w in ("Read", "Write")]
        yield f"{owner}ThrottledAlarm", _sum(f"Requests to {what} are throttled.", metrics, alarms.throttled)


def _failing(plan: Plan) -> Iterator[tuple[str, Document]]:
    used = sorted({operation.value for pattern in plan.patterns for operation in operations(pattern)})
    metrics: list[Metric] = [(o[0].lower() + o[1:], "SystemErrors", (("Operation", o),)) for o in used[:_MOST_METRICS]]
    if metrics:
        yield "TableSystemErrorsAlarm", _sum("DynamoDB answers requests with HTTP 500.", metrics, 0)


def _sum(description: str, metrics: list[Metric], threshold: int) -> Document:
    """An alarm on the sum of some metrics within five minutes."""
    return {
        "AlarmDescription": description,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": threshold,
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
        "Metrics": [
            {"Id": "total", "Expression": "SUM(METRICS())", "Label": "Total", "ReturnData": True},
            *(
                {
                    "Id": name,
                    "ReturnData": False,
                    "MetricStat": {
                        "Stat": "Sum",
                        "Period": _FIVE_MINUTES,
                        "Metric": {"Namespace": "AWS/DynamoDB", "MetricName": metric, "Dimensions": _of(dimensions)},
                    },
                }
                for name, metric, dimensions in metrics
            ),
        ],
    }


def _of(dimensions: Dimensions) -> list[Any]:
    return [{"Name": "TableName", "Value": ref("Table")}, *({"Name": n, "Value": v} for n, v in dimensions)]


def _loaded(plan: Plan, alarms: Alarms) -> Iterator[tuple[str, Document]]:
    """Consumed units against the declared peak, summed over a minute, for three minutes in a row."""
    declared = peaks(plan)
    for (owner, what, dimensions), place in zip(_places(plan), (BASE, *(i.name for i in plan.table.gsis)), strict=True):
        for word, units in zip(("Read", "Write"), declared[place], strict=True):
            words = f"{word}s of {what} use more than {alarms.load} % of the declared peak, {units} units a second."
            yield (
                f"{owner}{word}LoadAlarm",
                {
                    "AlarmDescription": words,
                    "Namespace": "AWS/DynamoDB",
                    "MetricName": f"Consumed{word}CapacityUnits",
                    "Dimensions": _of(dimensions),
                    "Statistic": "Sum",
                    "Period": _MINUTE,
                    "EvaluationPeriods": 3,
                    "ComparisonOperator": "GreaterThanThreshold",
                    "Threshold": units * _MINUTE * alarms.load // 100,
                    "TreatMissingData": "notBreaching",
                },
            )


def _behind(region: str, alarms: Alarms) -> tuple[str, Document]:
    """A replica that receives writes late; the metric is in milliseconds, averaged over a minute."""
    name = "ReplicationTo" + "".join(part.capitalize() for part in region.split("-"))
    alarm: Document = {
        "AlarmDescription": f"Writes reach {region} more than {alarms.replication_seconds} s late.",
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ReplicationLatency",
        "Dimensions": _of((("ReceivingRegion", region),)),
        "Statistic": "Average",
        "Period": _MINUTE,
        "EvaluationPeriods": 5,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": alarms.replication_seconds * 1000,
        "TreatMissingData": "notBreaching",
    }
    return f"{name}Alarm", alarm


def _collection(alarms: Alarms) -> Document:
    """An item collection on its way to the 10 GB where writes are refused."""
    return {
        "AlarmDescription": f"An item collection has more than {alarms.collection_gigabytes} GB; it ends at 10 GB. "
        "Clients of the generated package with CollectionHooks publish the metric.",
        "Namespace": COLLECTION_NAMESPACE,
        "MetricName": COLLECTION_METRIC,
        "Dimensions": _of(()),
        "Statistic": "Maximum",
        "Period": _FIVE_MINUTES,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": alarms.collection_gigabytes,
        "TreatMissingData": "notBreaching",
    }
