"""The CloudFormation template: what it says, that cfn-lint agrees, and that a stack made from it is the plan."""

from __future__ import annotations

import json
from dataclasses import replace
from inspect import isabstract
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from cfnlint.decode import decode_str
from moto import mock_aws
from moto.core.common_models import CloudFormationModel

from dynamodel.emit.cloudformation.emitter import checked, emit_cloudformation, emit_cloudformation_json
from dynamodel.emit.cloudformation.environments import environments, resources
from dynamodel.emit.table.capacity import Capacity, PlaceCapacity, capacities, peaks
from dynamodel.errors import ModelInvalid
from dynamodel.ir.deployment import Alarms, Cache, Replica
from dynamodel.ir.plan import KeyAttribute
from dynamodel.ir.proof import Units
from tests.support.infrastructure import CASES
from tests.support.linted import lint
from tests.support.stacks import UNKNOWN_TO_MOTO, create_table, for_moto, same_table
from tests.support.tables import gsi, lsi, natural_gsi, plan, workload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.plan import Plan

STREAM = "arn:aws:kinesis:{}:111122223333:stream/changes"
KEY = "arn:aws:kms:{}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TOPIC = "arn:aws:sns:us-east-1:111122223333:alarms"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": ["dynamodb:GetItem"],
            "Resource": "arn:aws:dynamodb:us-east-1:111122223333:table/shop",
            "Condition": {"Bool": {"aws:SecureTransport": True}},
        }
    ],
}
RUN = {
    "kinesis": STREAM.format("us-east-1"),
    "kinesis_precision": "MILLISECOND",
    "warm_reads": 15_000,
    "warm_writes": 5_000,
    "policy": json.dumps(POLICY),
    "cache": Cache("dax.r5.large", 2, 60, 0),
    "alarms": Alarms(load=80),
}
GLOBAL = RUN | {
    "stream": "NEW_AND_OLD_IMAGES",
    "encryption": "customer",
    "encryption_key": KEY.format("us-east-1"),
    "insights": "ACCESSED_AND_THROTTLED_KEYS",
    "read_cap": 200,
    "write_cap": 100,
    "replicas": (
        Replica(
            "eu-west-1",
            (("Data", "eu"),),
            protection=False,
            recovery_days=0,
            table_class="STANDARD_INFREQUENT_ACCESS",
            read_cap=50,
            insights="THROTTLED_KEYS",
            encryption_key=KEY.format("eu-west-1"),
            kinesis=STREAM.format("eu-west-1"),
            policy=json.dumps(POLICY),
        ),
        Replica("eu-west-2", encryption_key=KEY.format("eu-west-2"), read_cap=200),
    ),
}
STRONG = {"strong": True, "replicas": (Replica("us-east-2"),), "witness": "us-west-2", "alarms": Alarms()}
EVENTUAL = {"stream": "NEW_AND_OLD_IMAGES", "replicas": (Replica("eu-west-1"),), "alarms": Alarms(), "utilization": 60}
ALL_CASES: dict[str, tuple[Any, Plan]] = CASES | {
    "watched and provisioned": (
        workload("provisioned"),
        plan(gsi(1), natural_gsi("Orders.by-status"), billing="provisioned", deploy={"alarms": Alarms(TOPIC)}),
    ),
    "run": (workload(), plan(gsi(1), lsi(), ttl="expires_at", deploy=RUN)),
    "global": (workload(), plan(gsi(1), natural_gsi(), lsi(), ttl="expires_at", deploy=GLOBAL)),
    "strong": (workload(), plan(gsi(1), deploy=STRONG)),
    "strong and provisioned": (workload("provisioned"), plan(gsi(1), billing="provisioned", deploy=STRONG)),
    "global and provisioned": (
        workload("provisioned"),
        plan(gsi(1), natural_gsi(), billing="provisioned", deploy=EVENTUAL),
    ),
}
cases = pytest.mark.parametrize(("work", "design"), ALL_CASES.values(), ids=ALL_CASES)
NEEDS_TABLE = {"AWS::IAM::Role"}  # what a stack without its table cannot have
NETWORK = {"VpcId": "vpc-0123abcd", "CacheSubnetIds": "subnet-0123abcd,subnet-0123abce"}


