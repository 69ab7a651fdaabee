"""What DynamoDB and CloudFormation refuse and cfn-lint lets pass: global tables, vector indexes, throughput, stacks.

Every bad table is linted, all of them in one template, so that what is said about cfn-lint here is true; when a newer
one finds more, the list of what it misses says so.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.emit.cloudformation.check import check_template
from dynamodel.emit.cloudformation.emitter import checked
from dynamodel.ir.deployment import Replica
from tests.support.linted import lint
from tests.support.tables import gsi, lsi, natural_gsi, plan, workload
from tests.unit.emit.test_cloudformation_check import BREAKS

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTUAL = {"stream": "NEW_AND_OLD_IMAGES", "replicas": (Replica("eu-west-1"),)}
STRONG = {"strong": True, "replicas": (Replica("us-east-2"),), "witness": "us-west-2"}
VECTOR = {
    "IndexName": "ByMeaning",
    "VectorAttribute": {"AttributeName": "embedding"},
    "Dimensions": 1024,
    "DistanceFunction": "COSINE",
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}


def _template(billing: str = "on_demand", **deploy: Any) -> Any:
    design = plan(gsi(), natural_gsi(), *(() if deploy.get("strong") else (lsi(),)), billing=billing, deploy=deploy)
    return checked(workload(billing), design)[0]


def _properties(template: Any) -> Any:
    return template["Resources"]["Table"]["Properties"]


def _vectors(*changes: dict[str, Any]) -> Callable[[Any], object]:
    def put(template: Any) -> None:
        _properties(template)["VectorIndexes"] = [copy.deepcopy(VECTOR) | change for change in changes]

    return put


def _schema(*elements: tuple[str, str]) -> dict[str, Any]:
    return {"SearchSchema": [{"AttributeName": n, "SearchSchemaElementType": kind} for n, kind in elements]}


def _listed(kind: str, *names: str) -> dict[str, Any]:
    return {"Projection": {"ProjectionType": kind, **({"NonKeyAttributes": list(names)} if names else {})}}


def _set(*path: Any, value: Any) -> Callable[[Any], object]:
    def put(template: Any) -> None:
        holder = _properties(template)
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value

    return put


def _drop(*path: Any) -> Callable[[Any], object]:
    def take(template: Any) -> None:
        holder = _properties(template)
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]

    return take


def _plain_second_region(region: str) -> Callable[[Any], object]:
    return lambda template: _properties(template)["Replicas"][1].update({"Fn::If": _moved(template, region)})


def _moved(template: Any, region: str) -> Any:
    condition, replica, nothing = _properties(template)["Replicas"][1]["Fn::If"]
    return [condition, replica | {"Region": region}, nothing]


SCALED = ("WriteProvisionedThroughputSettings", "Fn::If", 1, "WriteCapacityAutoScalingSettings")
ON_DEMAND, PROVISIONED = {}, {"billing": "provisioned"}
BAD: list[tuple[str, str, dict[str, Any], Callable[[Any], object]]] = [
    ("DM527", "6 vector indexes", ON_DEMAND, _vectors(*({"IndexName": f"Vector{n}"} for n in range(6)))),
    ("DM527", "is not on demand", PROVISIONED, _vectors({})),
    ("DM527", "shares its name", ON_DEMAND, _vectors({"IndexName": "GSI1"})),
    ("DM527", "5000 dimensions", ON_DEMAND, _vectors({"Dimensions": 5000})),
    ("DM527", "512 and 1024 dimensions", ON_DEMAND, _vectors({}, {"IndexName": "Other", "Dimensions": 512})),
    ("DM527", "2 partition attributes", ON_DEMAND, _vectors(_schema(("PK", "HASH"), ("SK", "HASH")))),
    (
        "DM527",
        "filters by 19 attributes",
        ON_DEMAND,
        _vectors(_schema(*((f"a{n}", "INLINE_FILTER") for n in range(19)))),
    ),
    ("DM527", "`PK` 2 times", ON_DEMAND, _vectors(_schema(("PK", "HASH"), ("PK", "INLINE_FILTER")))),
    ("DM508", "`V1`", ON_DEMAND, _vectors({"IndexName": "V1"})),
    ("DM505", "ALL and 1 NonKeyAttributes", ON_DEMAND, _vectors(_listed("ALL", "a"))),
    ("DM505", "INCLUDE and 0 NonKeyAttributes", ON_DEMAND, _vectors(_listed("INCLUDE"))),
    ("DM505", "carries 21 attributes", ON_DEMAND, _vectors(_listed("INCLUDE", *(f"a{n}" for n in range(20))))),
    ("DM505", "`embedding`, which it carries already", ON_DEMAND, _vectors(_listed("INCLUDE", "embedding"))),
    ("DM505", "`a`, which it carries already", ON_DEMAND, _vectors(_listed("INCLUDE", "a", "a"))),
    ("DM507", "`color` is not defined", ON_DEMAND, _vectors(_schema(("color", "INLINE_FILTER")))),
    ("DM528", "2 replicas are in us-east-1", EVENTUAL, _plain_second_region("us-east-1")),
    ("DM528", "`Ireland` is no Region", EVENTUAL, _plain_second_region("Ireland")),
    ("DM528", "needs a stream", EVENTUAL, _drop("StreamSpecification")),
    ("DM528", "needs a stream", EVENTUAL, _set("StreamSpecification", "StreamViewType", value="KEYS_ONLY")),
    ("DM528", "2 Regions, STRONG", STRONG, _drop("GlobalTableWitnesses")),
    ("DM528", "does not reach over", STRONG, _plain_second_region("eu-west-1")),
    ("DM528", "cannot have TimeToLive", STRONG, _set("TimeToLiveSpecification", value={"Enabled": False})),
    ("DM528", "is a witness", STRONG, _drop("MultiRegionConsistency")),
    ("DM528", "the table is provisioned and its writes", PROVISIONED | EVENTUAL, _drop(SCALED[0])),
    (
        "DM528",
        "`GSI1` is provisioned and its writes",
        PROVISIONED | EVENTUAL,
        _drop("GlobalSecondaryIndexes", 0, SCALED[0]),
    ),
    (
        "DM528",
        "1 places in us-east-1 have no provisioned reads",
        PROVISIONED | EVENTUAL,
        _drop("Replicas", 0, "ReadProvisionedThroughputSettings"),
    ),
    (
        "DM528",
        "the table has none of that name",
        EVENTUAL,
        _set("Replicas", 0, "GlobalSecondaryIndexes", value=[{"IndexName": "Lost"}]),
    ),
    (
        "DM528",
        "the others have none",
        EVENTUAL,
        _set("Replicas", 0, "SSESpecification", value={"KMSMasterKeyId": "alias/shop"}),
    ),
    ("DM526", "scales from 9000", PROVISIONED | EVENTUAL, _set(*SCALED, "MinCapacity", value=9000)),
    (
        "DM526",
        "aims at 95 %",
        PROVISIONED | EVENTUAL,
        _set(*SCALED, "TargetTrackingScalingPolicyConfiguration", value={"TargetValue": 95}),
    ),
    ("DM526", "below the 12000", ON_DEMAND, _set("WarmThroughput", value={"ReadUnitsPerSecond": 100})),
    ("DM529", "`a` 2 times", ON_DEMAND, _set("Tags", value=[{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}])),
    ("DM529", "51 tags", ON_DEMAND, _set("Tags", value=[{"Key": f"k{n}", "Value": ""} for n in range(51)])),
]
IDS = [f"{code} {words}" for code, words, _, _ in BAD]


@pytest.mark.parametrize(("code", "words", "settings", "break_it"), BAD, ids=IDS)
def test_each_bad_template_is_refused(
    code: str, words: str, settings: dict[str, Any], break_it: Callable[[Any], object]
) -> None:
    template = _template(**settings)
    assert check_template(template) == ()
    break_it(template)
    assert [d.message for d in check_template(template) if d.code == code and words in d.message]


def test_a_strong_table_may_not_gain_a_local_index() -> None:
    template = _template(**STRONG)
    local = [
        {"IndexName": "LSI1", "KeySchema": _properties(template)["KeySchema"], "Projection": {"ProjectionType": "ALL"}}
    ]
    _properties(template)["LocalSecondaryIndexes"] = local
    assert "a table with STRONG consistency cannot have LocalSecondaryIndexes" in {
        d.message for d in check_template(template)
    }


@pytest.mark.parametrize(("section", "most"), [("Resources", 500), ("Parameters", 200), ("Outputs", 200)])
def test_a_template_with_too_many_entries_is_refused(section: str, most: int) -> None:
    template = _template()
    entry = {"Resources": {"Type": "AWS::SNS::Topic"}, "Parameters": {"Type": "String", "Default": ""}}.get(section, {})
    template[section] |= {f"More{n}": copy.deepcopy(entry) for n in range(most)}
    assert [d.code for d in check_template(template)] == ["DM529"]


def test_a_template_that_is_too_long_is_refused() -> None:
    template = _template()
    template["Metadata"]["Note"] = "x" * 2**20
    assert [d.code for d in check_template(template)] == ["DM529"]


# What cfn-lint finds among the bad tables; about all others it is silent.
FOUND_BY_CFN_LINT = {
    "DM503 the table has 2 sort",
    "DM503 the table has 2 partition attributes",
    "DM503 index `LSI1` has 2 sort attributes",
    "DM503 `PK` 2 times",
    "DM503 has no sort attribute",
    "DM503 0 partition attributes",
    "DM507 `x` is defined and is in no key",
    "DM507 `GSI1PK` is not defined",
    "DM507 `GSI1PK` has the type BOOL",
    "DM507 `GSI1PK` is defined 2 times",
    "DM508 `G1`",
    "DM508 `V1`",
    "DM509 the table has no provisioned throughput",
    "DM509 `GSI1` is on demand",
    "DM527 5000 dimensions",
    "DM528 2 replicas are in us-east-1",
    "DM529 `a` 2 times",
}


def test_cfn_lint_is_silent_about_what_we_refuse() -> None:
    base = _template()
    tables: dict[str, Any] = {}
    for number, (_, _, settings, break_it) in enumerate(BAD):
        template = _template(**settings)
        break_it(template)
        for section in ("Parameters", "Conditions"):
            base[section] |= template[section]
        tables[f"Bad{number}"] = template["Resources"]["Table"]
        _properties(template)["TableName"] = f"bad-{number}"  # two tables of one name are a finding of their own
    good = _properties(_template())
    for number, (_, _, break_it) in enumerate(BREAKS):
        properties = copy.deepcopy(good)
        break_it(properties)
        properties["TableName"] = f"worse-{number}"
        tables[f"Worse{number}"] = {**base["Resources"]["Table"], "Properties": properties}
    linted = {"AWSTemplateFormatVersion": "2010-09-09", **{s: base[s] for s in ("Parameters", "Conditions")}}
    matches = lint(json.dumps(linted | {"Resources": tables}))
    names = {f"Bad{n}": name for n, name in enumerate(IDS)}
    names |= {f"Worse{n}": f"{code} {words}" for n, (code, words, _) in enumerate(BREAKS)}
    found = {names[str(m.path[1])] for m in matches if len(m.path) > 1 and str(m.path[1]) in names}
    assert found == FOUND_BY_CFN_LINT
