"""Our own check of a table's properties: each thing that DynamoDB refuses and cfn-lint lets pass."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.emit.cloudformation.check import check
from dynamodel.emit.cloudformation.emitter import checked
from dynamodel.emit.cloudformation.environments import environments, resources
from tests.support.tables import gsi, lsi, natural_gsi, plan, workload

if TYPE_CHECKING:
    from collections.abc import Callable


def _properties(work: Any, design: Any) -> Any:
    template, _ = checked(work, design)
    return resources(template, next(environments(template)))["Table"]["Properties"]


GOOD = _properties(workload(), plan(gsi(), natural_gsi(), lsi()))


def _index(properties: Any, number: int = 0) -> Any:
    return properties["GlobalSecondaryIndexes"][number]


def _copies(properties: Any, kind: str, count: int) -> None:
    first = properties[f"{kind}SecondaryIndexes"][0]
    properties[f"{kind}SecondaryIndexes"] = [{**copy.deepcopy(first), "IndexName": f"Index{n}"} for n in range(count)]
    if kind == "Global":
        _define(properties, "GSI1PK", "GSI1SK", "LSI1SK")


def _define(properties: Any, *names: str) -> None:
    properties["AttributeDefinitions"] = [{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK", *names)]


def _append_key(schema: list[Any], name: str, kind: str, properties: Any) -> None:
    schema.append({"AttributeName": name, "KeyType": kind})
    properties["AttributeDefinitions"].append({"AttributeName": name, "AttributeType": "S"})


def _five_hash(p: Any) -> None:
    schema = [{"AttributeName": f"a{n}", "KeyType": "HASH"} for n in range(5)]
    _index(p)["KeySchema"] = schema
    p["AttributeDefinitions"] = [d for d in p["AttributeDefinitions"] if not d["AttributeName"].startswith("GSI1")]
    p["AttributeDefinitions"] += [{"AttributeName": f"a{n}", "AttributeType": "S"} for n in range(5)]


def _project(p: Any, kind: str, names: list[str]) -> None:
    _index(p)["Projection"] = {"ProjectionType": kind, "NonKeyAttributes": names}


def _projection_over_100(p: Any) -> None:
    # 2 on the other index and 99 here
    _project(p, "INCLUDE", [f"a{n}" for n in range(99)])


BREAKS: list[tuple[str, str, Callable[[Any], object]]] = [
    ("DM501", "21 global", lambda p: _copies(p, "Global", 21)),
    ("DM502", "6 local", lambda p: _copies(p, "Local", 6)),
    ("DM503", "5 partition attributes", _five_hash),
    ("DM503", "before a partition attribute", lambda p: _index(p)["KeySchema"].reverse()),
    ("DM503", "the table has 2 sort", lambda p: _append_key(p["KeySchema"], "x", "RANGE", p)),
    ("DM503", "the table has 2 partition attributes", lambda p: _append_key(p["KeySchema"], "x", "HASH", p)),
    (
        "DM503",
        "index `LSI1` has 2 sort attributes",
        lambda p: _append_key(p["LocalSecondaryIndexes"][0]["KeySchema"], "x", "RANGE", p),
    ),
    ("DM503", "`PK` 2 times", lambda p: p["KeySchema"].__setitem__(1, {"AttributeName": "PK", "KeyType": "RANGE"})),
    ("DM503", "has no sort attribute", lambda p: p["LocalSecondaryIndexes"][0]["KeySchema"].pop()),
    ("DM503", "0 partition attributes", lambda p: p["LocalSecondaryIndexes"][0]["KeySchema"].pop(0)),
    ("DM504", "2 indexes are called `LSI1`", lambda p: _index(p).__setitem__("IndexName", "LSI1")),
    ("DM505", "ALL and 1 NonKeyAttributes", lambda p: _project(p, "ALL", ["a"])),
    ("DM505", "INCLUDE and 0 NonKeyAttributes", lambda p: _project(p, "INCLUDE", [])),
    ("DM505", "`a` 2 times", lambda p: _project(p, "INCLUDE", ["a", "a"])),
    ("DM505", "101 attributes together", _projection_over_100),
    ("DM505", "its own key attribute `GSI1PK`", lambda p: _project(p, "INCLUDE", ["GSI1PK"])),
    (
        "DM506",
        "another partition key",
        lambda p: p["LocalSecondaryIndexes"][0]["KeySchema"][0].update(AttributeName="SK"),
    ),
    ("DM507", "`x` is defined and is in no key", lambda p: _append_key([], "x", "HASH", p)),
    ("DM507", "`GSI1PK` is not defined", lambda p: p["AttributeDefinitions"].pop(0)),
    ("DM507", "`GSI1PK` has the type BOOL", lambda p: p["AttributeDefinitions"][0].update(AttributeType="BOOL")),
    ("DM507", "`GSI1PK` is defined 2 times", lambda p: p["AttributeDefinitions"].append(p["AttributeDefinitions"][0])),
    ("DM508", "`G1`", lambda p: _index(p).__setitem__("IndexName", "G1")),
    ("DM508", "too long", lambda p: _project(p, "INCLUDE", ["é" * 128])),
    ("DM509", "the table has no provisioned throughput", lambda p: p.pop("BillingMode")),
    ("DM509", "`GSI1` is on demand", lambda p: _index(p).__setitem__("ProvisionedThroughput", {})),
    ("DM509", "without an attribute", lambda p: p.__setitem__("TimeToLiveSpecification", {"Enabled": True})),
]


def test_a_good_table_has_no_findings() -> None:
    assert check(GOOD) == ()


@pytest.mark.parametrize(("code", "words", "break_it"), BREAKS, ids=[f"{code} {words}" for code, words, _ in BREAKS])
def test_each_break_is_found(code: str, words: str, break_it: Callable[[Any], object]) -> None:
    properties = copy.deepcopy(GOOD)
    break_it(properties)
    assert [d.message for d in check(properties) if d.code == code and words in d.message]


def test_a_raised_quota_is_believed() -> None:
    properties = copy.deepcopy(GOOD)
    _copies(properties, "Global", 25)
    assert "DM501" not in {d.code for d in check(properties, 25)}
