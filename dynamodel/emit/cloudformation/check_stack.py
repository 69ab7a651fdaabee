"""Refuses a stack that AWS would refuse, where cfn-lint says nothing: throughput, tags, the template's size.

In: the template and its resources in one environment. Out: findings. Sources: AWS CloudFormation quotas; Amazon
DynamoDB developer guide, warm throughput and auto scaling; AWS General Reference, tag restrictions.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dynamodel.catalog import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.diagnostics import Diagnostic

MOST = {"Resources": 500, "Parameters": 200, "Outputs": 200}
BODY_BYTES = 1024 * 1024
MOST_TAGS = 50
WARM = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000}
LEAST_TARGET, MOST_TARGET = 20, 90  # percent


def check_body(template: dict[str, Any]) -> Iterator[Diagnostic]:
    """What a template must keep to, whatever its parameters are."""
    for section, most in MOST.items():
        if len(template[section]) > most:
            yield finding("DM529", f"{len(template[section])} {section.lower()}, at most {most} are allowed")
    size = len(json.dumps(template, indent=2).encode())
    if size > BODY_BYTES:
        yield finding("DM529", f"the template has {size} bytes, at most {BODY_BYTES} are allowed")


def check_stack(resources: dict[str, Any]) -> Iterator[Diagnostic]:
    """What the resources of one environment must keep to."""
    table = resources["Table"]["Properties"]
    yield from _tags("the table", table.get("Tags", []))
    for replica in table.get("Replicas", []):
        yield from _tags(f"the replica in {replica['Region']}", replica.get("Tags", []))
    for word, least in WARM.items():
        units = table.get("WarmThroughput", {}).get(word, least)
        if units < least:
            yield finding("DM526", f"{word} of {units} is below the {least} that every table has")
    for name, (lower, upper, target) in _scaled(table, resources).items():
        if lower > upper:
            yield finding("DM526", f"{name} scales from {lower} up to {upper}")
        if not LEAST_TARGET <= target <= MOST_TARGET:
            yield finding("DM526", f"{name} aims at {target} %, {LEAST_TARGET} to {MOST_TARGET} are allowed")


def _tags(owner: str, tags: list[dict[str, str]]) -> Iterator[Diagnostic]:
    keys = [tag["Key"] for tag in tags]
    if len(keys) > MOST_TAGS:
        yield finding("DM529", f"{owner} has {len(keys)} tags, at most {MOST_TAGS} are allowed")
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield finding("DM529", f"{owner} has the tag `{key}` {keys.count(key)} times")


def _scaled(table: dict[str, Any], resources: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    """Minimum, maximum and target of everything that scales, in a table of either kind."""
    found = {}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::ApplicationAutoScaling::ScalingPolicy":
            own = resource["Properties"]
            limits = resources[own["ScalingTargetId"]]["Properties"]
            target = own["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
            found[name] = (limits["MinCapacity"], limits["MaxCapacity"], target)
    places = {"the table": table} | {f"index `{i['IndexName']}`": i for i in table.get("GlobalSecondaryIndexes", [])}
    for replica in table.get("Replicas", []):
        places[f"the replica in {replica['Region']}"] = replica
    for name, place in places.items():
        for way in ("Read", "Write"):
            settings = place.get(f"{way}ProvisionedThroughputSettings", {}).get(f"{way}CapacityAutoScalingSettings")
            if settings:
                target = settings["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
                found[f"{name}, {way.lower()}"] = (settings["MinCapacity"], settings["MaxCapacity"], target)
    return found
