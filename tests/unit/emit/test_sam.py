"""The SAM template is the CloudFormation template, with the transform and a role for functions behind each policy."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cfnlint.decode import decode_str
from samtranslator.translator.transform import transform

from dynamodel.emit.cloudformation.emitter import checked
from dynamodel.emit.registry import emit
from dynamodel.errors import ModelInvalid
from dynamodel.ir.deployment import Role
from tests.support.designs import NAMES, designed
from tests.support.infrastructure import CASES
from tests.support.linted import lint
from tests.support.tables import gsi, plan, workload


def _with_roles(name: str) -> tuple[Any, Any]:
    case = designed(name)
    every = tuple(p.name for p in case.workload.patterns)
    roles = (Role("reader", every[:1]), Role("everyone", every))
    return case.workload, replace(case.plan, deployment=replace(case.plan.deployment, roles=roles))


TABLES = CASES | {name: _with_roles(name) for name in NAMES}
tables = pytest.mark.parametrize(("work", "design"), TABLES.values(), ids=TABLES)


def _yaml(work: Any, design: Any) -> str:
    (artifact,) = emit(work, design, None, ("sam",)).artifacts
    assert artifact.path == f"sam/{work.name}/template.yaml"
    return artifact.text


def _read(text: str) -> dict[str, Any]:
    read, problems = decode_str(text)
    assert problems == []
    plain: dict[str, Any] = json.loads(json.dumps(read))
    return plain


@tables
def test_but_for_roles_it_is_the_cloudformation_template(work: Any, design: Any) -> None:
    found = _read(_yaml(work, design))
    ours = json.loads(json.dumps(checked(work, design)[0]))
    roles = {name for name, r in found["Resources"].items() if r["Type"] == "AWS::IAM::Role"}
    assert len(roles) == len(design.deployment.roles)
    assert found.pop("Transform") == "AWS::Serverless-2016-10-31"
    for name in roles:
        del found["Resources"][name], found["Outputs"][f"{name}Arn"]
    assert found == ours


@tables
def test_cfn_lint_finds_nothing(work: Any, design: Any) -> None:
    assert [str(match) for match in lint(_yaml(work, design))] == []


def test_a_function_gets_the_policy_of_its_role_and_may_write_logs() -> None:
    resources = _read(_yaml(*TABLES["chat"]))["Resources"]
    for role, policy in (("ReaderRole", "ReaderPolicy"), ("EveryoneRole", "EveryonePolicy")):
        properties = resources[role]["Properties"]
        logs, own = properties["ManagedPolicyArns"]
        assert own == {"Ref": policy}
        assert logs["Fn::Sub"].endswith(":aws:policy/service-role/AWSLambdaBasicExecutionRole")
        (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}


@tables
def test_the_transform_leaves_the_table_as_it_is(work: Any, design: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    class NoManagedPolicies:
        def load(self) -> dict[str, str]:
            return {}

    template = _read(_yaml(work, design))
    done = transform(json.loads(json.dumps(template)), {}, NoManagedPolicies())
    assert done["Resources"] == template["Resources"]


def test_a_table_that_dynamodb_refuses_is_refused() -> None:
    with pytest.raises(ModelInvalid, match="DM501"):
        _yaml(workload(), plan(*(gsi(n) for n in range(1, 22))))
