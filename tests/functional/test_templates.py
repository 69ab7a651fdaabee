"""The templates of the examples as they are deployed, and of random designs: linted, and made on the emulators."""

from __future__ import annotations

import json
import random
from typing import Any
from uuid import uuid4

import boto3
import pytest
from cfnlint.decode import decode_str
from hypothesis import HealthCheck, given, reject, settings
from moto import mock_aws

from dynamodel import pipeline
from dynamodel.emit.cloudformation.emitter import checked, emit_cloudformation
from dynamodel.emit.cloudformation.environments import environments, resources
from dynamodel.errors import Infeasible
from dynamodel.ir.deployment import Alarms, Cache, Replica
from tests.fuzz.models import models
from tests.golden.examples import EXAMPLES, ROOT
from tests.support.linted import lint
from tests.support.stacks import create_table, for_moto, same_table
from tests.support.tables import gsi, lsi, natural_gsi, plan, workload

LINTED, TRIED = 4, 60  # random designs: cfn-lint takes seconds for each
KEY = "arn:aws:kms:{}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
STREAM = "arn:aws:kinesis:{}:111122223333:stream/changes"
NETWORK = {"VpcId": "vpc-0123abcd", "CacheSubnetIds": "subnet-0123abcd,subnet-0123abce"}


def _example(name: str) -> tuple[Any, Any]:
    work = pipeline.load(ROOT / "examples" / name / "model.py")
    return work, pipeline.plan(work)


def _random(seed: int) -> tuple[Any, Any]:
    """A table of any shape, run in any way that the options allow together."""
    draw = random.Random(seed)
    billing = draw.choice(("on_demand", "provisioned"))
    regions = draw.sample(["eu-west-1", "ap-south-1", "us-west-2", "sa-east-1"], draw.randint(0, 3))
    strong = draw.random() < 0.2
    if strong:
        regions = ["us-east-2", "us-west-2"]
    customer = draw.random() < 0.3
    capped = billing == "on_demand" and draw.random() < 0.5
    replicas = tuple(
        Replica(
            region,
            tags=draw.choice(((), (("only", region),))),
            protection=draw.random() < 0.5,
            recovery_days=draw.choice((0, 35)),
            table_class=draw.choice(("STANDARD", "STANDARD_INFREQUENT_ACCESS")),
            read_cap=draw.choice((10, 500)) if capped else 0,
            insights=draw.choice(("", "THROTTLED_KEYS")),
            encryption_key=KEY.format(region) if customer else "",
            kinesis=draw.choice(("", STREAM.format(region))),
        )
        for region in regions
    )
    eventual = bool(regions) and not strong
    deploy = {
        "stream": "NEW_AND_OLD_IMAGES" if eventual else draw.choice(("", "KEYS_ONLY", "NEW_IMAGE")),
        "kinesis": draw.choice(("", STREAM.format("us-east-1"))),
        "recovery_days": draw.choice((0, 7, 35)),
        "protection": draw.random() < 0.5,
        "retain": draw.random() < 0.5,
        "encryption": "customer" if customer else draw.choice(("", "managed")),
        "encryption_key": draw.choice(("", KEY.format("us-east-1"))) if customer else "",
        "table_class": draw.choice(("STANDARD", "STANDARD_INFREQUENT_ACCESS")),
        "insights": draw.choice(("", "THROTTLED_KEYS", "ACCESSED_AND_THROTTLED_KEYS")),
        "read_cap": 500 if capped else 0,
        "write_cap": draw.choice((0, 100)) if capped else 0,
        "warm_reads": draw.choice((0, 20_000)),
        "warm_writes": draw.choice((0, 8_000)),
        "utilization": draw.choice((20, 70, 90)),
        "tags": draw.choice(((), (("Environment", "fixed"), ("owner", "team: a=b")))),
        "replicas": replicas,
        "strong": strong,
        "cache": draw.choice((None, Cache(), Cache("dax.r5.large", 1, 0, 5))),
        "alarms": draw.choice((None, Alarms(), Alarms("arn:aws:sns:us-east-1:111122223333:pager", 5, 50, 10, 9))),
    }
    local = draw.randint(0, 0 if strong else 5)
    indexes = [gsi(n) for n in range(1, draw.randint(0, 6) + 1)] + [natural_gsi()] * draw.randint(0, 1)
    ttl = None if strong else draw.choice((None, "expires_at"))
    design = plan(*indexes, *(lsi(n) for n in range(1, local + 1)), billing=billing, ttl=ttl, deploy=deploy)
    return workload(billing), design


