"""Terraform's files as CloudFormation would say them, so that the two can be compared field by field.

In: the text of a module's files. Out: resources by type and label, and the properties of a table in CloudFormation's
names. A reference to a variable becomes a `Ref` to the parameter of the same meaning; an argument that has no property
here is a KeyError, so nothing is passed over.
"""

from __future__ import annotations

import json
import re
from typing import Any

import hcl2

_META = {"__is_block__", "__comments__", "__inline_comments__"}
PARAMETERS = {
    "environment": "Environment",
    "table_name": "TableName",
    "deletion_protection": "DeletionProtection",
    "point_in_time_recovery": "PointInTimeRecovery",
    "kms_key_arn": "KmsKeyArn",
    "alarms": "Alarms",
    "alarm_topic_arn": "AlarmTopicArn",
    "cache": "Cache",
    "vpc_id": "VpcId",
    "cache_subnet_ids": "CacheSubnetIds",
}


def value(parsed: Any) -> Any:
    """A value of the parser in plain form: strings unquoted, references to variables as `Ref`."""
    if isinstance(parsed, list):
        return [value(each) for each in parsed]
    if isinstance(parsed, dict):
        return {text(k): value(v) for k, v in parsed.items() if k not in _META}
    if not isinstance(parsed, str):
        return parsed
    reference = re.fullmatch(r"\$\{var\.(\w+)\}", parsed)
    if reference:
        return {"Ref": PARAMETERS[reference[1]]}
    return text(parsed)


def text(quoted: str) -> str:
    """The string that a quoted template without interpolation stands for; any other expression as it is."""
    if not quoted.startswith('"'):
        return quoted
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", quoted), quoted
    plain: str = json.loads(quoted)
    return plain.replace("$${", "${").replace("%%{", "%{")


