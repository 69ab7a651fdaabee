"""What differs between environments: parameters with defaults that suit production, and conditions on them.

In: the table's view. Out: the sections Parameters and Conditions. One template serves every environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.cloudformation.intrinsics import Document, differs, equals, switch

if TYPE_CHECKING:
    from dynamodel.emit.table.view import TableView

ALIAS_OR_ARN = "ARN or alias of the key that encrypts the table"


def key_parameter(region: str = "") -> str:
    """The parameter with the key of a Region: `KmsKeyArn` of the table, `KmsKeyArnEuWest1` of a replica."""
    return "KmsKeyArn" + "".join(part.capitalize() for part in region.split("-"))


def parameters(view: TableView) -> Document:
    """The parameters that the table's settings give a meaning to."""
    chosen, capacity = view.settings, view.capacity
    made: Document = {
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
    }
    if capacity:
        made["BillingMode"] = {
            "Type": "String",
            "Default": "PROVISIONED",
            "AllowedValues": ["PROVISIONED", "PAY_PER_REQUEST"],
            "Description": "Capacity that scales with the load, or, for small environments, on demand.",
        }
    for name, cap, what in (("MaxReadUnits", chosen.read_cap, "reads"), ("MaxWriteUnits", chosen.write_cap, "writes")):
        if cap:
            words = f"Most units per second that {what} may use, of the table and of each index."
            made[name] = {"Type": "Number", "Default": cap, "MinValue": 1, "Description": words}
    made["DeletionProtection"] = switch("Whether DynamoDB refuses to delete the table.", on=chosen.protection)
    if chosen.recovery_days:
        made["PointInTimeRecovery"] = switch("Whether the table can be restored to any second.", on=True)
    made |= _keys(view)
    if chosen.kinesis:
        made["KinesisStreamArn"] = {
            "Type": "String",
            "Default": chosen.kinesis,
            "Description": "ARN of the Kinesis stream that gets every change; empty for none.",
        }
    if chosen.is_global:
        made["Replicated"] = switch("Whether the table has its replicas in other Regions.", on=True)
    made |= _alarms(view) | _cache(view)
    return made


def _keys(view: TableView) -> Document:
    chosen = view.settings
    if chosen.encryption != "customer":
        return {}
    made = {"KmsKeyArn": _key(ALIAS_OR_ARN + ".", chosen.encryption_key)}
    for replica in chosen.replicas:
        made[key_parameter(replica.region)] = _key(f"ARN of the key in {replica.region}.", replica.encryption_key)
    return made


def _key(description: str, default: str) -> Document:
    return {"Type": "String"} | ({"Default": default} if default else {}) | {"Description": description}


def _alarms(view: TableView) -> Document:
    if view.settings.alarms is None:
        return {}
    return {
        "Alarms": switch("Whether the table is watched.", on=True),
        "AlarmTopicArn": {
            "Type": "String",
            "Default": view.settings.alarms.topic,
            "Description": "ARN of the SNS topic that alarms notify; empty for none.",
        },
    }


def _cache(view: TableView) -> Document:
    if view.settings.cache is None:
        return {}
    return {
        "Cache": switch("Whether a DAX cluster stands in front of the table.", on=True),
        # Without defaults: a network of the account must be named, and CloudFormation takes no empty one.
        "VpcId": {
            "Type": "AWS::EC2::VPC::Id",
            "Description": "The VPC of the cache. It has no default, since no network is right for every account; "
            "where Cache is false any VPC will do.",
        },
        "CacheSubnetIds": {
            "Type": "List<AWS::EC2::Subnet::Id>",
            "Description": "Subnets of that VPC for the nodes of the cache, in as many zones as there are nodes. They "
            "have no default, as the VPC; where Cache is false any of its subnets will do.",
        },
    }


def conditions(view: TableView) -> Document:
    """What holds in an environment; each is used by a resource or a property."""
    chosen = view.settings
    made: Document = {"DerivedName": equals("TableName", "")}
    if view.capacity:
        made["IsProvisioned"] = equals("BillingMode", "PROVISIONED")
    if chosen.kinesis:
        made["HasKinesisStream"] = differs("KinesisStreamArn", "")
    if chosen.is_global:
        made["IsReplicated"] = equals("Replicated", "true")
    if chosen.alarms is not None:
        made["HasAlarms"] = equals("Alarms", "true")
        if chosen.replicas and not chosen.strong:
            made["WatchesReplicas"] = {"Fn::And": [{"Condition": "HasAlarms"}, {"Condition": "IsReplicated"}]}
        made["HasAlarmTopic"] = differs("AlarmTopicArn", "")
    if chosen.cache is not None:
        made["HasCache"] = equals("Cache", "true")
    return made
