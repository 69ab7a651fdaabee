"""The CloudFormation template as data: what the YAML says, for our own checks and for tools that want JSON.

In: `TemplateView`. Out: dicts and lists with intrinsic functions in their long form. A test reads the rendered YAML
back and compares it with this, so neither can drift.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.emit.cloudformation.policies import policy_outputs, policy_resources

if TYPE_CHECKING:
    from dynamodel.emit.cloudformation.views import AlarmView, TemplateView
    from dynamodel.emit.table.view import IndexView, KeyView, ScalingView

Document = dict[str, Any]


def document(view: TemplateView) -> Document:
    """The whole template."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": view.description,
        "Metadata": {"Generator": view.header},
        "Parameters": _parameters(view),
        "Conditions": {"DerivedName": {"Fn::Equals": [{"Ref": "TableName"}, ""]}},
        "Resources": {"Table": _table(view)}
        | {name: made for each in view.scaling for name, made in _scaling(each).items()}
        | {
            alarm.logical_id: _alarm(alarm, view.settings.alarms.topic if view.settings.alarms else "")
            for alarm in view.alarms
        }
        | policy_resources(view.policies),
        "Outputs": _outputs(view),
    }


def _parameters(view: TemplateView) -> Document:
    parameters: Document = {
        "Environment": {
            "Type": "String",
            "Default": "dev",
            "AllowedPattern": "[A-Za-z0-9_.-]{1,64}",
            "Description": "Names the deployment; part of the table's name and a tag.",
        },
        "TableName": {
            "Type": "String",
            "Default": "",
            "AllowedPattern": "|[A-Za-z0-9_.-]{3,255}",
            "Description": f"The table's name; left empty it is {view.default_name}-<Environment>.",
        },
        "DeletionProtection": _switch(view.settings.protection, "Whether DynamoDB refuses to delete the table."),
    }
    if view.settings.recovery_days:
        parameters["PointInTimeRecovery"] = _switch(True, "Whether the table can be restored to any second.")  # noqa: FBT003
    if view.settings.encryption == "customer":
        key: Document = {"Type": "String", "Description": "ARN or alias of the key that encrypts the table."}
        parameters["KmsKeyArn"] = key | (
            {"Default": view.settings.encryption_key} if view.settings.encryption_key else {}
        )
    return parameters


def _switch(on: bool, description: str) -> Document:  # noqa: FBT001 - private
    default = "true" if on else "false"
    return {"Type": "String", "Default": default, "AllowedValues": ["true", "false"], "Description": description}


def _table(view: TemplateView) -> Document:
    chosen = view.settings
    properties: Document = {
        "TableName": {
            "Fn::If": [
                "DerivedName",
                {"Fn::Sub": f"{view.default_name}-${{Environment}}"},
                {"Ref": "TableName"},
            ]
        },
        "TableClass": chosen.table_class,
        "BillingMode": "PROVISIONED" if view.capacity else "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": {"Ref": "DeletionProtection"},
    }
    properties |= _throughput(view, view.capacity is not None)
    properties["AttributeDefinitions"] = [{"AttributeName": n, "AttributeType": t} for n, t in view.attributes]
    properties["KeySchema"] = _key_schema(view.keys)
    if view.gsis:
        properties["GlobalSecondaryIndexes"] = [_index(index, view) for index in view.gsis]
    if view.lsis:
        properties["LocalSecondaryIndexes"] = [_index(index, None) for index in view.lsis]
    if view.ttl:
        properties["TimeToLiveSpecification"] = {"AttributeName": view.ttl, "Enabled": True}
    if chosen.recovery_days:
        properties["PointInTimeRecoverySpecification"] = {
            "PointInTimeRecoveryEnabled": {"Ref": "PointInTimeRecovery"},
            "RecoveryPeriodInDays": chosen.recovery_days,
        }
    if chosen.stream:
        properties["StreamSpecification"] = {"StreamViewType": chosen.stream}
    if chosen.encryption:
        own = {"KMSMasterKeyId": {"Ref": "KmsKeyArn"}} if chosen.encryption == "customer" else {}
        properties["SSESpecification"] = {"SSEEnabled": True, "SSEType": "KMS", **own}
    if chosen.insights:
        properties["ContributorInsightsSpecification"] = {"Enabled": True, "Mode": chosen.insights}
    environment = [{"Key": "Environment", "Value": {"Ref": "Environment"}}] if view.environment_tag else []
    properties["Tags"] = environment + [{"Key": key, "Value": value} for key, value in view.tags]
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain" if chosen.retain else "Delete",
        "UpdateReplacePolicy": "Retain" if chosen.retain else "Delete",
        "Properties": properties,
    }