def _yaml(work: Any, design: Plan) -> str:
    (artifact,) = emit_cloudformation(work, design)
    assert artifact.path == "cloudformation/shop.yaml"
    return artifact.text


def _template(work: Any, design: Plan) -> dict[str, Any]:
    return checked(work, design)[0]


def _resources(work: Any, design: Plan, **given: str) -> dict[str, Any]:
    """The resources with the parameters' defaults, but for those given."""
    template = _template(work, design)
    return resources(template, next(environments(template)) | given)


def _properties(work: Any, design: Plan, **given: str) -> dict[str, Any]:
    properties: dict[str, Any] = _resources(work, design, **given)["Table"]["Properties"]
    return properties


def _plain(value: Any) -> Any:
    """What a decoder gives, without its own subclasses."""
    return json.loads(json.dumps(value))


@cases
def test_the_yaml_says_what_the_data_says(work: Any, design: Plan) -> None:
    read, problems = decode_str(_yaml(work, design))
    assert problems == []
    assert _plain(read) == _plain(_template(work, design))
    (as_json,) = emit_cloudformation_json(work, design)
    assert json.loads(as_json.text) == _plain(read)


@cases
def test_cfn_lint_finds_nothing(work: Any, design: Plan) -> None:
    assert [str(match) for match in lint(_yaml(work, design))] == []


@cases
def test_the_layout_is_tidy(work: Any, design: Plan) -> None:
    text = _yaml(work, design)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\n\n\n" not in text
    assert "\t" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.splitlines()[0] == f"# Generated by dynamodel from shop ({design.fingerprint[:12]}): do not edit."


def test_comments_name_the_patterns_of_each_index() -> None:
    lines = [line.strip() for line in _yaml(workload(), plan(gsi(), natural_gsi())).splitlines()]
    index = lines.index("- IndexName: OrdersByStatus")
    assert lines[index - 2 : index] == ["# Holds Order.", "# Serves orders_by_status."]
    keys = lines.index("KeySchema:")
    assert lines[keys - 1] == "# Serves get_order, create_order."


def test_attribute_definitions_are_the_key_attributes_sorted() -> None:
    defined = _properties(workload(), plan(gsi(), natural_gsi(), lsi(), ttl="expires_at"))["AttributeDefinitions"]
    assert [(d["AttributeName"], d["AttributeType"]) for d in defined] == [
        *(("GSI1PK", "S"), ("GSI1SK", "S"), ("LSI1SK", "S"), ("PK", "S"), ("SK", "S")),
        *(("order_id", "S"), ("region", "S"), ("status", "S"), ("total", "N")),
    ]


def test_capacity_is_load_over_the_target_and_indexes_write_as_much_as_the_table() -> None:
    # get: 0.5 RCU x 10/s = 5, at peak 25; query on GSI1: 2 x 10 = 20, at peak 100; create: 3 x 10 = 30, at peak 150
    made = capacities(workload(), plan(gsi()), 70)
    write = Capacity(43, 215, 70)
    assert made == {
        "base": PlaceCapacity(Capacity(8, 36, 70), write),
        "GSI1": PlaceCapacity(Capacity(29, 143, 70), write),
    }


def test_capacity_is_never_below_one_unit_and_a_local_index_uses_the_tables() -> None:
    idle = replace(plan(lsi()), patterns=())
    assert capacities(workload(), idle, 70) == {"base": PlaceCapacity(Capacity(1, 1, 70), Capacity(1, 1, 70))}
    assert capacities(workload(), plan(lsi()), 70)["base"].read == Capacity(36, 179, 70)


def _with_index_writes(design: Plan) -> Plan:
    """A third of the units of the create go to indexes: 50 of 150 units a second at peak."""
    return replace(
        design,
        patterns=tuple(
            replace(p, units=Units(0, 3_000_000, 1_000_000)) if p.name == "create_order" else p for p in design.patterns
        ),
    )


