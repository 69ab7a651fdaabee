"""CloudWatch alarms as resources, under the conditions `HasAlarms` and `WatchesReplicas`.

In: plan and the table's view. Out: `AWS::CloudWatch::Alarm`s by their logical ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.emit.cloudformation.intrinsics import Document, ref, when
from dynamodel.emit.table.alarms import alarm_views

if TYPE_CHECKING:
    from dynamodel.emit.table.alarms import AlarmView, Dimensions, MetricView
    from dynamodel.emit.table.view import TableView
    from dynamodel.ir.deployment import Alarms
    from dynamodel.ir.plan import Plan


def alarm_resources(plan: Plan, view: TableView, alarms: Alarms) -> Document:
    """Every alarm by its logical id."""
    return {each.logical_id: _alarm(each) for each in alarm_views(plan, view, alarms)}


def _alarm(view: AlarmView) -> Document:
    first = view.metrics[0]
    watched = _sum(view.metrics) if view.summed else _alone(first)
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Condition": "WatchesReplicas" if view.replicas else "HasAlarms",
        "Properties": {
            "AlarmDescription": view.description,
            **watched,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": view.threshold,
            "EvaluationPeriods": view.periods,
            "TreatMissingData": "notBreaching",
            "AlarmActions": when("HasAlarmTopic", [ref("AlarmTopicArn")]),
        },
    }


def _alone(metric: MetricView) -> Document:
    return {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": _of(metric.dimensions),
        "Statistic": metric.statistic,
        "Period": metric.period,
    }


def _sum(metrics: tuple[MetricView, ...]) -> Document:
    return {
        "Metrics": [
            {"Id": "total", "Expression": "SUM(METRICS())", "Label": "Total", "ReturnData": True},
            *(
                {
                    "Id": metric.id,
                    "ReturnData": False,
                    "MetricStat": {
                        "Stat": metric.statistic,
                        "Period": metric.period,
                        "Metric": {
                            "Namespace": metric.namespace,
                            "MetricName": metric.name,
                            "Dimensions": _of(metric.dimensions),
                        },
                    },
                }
                for metric in metrics
            ),
        ]
    }


def _of(dimensions: Dimensions) -> list[Any]:
    return [{"Name": "TableName", "Value": ref("Table")}, *({"Name": n, "Value": v} for n, v in dimensions)]