def resources(files: dict[str, str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Every resource of a module, by type and label."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for source in files.values():
        for block in hcl2.loads(source).get("resource", []):
            for kind, labelled in block.items():
                for label, body in labelled.items():
                    key = (text(kind), text(label))
                    assert key not in found
                    found[key] = body
    return found


def variables(files: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The variables of a module."""
    made = hcl2.loads(files["variables.tf"])["variable"]
    return {text(name): value(body) for block in made for name, body in block.items()}


def policies(files: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The policy documents of a module by label, with CloudFormation's references to the table."""
    blocks = hcl2.loads(files["policies.tf"])["data"]
    documents = {
        text(label): body for block in blocks for labelled in block.values() for label, body in labelled.items()
    }
    return {
        label: {"Version": "2012-10-17", "Statement": [_statement(s) for s in body["statement"]]}
        for label, body in documents.items()
    }


def _statement(block: dict[str, Any]) -> dict[str, Any]:
    left = {k: v for k, v in block.items() if k not in _META}
    made = {"Sid": text(left.pop("sid")), "Effect": "Allow", "Action": value(left.pop("actions"))}
    made["Resource"] = [_arn(resource) for resource in left.pop("resources")]
    tests = [{k: value(v) for k, v in c.items() if k not in _META} for c in left.pop("condition", [])]
    if tests:
        values = {c["test"]: {c["variable"]: c["values"]} for c in tests}
        values["Null"] = {name: held[0] for name, held in values["Null"].items()}
        made["Condition"] = values
    assert not left
    return made


def _arn(resource: str) -> dict[str, Any]:
    if resource == "${aws_dynamodb_table.table.arn}":
        return {"Fn::GetAtt": ["Table", "Arn"]}
    return {"Fn::Sub": resource.strip('"').replace("${aws_dynamodb_table.table.arn}", "${Table.Arn}")}


def table_properties(body: dict[str, Any]) -> dict[str, Any]:
    """What an `aws_dynamodb_table` says, as properties of an `AWS::DynamoDB::Table`."""
    left = {k: v for k, v in body.items() if k not in _META | {"lifecycle"}}
    made: dict[str, Any] = {"TableName": _name(left.pop("name"))}
    keys = [("HASH", value(left.pop("hash_key"))), ("RANGE", value(left.pop("range_key")))]
    made["KeySchema"] = [{"AttributeName": name, "KeyType": kind} for kind, name in keys]
    made["AttributeDefinitions"] = [
        {"AttributeName": value(a["name"]), "AttributeType": value(a["type"])} for a in left.pop("attribute")
    ]
    made["Tags"] = [{"Key": k, "Value": v} for k, v in value(left.pop("tags")).items()]
    made |= _capacity(left)
    simple = {
        "table_class": "TableClass",
        "billing_mode": "BillingMode",
        "deletion_protection_enabled": "DeletionProtectionEnabled",
    }
    made |= {name: value(left.pop(argument)) for argument, name in simple.items()}
    if left.pop("stream_enabled", False):
        made["StreamSpecification"] = {"StreamViewType": value(left.pop("stream_view_type"))}
    blocks = {
        "global_secondary_index": ("GlobalSecondaryIndexes", lambda b: [_index(i, None) for i in b]),
        "local_secondary_index": ("LocalSecondaryIndexes", lambda b: [_index(i, keys[0][1]) for i in b]),
        "ttl": ("TimeToLiveSpecification", lambda b: _renamed(b, attribute_name="AttributeName", enabled="Enabled")),
        "point_in_time_recovery": ("PointInTimeRecoverySpecification", _recovery),
        "server_side_encryption": ("SSESpecification", _encryption),
    }
    for argument in list(left):
        name, convert = blocks[argument]
        made[name] = convert(left.pop(argument))
    return made


def _name(expression: str) -> dict[str, Any]:
    derived = re.fullmatch(
        r'\$\{var\.table_name != "" \? var\.table_name : "([\w.-]+)\$\{var\.environment\}"\}', expression
    )
    assert derived, expression
    return {"Fn::If": ["DerivedName", {"Fn::Sub": f"{derived[1]}${{Environment}}"}, {"Ref": "TableName"}]}


def _renamed(blocks: list[dict[str, Any]], **names: str) -> dict[str, Any]:
    (block,) = blocks
    return {names[argument]: value(v) for argument, v in block.items() if argument not in _META}


def _recovery(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    (block,) = blocks
    # The service refuses a window where recovery is off; CloudFormation leaves that to its caller.
    days = re.fullmatch(r"\$\{var\.point_in_time_recovery \? (\d+) : null\}", block["recovery_period_in_days"])
    assert days
    return {"PointInTimeRecoveryEnabled": value(block["enabled"]), "RecoveryPeriodInDays": int(days[1])}


def _encryption(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    names = {"enabled": "SSEEnabled", "kms_key_arn": "KMSMasterKeyId"}
    return _renamed(blocks, **names) | {"SSEType": "KMS"}


def _capacity(left: dict[str, Any]) -> dict[str, Any]:
    if "read_capacity" in left:
        units = {"ReadCapacityUnits": left.pop("read_capacity"), "WriteCapacityUnits": left.pop("write_capacity")}
        return {"ProvisionedThroughput": units}
    if "on_demand_throughput" in left:
        names = {
            "max_read_request_units": "MaxReadRequestUnits",
            "max_write_request_units": "MaxWriteRequestUnits",
        }
        return {"OnDemandThroughput": _renamed(left.pop("on_demand_throughput"), **names)}
    return {}


def _index(block: dict[str, Any], partition: str | None) -> dict[str, Any]:
    left = {k: v for k, v in block.items() if k not in _META}
    projection = {"ProjectionType": value(left.pop("projection_type"))}
    if "non_key_attributes" in left:
        projection["NonKeyAttributes"] = value(left.pop("non_key_attributes"))
    made = {"IndexName": value(left.pop("name")), "Projection": projection, **_capacity(left)}
    if partition is not None:
        keys = [(partition, "HASH"), (value(left.pop("range_key")), "RANGE")]
    else:
        keys = [(value(k["attribute_name"]), value(k["key_type"])) for k in left.pop("key_schema")]
    made["KeySchema"] = [{"AttributeName": name, "KeyType": kind} for name, kind in keys]
    assert not left
    return made
