"""A transaction that writes a parent with its count and new children: they are its own, or nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dynamodel import pipeline
from dynamodel.ir.suite import Raised
from dynamodel.ir.writes import WritePattern

if TYPE_CHECKING:
    from pathlib import Path

    from dynamodel.ir.suite import Suite
    from dynamodel.ir.workload import Pattern, Workload
    from dynamodel.verify.report import VerificationReport

MODEL = """
from dynamodel import Create, Entity, Get, Model, Parent, Put, Transaction, Ulid, attr

class Repo(Entity, identity=("owner", "repo_id")):
    owner: str
    repo_id: Ulid
    stars: int = attr(ge=0, default=0)

class Star(Entity, identity=("of", "repo", "user"), parent=Parent(Repo, via=("of", "repo"), children=(3, 900)),
           counted_in=Repo.stars):
    of: str
    repo: Ulid
    user: str

class Hub(Model):
    repo = Get(Repo)
    found = Transaction(Create(Repo), Create(Star))
    renew = Transaction(Create(Star), Put(Repo))
    gather = Transaction(Create(Repo), Create(Star, times=(3, 9)))
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workload, Suite]:
    path: Path = tmp_path_factory.mktemp("hub") / "model.py"
    path.write_text(MODEL)
    workload = pipeline.load(path)
    return workload, pipeline.suite(workload)


def verified(workload: Workload, cases: Suite) -> VerificationReport:
    return pipeline.verify(workload, pipeline.plan(workload), cases, pipeline.backend("moto"))


def without_belonging(pattern: Pattern) -> Pattern:
    if not isinstance(pattern, WritePattern):
        return pattern
    return replace(pattern, steps=tuple(replace(s, belongs=()) for s in pattern.steps))


def test_children_of_others_are_refused_and_their_own_are_stored(hub: tuple[Workload, Suite]) -> None:
    workload, cases = hub
    for name in ("found", "renew", "gather"):
        ways = [c.expected for c in cases.cases if c.pattern == name]
        assert Raised(("ValueRefused",)) in ways
        assert any(not isinstance(way, Raised) for way in ways)
    assert verified(workload, cases).mismatches == ()


def test_verification_sees_a_client_that_does_not_refuse_them(hub: tuple[Workload, Suite]) -> None:
    workload, cases = hub
    careless = replace(workload, patterns=tuple(map(without_belonging, workload.patterns)))
    report = verified(careless, cases)
    failed = {r.name for r in report.patterns if r.mismatches}
    assert failed == {"found", "renew", "gather"}
