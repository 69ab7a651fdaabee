"""`AWS::DynamoDB::Table`: the table in one Region, with its auto scaling.

In: the table's view. Out: resources. Parts that a global table writes the same way are made here for both.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dynamodel.emit.cloudformation.intrinsics import Document, ref, sub, when
from dynamodel.emit.table.request import vector_indexes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.emit.table.capacity import PlaceCapacity
    from dynamodel.emit.table.view import IndexView, KeyView, ScalingView, TableView
    from dynamodel.ir.deployment import Tags


def table(view: TableView) -> Document:
    """The table as a resource."""
    chosen = view.settings
    properties = names_and_billing(view) | {
        "TableClass": chosen.table_class,
        "DeletionProtectionEnabled": ref("DeletionProtection"),
    }
    properties |= _throughput(view, view.capacity)
    properties |= keys(view)
    if view.gsis:
        properties["GlobalSecondaryIndexes"] = [_gsi(view, index) for index in view.gsis]
    if view.lsis:
        properties["LocalSecondaryIndexes"] = [index_keys(index) for index in view.lsis]
    properties |= vectors(view)
    properties |= warm(view) | time_to_live(view) | recovery(chosen.recovery_days)
    if chosen.stream:
        properties["StreamSpecification"] = {"StreamViewType": chosen.stream}
    if chosen.kinesis:
        properties["KinesisStreamSpecification"] = kinesis(view)
    if chosen.encryption:
        own = {"KMSMasterKeyId": ref("KmsKeyArn")} if chosen.encryption == "customer" else {}
        properties["SSESpecification"] = {"SSEEnabled": True, "SSEType": "KMS", **own}
    properties |= insights(chosen.insights) | policy(chosen.policy)
    properties["Tags"] = tags(view, view.tags)
    return retained(view, "AWS::DynamoDB::Table", properties)


def retained(view: TableView, kind: str, properties: Document) -> Document:
    """A resource that outlives its stack, if the model says so."""
    after = "Retain" if view.settings.retain else "Delete"
    made: Document = {"Type": kind, "DeletionPolicy": after, "UpdateReplacePolicy": after}
    if view.vectors:  # cfn-lint knows keys only: it takes the attributes that searches fix for superfluous
        made["Metadata"] = {"cfn-lint": {"config": {"ignore_checks": ["E3039"]}}}
    return made | {"Properties": properties}


def names_and_billing(view: TableView) -> Document:
    """The table's name and how it is paid for."""
    derived = sub(f"{view.default_name}-${{Environment}}")
    return {
        "TableName": when("DerivedName", derived, ref("TableName")),
        "BillingMode": ref("BillingMode") if view.capacity else "PAY_PER_REQUEST",
    }


def keys(view: TableView) -> Document:
    """The key attributes of table and indexes, and the table's key."""
    return {
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in view.attributes],
        "KeySchema": key_schema(view.keys),
    }


def key_schema(elements: Sequence[KeyView]) -> list[Document]:
    """The elements of a key in the service's order."""
    return [{"AttributeName": key.name, "KeyType": key.type} for key in elements]


def index_keys(index: IndexView) -> Document:
    """Name, key and projection of an index of either kind."""
    projection: Document = {"ProjectionType": index.projection}
    if index.projected:
        projection["NonKeyAttributes"] = list(index.projected)
    return {"IndexName": index.name, "KeySchema": key_schema(index.keys), "Projection": projection}


def vectors(view: TableView) -> Document:
    """The vector indexes."""
    return {"VectorIndexes": vector_indexes(view)} if view.vectors else {}


def _gsi(view: TableView, index: IndexView) -> Document:
    return index_keys(index) | _throughput(view, index.capacity) | insights(view.settings.insights)


def _throughput(view: TableView, capacity: PlaceCapacity | None) -> Document:
    """What the table, or one of its global indexes, is provisioned with or capped at."""
    if capacity:
        units = {"ReadCapacityUnits": capacity.read.minimum, "WriteCapacityUnits": capacity.write.minimum}
        return {"ProvisionedThroughput": when("IsProvisioned", units)}
    caps: Document = {}
    if view.settings.read_cap:
        caps["MaxReadRequestUnits"] = ref("MaxReadUnits")
    if view.settings.write_cap:
        caps["MaxWriteRequestUnits"] = ref("MaxWriteUnits")
    return {"OnDemandThroughput": caps} if caps else {}


def warm(view: TableView) -> Document:
    """What the table is ready for before the first request; what the model does not raise stays the service's."""
    chosen = view.settings
    units = {"ReadUnitsPerSecond": chosen.warm_reads, "WriteUnitsPerSecond": chosen.warm_writes}
    raised = {name: value for name, value in units.items() if value}
    return {"WarmThroughput": raised} if raised else {}


def time_to_live(view: TableView) -> Document:
    """The attribute that says when an item ends."""
    return {"TimeToLiveSpecification": {"AttributeName": view.ttl, "Enabled": True}} if view.ttl else {}


def recovery(days: int) -> Document:
    """Point-in-time recovery; an environment may do without."""
    if not days:
        return {}
    own = {"PointInTimeRecoveryEnabled": ref("PointInTimeRecovery"), "RecoveryPeriodInDays": days}
    return {"PointInTimeRecoverySpecification": own}


def kinesis(view: TableView) -> Document:
    """The Kinesis stream of the stack's own Region."""
    precision = view.settings.kinesis_precision
    destination = {"StreamArn": ref("KinesisStreamArn"), "ApproximateCreationDateTimePrecision": precision}
    return when("HasKinesisStream", destination)


def insights(mode: str) -> Document:
    """Contributor insights of the table or an index."""
    return {"ContributorInsightsSpecification": {"Enabled": True, "Mode": mode}} if mode else {}


def policy(text: str) -> Document:
    """The resource policy that the model holds as JSON text."""
    return {"ResourcePolicy": {"PolicyDocument": json.loads(text)}} if text else {}


def tags(view: TableView, own: Tags) -> list[Any]:
    """Tags as a list, with the environment first unless the model sets that tag."""
    environment = [{"Key": "Environment", "Value": ref("Environment")}] if view.environment_tag else []
    return environment + [{"Key": key, "Value": value} for key, value in own]


def scaling(view: ScalingView) -> Document:
    """Auto scaling of reads or writes of the table or of an index: what scales, and what it aims at."""
    target, name = f"{view.logical_id}Scaling", f"{view.logical_id}ScalingPolicy"
    return {
        target: {
            "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
            "Condition": "IsProvisioned",
            "Properties": {
                "ServiceNamespace": "dynamodb",
                "ResourceId": sub(f"table/${{Table}}{view.resource}"),
                "ScalableDimension": view.dimension,
                "MinCapacity": view.capacity.minimum,
                "MaxCapacity": view.capacity.maximum,
            },
        },
        name: {
            "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
            "Condition": "IsProvisioned",
            "Properties": {
                "PolicyName": name,
                "PolicyType": "TargetTrackingScaling",
                "ScalingTargetId": ref(target),
                "TargetTrackingScalingPolicyConfiguration": {
                    "PredefinedMetricSpecification": {"PredefinedMetricType": view.metric},
                    "TargetValue": view.capacity.target,
                },
            },
        },
    }
