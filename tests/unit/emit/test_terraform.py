"""The Terraform module says field by field what the CloudFormation template says, in the layout of its formatter."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import hcl2
import pytest
from hypothesis import example, given, strategies as st

from dynamodel.emit.filters import hcl_string
from dynamodel.emit.registry import emit
from dynamodel.emit.terraform.layout import aligned
from dynamodel.errors import ModelInvalid
from dynamodel.ir.deployment import Deployment, Replica, Role
from tests.support import hcl
from tests.support.designs import NAMES, designed
from tests.support.infrastructure import PORTABLE, portable, template
from tests.support.tables import gsi, plan, workload


def _files(work: Any, design: Any) -> dict[str, str]:
    made = emit(work, design, None, ("terraform",)).artifacts
    assert all(a.path.startswith(f"terraform/{work.name}/") for a in made)
    return {a.path.split("/")[-1]: a.text for a in made}


def _document(work: Any, design: Any) -> dict[str, Any]:
    return template(work, design)


def _same_table(work: Any, design: Any) -> None:
    found = hcl.table_properties(hcl.resources(_files(work, design))["aws_dynamodb_table", "table"])
    wanted = dict(_document(work, design)["Resources"]["Table"]["Properties"])
    # Insights are resources of their own there.
    wanted.pop("ContributorInsightsSpecification", None)
    for index in wanted.get("GlobalSecondaryIndexes", []):
        index.pop("ContributorInsightsSpecification", None)
    assert found == wanted


@portable
def test_the_table_is_that_of_the_cloudformation_template(work: Any, design: Any) -> None:
    _same_table(work, design)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_an_example_is_that_of_its_template(name: str) -> None:
    _same_table(designed(name).workload, designed(name).plan)


@portable
def test_variables_are_the_parameters_of_the_template(work: Any, design: Any) -> None:
    found, wanted = hcl.variables(_files(work, design)), _document(work, design)["Parameters"]
    assert {hcl.PARAMETERS[name] for name in found} == set(wanted)
    for name, variable in found.items():
        default = wanted[hcl.PARAMETERS[name]].get("Default")
        as_text = {True: "true", False: "false"}.get(variable.get("default"), variable.get("default"))
        assert as_text == default, name


@portable
def test_outputs_are_those_of_the_template(work: Any, design: Any) -> None:
    names = re.findall(r'^output "(\w+)"', _files(work, design)["outputs.tf"], re.MULTILINE)
    words = ["".join(w.capitalize() for w in name.split("_")) for name in names]
    assert words == list(_document(work, design)["Outputs"])


def test_scaling_and_insights_are_those_of_the_template() -> None:
    work, design = PORTABLE["provisioned"]
    files = _files(work, design)
    resources, wanted = hcl.resources(files), _document(work, design)["Resources"]
    targets = {
        (v["ScalableDimension"], v["ResourceId"]["Fn::Sub"], v["MinCapacity"], v["MaxCapacity"])
        for v in (r["Properties"] for r in wanted.values() if r["Type"].endswith("ScalableTarget"))
    }
    found = {
        (
            hcl.value(v["scalable_dimension"]),
            v["resource_id"].strip('"').replace("${aws_dynamodb_table.table.name}", "${Table}"),
            v["min_capacity"],
            v["max_capacity"],
        )
        for (kind, _), v in resources.items()
        if kind == "aws_appautoscaling_target"
    }
    assert found == targets
    policies = {label: v for (kind, label), v in resources.items() if kind == "aws_appautoscaling_policy"}
    assert {label for kind, label in resources if kind == "aws_appautoscaling_target"} == set(policies)
    for label, policy in policies.items():
        (tracking,) = policy["target_tracking_scaling_policy_configuration"]
        (metric,) = tracking["predefined_metric_specification"]
        assert tracking["target_value"] == 70
        assert hcl.value(metric["predefined_metric_type"]).endswith(
            f"{label.split('_')[-1].title()}CapacityUtilization"
        )
    assert resources["aws_dynamodb_table", "table"]["lifecycle"][0]["ignore_changes"]
    work, design = PORTABLE["everything"]
    watched = hcl.resources(_files(work, design))
    assert watched["aws_dynamodb_contributor_insights", "table"]["mode"] == '"THROTTLED_KEYS"'
    named = watched["aws_dynamodb_contributor_insights", "indexes"]["for_each"]
    assert re.findall(r'"([\w.-]+)"', named) == [index.name for index in design.table.gsis]


REPLICA = Replica(
    "eu-west-1",
    tags=(("owner", "us"),),
    protection=False,
    recovery_days=0,
    insights="THROTTLED_KEYS",
    encryption_key="arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    kinesis="arn:aws:kinesis:eu-west-1:111122223333:stream/changes",
)
GLOBAL = Deployment(
    tags=REPLICA.tags,
    kinesis="arn:aws:kinesis:us-east-1:111122223333:stream/changes",
    kinesis_precision="MILLISECOND",
    warm_reads=12_000,
    warm_writes=4_000,
    replicas=(REPLICA, Replica("eu-west-2", tags=REPLICA.tags)),
)


def _deployed(deployment: Deployment) -> dict[tuple[str, str], dict[str, Any]]:
    return hcl.resources(_files(workload(), replace(plan(gsi()), deployment=deployment)))


def test_replicas_have_the_settings_of_their_region() -> None:
    made = _deployed(GLOBAL)
    first, second = (hcl.value(each) for each in made["aws_dynamodb_table", "table"]["replica"])
    assert first == {
        "region_name": "eu-west-1",
        "point_in_time_recovery": False,
        "deletion_protection_enabled": False,
        "propagate_tags": True,
        "kms_key_arn": REPLICA.encryption_key,
    }
    assert second == {
        "region_name": "eu-west-2",
        "point_in_time_recovery": {"Ref": "PointInTimeRecovery"},
        "deletion_protection_enabled": {"Ref": "DeletionProtection"},
        "propagate_tags": True,
    }
    assert hcl.value(made["aws_dynamodb_contributor_insights", "eu-west-1"])["region"] == "eu-west-1"
    assert ("aws_dynamodb_contributor_insights", "eu-west-2") not in made
    streams = {
        label: (hcl.value(each["stream_arn"]), hcl.value(each["approximate_creation_date_time_precision"]))
        for (kind, label), each in made.items()
        if kind == "aws_dynamodb_kinesis_streaming_destination"
    }
    assert streams == {"table": (GLOBAL.kinesis, "MILLISECOND"), "eu-west-1": (REPLICA.kinesis, "MILLISECOND")}
    (warm,) = made["aws_dynamodb_table", "table"]["warm_throughput"]
    assert hcl.value(warm) == {"read_units_per_second": 12_000, "write_units_per_second": 4_000}


def test_a_replicated_table_has_the_stream_that_replication_needs() -> None:
    table = _deployed(GLOBAL)["aws_dynamodb_table", "table"]
    assert (table["stream_enabled"], table["stream_view_type"]) == (True, '"NEW_AND_OLD_IMAGES"')
    strong = _deployed(replace(GLOBAL, strong=True, replicas=GLOBAL.replicas[:1], witness="eu-central-1"))
    table = strong["aws_dynamodb_table", "table"]
    assert "stream_enabled" not in table
    assert [hcl.value(each["consistency_mode"]) for each in table["replica"]] == ["STRONG"]
    assert [hcl.value(each["region_name"]) for each in table["global_table_witness"]] == ["eu-central-1"]


def test_a_resource_policy_is_attached_as_it_is_said() -> None:
    policy = '{"Version":"2012-10-17","Statement":[{"Resource":"${x}"}]}'
    made = _deployed(Deployment(policy=policy))["aws_dynamodb_resource_policy", "table"]
    assert hcl.text(made["policy"]) == policy


def test_policies_reach_the_replicas_too() -> None:
    case = designed("chat")
    every = tuple(p.name for p in case.workload.patterns)
    text = _files(case.workload, replace(case.plan, deployment=replace(GLOBAL, roles=(Role("all", every),))))
    assert "concat([aws_dynamodb_table.table.arn], aws_dynamodb_table.table.replica[*].arn)" in text["policies.tf"]
    assert '      "${arn}/index/GSI1",\n' in text["policies.tf"]
    assert "aws_dynamodb_table.table.arn," not in text["policies.tf"].split("locals")[1].split("}", 1)[1]


@pytest.mark.parametrize(
    "deployment",
    [
        Deployment(replicas=(replace(REPLICA, table_class="STANDARD_INFREQUENT_ACCESS"),)),
        Deployment(replicas=(replace(REPLICA, read_cap=5),)),
    ],
)
def test_what_the_module_cannot_hold_is_refused(deployment: Deployment) -> None:
    with pytest.raises(ModelInvalid, match="DM516"):
        _deployed(deployment)


def test_a_kept_table_cannot_be_destroyed_by_mistake() -> None:
    kept = hcl.resources(_files(workload(), plan()))["aws_dynamodb_table", "table"]
    assert kept["lifecycle"][0]["prevent_destroy"] is True
    free = hcl.resources(_files(workload(), plan(deploy={"retain": False})))["aws_dynamodb_table", "table"]
    assert "lifecycle" not in free


@portable
def test_the_layout_is_that_of_the_formatter(work: Any, design: Any) -> None:
    for text in _files(work, design).values():
        assert text.endswith("}\n")
        assert "\n\n\n" not in text
        assert "\t" not in text
        depth, column = 0, {}
        for line in text.splitlines():
            assert line == line.rstrip()
            depth -= line.strip().startswith("}")
            assert len(line) - len(line.lstrip()) == (2 * depth if line else 0), line
            depth += line.endswith("{")
            single = re.match(r'( *(?:[\w-]+|"(?:[^"\\]|\\.)*") *)= .*[^{]$', line)
            if single and column:
                assert {len(single[1])} == set(column), line
            column = {len(single[1])} if single else set()
        assert depth == 0


def test_the_columns_of_neighbors_are_aligned_and_nothing_else_moves() -> None:
    text = 'a {\n  x = 1\n  long = 2\n  # why\n  "q = r" = 3\n  m = {\n    k = 1\n  }\n  after = x == y\n}\n'
    wanted = 'a {\n  x    = 1\n  long = 2\n  # why\n  "q = r" = 3\n  m = {\n    k = 1\n  }\n  after = x == y\n}\n'
    assert aligned(text) == wanted
    assert aligned(wanted) == wanted


@given(st.text(st.characters(exclude_categories=("Cs",), max_codepoint=0xFFFF)))
@example("%{ ${ %%{ $${{")
def test_any_text_is_read_back_from_its_string(text: str) -> None:
    # JSON reads the escapes that both languages share; those of eight digits are Terraform's own. Terraform takes the
    # escape of a brace that nothing closes, this parser does not.
    text = text.replace("{", "{}")
    assert hcl.text(hcl2.loads(f"x = {hcl_string(text)}\n")["x"]) == text


def test_characters_beyond_the_first_plane_keep_their_place() -> None:
    assert hcl_string("😀 \U000e0001") == '"😀 \\U000e0001"'


def test_a_table_that_dynamodb_refuses_is_refused() -> None:
    with pytest.raises(ModelInvalid, match="DM501"):
        emit(workload(), plan(*(gsi(n) for n in range(1, 22))), None, ("terraform",))
