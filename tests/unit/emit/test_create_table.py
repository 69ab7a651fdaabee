"""The requests of `create-table` really make the table: on moto and on DynamoDB Local, as `describe_table` shows."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from dynamodel.emit.header import listed
from dynamodel.emit.registry import emit
from dynamodel.errors import ModelInvalid
from tests.support.designs import NAMES, designed
from tests.support.infrastructure import PORTABLE, portable, template
from tests.support.tables import plan, workload

ACCOUNT = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def _files(work: Any, design: Any) -> dict[str, str]:
    made = emit(work, design, None, ("create-table",)).artifacts
    return {a.path.removeprefix(f"create_table/{work.name}/"): a.text for a in made}


def _commands(files: dict[str, str]) -> list[tuple[str, str, dict[str, Any]]]:
    """Service, operation and arguments of each request, in the order of the script."""
    found = re.findall(r"^aws (\S+) (\S+) .*file://(\S+)$", files["create.sh"], re.MULTILINE)
    return [(service, command.replace("-", "_"), json.loads(files[file])) for service, command, file in found]


@portable
def test_the_request_says_what_the_template_says(work: Any, design: Any) -> None:
    request = json.loads(_files(work, design)["create-table.json"])
    wanted = dict(template(work, design)["Resources"]["Table"]["Properties"])
    for beside in ("TimeToLiveSpecification", "PointInTimeRecoverySpecification", "ContributorInsightsSpecification"):
        wanted.pop(beside, None)
    for index in wanted.get("GlobalSecondaryIndexes", []):
        index.pop("ContributorInsightsSpecification", None)
    # What parameters say there is literal here, and two structures have another shape in the API.
    wanted["TableName"] = "shop"
    wanted["DeletionProtectionEnabled"] = design.deployment.protection
    wanted["Tags"] = [tag for tag in wanted["Tags"] if tag["Value"] != {"Ref": "Environment"}]
    if "StreamSpecification" in wanted:
        wanted["StreamSpecification"] = {"StreamEnabled": True, **wanted["StreamSpecification"]}
    if "SSESpecification" in wanted:
        own = wanted.pop("SSESpecification")
        wanted["SSESpecification"] = {"Enabled": own.pop("SSEEnabled"), **own}
        if "KMSMasterKeyId" in own:
            wanted["SSESpecification"]["KMSMasterKeyId"] = design.deployment.encryption_key
    assert request == wanted


@portable
def test_every_request_is_one_that_boto3_knows_and_the_table_in_moto_is_the_requested(work: Any, design: Any) -> None:
    files = _files(work, design)
    with mock_aws():
        for service, operation, request in _commands(files):
            client: Any = boto3.client(service, **ACCOUNT)
            if "insights" in operation:  # unknown to moto: held against the API's own model
                model = client.meta.service_model.operation_model("UpdateContributorInsights")
                assert set(request) <= set(model.input_shape.members)
                continue
            getattr(client, operation)(**request)
        dynamodb = boto3.client("dynamodb", **ACCOUNT)
        described: Any = dynamodb.describe_table(TableName="shop")["Table"]
        tags = dynamodb.list_tags_of_resource(ResourceArn=described["TableArn"])["Tags"]
        ttl = dynamodb.describe_time_to_live(TableName="shop")["TimeToLiveDescription"]
        recovery = dynamodb.describe_continuous_backups(TableName="shop")["ContinuousBackupsDescription"]
        targets = boto3.client("application-autoscaling", **ACCOUNT).describe_scaling_policies(
            ServiceNamespace="dynamodb"
        )
    request = json.loads(files["create-table.json"])
    _same_table(described, request)
    assert described["DeletionProtectionEnabled"] == request["DeletionProtectionEnabled"]
    assert described["BillingModeSummary"]["BillingMode"] == request["BillingMode"]
    assert described.get("StreamSpecification", {}) == request.get("StreamSpecification", {})
    assert tags == request["Tags"]
    assert ttl.get("AttributeName") == design.table.ttl_attribute
    wanted = "ENABLED" if design.deployment.recovery_days else "DISABLED"
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == wanted
    places = 1 + len(design.table.gsis) if design.table.billing == "provisioned" else 0
    assert len(targets["ScalingPolicies"]) == 2 * places


def _same_table(described: Any, request: Any) -> None:
    def sets(definitions: Any) -> Any:
        return sorted((d["AttributeName"], d["AttributeType"]) for d in definitions)

    def indexes(made: Any) -> Any:
        return {i["IndexName"]: (i["KeySchema"], _projection(i["Projection"])) for i in made}

    assert described["KeySchema"] == request["KeySchema"]
    assert sets(described["AttributeDefinitions"]) == sets(request["AttributeDefinitions"])
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        assert indexes(described.get(kind, [])) == indexes(request.get(kind, []))
    if request["BillingMode"] == "PROVISIONED":
        for found, asked in ((described, request), *_paired(described, request)):
            units = asked["ProvisionedThroughput"]
            assert {k: found["ProvisionedThroughput"][k] for k in units} == units


def _paired(described: Any, request: Any) -> Any:
    found = {i["IndexName"]: i for i in described["GlobalSecondaryIndexes"]}
    return [(found[i["IndexName"]], i) for i in request["GlobalSecondaryIndexes"]]


def _projection(projection: Any) -> tuple[str, tuple[str, ...]]:
    return projection["ProjectionType"], tuple(sorted(projection.get("NonKeyAttributes", [])))


@pytest.mark.local
@portable
def test_the_table_is_made_on_dynamodb_local(work: Any, design: Any, local_endpoint: str) -> None:
    _made_on_local(work, design, local_endpoint)


@pytest.mark.local
@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_an_example_is_made_on_dynamodb_local(name: str, local_endpoint: str) -> None:
    _made_on_local(designed(name).workload, designed(name).plan, local_endpoint)


def _made_on_local(work: Any, design: Any, endpoint: str) -> None:
    name = f"create_table_{uuid.uuid4().hex}"
    client: Any = boto3.client("dynamodb", endpoint_url=endpoint, **ACCOUNT)
    (_, _, request), *rest = _commands(_files(work, design))
    request["TableName"] = name
    request["DeletionProtectionEnabled"] = False  # so that the test can clean up
    for each in (request, *request.get("GlobalSecondaryIndexes", [])):
        each.pop("OnDemandThroughput", None)  # Local wants both caps or none
    _same_table(client.create_table(**request)["TableDescription"], request)
    try:
        _same_table(client.describe_table(TableName=name)["Table"], request)
        for service, operation, arguments in rest:
            if service == "dynamodb" and operation == "update_time_to_live":
                client.update_time_to_live(**arguments | {"TableName": name})
                ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
                assert ttl["AttributeName"] == design.table.ttl_attribute
    finally:
        client.delete_table(TableName=name)


def test_the_manifest_names_every_file_without_a_header() -> None:
    files = _files(*PORTABLE["everything"])
    assert listed(files["manifest.txt"]) == {name for name in files if name.endswith(".json")}


def test_the_script_names_the_table_in_every_request() -> None:
    for line in _files(*PORTABLE["provisioned"])["create.sh"].splitlines():
        if line.startswith("aws "):
            assert '--table-name "$table"' in line or '--resource-id "table/$table' in line


def test_a_key_that_only_a_parameter_could_name_is_refused() -> None:
    with pytest.raises(ModelInvalid, match="DM530"):
        emit(workload(), plan(deploy={"encryption": "customer"}), None, ("create-table",))


def test_a_table_that_dynamodb_refuses_is_refused() -> None:
    design = plan()
    with pytest.raises(ModelInvalid, match="DM508"):
        emit(workload(), replace(design, table=replace(design.table, name="a b")), None, ("create-table",))
