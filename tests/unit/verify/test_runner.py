"""The tester is tested: the emitted package passes, and each fault put into it is found by the cases of one pattern."""

import dataclasses
import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from dynamodel.emit.registry import emit
from dynamodel.ir.suite import Raised
from dynamodel.normalize.workload import normalize
from dynamodel.planner.plan import make_plan
from dynamodel.spec.loader import load_model
from dynamodel.verify.backends.endpoint import EndpointBackend
from dynamodel.verify.backends.local import LocalBackend
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.cases import make_suite
from dynamodel.verify.runner import verify
from tests.support.faults import FAULTS, Fault
from tests.support.helpdesk import helpdesk

SOME = ("opened_between", "customers_named", "some_tickets", "change_email", "close", "open_ticket")
KEPT = Path(__file__).parent.parent.parent / "fuzz/kept"


@pytest.fixture(scope="module")
def made() -> Any:
    workload = helpdesk()
    plan, suite = make_plan(workload), make_suite(workload)
    return workload, plan, emit(workload, plan, suite, ("python",)), suite


def run(
    made: Any, artifacts: Any = None, *, plan: Any = None, suite: Any = None, only: Any = (), trials: Any = 0
) -> Any:
    workload, made_plan, made_artifacts, made_suite = made
    chosen = artifacts or made_artifacts
    return verify(workload, plan or made_plan, chosen, suite or made_suite, MotoBackend(), only=only, trials=trials)


def test_the_emitted_package_is_right_in_every_pattern(made: Any) -> None:
    report = run(made)
    assert [m.wrong for m in report.mismatches] == []
    assert set(report.verified) == {p.name for p in made[0].patterns}
    assert report.cases == len(made[3].cases)
    assert report.requests > report.cases


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.title)
def test_a_fault_is_found(made: Any, fault: Fault) -> None:
    report = run(made, fault.put_into(made[2]), only=(fault.pattern,))
    found = [m.wrong for m in report.mismatches if m.pattern == fault.pattern]
    assert found
    # Found by what it does, not because the replacement is no program.
    assert not any(name in wrong for wrong in found for name in ("NameError", "AttributeError", "SyntaxError"))


def test_the_codes_say_what_kind_of_mismatch_it_is(made: Any) -> None:
    codes = {}
    for title in ("lost page", "a request too many", "stale index key"):
        fault = next(f for f in FAULTS if f.title == title)
        codes[title] = {m.code for m in run(made, fault.put_into(made[2]), only=(fault.pattern,)).mismatches}
    assert codes == {"lost page": {"DM601"}, "a request too many": {"DM602"}, "stale index key": {"DM604"}}


@pytest.mark.parametrize(("told", "is_allowed"), [("ConditionFailed", True), ("UniqueTaken", False)])
def test_a_call_that_fails_for_two_reasons_may_tell_either_and_no_other(told: str, is_allowed: bool) -> None:
    workload = normalize(load_model(KEPT / "a_write_that_fails_for_two_reasons.py"))
    plan, suite = make_plan(workload), make_suite(workload)
    assert {c.expected for c in suite.cases if c.pattern == "open_anew"} == {
        Raised(("AlreadyExists", "ConditionFailed"))
    }
    right = "return errors.AlreadyExists(message, item=self._held(item))"
    fault = Fault(told, "open_anew", "updates.py", "", right, f"return errors.{told}(message)")
    package = fault.put_into(emit(workload, plan, suite, ("python",)))
    report = verify(workload, plan, package, suite, MotoBackend(), trials=0)
    assert report.passed == is_allowed
    assert all("instead of AlreadyExists or ConditionFailed" in m.wrong for m in report.mismatches)


def test_a_mismatch_comes_with_the_fewest_rows_and_the_seed(made: Any) -> None:
    fault = next(f for f in FAULTS if f.title == "upper edge left out")
    report = run(made, fault.put_into(made[2]), only=(fault.pattern,), trials=60)
    first = report.mismatches[0]
    assert first.seed == made[3].seed
    assert len(first.rows) == 1
    (diagnostic, *_) = report.diagnostics()
    assert diagnostic.code == "DM601"
    assert any("with these rows alone" in note for note in diagnostic.notes)


