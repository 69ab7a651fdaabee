"""A conflict set is irreducible by the planner's own word, advice helps, and an infeasible model writes nothing."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.cli import exit_codes
from dynamodel.errors import Infeasible
from dynamodel.explain.conflict import Conflict, conflicts
from dynamodel.explain.feasible import feasible
from dynamodel.explain.variants import with_at_most, without
from dynamodel.ir.reads import ReadPattern
from dynamodel.planner.plan import make_plan
from tests.golden.transcripts import CASES, run
from tests.property.planner.test_optimal import small_model
from tests.support.small import entity, equals, part, read, workload

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.ir.workload import Workload

INFEASIBLE = sorted(path.name for path in CASES.glob("infeasible_*"))


def unserved(model: Workload) -> set[str]:
    return {p.name for p in make_plan(model).patterns if p.status == "unserved"}


def only(model: Workload, names: set[str]) -> Workload:
    return without(model, {p.name for p in model.patterns} - names)


def assert_irreducible(model: Workload, conflict: Conflict) -> None:
    names = {m.pattern for m in conflict.members}
    assert unserved(only(model, names)), names
    for name in names:
        assert not unserved(only(model, names - {name})), (names, name)


def test_the_quick_answer_is_that_of_the_planner() -> None:
    answers = {True: 0, False: 0}
    for seed in range(150):
        random = Random(seed)
        model = with_at_most(small_model(random, most=4), random.choice((0, 1, 2)))
        strong = tuple(
            replace(p, consistent=random.random() < 0.3) if isinstance(p, ReadPattern) else p for p in model.patterns
        )
        options = replace(model.options, copies=random.random() < 0.2)
        model = replace(model, patterns=strong, options=options)
        answer = feasible(model, "E")
        assert answer == (not unserved(model)), seed
        answers[answer] += 1
        for conflict in conflicts(model, unserved(model)):
            assert_irreducible(model, conflict)
    assert min(answers.values()) > 20


def lookups(count: int, indexes: int) -> Workload:
    names = [f"f{n:02}" for n in range(count)]
    owner = entity("E", "k", *names)
    reads = [read(f"by_{name}", part("E", equals(name))) for name in names]
    return workload((owner,), [read("get", part("E", equals("k"), single=True)), *reads], indexes=indexes, copies=False)


def test_22_lookups_with_nothing_in_common_leave_21_in_conflict_for_20_indexes() -> None:
    (conflict,) = conflicts(lookups(22, 20), ["by_f21"])
    assert len(conflict.members) == 21
    assert conflict.limit.startswith("20 global secondary indexes of a table [Quotas")
    copies = "allow copies of items (copies=True)"
    assert conflict.relax == ("allow 22 GSIs (indexes=22, for which the quota of 20 must be raised)", copies)


def test_a_conflict_of_few_lookups_is_irreducible_and_its_advice_helps() -> None:
    model = lookups(4, 2)
    missing = unserved(model)
    assert len(missing) == 2
    (conflict,) = conflicts(model, missing)
    assert len(conflict.members) == 3
    assert_irreducible(model, conflict)
    assert conflict.relax == ("allow 4 GSIs (indexes=4)", "allow copies of items (copies=True)")
    assert not unserved(with_at_most(model, 4))


@pytest.mark.parametrize("case", INFEASIBLE)
def test_an_infeasible_case_names_patterns_of_which_each_is_needed(case: str) -> None:
    model = pipeline.load(CASES / case / "model.py")
    try:
        design = pipeline.plan(model)
        findings = design.findings
    except Infeasible as error:
        findings = error.diagnostics
    wrong = [f for f in findings if any(note.startswith("conflict: ") for note in f.notes)]
    assert wrong, case
    for finding in wrong:
        assert any(note.startswith("limit: ") and "[" in note for note in finding.notes), finding
        assert finding.hint
        told = " ".join(note for note in finding.notes if note.startswith("conflict: "))
        names = {name for name in re.findall(r"`(\w+)`", told) if name in {p.name for p in model.patterns}}
        codes = {finding.code}
        for name in names:
            assert codes <= errors(only(model, names)), (case, names)
            assert not codes & errors(only(model, names - {name})), (case, name)
        if not names:
            assert codes <= errors(only(model, set()))  # the declaration alone


def errors(model: Workload) -> set[str]:
    try:
        return {f.code for f in pipeline.plan(model).findings if f.severity == "error"}
    except Infeasible as error:
        return {f.code for f in error.diagnostics}


@pytest.mark.parametrize("case", INFEASIBLE)
@pytest.mark.parametrize("command", ["plan model.py --lock", "emit model.py --to build", "verify model.py"])
def test_an_infeasible_model_ends_with_4_and_writes_nothing(case: str, command: str, tmp_path: Path) -> None:
    shutil.copy(CASES / case / "model.py", tmp_path)
    done = run(command.split(), tmp_path)
    assert done.exit == exit_codes.INFEASIBLE
    assert "conflict: " in done.stdout + done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["model.py"]


def test_the_json_of_an_infeasible_plan_holds_the_conflict() -> None:
    done = run(["plan", "model.py", "--format", "json"], CASES / "infeasible_strong_orders")
    found = [f for f in json.loads(done.stdout)["findings"] if f["code"] == "DM440"]
    assert [sum(n.startswith("conflict: ") for n in f["notes"]) for f in found] == [6]
