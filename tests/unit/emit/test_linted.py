"""Rules of cfn-lint that are loaded once say of a template what they say when loaded for it, whatever came before."""

from __future__ import annotations

import json
from typing import Any

import cfnlint.api

from tests.support.linted import REGION, lint

BAD = {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": [{"AttributeName": "PK", "KeyType": "FIRST"}]}}
GOOD = {
    "Type": "AWS::DynamoDB::Table",
    "DeletionPolicy": "Retain",
    "UpdateReplacePolicy": "Retain",
    "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
    },
}


def text(table: dict[str, Any], **more: object) -> str:
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Table": table}, **more})


def test_what_is_said_depends_on_the_template_alone() -> None:
    silenced = text({**BAD, "Metadata": {"cfn-lint": {"config": {"ignore_checks": ["E3639"]}}}})
    unused = text(GOOD, Parameters={"Unused": {"Type": "String"}})
    for each in (text(BAD), silenced, unused, text(BAD), text(GOOD)):
        alone = [str(match) for match in cfnlint.api.lint(each, regions=[REGION])]
        assert [str(match) for match in lint(each)] == alone
        assert bool(alone) == (each != text(GOOD))
    assert "E3639" in {match.rule.id for match in lint(text(BAD))} - {match.rule.id for match in lint(silenced)}