@pytest.mark.parametrize("name", EXAMPLES)
def test_cfn_lint_finds_nothing_in_an_example(name: str) -> None:
    (artifact,) = emit_cloudformation(*_example(name))
    assert [str(match) for match in lint(artifact.text)] == []


@pytest.mark.parametrize("seed", range(LINTED))
def test_cfn_lint_finds_nothing_in_a_random_template(seed: int) -> None:
    (artifact,) = emit_cloudformation(*_random(seed))
    assert [str(match) for match in lint(artifact.text)] == []


@settings(max_examples=LINTED, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(models())
def test_cfn_lint_finds_nothing_in_the_template_of_a_random_model(tmp_path_factory: Any, text: str) -> None:
    path = tmp_path_factory.mktemp("random") / "model.py"
    path.write_text(text, encoding="utf-8")
    try:
        work = pipeline.load(path)
        design = pipeline.plan(work)
        pipeline.require_served(design)
    except Infeasible:
        reject()
    (artifact,) = emit_cloudformation(work, design)
    assert [str(match) for match in lint(artifact.text)] == []


def test_the_yaml_of_random_templates_says_what_their_data_says() -> None:
    for seed in range(TRIED):
        work, design = _random(seed)
        (artifact,) = emit_cloudformation(work, design)
        read, problems = decode_str(artifact.text)
        assert problems == [], seed
        assert json.loads(json.dumps(read)) == checked(work, design)[0], seed


@pytest.mark.filterwarnings("ignore:Tried to parse AWS:UserWarning")
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_stack_of_an_example_is_made_in_moto(name: str) -> None:
    template, _ = checked(*_example(name))
    given = next(environments(template)) | {k: v for k, v in NETWORK.items() if k in template["Parameters"]}
    declared = resources(template, given)
    known = for_moto(template)
    with mock_aws():
        if known["Resources"]:
            stacks = boto3.client("cloudformation", "us-east-1")
            arguments = [{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()]
            stacks.create_stack(
                StackName="test",
                TemplateBody=json.dumps(known),
                Parameters=arguments,
                Capabilities=["CAPABILITY_IAM"],
            )
            found = stacks.describe_stack_resources(StackName="test")["StackResources"]
            made = {r["LogicalResourceId"]: r["ResourceType"] for r in found if r["PhysicalResourceId"]}
            assert made == {n: r["Type"] for n, r in known["Resources"].items()}
        dynamodb = boto3.client("dynamodb", "us-east-1")
        if "Table" not in known["Resources"]:
            dynamodb.create_table(**create_table(declared["Table"], declared["Table"]["Properties"]["TableName"]))
        table = dynamodb.describe_table(TableName=declared["Table"]["Properties"]["TableName"])["Table"]
    same_table(table, declared["Table"]["Properties"])


@pytest.mark.local
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_table_of_an_example_is_made_on_dynamodb_local(name: str, local_endpoint: str) -> None:
    template, _ = checked(*_example(name))
    table = resources(template, next(environments(template)))["Table"]
    account = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client = boto3.client("dynamodb", "us-east-1", endpoint_url=local_endpoint, **account)
    called = f"template-{uuid4().hex}"
    client.create_table(**create_table(table, called))
    try:
        same_table(client.describe_table(TableName=called)["Table"], table["Properties"])
    finally:
        client.delete_table(TableName=called)
