"""`emit` gives the files of the targets that are asked for, sorted, each path once, always the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dynamodel.emit import registry
from dynamodel.emit.header import model_of
from dynamodel.emit.registry import emit
from dynamodel.errors import ModelInvalid, UsageError
from dynamodel.ir.artifact import Artifact
from tests.support.designs import NAMES, designed
from tests.support.tables import plan, workload

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("example", NAMES)
def test_all_targets_give_files_that_we_know_again(example: str) -> None:
    case = designed(example)
    made = emit(case.workload, case.plan, case.suite).artifacts
    paths = [a.path for a in made]
    assert paths == sorted(set(paths))
    name = case.workload.name
    assert {path.split("/")[0] for path in paths} == {"cloudformation", name, "tests"}
    unknown = [a.path for a in made if a.text.strip() and model_of(a.text) != name]
    assert unknown == []
    assert all(a.text.endswith("\n") or not a.text for a in made)


def test_only_the_targets_that_are_asked_for_are_made() -> None:
    made = emit(workload(), plan(), None, ("cloudformation",))
    assert [a.path for a in made.artifacts] == ["cloudformation/shop.yaml"]


def test_without_a_suite_there_are_no_files_of_it() -> None:
    assert emit(workload(), plan(), None, ("suite",)).artifacts == ()


def test_json_is_a_target_that_must_be_asked_for() -> None:
    made = emit(workload(), plan(), None, ("cloudformation-json",))
    assert [a.path for a in made.artifacts] == ["cloudformation_json/shop.json"]
    assert model_of(made.artifacts[0].text) == "shop"


def test_unknown_targets_are_named_with_those_that_exist() -> None:
    with pytest.raises(UsageError) as caught:
        emit(workload(), plan(), None, ("cloudformation", "pulumi", "chef"))
    assert [d.message for d in caught.value.diagnostics] == [
        "there is no target `pulumi`",
        "there is no target `chef`",
    ]
    assert "`python`" in caught.value.diagnostics[0].hint


def test_two_files_that_would_be_one_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = (Artifact("tests/A.py", ""), Artifact("tests/a.py", ""))
    monkeypatch.setitem(registry.EMITTERS, "suite", lambda _: twice)
    with pytest.raises(ModelInvalid, match="DM514"):
        emit(workload(), plan(), None, ("suite",))


def test_a_users_template_is_used_in_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "cloudformation").mkdir()
    (tmp_path / "cloudformation/table.yaml.jinja").write_text("# {{ header }}\nResources:\n{{ resources }}\n  Mine:\n")
    text = emit(workload(), plan(), None, ("cloudformation",), tmp_path).artifacts[0].text
    assert "\nResources:\n  Table:\n    Type: AWS::DynamoDB::Table\n" in text
    assert text.endswith("\n  Mine:\n")