def test_the_peak_of_a_table_is_without_its_global_indexes_and_with_its_local_ones() -> None:
    assert peaks(_with_index_writes(plan(gsi()))) == {"base": (25, 100), "GSI1": (100, 50)}
    assert peaks(_with_index_writes(plan(lsi()))) == {"base": (125, 150)}
    assert peaks(replace(plan(gsi()), patterns=())) == {"base": (1, 1), "GSI1": (1, 1)}


def test_scaling_covers_the_table_and_every_global_index_both_ways() -> None:
    work, design = workload("provisioned"), plan(gsi(), lsi(), billing="provisioned")
    made = _resources(work, design)
    targets = {
        (r["Properties"]["ResourceId"], r["Properties"]["ScalableDimension"]): name
        for name, r in made.items()
        if r["Type"].endswith("ScalableTarget")
    }
    assert set(targets) == {
        *(("table/Table", f"dynamodb:table:{way}CapacityUnits") for way in ("Read", "Write")),
        *(("table/Table/index/GSI1", f"dynamodb:index:{way}CapacityUnits") for way in ("Read", "Write")),
    }
    policies = [r["Properties"]["ScalingTargetId"] for r in made.values() if r["Type"].endswith("Policy")]
    assert sorted(policies) == sorted(targets.values())


def test_an_environment_may_be_on_demand_where_the_model_is_provisioned() -> None:
    made = _resources(*ALL_CASES["provisioned"], BillingMode="PAY_PER_REQUEST")
    table = made["Table"]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert "ProvisionedThroughput" not in json.dumps(made)
    assert not any("Scaling" in name for name in made)


def test_what_a_table_is_run_with_is_in_its_properties() -> None:
    properties = _properties(*ALL_CASES["run"])
    assert properties["WarmThroughput"] == {"ReadUnitsPerSecond": 15_000, "WriteUnitsPerSecond": 5_000}
    assert properties["ResourcePolicy"] == {"PolicyDocument": POLICY}
    destination = {"StreamArn": STREAM.format("us-east-1"), "ApproximateCreationDateTimePrecision": "MILLISECOND"}
    assert properties["KinesisStreamSpecification"] == destination
    assert "KinesisStreamSpecification" not in _properties(*ALL_CASES["run"], KinesisStreamArn="")


