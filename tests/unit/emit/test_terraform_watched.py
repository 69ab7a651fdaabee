"""Alarms, cache and replicas of the Terraform module, against the resources of the CloudFormation template."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import hcl2
import pytest

from dynamodel.emit.cloudformation.emitter import checked
from dynamodel.emit.registry import emit
from dynamodel.ir.deployment import Alarms, Cache, Deployment, Replica
from tests.support import hcl
from tests.support.designs import designed
from tests.support.tables import gsi, lsi, plan, workload

TOPIC = "arn:aws:sns:us-east-1:111122223333:pager"
POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"One","Effect":"Allow","Principal":"*","Action":"dynamodb:GetItem"}]}'
)
WATCHED = Deployment(
    alarms=Alarms(TOPIC, throttled=3, load=80),
    stream="NEW_AND_OLD_IMAGES",
    cache=Cache("dax.r5.large", 5, 60, 30),
    tags=(("owner", "us"),),
    replicas=(
        Replica("eu-west-1", tags=(("owner", "them"), ("zone", "eu")), policy=POLICY),
        Replica("eu-west-2", tags=(("owner", "us"),)),
    ),
)


def _cases() -> dict[str, tuple[Any, Any]]:
    alone = replace(WATCHED, replicas=())
    chat = designed("chat")
    return {
        "a table with indexes": (workload(), replace(plan(gsi(), lsi()), deployment=alone)),
        "replicated": (workload(), replace(plan(gsi()), deployment=WATCHED)),
        "an example": (chat.workload, replace(chat.plan, deployment=replace(chat.plan.deployment, alarms=Alarms()))),
    }


CASES = _cases()
cases = pytest.mark.parametrize(("work", "design"), CASES.values(), ids=CASES)


def _files(work: Any, design: Any) -> dict[str, str]:
    return {a.path.split("/")[-1]: a.text for a in emit(work, design, None, ("terraform",)).artifacts}


def _dimensions(parsed: dict[str, Any]) -> list[dict[str, Any]]:
    plain = {k: v for k, v in parsed.items() if not k.startswith("__")}
    assert plain.pop("TableName") == "${aws_dynamodb_table.table.name}"
    others = [{"Name": hcl.text(n), "Value": hcl.value(v)} for n, v in plain.items()]
    return [{"Name": "TableName", "Value": {"Ref": "Table"}}, *others]


def _alarm(body: dict[str, Any]) -> dict[str, Any]:
    """The alarm as CloudFormation's properties; an argument that is not known here is left over and fails."""
    left = {k: v for k, v in body.items() if not k.startswith("__")}
    assert left.pop("count") == "${var.alarms ? 1 : 0}"
    assert left.pop("alarm_name").startswith('"${aws_dynamodb_table.table.name}-')
    assert left.pop("alarm_actions") == '${var.alarm_topic_arn != "" ? [var.alarm_topic_arn] : []}'
    made: dict[str, Any] = {"AlarmActions": {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], NOTHING]}}
    if "metric_query" in left:
        made["Metrics"] = [_query(q) for q in left.pop("metric_query")]
    else:
        made["Dimensions"] = _dimensions(left.pop("dimensions"))
    words = {"treat_missing_data": "TreatMissingData", "alarm_description": "AlarmDescription"}
    for name in left:
        words.setdefault(name, "".join(w.capitalize() for w in name.split("_")))
    return made | {words[name]: hcl.value(v) for name, v in left.items()}


NOTHING = {"Ref": "AWS::NoValue"}


def _query(block: dict[str, Any]) -> dict[str, Any]:
    left = {k: v for k, v in block.items() if not k.startswith("__")}
    made = {"Id": hcl.value(left.pop("id")), "ReturnData": left.pop("return_data")}
    for (metric,) in [left.pop("metric")] if "metric" in left else []:
        own = {k: v for k, v in metric.items() if not k.startswith("__")}
        dimensions = _dimensions(own.pop("dimensions"))
        named = {"Namespace": hcl.value(own.pop("namespace")), "MetricName": hcl.value(own.pop("metric_name"))}
        stat = {"Stat": hcl.value(own.pop("stat")), "Period": own.pop("period")}
        assert not own
        made["MetricStat"] = {**stat, "Metric": {**named, "Dimensions": dimensions}}
    return made | {name.capitalize(): hcl.value(v) for name, v in left.items()}


