"""CDK's templates as our own CloudFormation template would say them, so that the two can be compared field by field.

In: template data that CDK synthesized. Out: the properties of an `AWS::DynamoDB::Table`, from the global table that
`TableV2` builds. A property that has no counterpart here is left over and fails the comparison.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_DRIVER = """
import importlib, inspect, json, sys
from pathlib import Path
from aws_cdk import App, Environment, Stack

folder = Path(sys.argv[1])
app = App(outdir=str(folder / "out"))
for number, (name, region) in enumerate(json.loads((folder / "stacks.json").read_text())):
    sys.path.insert(0, str(folder / name))
    module = importlib.import_module(f"{name}_table")
    (made,) = [v for k, v in vars(module).items() if k.endswith("Table") and isinstance(v, type)]
    env = Environment(region=region, account="123456789012") if region else None
    network = {"vpc_id": "vpc-1", "cache_subnet_ids": ["subnet-1", "subnet-2"]}
    takes = inspect.signature(made.__init__).parameters
    made(Stack(app, f"stack{number}", env=env), "It", **{k: v for k, v in network.items() if k in takes})
app.synth()
"""


def synthesize(folder: Path, modules: dict[str, tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """The template of each construct: name -> (text of its module, Region of the stack or "")."""
    names = {f"m{number}": name for number, name in enumerate(modules)}
    for alias, name in names.items():
        (folder / alias).mkdir()
        (folder / alias / f"{alias}_table.py").write_text(modules[name][0], encoding="utf-8")
    stacks = [(alias, modules[name][1]) for alias, name in names.items()]
    (folder / "stacks.json").write_text(json.dumps(stacks), encoding="utf-8")
    silent = {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1", "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1"}
    words = [sys.executable, "-c", _DRIVER, str(folder)]
    environment = os.environ | silent | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-4000:]
    return {
        name: json.loads((folder / "out" / f"stack{number}.template.json").read_text(encoding="utf-8"))
        for number, name in enumerate(modules)
    }


def only(template: dict[str, Any], kind: str) -> dict[str, Any]:
    """The one resource of a type."""
    (found,) = [r for r in template["Resources"].values() if r["Type"] == kind]
    return dict(found)


def table_properties(resource: dict[str, Any], region: object) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The table of a Region in the words of `AWS::DynamoDB::Table`, and the replicas of the other Regions."""
    left = dict(resource["Properties"])
    replicas = left.pop("Replicas")
    (own,) = [dict(r) for r in replicas if r["Region"] == region]
    own.pop("Region")
    indexes = {i.pop("IndexName"): i for i in (dict(each) for each in own.pop("GlobalSecondaryIndexes", []))}
    made = {name: left.pop(name) for name in list(left) if not name.startswith(("Write", "GlobalSecondary", "SSE"))}
    made |= _throughput(left, own)
    made |= {name: own.pop(name) for name in list(own) if not name.startswith(("Read", "SSE"))}
    if "SSESpecification" in left:
        made["SSESpecification"] = left.pop("SSESpecification") | own.pop("SSESpecification", {})
    if "GlobalSecondaryIndexes" in left:
        made["GlobalSecondaryIndexes"] = [
            _index(dict(index), indexes.pop(index["IndexName"], {})) for index in left.pop("GlobalSecondaryIndexes")
        ]
    assert not left, left
    assert not own, own
    assert not indexes, indexes
    return made, [r for r in replicas if r["Region"] != region]


def _index(index: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    made = _throughput(index, own)
    return index | made | own


def _throughput(write: dict[str, Any], read: dict[str, Any]) -> dict[str, Any]:
    """On-demand caps, or the bounds between which auto scaling moves: (least, most, percent) of reads and writes."""
    caps = {
        **write.pop("WriteOnDemandThroughputSettings", {}),
        **read.pop("ReadOnDemandThroughputSettings", {}),
    }
    scaled = [
        (s["MinCapacity"], s["MaxCapacity"], s["TargetTrackingScalingPolicyConfiguration"]["TargetValue"])
        for s in (
            read.pop("ReadProvisionedThroughputSettings", {}).get("ReadCapacityAutoScalingSettings"),
            write.pop("WriteProvisionedThroughputSettings", {}).get("WriteCapacityAutoScalingSettings"),
        )
        if s
    ]
    return ({"OnDemandThroughput": caps} if caps else {}) | ({"Scaled": scaled} if scaled else {})
