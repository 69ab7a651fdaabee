"""The CDK construct synthesizes to the table, the replicas and the policies that our own template says."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel import pipeline
from dynamodel.emit.cloudformation.emitter import checked
from dynamodel.emit.registry import emit
from dynamodel.errors import ModelInvalid
from dynamodel.ir.deployment import Alarms, Cache, Deployment, Replica, Role
from tests.support import synthesized
from tests.support.designs import NAMES, designed
from tests.support.infrastructure import PORTABLE, template
from tests.support.tables import gsi, lsi, plan, workload

if TYPE_CHECKING:
    from dynamodel.ir.plan import Plan

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "dynamodb:GetItem",
                "Resource": "*",
            }
        ],
    }
)
GLOBAL = Deployment(
    stream="NEW_AND_OLD_IMAGES",
    encryption="customer",
    encryption_key=KEY.replace("eu-west-1", "us-east-1"),
    kinesis="arn:aws:kinesis:us-east-1:111122223333:stream/changes",
    policy=POLICY,
    warm_reads=12_000,
    warm_writes=4_000,
    replicas=(
        Replica(
            "eu-west-1",
            tags=(("owner", "them"),),
            protection=False,
            recovery_days=0,
            table_class="STANDARD_INFREQUENT_ACCESS",
            read_cap=7,
            insights="THROTTLED_KEYS",
            encryption_key=KEY,
            kinesis="arn:aws:kinesis:eu-west-1:111122223333:stream/changes",
            policy=POLICY,
        ),
    ),
)


WATCHED = Deployment(
    tags=(("owner", "us"),),
    alarms=Alarms("arn:aws:sns:us-east-1:111122223333:pager", throttled=3, load=80),
    cache=Cache("dax.r5.large", 5, 60, 30),
)


def _with_roles(name: str) -> tuple[Any, Plan]:
    case = designed(name)
    every = tuple(p.name for p in case.workload.patterns)
    roles = (Role("first", every[:1]), Role("every_one", every))
    return case.workload, replace(case.plan, deployment=replace(case.plan.deployment, roles=roles))


def _searched() -> tuple[Any, Plan]:
    searched = pipeline.load(Path(__file__).with_name("search_model.py"))
    return searched, pipeline.plan(searched)


TABLES: dict[str, tuple[Any, Plan]] = {
    **PORTABLE,
    **{name: _with_roles(name) for name in NAMES},
    "replicated": (workload(), replace(plan(gsi()), deployment=GLOBAL)),
    "watched": (workload(), replace(plan(gsi(), lsi()), deployment=WATCHED)),
    "searched": _searched(),
}
REGIONS = {"replicated": "us-east-1", "everything": "us-east-1"}  # keys and replicas need to know where they are


def _module(name: str) -> str:
    work, design = TABLES[name]
    (artifact,) = emit(work, design, None, ("cdk",)).artifacts
    assert artifact.path == f"cdk/{work.name}_table.py"
    return artifact.text


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    modules = {name: (_module(name), REGIONS.get(name, "")) for name in TABLES}
    return synthesized.synthesize(tmp_path_factory.mktemp("cdk"), modules)


@pytest.mark.parametrize("name", [name for name in TABLES if name != "replicated"])
def test_the_table_is_that_of_the_template(name: str, templates: dict[str, dict[str, Any]]) -> None:
    work, design = TABLES[name]
    resource = synthesized.only(templates[name], "AWS::DynamoDB::GlobalTable")
    found, others = synthesized.table_properties(resource, REGIONS.get(name, {"Ref": "AWS::Region"}))
    ours = template(work, design)["Resources"]
    assert others == []
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == ours["Table"]["DeletionPolicy"]
    assert _unordered(found) == _unordered(_literal(ours, design))


def _literal(ours: dict[str, Any], design: Plan) -> dict[str, Any]:
    """Our table with its parameters at their defaults, and its auto scaling beside what it scales."""
    chosen, made = design.deployment, dict(ours["Table"]["Properties"])
    made["TableName"] = f"{design.table.name}-dev"
    made["DeletionProtectionEnabled"] = chosen.protection
    made["Tags"] = [t | {"Value": "dev"} if t["Value"] == {"Ref": "Environment"} else t for t in made["Tags"]]
    if chosen.recovery_days:
        made["PointInTimeRecoverySpecification"] |= {"PointInTimeRecoveryEnabled": True}
    if chosen.encryption == "customer":
        made["SSESpecification"] = made["SSESpecification"] | {"KMSMasterKeyId": chosen.encryption_key}
    scaled: dict[str, dict[str, Any]] = {}
    for each in (r["Properties"] for r in ours.values() if r["Type"].endswith("ScalableTarget")):
        place = each["ResourceId"]["Fn::Sub"].removeprefix("table/${Table}").removeprefix("/index/")
        way = "Read" if "Read" in each["ScalableDimension"] else "Write"
        scaled.setdefault(place, {})[way] = (each["MinCapacity"], each["MaxCapacity"], chosen.utilization)
    for place, each in [("", made), *((i["IndexName"], i) for i in made.get("GlobalSecondaryIndexes", []))]:
        if each.pop("ProvisionedThroughput", None):
            each["Scaled"] = [scaled[place]["Read"], scaled[place]["Write"]]
    return made


def _unordered(properties: dict[str, Any]) -> dict[str, Any]:
    ordered = {"Tags": "Key", "AttributeDefinitions": "AttributeName"}
    return properties | {k: sorted(properties[k], key=lambda each, by=by: each[by]) for k, by in ordered.items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_policies_are_those_of_the_template(name: str, templates: dict[str, dict[str, Any]]) -> None:
    work, design = TABLES[name]
    (table,) = [k for k, r in templates[name]["Resources"].items() if r["Type"] == "AWS::DynamoDB::GlobalTable"]
    found = [r["Properties"] for r in templates[name]["Resources"].values() if r["Type"] == "AWS::IAM::ManagedPolicy"]
    ours = template(work, design)["Resources"].values()
    wanted = [r["Properties"] for r in ours if r["Type"] == "AWS::IAM::ManagedPolicy"]
    assert len(wanted) == 2
    for made, planned in zip(found, wanted, strict=True):
        assert made["Description"] == planned["Description"]
        statements = [_listed(s, table) for s in made["PolicyDocument"]["Statement"]]
        assert statements == planned["PolicyDocument"]["Statement"]


def _listed(statement: dict[str, Any], table: str) -> dict[str, Any]:
    """A statement with lists where CDK writes one value bare, and references in our form."""

    def many(value: Any) -> list[Any]:
        return value if isinstance(value, list) else [value]

    def arn(resource: Any) -> Any:
        own = {"Fn::GetAtt": [table, "Arn"]}
        if resource == own:
            return {"Fn::GetAtt": ["Table", "Arn"]}
        (head, tail) = resource["Fn::Join"][1]
        assert head == own
        return {"Fn::Sub": f"${{Table.Arn}}{tail}"}

    return statement | {
        "Action": many(statement["Action"]),
        "Resource": [arn(resource) for resource in many(statement["Resource"])],
    }


def test_replicas_are_those_of_the_deployment(templates: dict[str, dict[str, Any]]) -> None:
    resource = synthesized.only(templates["replicated"], "AWS::DynamoDB::GlobalTable")
    found, (other,) = synthesized.table_properties(resource, "us-east-1")
    assert found["WarmThroughput"] == {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000}
    assert found["KinesisStreamSpecification"] == {"StreamArn": GLOBAL.kinesis}
    assert found["ResourcePolicy"]["PolicyDocument"] == json.loads(POLICY)
    assert found["SSESpecification"]["KMSMasterKeyId"] == GLOBAL.encryption_key
    assert other.pop("ResourcePolicy")["PolicyDocument"] == json.loads(POLICY)
    insights = {"Enabled": True, "Mode": "THROTTLED_KEYS"}
    (index,) = other.pop("GlobalSecondaryIndexes")
    assert index.pop("IndexName") == "GSI1"
    assert index.get("ContributorInsightsSpecification", insights) == insights
    assert other == {
        "Region": "eu-west-1",
        "DeletionProtectionEnabled": False,
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": 7},
        "ContributorInsightsSpecification": insights,
        "SSESpecification": {"KMSMasterKeyId": KEY},
        "KinesisStreamSpecification": {"StreamArn": GLOBAL.replicas[0].kinesis},
        "Tags": [
            {"Key": "Environment", "Value": "dev"},
            {"Key": "Model", "Value": "shop"},
            {"Key": "owner", "Value": "them"},
        ],
    }


@pytest.mark.parametrize("name", TABLES)
def test_the_module_is_formatted_and_passes_the_linter(name: str, tmp_path: Path) -> None:
    file = tmp_path / "table.py"
    file.write_text(_module(name), encoding="utf-8")
    for words in (
        ["format", "--check"],
        ["check", "--select", "E,F,I,UP,B,SIM,D", "--ignore", "D203,D213,D205,D400,D415"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", words[0], "--isolated", *words[1:], str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def _known(resources: dict[str, Any], value: Any) -> Any:
    """References and values in the words of our template: a resource of the construct by the id that it was given."""
    ids = {k: "Table" if r["Type"].startswith("AWS::DynamoDB") else k[2:-8] for k, r in resources.items()}
    if isinstance(value, list):
        return [_known(resources, v) for v in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return {"Ref": ids[value["Ref"]]}
    if "Fn::GetAtt" in value:
        return {"Fn::GetAtt": [ids[value["Fn::GetAtt"][0]], *value["Fn::GetAtt"][1:]]}
    if "Fn::Join" in value:
        (head, tail) = value["Fn::Join"][1]
        return {"Fn::Sub": f"${{{'.'.join(_known(resources, head)['Fn::GetAtt'])}}}{tail}"}
    return {k: _known(resources, v) for k, v in value.items()}


def test_alarms_and_cache_are_those_of_the_template(templates: dict[str, dict[str, Any]]) -> None:
    resources = templates["watched"]["Resources"]
    found = {
        k[2:-8]: (r["Type"], _known(resources, r["Properties"]))
        for k, r in resources.items()
        if not r["Type"].startswith("AWS::DynamoDB")
    }
    given = {"Environment": "dev", "VpcId": "vpc-1", "CacheSubnetIds": ["subnet-1", "subnet-2"]}
    given["AlarmTopicArn"] = WATCHED.alarms.topic if WATCHED.alarms else ""
    work, design = TABLES["watched"]
    made = checked(work, design)[0]
    wanted = {k: (r["Type"], _given(r["Properties"], given)) for k, r in made["Resources"].items() if k != "Table"}
    assert found == wanted
    assert {kind for kind, _ in found.values()} >= {"AWS::CloudWatch::Alarm", "AWS::DAX::Cluster", "AWS::IAM::Role"}


def _given(value: Any, parameters: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_given(v, parameters) for v in value]
    if not isinstance(value, dict):
        return value
    if value.get("Ref") in parameters:
        return parameters[value["Ref"]]
    if value.get("Fn::If", [""])[0] == "HasAlarmTopic":
        return _given(value["Fn::If"][1], parameters)
    if "${Environment}" in value.get("Fn::Sub", ""):
        return value["Fn::Sub"].replace("${Environment}", parameters["Environment"])
    return {k: _given(v, parameters) for k, v in value.items()}


def test_what_the_construct_cannot_hold_is_refused() -> None:
    fine = Deployment(kinesis=str(GLOBAL.kinesis), kinesis_precision="MILLISECOND")
    with pytest.raises(ModelInvalid, match="DM516"):
        emit(workload(), replace(plan(), deployment=fine), None, ("cdk",))
