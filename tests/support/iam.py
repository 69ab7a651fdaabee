"""A small evaluator of the policies that we emit, over requests that were really made.

In: a policy document with CloudFormation's intrinsic functions still in it, recorded requests, principal tags. Out:
whether the policy allows a request.

It covers what our policies use, and refuses anything else with an AssertionError: statements that allow; actions and
resources without wildcards; the conditions `ForAllValues:StringLike` on `dynamodb:LeadingKeys`, with variables for
principal tags and `*` at the end, and `Null` on it; transactions as the actions that they are made of; batches as one
action on one table. It does not cover denials, permission boundaries, resource policies, attribute conditions, PartiQL,
or how IAM joins several policies: one policy is asked alone, as if a principal had no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

_IN_REGION = r"arn:\$\{AWS::Partition\}:dynamodb:[a-z0-9-]+:\$\{AWS::AccountId\}:table/\$\{Table\}"
_VARIABLE = re.compile(r"\$\{aws:PrincipalTag/([^}]+)\}")


@dataclass(frozen=True)
class Asked:
    """One thing that a request asks leave for: an action in a place ("" or an index), with its partition keys."""

    action: str
    place: str
    keys: tuple[str, ...] | None = None


def asked(operation: str, params: dict[str, Any], partition: dict[str, str]) -> list[Asked]:
    """What a request asks leave for; `partition` names the partition attribute of each place ("" is the table)."""
    key = partition[""]
    if operation in {"GetItem", "UpdateItem", "DeleteItem"}:
        return [Asked(operation, "", (_text(params["Key"][key]),))]
    if operation == "PutItem":
        return [Asked(operation, "", (_text(params["Item"][key]),))]
    if operation == "Query":
        place = params.get("IndexName", "")
        return [Asked(operation, place, (_queried(params, partition[place]),))]
    if operation in {"Scan", "SearchVectors"}:
        return [Asked(operation, params.get("IndexName", ""))]
    if operation == "BatchGetItem":
        (wanted,) = params["RequestItems"].values()
        return [Asked(operation, "", tuple(_text(k[key]) for k in wanted["Keys"]))]
    if operation == "BatchWriteItem":
        (wanted,) = params["RequestItems"].values()
        items = [next(iter(each.values())) for each in wanted]
        return [Asked(operation, "", tuple(_text((i.get("Item") or i["Key"])[key]) for i in items))]
    assert operation in {"TransactGetItems", "TransactWriteItems"}, operation
    words = {"Get": "GetItem", "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
    found = []
    for each in params["TransactItems"]:
        ((word, inner),) = each.items()
        held = inner.get("Item") or inner["Key"]
        found.append(Asked(words.get(word, "ConditionCheckItem"), "", (_text(held[key]),)))
    return found


def _queried(params: dict[str, Any], attribute: str) -> str:
    names = {name: placeholder for placeholder, name in params.get("ExpressionAttributeNames", {}).items()}
    name = re.escape(names.get(attribute, attribute))
    found = re.search(rf"(?<![\w#:]){name} = (:\w+)", params["KeyConditionExpression"])
    assert found, params
    return _text(params["ExpressionAttributeValues"][found[1]])


def _text(value: Any) -> str:
    return str(next(iter(value.values())) if isinstance(value, dict) else value)


def grants(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Every action and place that a policy opens for any key."""
    return {
        (action, place)
        for statement in document["Statement"]
        for action in _actions(statement)
        for place in map(_place, statement["Resource"])
    }


def allows(document: dict[str, Any], wanted: list[Asked], tags: dict[str, str] | None = None) -> bool:
    """Whether the policy allows everything that a request asks for."""
    assert document["Version"] == "2012-10-17"
    return all(any(_matches(s, each, tags or {}) for s in document["Statement"]) for each in wanted)


def _actions(statement: dict[str, Any]) -> list[str]:
    assert statement["Effect"] == "Allow"
    assert set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}
    assert all(re.fullmatch(r"dynamodb:[A-Z][A-Za-z]+", action) for action in statement["Action"])
    return [action.removeprefix("dynamodb:") for action in statement["Action"]]


def _place(resource: Any) -> str:
    """The index of a resource, "" for the table; a global table has one resource in each Region."""
    if resource == {"Fn::GetAtt": ["Table", "Arn"]}:
        return ""
    found = re.fullmatch(rf"(?:\$\{{Table\.Arn\}}|{_IN_REGION})(?:/index/([A-Za-z0-9_.-]+))?", resource["Fn::Sub"])
    assert found, resource
    return found[1] or ""


def _matches(statement: dict[str, Any], wanted: Asked, tags: dict[str, str]) -> bool:
    if wanted.action not in _actions(statement) or wanted.place not in map(_place, statement["Resource"]):
        return False
    condition = statement.get("Condition")
    if condition is None:
        return True
    patterns = condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    assert condition == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": patterns},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }
    if wanted.keys is None:
        return False
    filled = [_VARIABLE.sub(lambda m: tags.get(m[1], "\0"), pattern) for pattern in patterns]
    return all(any(fnmatchcase(key, _literal(pattern)) for pattern in filled) for key in wanted.keys)


def _literal(pattern: str) -> str:
    """IAM has no classes of characters: only its own wildcards may act as such."""
    return pattern.replace("[", "[[]")
