"""Models whose names meet Python's, the package's, DynamoDB's, or each other: code that runs, or a clear refusal.

That the code is formatted and typed is held where all emitted text is (`test_emitted_text.py`).
"""

from __future__ import annotations

import pytest

from dynamodel import pipeline
from dynamodel.errors import ModelInvalid
from tests.support.hostile_names import KINDS, named

REFUSED = {
    "nothing": {"a2": ""},
    "one for Python": {"a3": "ﬁ", "a4": "fi", "p1": "ﬁnd", "p2": "find"},
    "no identifier": {"a2": "two words", "p1": "a-b", "E2": "1st"},
    "private": {"E1": "_Hidden", "a1": "_a", "a2": "__b", "a3": "___", "a4": "__init__"},
    "of the client": {"p1": "every"},
    "of every entity": {"a1": "from_dict", "a2": "to_dict"},
    "of the table": {"a4": "_type"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_pattern_answers_as_declared_under_any_names(kind):
    workload = named(KINDS[kind])
    plan = pipeline.plan(workload)
    report = pipeline.verify(workload, plan, pipeline.suite(workload), pipeline.backend("moto"))
    assert report.passed, "\n".join(d.message for d in report.diagnostics())
    assert len(report.verified) == len(workload.patterns)


@pytest.mark.parametrize("kind", REFUSED)
def test_names_that_cannot_be_are_refused(kind):
    with pytest.raises(ModelInvalid) as caught:
        named(REFUSED[kind])
    assert {d.code for d in caught.value.diagnostics} <= {"DM239", "DM342", "DM202", "DM556"}
