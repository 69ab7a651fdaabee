"""What is watched of a table, in neutral words: throttling, failures of the service, load, replication, collections.

In: plan and the table's view. Out: `AlarmView`s, for every target to write down. Metrics and their units: Amazon
DynamoDB developer guide, "DynamoDB metrics and dimensions".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.table.capacity import peaks
from dynamodel.emit.table.collection import COLLECTION_METRIC, COLLECTION_NAMESPACE
from dynamodel.emit.table.operations import operations
from dynamodel.emit.table.view import logical_id
from dynamodel.ir.plan import BASE
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dynamodel.emit.table.view import TableView
    from dynamodel.ir.deployment import Alarms
    from dynamodel.ir.plan import Plan

_MOST_METRICS = 9  # an alarm may use ten: these and their sum
_FIVE_MINUTES, _MINUTE = 300, 60
SERVICE = "AWS/DynamoDB"

Dimensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MetricView:
    """A metric of the table: `dimensions` stand behind the table's name, `period` is in seconds.

    `id` is its name in a sum.
    """

    id: str
    name: str
    dimensions: Dimensions
    statistic: str
    period: int
    namespace: str = SERVICE


@dataclass(frozen=True, slots=True)
class AlarmView:
    """An alarm: the metric, or the sum of several (`summed`), is above `threshold` for so many `periods` in a row.

    `replicas`: it concerns other Regions, and is there where the table is replicated. What is missing is no breach.
    """

    logical_id: str
    description: str
    metrics: tuple[MetricView, ...]
    threshold: int
    periods: int
    summed: bool = False
    replicas: bool = False


def alarm_views(plan: Plan, view: TableView, alarms: Alarms) -> tuple[AlarmView, ...]:
    """Every alarm of a deployment, in a fixed order."""
    found = [*_throttled(plan, alarms), *_failing(plan), *_loaded(plan, alarms)]
    if view.lsis:
        found.append(_collection(alarms))
    # Replicas of a strongly consistent table have no lag, and no metric of it.
    behind = [] if view.settings.strong else [_behind(r.region, alarms) for r in view.settings.replicas]
    return (*found, *behind)


def _places(plan: Plan) -> list[tuple[str, str, Dimensions]]:
    """Logical id, words and further dimensions of the table and each global index."""
    found: list[tuple[str, str, Dimensions]] = [(logical_id(0, ""), "the table", ())]
    for number, index in enumerate(plan.table.gsis, start=1):
        dimensions = (("GlobalSecondaryIndexName", index.name),)
        found.append((logical_id(number, index.name), f"index {index.name}", dimensions))
    return found


def _sum(name: str, description: str, metrics: Sequence[tuple[str, str, Dimensions]], threshold: int) -> AlarmView:
    """An alarm on the sum of some metrics within five minutes."""
    views = tuple(MetricView(id_, metric, dimensions, "Sum", _FIVE_MINUTES) for id_, metric, dimensions in metrics)
    return AlarmView(name, description, views, threshold, 1, summed=True)


def _throttled(plan: Plan, alarms: Alarms) -> Iterator[AlarmView]:
    for owner, what, dimensions in _places(plan):
        metrics = [(f"{w.lower()}s", f"{w}ThrottleEvents", dimensions) for w in ("Read", "Write")]
        yield _sum(f"{owner}ThrottledAlarm", f"Requests to {what} are throttled.", metrics, alarms.throttled)


def _failing(plan: Plan) -> Iterator[AlarmView]:
    used = sorted({operation.value for pattern in plan.patterns for operation in operations(pattern)})
    metrics = [(o[0].lower() + o[1:], "SystemErrors", (("Operation", o),)) for o in used[:_MOST_METRICS]]
    if metrics:
        yield _sum("TableSystemErrorsAlarm", "DynamoDB answers requests with HTTP 500.", metrics, 0)


def _loaded(plan: Plan, alarms: Alarms) -> Iterator[AlarmView]:
    """Consumed units against the declared peak, summed over a minute, for three minutes in a row."""
    declared = peaks(plan)
    for (owner, what, dimensions), place in zip(_places(plan), (BASE, *(i.name for i in plan.table.gsis)), strict=True):
        for word, units in zip(("Read", "Write"), declared[place], strict=True):
            words = f"{word}s of {what} use more than {alarms.load} % of the declared peak, {units} units a second."
            metric = MetricView("load", f"Consumed{word}CapacityUnits", dimensions, "Sum", _MINUTE)
            yield AlarmView(f"{owner}{word}LoadAlarm", words, (metric,), units * _MINUTE * alarms.load // 100, 3)


def _behind(region: str, alarms: Alarms) -> AlarmView:
    """A replica that receives writes late; the metric is in milliseconds, averaged over a minute."""
    name = "ReplicationTo" + "".join(part.capitalize() for part in region.split("-"))
    words = f"Writes reach {region} more than {alarms.replication_seconds} s late."
    metric = MetricView("lag", "ReplicationLatency", (("ReceivingRegion", region),), "Average", _MINUTE)
    return AlarmView(f"{name}Alarm", words, (metric,), alarms.replication_seconds * 1000, 5, replicas=True)


def _collection(alarms: Alarms) -> AlarmView:
    """An item collection on its way to the 10 GB where writes are refused."""
    words = (
        f"An item collection has more than {alarms.collection_gigabytes} GB; it ends at 10 GB. "
        "Clients of the generated package with CollectionHooks publish the metric."
    )
    metric = MetricView("size", COLLECTION_METRIC, (), "Maximum", _FIVE_MINUTES, COLLECTION_NAMESPACE)
    return AlarmView("ItemCollectionAlarm", words, (metric,), alarms.collection_gigabytes, 1)
