"""What emulators make of a template: the stack in moto, and the table alone from the same properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# moto takes these for made without making anything; with an output that names one it fails. When it learns one of them,
# the test of stacks says so.
UNKNOWN_TO_MOTO = frozenset(
    {
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::CloudWatch::Alarm",
        "AWS::DAX::Cluster",
        "AWS::DAX::ParameterGroup",
        "AWS::DAX::SubnetGroup",
        "AWS::DynamoDB::GlobalTable",
    }
)


def for_moto(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template without the resources that moto does not know, and without the outputs about them."""
    known = {n: r for n, r in template["Resources"].items() if r["Type"] not in UNKNOWN_TO_MOTO}
    # Without its table nothing of what is around it could be named.
    kept = {n: r for n, r in known.items() if "Table" in known or not _names_the_table(r)}
    outputs = {n: o for n, o in template["Outputs"].items() if _subject(o["Value"]) in kept}
    return {**template, "Resources": kept, "Outputs": outputs}


def _names_the_table(resource: Mapping[str, Any]) -> bool:
    return "'Table'" in str(resource) or "${Table" in str(resource)


def _subject(value: Mapping[str, Any]) -> str:
    return value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]


def create_table(resource: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The arguments of CreateTable from a table's resource, of either type, in one environment."""
    properties = resource["Properties"]
    request: dict[str, Any] = {
        "TableName": name,
        "BillingMode": properties["BillingMode"],
        "AttributeDefinitions": properties["AttributeDefinitions"],
        "KeySchema": properties["KeySchema"],
    }
    home = properties.get("Replicas", [{}])[0]
    read = {i["IndexName"]: i for i in home.get("GlobalSecondaryIndexes", [])}
    request |= _throughput(properties, home)
    if gsis := properties.get("GlobalSecondaryIndexes"):
        request["GlobalSecondaryIndexes"] = [
            _keys(index) | _throughput(index, read.get(index["IndexName"], {})) for index in gsis
        ]
    if lsis := properties.get("LocalSecondaryIndexes"):
        request["LocalSecondaryIndexes"] = [_keys(index) for index in lsis]
    if stream := properties.get("StreamSpecification"):
        request["StreamSpecification"] = {"StreamEnabled": True, **stream}
    return request


def _keys(index: Mapping[str, Any]) -> dict[str, Any]:
    return {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}


def _throughput(writes: Mapping[str, Any], reads: Mapping[str, Any]) -> dict[str, Any]:
    if "ProvisionedThroughput" in writes:
        return {"ProvisionedThroughput": writes["ProvisionedThroughput"]}
    if "WriteProvisionedThroughputSettings" not in writes:
        return {}
    scaled = {
        "ReadCapacityUnits": reads["ReadProvisionedThroughputSettings"]["ReadCapacityAutoScalingSettings"],
        "WriteCapacityUnits": writes["WriteProvisionedThroughputSettings"]["WriteCapacityAutoScalingSettings"],
    }
    return {"ProvisionedThroughput": {unit: own["SeedCapacity"] for unit, own in scaled.items()}}


def same_table(described: Any, properties: Mapping[str, Any]) -> None:
    """A table of an emulator has the keys, types and indexes that the template's properties say."""
    assert _sorted(described["AttributeDefinitions"]) == _sorted(properties["AttributeDefinitions"])
    assert described["KeySchema"] == properties["KeySchema"]
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        made = {i["IndexName"]: i for i in described.get(kind, [])}
        wanted = {i["IndexName"]: i for i in properties.get(kind, [])}
        assert set(made) == set(wanted)
        for name, index in wanted.items():
            assert made[name]["KeySchema"] == index["KeySchema"]
            projection = made[name]["Projection"]
            assert projection["ProjectionType"] == index["Projection"]["ProjectionType"]
            projected = index["Projection"].get("NonKeyAttributes", [])
            assert sorted(projection.get("NonKeyAttributes", [])) == sorted(projected)


def _sorted(definitions: list[dict[str, str]]) -> list[tuple[str, str]]:
    return sorted((d["AttributeName"], d["AttributeType"]) for d in definitions)