def _throughput(view: TemplateView, provisioned: bool, index: IndexView | None = None) -> Document:  # noqa: FBT001
    """What the table, or one of its global indexes, is provisioned with or capped at."""
    capacity = index.capacity if index else view.capacity
    if provisioned and capacity:
        units = {"ReadCapacityUnits": capacity.read.minimum, "WriteCapacityUnits": capacity.write.minimum}
        return {"ProvisionedThroughput": units}
    caps = {"MaxReadRequestUnits": view.settings.read_cap, "MaxWriteRequestUnits": view.settings.write_cap}
    caps = {name: units for name, units in caps.items() if units}
    return {"OnDemandThroughput": caps} if caps and not provisioned else {}


def _index(index: IndexView, view: TemplateView | None) -> Document:
    """An index; a local one (without `view`) has no throughput of its own."""
    projection: Document = {"ProjectionType": index.projection}
    if index.projected:
        projection["NonKeyAttributes"] = list(index.projected)
    made: Document = {"IndexName": index.name, "KeySchema": _key_schema(index.keys), "Projection": projection}
    if view is not None:
        made |= _throughput(view, view.capacity is not None, index)
        if view.settings.insights:
            made["ContributorInsightsSpecification"] = {"Enabled": True, "Mode": view.settings.insights}
    return made


def _key_schema(keys: tuple[KeyView, ...]) -> list[Document]:
    return [{"AttributeName": key.name, "KeyType": key.type} for key in keys]


def _scaling(view: ScalingView) -> Document:
    target, policy = f"{view.logical_id}Scaling", f"{view.logical_id}ScalingPolicy"
    return {
        target: {
            "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
            "Properties": {
                "ServiceNamespace": "dynamodb",
                "ResourceId": {"Fn::Sub": f"table/${{Table}}{view.resource}"},
                "ScalableDimension": view.dimension,
                "MinCapacity": view.capacity.minimum,
                "MaxCapacity": view.capacity.maximum,
            },
        },
        policy: {
            "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
            "Properties": {
                "PolicyName": policy,
                "PolicyType": "TargetTrackingScaling",
                "ScalingTargetId": {"Ref": target},
                "TargetTrackingScalingPolicyConfiguration": {
                    "PredefinedMetricSpecification": {"PredefinedMetricType": view.metric},
                    "TargetValue": view.capacity.target,
                },
            },
        },
    }


def _alarm(alarm: AlarmView, topic: str) -> Document:
    metrics: list[Document] = [
        {"Id": "total", "Expression": "SUM(METRICS())", "Label": "Total", "ReturnData": True},
        *(
            {
                "Id": metric.id,
                "ReturnData": False,
                "MetricStat": {
                    "Stat": "Sum",
                    "Period": 300,
                    "Metric": {
                        "Namespace": "AWS/DynamoDB",
                        "MetricName": metric.name,
                        "Dimensions": [{"Name": "TableName", "Value": {"Ref": "Table"}}]
                        + [{"Name": name, "Value": value} for name, value in metric.dimensions],
                    },
                },
            }
            for metric in alarm.metrics
        ),
    ]
    properties: Document = {
        "AlarmDescription": alarm.description,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0,
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
    }
    if topic:
        properties["AlarmActions"] = [topic]
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties | {"Metrics": metrics}}


def _outputs(view: TemplateView) -> Document:
    outputs = {
        "TableName": _output("The table's name.", {"Ref": "Table"}, "TableName"),
        "TableArn": _output("The table's ARN.", {"Fn::GetAtt": ["Table", "Arn"]}, "TableArn"),
    }
    if view.settings.stream:
        arn = {"Fn::GetAtt": ["Table", "StreamArn"]}
        outputs["StreamArn"] = _output("The ARN of the table's stream.", arn, "StreamArn")
    return outputs | {n: _output(text, value, n) for n, (text, value) in policy_outputs(view.policies).items()}


def _output(description: str, value: object, export: str) -> Document:
    return {
        "Description": description,
        "Value": value,
        "Export": {"Name": {"Fn::Sub": f"${{AWS::StackName}}-{export}"}},
    }