@cases
def test_alarms_are_those_of_the_template(work: Any, design: Any) -> None:
    wanted = {
        name: resource["Properties"]
        for name, resource in checked(work, design)[0]["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }
    found = {
        "".join(w.capitalize() for w in label.split("_")): _alarm(body)
        for (kind, label), body in hcl.resources(_files(work, design)).items()
        if kind == "aws_cloudwatch_metric_alarm"
    }
    assert {n.lower(): a for n, a in found.items()} == {n.lower(): a for n, a in wanted.items()}
    assert len(found) >= 4


def _in_our_words(value: Any) -> Any:
    """References to the module's own resources as the template makes them."""
    known = {
        "aws_iam_role.cache[0].arn": {"Fn::GetAtt": ["CacheRole", "Arn"]},
        "aws_dax_subnet_group.cache[0].name": {"Ref": "CacheSubnets"},
        "aws_dax_parameter_group.cache[0].name": {"Ref": "CacheParameters"},
        "aws_security_group.cache[0].id": {"Fn::GetAtt": ["CacheSecurityGroup", "GroupId"]},
        "aws_security_group.cache_client[0].id": {"Fn::GetAtt": ["CacheClientSecurityGroup", "GroupId"]},
        "var.environment": {"Ref": "Environment"},
        "var.vpc_id": {"Ref": "VpcId"},
        "var.cache_subnet_ids": {"Ref": "CacheSubnetIds"},
    }
    if isinstance(value, list):
        return [_in_our_words(v) for v in value]
    if isinstance(value, str) and value.strip("${}") in known:
        return known[value.strip("${}")]
    return hcl.value(value)


def test_the_cache_is_that_of_the_template() -> None:
    work, design = CASES["a table with indexes"]
    files = _files(work, design)
    made = {
        (kind, label): {k: v for k, v in body.items() if not k.startswith("__")}
        for (kind, label), body in hcl.resources({"cache.tf": files["cache.tf"]}).items()
    }
    ours = {n: r["Properties"] for n, r in checked(work, design)[0]["Resources"].items() if n.startswith("Cache")}
    assert len(made) == len(ours) + 1  # the role's policy is a resource of its own
    assert {body.pop("count") for body in made.values()} == {"${var.cache ? 1 : 0}"}

    cluster = made["aws_dax_cluster", "cache"]
    ((encryption,), tags) = cluster.pop("server_side_encryption"), cluster.pop("tags")
    description = cluster.pop("description").strip('"').replace("${var.environment}", "${Environment}")
    assert cluster.pop("cluster_name") == "${local.cache_name}"
    names = {"iam_role_arn": "IAMRoleARN"}
    found = {names.get(n, "".join(w.capitalize() for w in n.split("_"))): _in_our_words(v) for n, v in cluster.items()}
    found["Tags"] = {hcl.text(k): _in_our_words(v) for k, v in tags.items() if not k.startswith("__")}
    found |= {"Description": {"Fn::Sub": description}, "SSESpecification": {"SSEEnabled": encryption["enabled"]}}
    assert found == ours["CacheCluster"]

    groups = made["aws_dax_parameter_group", "cache"]
    values = {hcl.value(p["name"]): hcl.value(p["value"]) for p in groups["parameters"]}
    assert values == ours["CacheParameters"]["ParameterNameValues"]
    subnets = made["aws_dax_subnet_group", "cache"]
    assert _in_our_words(subnets["subnet_ids"]) == ours["CacheSubnets"]["SubnetIds"]
    for kind, name, ident in (
        ("aws_dax_parameter_group", "CacheParameters", "cache"),
        ("aws_dax_subnet_group", "CacheSubnets", "cache"),
        ("aws_iam_role", "CacheRole", "cache"),
    ):
        assert hcl.value(made[kind, ident]["description"]) == ours[name]["Description"]
    for label, name in (("cache_client", "CacheClientSecurityGroup"), ("cache", "CacheSecurityGroup")):
        group = made["aws_security_group", label]
        assert hcl.value(group["description"]) == ours[name]["GroupDescription"]
        assert _in_our_words(group["vpc_id"]) == ours[name]["VpcId"]
    (ingress,) = made["aws_security_group", "cache"]["ingress"]
    (rule,) = ours["CacheSecurityGroup"]["SecurityGroupIngress"]
    assert {
        "Description": hcl.value(ingress["description"]),
        "IpProtocol": hcl.value(ingress["protocol"]),
        "FromPort": ingress["from_port"],
        "ToPort": ingress["to_port"],
        "SourceSecurityGroupId": _in_our_words(ingress["security_groups"])[0],
    } == rule

    documents = {
        hcl.text(label): body["statement"][0]
        for block in hcl2.loads(files["cache.tf"])["data"]
        for labelled in block.values()
        for label, body in labelled.items()
    }
    (allowed,) = ours["CacheRole"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert hcl.value(documents["cache"]["actions"]) == allowed["Action"]
    arns = [
        a.strip('"').replace("${aws_dynamodb_table.table.arn}", "${Table.Arn}") for a in documents["cache"]["resources"]
    ]
    wanted = [r.get("Fn::Sub", "${Table.Arn}") for r in allowed["Resource"]]
    assert arns == wanted
    (trusted,) = ours["CacheRole"]["AssumeRolePolicyDocument"]["Statement"]
    (who,) = documents["cache_trust"]["principals"]
    assert {hcl.value(who["type"]): hcl.value(who["identifiers"])[0]} == trusted["Principal"]
    assert hcl.value(documents["cache_trust"]["actions"]) == [trusted["Action"]]


@cases
def test_variables_and_outputs_are_those_of_the_template(work: Any, design: Any) -> None:
    files, template = _files(work, design), checked(work, design)[0]
    found, wanted = hcl.variables(files), template["Parameters"]
    own = {"cache_name"} & set(found)  # CloudFormation names what has no name
    assert own == ({"cache_name"} if design.deployment.cache else set())
    # A table has its replicas in every environment here.
    assert {hcl.PARAMETERS[n] for n in set(found) - own} == set(wanted) - {
        "MaxReadUnits",
        "MaxWriteUnits",
        "Replicated",
    }
    for name in set(found) - own:
        default = wanted[hcl.PARAMETERS[name]].get("Default")
        as_text = {True: "true", False: "false"}.get(found[name].get("default"), found[name].get("default"))
        assert as_text == default, name
    names = re.findall(r'^output "(\w+)"', files["outputs.tf"], re.MULTILINE)
    words = ["".join(w.capitalize() for w in name.split("_")) for name in names]
    assert words == [n for n in template["Outputs"] if not n.endswith("PolicyArn")]


def test_a_replica_with_tags_of_its_own_gets_all_of_them_and_its_policy() -> None:
    work, design = CASES["replicated"]
    made = hcl.resources(_files(work, design))
    replicas = {hcl.value(r["region_name"]): r for r in made["aws_dynamodb_table", "table"]["replica"]}
    assert {n: r["propagate_tags"] for n, r in replicas.items()} == {"eu-west-1": False, "eu-west-2": True}
    tags = made["aws_dynamodb_tag", "eu-west-1"]
    assert ("aws_dynamodb_tag", "eu-west-2") not in made
    given = {hcl.text(k): _in_our_words(v) for k, v in tags["for_each"].items() if not k.startswith("__")}
    replica = checked(work, design)[0]["Resources"]["Table"]["Properties"]["Replicas"][1]["Fn::If"][1]
    assert given == {t["Key"]: t["Value"] for t in replica["Tags"]}
    policy = made["aws_dynamodb_resource_policy", "eu-west-1"]
    assert json.loads(hcl.text(policy["policy"])) == replica["ResourcePolicy"]["PolicyDocument"]
    for each in (tags, policy):
        assert hcl.value(each["region"]) == "eu-west-1"
        assert 'each.region_name == "eu-west-1"' in each["resource_arn"]
    assert (tags["key"], tags["value"]) == ("${each.key}", "${each.value}")


@cases
def test_the_layout_is_that_of_the_formatter(work: Any, design: Any) -> None:
    for text in _files(work, design).values():
        assert "\n\n\n" not in text
        assert text.endswith("}\n")
        depth = 0
        for line in text.splitlines():
            depth -= line.strip().startswith(("}", "]"))
            assert len(line) - len(line.lstrip()) == (2 * depth if line else 0), line
            depth += line.endswith(("{", "["))
