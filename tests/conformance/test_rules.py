"""Every rule that a request or a schema can break, on each backend and behind the checker.

Behind the checker nothing wrong passes and nothing dies. What a backend alone lets through is marked in gaps.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.checker.hook import StrictClient
from tests.conformance import table
from tests.conformance.bench import Bench, client
from tests.conformance.gaps import ACCEPTS, EDGE_GAPS, GAPS, REFUSES
from tests.conformance.rules import EDGES, RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conformance.requests import Rule

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.area}: {rule.title}")
every_edge = pytest.mark.parametrize("edge", EDGES)


@pytest.fixture(scope="module")
def moto() -> Iterator[Bench]:
    with MotoBackend():
        bench = Bench(client(None))
        yield bench
        bench.close()


@pytest.fixture(scope="module")
def checked() -> Iterator[Bench]:
    with MotoBackend():
        strict = StrictClient(client(None))
        bench = Bench(strict.client)
        yield bench
        bench.close()


@pytest.fixture(scope="module")
def local(local_endpoint: str) -> Iterator[Bench]:
    bench = Bench(client(local_endpoint))
    yield bench
    bench.close()


@every_rule
def test_behind_the_checker_nothing_wrong_passes(checked: Bench, rule: Rule) -> None:
    by = "checker" if rule.seen_in == "request" else "backend"
    assert checked.outcome(rule.request, rule.before) == (REFUSES, by)


@every_edge
def test_the_checker_refuses_nothing_within_the_limits(checked: Bench, edge: str) -> None:
    outcome, by = checked.outcome(EDGES[edge])
    assert (outcome, by) == (ACCEPTS, "") or (by != "checker" and outcome == EDGE_GAPS["moto"].get(edge))


@every_rule
def test_moto_alone_does_what_is_marked(moto: Bench, rule: Rule) -> None:
    assert moto.outcome(rule.request, rule.before)[0] == GAPS["moto"].get(rule.title, REFUSES)


@every_edge
def test_moto_alone_answers_what_is_not_marked(moto: Bench, edge: str) -> None:
    assert moto.outcome(EDGES[edge])[0] == EDGE_GAPS["moto"].get(edge, ACCEPTS)


@pytest.mark.local
@every_rule
def test_dynamodb_local_alone_does_what_is_marked(local: Bench, rule: Rule) -> None:
    assert local.outcome(rule.request, rule.before)[0] == GAPS["DynamoDB Local"].get(rule.title, REFUSES)


@pytest.mark.local
@every_edge
def test_dynamodb_local_answers_what_is_within_the_limits(local: Bench, edge: str) -> None:
    assert local.outcome(EDGES[edge])[0] == EDGE_GAPS["DynamoDB Local"].get(edge, ACCEPTS)


def test_marks_and_titles_are_about_rules_that_exist_and_the_page_is_up_to_date() -> None:
    titles = [rule.title for rule in RULES]
    assert len(set(titles)) == len(titles)
    for gaps, known in ((GAPS, titles), (EDGE_GAPS, list(EDGES))):
        for marks in gaps.values():
            assert set(marks) <= set(known)
    assert table.PAGE.read_text(encoding="utf-8") == table.page(), "run `make regen` and read the diff"