def test_a_plan_that_says_something_else_is_found(made: Any) -> None:
    _workload, plan, _, _ = made
    design = plan.pattern("opened_on")
    other = dataclasses.replace(design, reads=tuple(dataclasses.replace(r, index="GSI1") for r in design.reads))
    changed = dataclasses.replace(plan, patterns=tuple(other if p is design else p for p in plan.patterns))
    report = run(made, plan=changed, only=("opened_on",))
    assert {m.code for m in report.mismatches} == {"DM602"}


def test_a_pattern_without_a_plan_is_reported_as_not_verified(made: Any) -> None:
    plan = made[1]
    design = plan.pattern("hit")
    unserved = dataclasses.replace(design, status="unserved", reason="no place")
    changed = dataclasses.replace(plan, patterns=tuple(unserved if p is design else p for p in plan.patterns))
    report = run(made, plan=changed, only=("hit",))
    assert report.passed
    assert report.verified == ()
    assert [d.code for d in report.diagnostics()] == ["DM605"]


def test_a_pattern_without_a_call_is_no_green_run(made: Any) -> None:
    suite = made[3]
    others = dataclasses.replace(suite, cases=tuple(c for c in suite.cases if c.pattern != "hit"))
    report = run(made, suite=others)
    assert not report.passed
    assert [(d.code, d.path) for d in report.diagnostics()] == [("DM606", ("hit",))]
    assert "hit" not in report.verified
    assert "opened_on" in report.verified


def test_nothing_of_a_run_stays_behind(made: Any) -> None:
    import sys
    from pathlib import Path

    before = set(sys.modules), list(sys.path)
    run(made, only=("ticket",))
    assert {m for m in set(sys.modules) - before[0] if m.startswith("help_desk")} == set()
    assert sys.path == before[1]
    assert not any(Path(p).name.startswith("dynamodel-") for p in sys.path)


@pytest.mark.local
def test_cases_beside_each_other_say_what_they_say_one_by_one(made: Any, local_endpoint: str) -> None:
    workload, plan, package, suite = made
    faulty = next(f for f in FAULTS if f.title == "upper edge left out").put_into(package)
    reports = []
    for lanes in (1, 3):
        backend = EndpointBackend(local_endpoint)
        backend.lanes = lanes
        reports.append(verify(workload, plan, faulty, suite, backend, only=SOME, trials=10))
    alone, together = (
        dataclasses.replace(r, seconds=0.0, patterns=tuple(dataclasses.replace(p, seconds=0.0) for p in r.patterns))
        for r in reports
    )
    assert alone.mismatches
    assert together == alone


def interrupted(made: Any, backend: Any, how: str) -> list[str]:
    """Verify until the fourth case is done, then fail in its thread or interrupt the process; the cases."""
    workload, plan, package, suite = made
    seen: list[str] = []

    def stop(pattern: str) -> None:
        seen.append(pattern)
        if len(seen) == 4 and how == "signal":
            os.kill(os.getpid(), signal.SIGINT)  # as a terminal does: only the main thread hears of it
        elif len(seen) >= 4 and how == "error":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(workload, plan, package, suite, backend, watch=stop)
    return seen


@pytest.mark.local
@pytest.mark.parametrize("how", ["error", "signal"])
def test_a_stop_while_cases_run_beside_each_other_leaves_no_table(made: Any, local_endpoint: str, how: str) -> None:
    backend = EndpointBackend(local_endpoint)
    opened: list[str] = []
    drop = backend.drop_table
    backend.drop_table = lambda name: (opened.append(name), drop(name))[1]  # type: ignore[method-assign,func-returns-value]
    seen = interrupted(made, backend, how)
    # What was under way ended with its case; no other was begun once the stop was seen, which takes a moment.
    assert 4 <= len(seen) <= 4 * backend.lanes
    assert len(opened) == backend.lanes
    with EndpointBackend(local_endpoint) as again:
        assert not set(opened) & set(again.admin().list_tables()["TableNames"])


@pytest.mark.local
def test_a_stop_while_cases_run_beside_each_other_ends_the_server(made: Any, local_folder: Path) -> None:
    backend = LocalBackend(local_folder)
    assert backend.lanes > 1
    interrupted(made, backend, "signal")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(backend.url.rpartition(":")[2]))) != 0
