"""The tester is tested: a sample of the faults of `make mutation`, noticed by `verify` and by the emitted suite."""

from __future__ import annotations

from functools import cache

import pytest

from tests.mutation import edits
from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.kinds import CODES, PLANS
from tests.mutation.run import baseline, mutants, results
from tests.mutation.subjects import SUBJECTS, subject

SMALLEST = "sessions"
SAMPLE = (
    "an item without an index key",
    "an item with a wrong type",
    "the other direction",
    "a filter left out",
    "a lost cursor",
    "the service's further pages forgotten",
    "an update that creates a bare item",
    "a create that replaces",
    "an attribute that is not written",
    "plan: an index that projects too little",
)


@cache
def applying(name: str) -> frozenset[str]:
    """The kinds of fault that can be made in a model."""
    model = subject(name)
    text = {a.path.rpartition("/")[2]: a.text for a in model.package.artifacts}
    code = {k.title for k in CODES if edits.sites(text.get(k.file, ""), k.edit, k.only)}
    return frozenset(code | {k.title for k in PLANS if any(True for _ in k.changed(model.workload, model.plan))})


def test_there_are_kinds_enough_and_each_can_be_made_in_some_model() -> None:
    titles = {kind.title for kind in (*CODES, *PLANS)}
    assert len(titles) == len(CODES) + len(PLANS) >= 40
    left = set(titles)
    for name in SUBJECTS:
        left -= applying(name) if left else frozenset()
    assert left == set()
    assert len(SUBJECTS) >= 5
    assert {title for title, _, _ in EQUIVALENT} <= titles


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # forking beside the threads of pytest's own plugins
def test_a_sample_of_faults_is_noticed_by_verify_and_by_the_suite() -> None:
    made = [m for m in mutants(subject(SMALLEST)) if m.title in SAMPLE]
    assert {m.title for m in made} == set(SAMPLE)
    assert [(r.title, r.state) for r in results(made, 2) if not r.caught] == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_without_a_fault_nobody_notices_anything() -> None:
    (found,) = results([baseline(subject(SMALLEST))], 1)
    assert found.state == "SURVIVED"
    assert not found.noticed
