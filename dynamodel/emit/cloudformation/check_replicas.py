"""Refuses a global table that DynamoDB would refuse, where cfn-lint says nothing.

In: the properties of an `AWS::DynamoDB::GlobalTable` in one environment. Out: findings. Sources: the resource's
template reference; Amazon DynamoDB developer guide, "How DynamoDB global tables work".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.catalog import finding
from dynamodel.dynamo.regions import REGION, STRONG_REGIONS, STRONG_SETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic

Properties = dict[str, Any]


def check_replicas(properties: Properties) -> Iterator[Diagnostic]:
    """What the replicas of a table must have, and have in common."""
    regions = [replica["Region"] for replica in properties["Replicas"]]
    for region in dict.fromkeys(regions):
        if regions.count(region) > 1:
            yield finding("DM528", f"{regions.count(region)} replicas are in {region}")
        if not REGION.fullmatch(region):
            yield finding("DM528", f"`{region}` is no Region")
    yield from _strong(properties, regions)
    yield from _scaling(properties)
    yield from _indexes(properties)
    yield from _keys(properties)
    stream = properties.get("StreamSpecification", {}).get("StreamViewType")
    eventual = properties.get("MultiRegionConsistency", "EVENTUAL") == "EVENTUAL"
    if len(regions) > 1 and eventual and stream != "NEW_AND_OLD_IMAGES":
        yield finding("DM528", "a table with replicas needs a stream of NEW_AND_OLD_IMAGES")


def _strong(properties: Properties, replicas: list[str]) -> Iterator[Diagnostic]:
    witnesses = [witness["Region"] for witness in properties.get("GlobalTableWitnesses", [])]
    if properties.get("MultiRegionConsistency") != "STRONG":
        if witnesses:
            yield finding("DM528", f"{witnesses[0]} is a witness, and the consistency is not STRONG")
        return
    regions = replicas + witnesses
    if len(regions) != STRONG_REGIONS:
        yield finding("DM528", f"{len(regions)} Regions, STRONG consistency needs exactly three")
    elif not any(set(regions) <= one for one in STRONG_SETS):
        yield finding("DM528", f"STRONG consistency does not reach over {', '.join(regions)}")
    for word in ("LocalSecondaryIndexes", "TimeToLiveSpecification"):
        if properties.get(word):
            yield finding("DM528", f"a table with STRONG consistency cannot have {word}")


def _scaling(properties: Properties) -> Iterator[Diagnostic]:
    """A provisioned global table scales its writes by itself; an on-demand one has no settings of that kind."""
    provisioned = properties.get("BillingMode", "PROVISIONED") == "PROVISIONED"
    gsis = properties.get("GlobalSecondaryIndexes", [])
    for owner, each in (("the table", properties), *((f"index `{g['IndexName']}`", g) for g in gsis)):
        scaled = "WriteCapacityAutoScalingSettings" in each.get("WriteProvisionedThroughputSettings", {})
        if provisioned and not scaled:
            yield finding("DM528", f"{owner} is provisioned and its writes do not scale")
        if not provisioned and "WriteProvisionedThroughputSettings" in each:
            yield finding("DM528", f"{owner} is on demand and has provisioned writes")
        if provisioned and "WriteOnDemandThroughputSettings" in each:
            yield finding("DM528", f"{owner} is provisioned and has on-demand limits")
    for replica in properties["Replicas"]:
        inside = [i for i in replica.get("GlobalSecondaryIndexes", []) if "ReadProvisionedThroughputSettings" in i]
        read = "ReadProvisionedThroughputSettings" in replica
        missing = len(gsis) - len(inside) + (not read)
        if provisioned and missing:
            yield finding("DM528", f"{missing} places in {replica['Region']} have no provisioned reads")
        if not provisioned and (read or inside):
            yield finding("DM528", f"the replica in {replica['Region']} is on demand and has provisioned reads")


def _indexes(properties: Properties) -> Iterator[Diagnostic]:
    known = {index["IndexName"] for index in properties.get("GlobalSecondaryIndexes", [])}
    for replica in properties["Replicas"]:
        for index in replica.get("GlobalSecondaryIndexes", []):
            if index["IndexName"] not in known:
                yield finding("DM528", f"the replica in {replica['Region']} names an index `{index['IndexName']}`, "
                              "and the table has none of that name")  # fmt: skip


def _keys(properties: Properties) -> Iterator[Diagnostic]:
    """A customer's key is one of each Region: all replicas name theirs, or none does."""
    named = [replica["Region"] for replica in properties["Replicas"] if "SSESpecification" in replica]
    if named and len(named) < len(properties["Replicas"]):
        yield finding("DM528", f"the replicas in {', '.join(named)} have keys of their own, the others have none")
    if named and properties.get("SSESpecification", {}).get("SSEType") != "KMS":
        yield finding("DM528", "replicas have keys, and the table is not encrypted by KMS")