def test_a_replica_has_what_its_region_does_not_take_from_the_others() -> None:
    properties = _properties(*ALL_CASES["global"])
    home, ireland, london = properties["Replicas"]
    assert [r["Region"] for r in (home, ireland, london)] == ["us-east-1", "eu-west-1", "eu-west-2"]
    assert "MultiRegionConsistency" not in properties
    assert home["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] == 35
    assert "PointInTimeRecoverySpecification" not in ireland
    assert [r["DeletionProtectionEnabled"] for r in properties["Replicas"]] == ["true", False, "true"]
    assert [r["TableClass"] for r in properties["Replicas"]] == ["STANDARD", "STANDARD_INFREQUENT_ACCESS", "STANDARD"]
    keys = [r["SSESpecification"]["KMSMasterKeyId"] for r in properties["Replicas"]]
    assert keys == [KEY.format(r) for r in ("us-east-1", "eu-west-1", "eu-west-2")]
    streams = [r.get("KinesisStreamSpecification", {}).get("StreamArn") for r in properties["Replicas"]]
    assert streams == [STREAM.format("us-east-1"), STREAM.format("eu-west-1"), None]
    caps = [r["ReadOnDemandThroughputSettings"]["MaxReadRequestUnits"] for r in properties["Replicas"]]
    assert caps == ["200", 50, "200"]
    assert [i["IndexName"] for i in ireland["GlobalSecondaryIndexes"]] == ["GSI1", "OrdersByStatus"]
    assert {t["Key"]: t["Value"] for t in ireland["Tags"]} == {"Environment": "dev", "Model": "shop", "Data": "eu"}
    assert "Replicas" in _properties(*ALL_CASES["global"], Replicated="false")
    assert len(_properties(*ALL_CASES["global"], Replicated="false")["Replicas"]) == 1


def test_a_strong_table_has_a_witness_and_no_alarm_on_a_lag() -> None:
    made = _resources(*ALL_CASES["strong"])
    properties = made["Table"]["Properties"]
    assert properties["MultiRegionConsistency"] == "STRONG"
    assert properties["GlobalTableWitnesses"] == [{"Region": "us-west-2"}]
    assert [r["Region"] for r in properties["Replicas"]] == ["us-east-1", "us-east-2"]
    assert not any("Replication" in name for name in made)
    alone = _properties(*ALL_CASES["strong"], Replicated="false")
    assert not {"MultiRegionConsistency", "GlobalTableWitnesses"} & set(alone)


def test_a_global_table_scales_its_writes_once_and_reads_in_each_region() -> None:
    properties = _properties(*ALL_CASES["global and provisioned"])
    expected = capacities(*ALL_CASES["global and provisioned"], 60)

    def scaled(settings: Any, way: str) -> tuple[int, int, int]:
        own = settings[f"{way}ProvisionedThroughputSettings"][f"{way}CapacityAutoScalingSettings"]
        target = own["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
        return own["MinCapacity"], own["MaxCapacity"], target

    def wanted(capacity: Capacity) -> tuple[int, int, int]:
        return capacity.minimum, capacity.maximum, 60

    assert scaled(properties, "Write") == wanted(expected["base"].write)
    for index in properties["GlobalSecondaryIndexes"]:
        assert scaled(index, "Write") == wanted(expected[index["IndexName"]].write)
    for each in properties["Replicas"]:
        assert scaled(each, "Read") == wanted(expected["base"].read)
        for index in each["GlobalSecondaryIndexes"]:
            assert scaled(index, "Read") == wanted(expected[index["IndexName"]].read)


def _alarms(made: Mapping[str, Any]) -> dict[str, Any]:
    return {n: r["Properties"] for n, r in made.items() if r["Type"] == "AWS::CloudWatch::Alarm"}


def test_alarms_watch_throttling_errors_load_replication_and_large_collections() -> None:
    alarms = _alarms(_resources(*ALL_CASES["global"]))
    places = ("Table", "Index1GSI1", "Index2OrdersByStatus")
    assert set(alarms) == {
        *(f"{place}{what}Alarm" for place in places for what in ("Throttled", "ReadLoad", "WriteLoad")),
        *("TableSystemErrorsAlarm", "ItemCollectionAlarm"),
        *("ReplicationToEuWest1Alarm", "ReplicationToEuWest2Alarm"),
    }
    # 80 % of 25 and of 100 units, in a minute
    assert alarms["TableReadLoadAlarm"]["Threshold"] == 25 * 60 * 80 // 100
    assert alarms["Index1GSI1ReadLoadAlarm"]["Threshold"] == 100 * 60 * 80 // 100
    assert alarms["ReplicationToEuWest1Alarm"]["Threshold"] == 60_000
    assert alarms["ItemCollectionAlarm"]["Threshold"] == 8
    assert "ItemCollectionAlarm" not in _resources(*ALL_CASES["strong"])
    operations = [
        d["Value"]
        for m in alarms["TableSystemErrorsAlarm"]["Metrics"][1:]
        for d in m["MetricStat"]["Metric"]["Dimensions"]
        if d["Name"] == "Operation"
    ]
    assert operations == ["GetItem", "PutItem", "Query"]


def test_alarms_notify_the_topic_of_the_environment() -> None:
    topic = "arn:aws:sns:us-east-1:111122223333:pager"
    told = _alarms(_resources(*ALL_CASES["run"], AlarmTopicArn=topic))
    assert all(alarm["AlarmActions"] == [topic] for alarm in told.values())
    assert all("AlarmActions" not in alarm for alarm in _alarms(_resources(*ALL_CASES["run"])).values())
    assert _alarms(_resources(*ALL_CASES["run"], Alarms="false")) == {}
    alone = _alarms(_resources(*ALL_CASES["global"], Replicated="false"))
    assert not any("Replication" in name for name in alone)


def test_a_cache_has_its_times_its_network_and_a_role_for_what_is_asked() -> None:
    made = _resources(*ALL_CASES["run"], **NETWORK)
    cluster = made["CacheCluster"]["Properties"]
    assert (cluster["NodeType"], cluster["ReplicationFactor"]) == ("dax.r5.large", 2)
    times = made["CacheParameters"]["Properties"]["ParameterNameValues"]
    assert times == {"record-ttl-millis": "60000", "query-ttl-millis": "0"}
    for wanted in (cluster["SubnetGroupName"], cluster["ParameterGroupName"], cluster["IAMRoleARN"].split(".")[0]):
        assert wanted in made
    (statement,) = made["CacheRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    used = ("DescribeTable", "GetItem", "PutItem", "Query")
    assert statement["Action"] == [f"dynamodb:{action}" for action in used]
    assert statement["Resource"] == ["Table.Arn", "Table.Arn/index/GSI1"]
    without = _resources(*ALL_CASES["run"], Cache="false")
    assert not any(name.startswith("Cache") for name in without)


@pytest.mark.parametrize("name", ["ab", "a b c", "x" * 256, "shop/orders"])
def test_a_table_name_that_dynamodb_refuses_is_refused(name: str) -> None:
    design = plan()
    with pytest.raises(ModelInvalid, match="DM508"):
        emit_cloudformation(workload(), replace(design, table=replace(design.table, name=name)))


def test_a_plan_that_dynamodb_refuses_is_refused_with_all_findings() -> None:
    broken = plan(*(gsi(n) for n in range(1, 22)), replace(lsi(), partition=(KeyAttribute("other"),)))
    with pytest.raises(ModelInvalid) as caught:
        emit_cloudformation(workload(), broken)
    assert [d.code for d in caught.value.diagnostics] == ["DM501", "DM506"]


@pytest.mark.filterwarnings("ignore:Tried to parse AWS:UserWarning")
@cases
def test_a_stack_in_moto_is_the_plan(work: Any, design: Plan) -> None:
    chosen = design.deployment
    given = {"TableName": "my_table", **(NETWORK if chosen.cache else {})}
    declared = _resources(work, design, **given)
    template = for_moto(_template(work, design))
    assert {r["Type"] for n, r in declared.items() if n not in template["Resources"]} <= UNKNOWN_TO_MOTO | NEEDS_TABLE
    with mock_aws():
        stacks = boto3.client("cloudformation", "us-east-1")
        if not template["Resources"]:
            return
        stacks.create_stack(
            StackName="test",
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        )
        stack = stacks.describe_stacks(StackName="test")["Stacks"][0]
        found = stacks.describe_stack_resources(StackName="test")["StackResources"]
        outputs = {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
        physical = {r["LogicalResourceId"]: (r["ResourceType"], r["PhysicalResourceId"]) for r in found}
        assert {n: kind for n, (kind, _) in physical.items()} == {n: declared[n]["Type"] for n in template["Resources"]}
        assert all(identity for _, identity in physical.values())
        if chosen.is_global:
            return
        dynamodb = boto3.client("dynamodb", "us-east-1")
        made: Any = dynamodb.describe_table(TableName="my_table")["Table"]
        tags = dynamodb.list_tags_of_resource(ResourceArn=made["TableArn"])["Tags"]
    assert {o["ExportName"] for o in stack["Outputs"]} == {f"test-{name}" for name in outputs}
    assert outputs["TableName"] == "my_table"
    assert outputs["TableArn"] == made["TableArn"]
    assert ("StreamArn" in outputs) == bool(chosen.stream)
    properties = declared["Table"]["Properties"]
    same_table(made, properties)
    assert str(made["DeletionProtectionEnabled"]).lower() == str(chosen.protection).lower()  # moto keeps the parameter
    assert {t["Key"]: t["Value"] for t in tags} == {t["Key"]: t["Value"] for t in properties["Tags"]}
    assert made["BillingModeSummary"]["BillingMode"] == properties["BillingMode"]
    assert made.get("StreamSpecification", {}).get("StreamViewType", "") == chosen.stream


def test_moto_knows_no_more_than_we_leave_out() -> None:
    known = set(CloudFormationModel.__subclasses__())
    types = {model.cloudformation_type() for model in known if not isabstract(model)}
    assert "AWS::DynamoDB::Table" in types
    assert not types & UNKNOWN_TO_MOTO


@cases
def test_what_moto_leaves_out_of_stacks_is_made_by_its_services(work: Any, design: Plan) -> None:
    made = _resources(work, design, TableName="my_table", **NETWORK)
    wanted = {kind: [r["Properties"] for r in made.values() if r["Type"] == kind] for kind in UNKNOWN_TO_MOTO}
    with mock_aws():
        dynamodb, watch = boto3.client("dynamodb", "us-east-1"), boto3.client("cloudwatch", "us-east-1")
        dynamodb.create_table(**create_table(made["Table"], "my_table"))
        same_table(dynamodb.describe_table(TableName="my_table")["Table"], made["Table"]["Properties"])
        for name, alarm in ((n, r["Properties"]) for n, r in made.items() if r["Type"] == "AWS::CloudWatch::Alarm"):
            watch.put_metric_alarm(AlarmName=name, **alarm)
        alarms = watch.describe_alarms(MaxRecords=100)["MetricAlarms"]
        scaling = boto3.client("application-autoscaling", "us-east-1")
        targets = wanted["AWS::ApplicationAutoScaling::ScalableTarget"]
        policies = wanted["AWS::ApplicationAutoScaling::ScalingPolicy"]
        for target, policy in zip(targets, policies, strict=True):
            place = {k: target[k] for k in ("ServiceNamespace", "ScalableDimension")}
            place["ResourceId"] = target["ResourceId"].replace("table/Table", "table/my_table")
            scaling.register_scalable_target(
                **place, MinCapacity=target["MinCapacity"], MaxCapacity=target["MaxCapacity"]
            )
            scaling.put_scaling_policy(**place, **{k: v for k, v in policy.items() if k != "ScalingTargetId"})
        scaled = scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]
        for cluster in wanted["AWS::DAX::Cluster"]:
            dax = boto3.client("dax", "us-east-1")
            own = {k: v for k, v in cluster.items() if k not in {"SSESpecification", "Tags", "IAMRoleARN"}}
            role = "arn:aws:iam::111122223333:role/cache"
            dax.create_cluster(ClusterName="cache", IamRoleArn=role, SSESpecification={"Enabled": True}, **own)
            assert dax.describe_clusters()["Clusters"][0]["TotalNodes"] == cluster["ReplicationFactor"]
    assert len(alarms) == len(wanted["AWS::CloudWatch::Alarm"])
    assert sorted(p["PolicyName"] for p in scaled) == sorted(p["PolicyName"] for p in policies)


@pytest.mark.local
@cases
def test_the_table_on_dynamodb_local_is_the_plan(work: Any, design: Plan, local_endpoint: str) -> None:
    client = boto3.client(
        "dynamodb", "us-east-1", endpoint_url=local_endpoint, aws_access_key_id="x", aws_secret_access_key="x"
    )
    made = _resources(work, design)
    name = f"template-{uuid4().hex}"
    client.create_table(**create_table(made["Table"], name))
    try:
        same_table(client.describe_table(TableName=name)["Table"], made["Table"]["Properties"])
    finally:
        client.delete_table(TableName=name)


def test_a_table_left_unnamed_has_the_models_name_and_the_environment() -> None:
    with mock_aws():
        stacks = boto3.client("cloudformation", "us-east-1")
        stacks.create_stack(StackName="test", TemplateBody=_yaml(workload(), plan()))
        assert boto3.client("dynamodb", "us-east-1").list_tables()["TableNames"] == ["shop-dev"]
