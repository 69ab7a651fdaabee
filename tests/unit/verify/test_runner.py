"""The tester is tested: the emitted package passes, and each fault put into it is found by the cases of one pattern."""

import dataclasses

import pytest

from dynamodel.emit.registry import emit
from dynamodel.ir.artifact import Artifact, ArtifactSet
from dynamodel.planner.plan import make_plan
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.cases import make_suite
from dynamodel.verify.runner import verify
from tests.support.helpdesk import helpdesk


@pytest.fixture(scope="module")
def made():
    workload = helpdesk()
    plan, suite = make_plan(workload), make_suite(workload)
    return workload, plan, emit(workload, plan, suite, ("python",)), suite


def run(made, artifacts=None, *, plan=None, only=(), trials=0):
    workload, made_plan, made_artifacts, suite = made
    chosen = artifacts or made_artifacts
    return verify(workload, plan or made_plan, chosen, suite, MotoBackend(), only=only, trials=trials)


def broken(artifacts, file, function, old, new):
    """The package with one replacement in one function (or anywhere in the file, for an empty name)."""
    text = artifacts.text(f"help_desk/{file}")
    start = text.index(f"def {function}(") if function else 0
    end = text.find("\ndef ", start + 1) if function else len(text)
    body = text[start : end if end > 0 else len(text)]
    assert old in body, f"{file} {function} has changed: the fault cannot be put in"
    changed = text[:start] + body.replace(old, new, 1) + text[start + len(body) :]
    return ArtifactSet(
        tuple(Artifact(a.path, changed) if a.path == f"help_desk/{file}" else a for a in artifacts.artifacts)
    )


def test_the_emitted_package_is_right_in_every_pattern(made):
    report = run(made)
    assert [m.wrong for m in report.mismatches] == []
    assert set(report.verified) == {p.name for p in made[0].patterns}
    assert report.cases == len(made[3].cases)
    assert report.requests > report.cases


FAULTS = {
    "the other direction": (
        "requests.py", "tickets_of_customer", "forward=False", "forward=True", "tickets_of_customer",
    ),
    "the upper edge left out": ("requests.py", "opened_between", ", after=True", "", "opened_between"),
    "the lower edge left out": (
        "requests.py", "opened_between", "keycodes.instant(low))", "keycodes.instant(low), after=True)", "opened_between",
    ),
    "expired items shown": ("expressions.py", "alive", "#ttl > :now", "#ttl > :now OR #ttl <= :now", "thread"),
    "another index": ("requests.py", "open_queue", 'index="GSI3"', 'index="GSI2"', "open_queue"),
    "a prefix that is ignored": (
        "requests.py",
        "customers_named",
        'bounds.prefix("GSI1SK", keycodes.text(prefix), "CUSTOMER")',
        'bounds.under("GSI1SK", "CUSTOMER")',
        "customers_named",
    ),
    "another entity's partition": ("requests.py", "opened_between", '"TICKET", keycodes.text', '"AGENT", keycodes.text', "opened_between"),
    "a key without padding": ("keys.py", "message_sk", "numbercodes.number(number, 0, 1000)", "str(number)", "reply"),
    "a key without its escapes": ("keys.py", "customer_gsi1sk", "keycodes.text(name)", "name", "save_customer"),
    "an item without its index key": ("keys.py", "customer_item", '"GSI1PK": {"S": customer_gsi1pk()},', "", "save_customer"),
    "a sparse key that stays": ("requests.py", "close", 'update.set("GSI3PK", None)', "", "close"),
    "half a sparse key that stays": ("requests.py", "close", 'update.set("GSI3SK", None)', "", "close"),
    "an index key that is not recomputed": (
        "requests.py", "change_email", 'update.place({"GSI1PK": keys.agent_gsi1pk(email)})', "", "change_email",
    ),
    "a guard that is not written": ("requests.py", "add_agent", "keys.agent_guards(agent)", "[]", "add_agent"),
    "a guard that is not given up": (
        "requests.py", "change_email", "[keys.agent_guard(stored_email)]", "[]", "change_email",
    ),
    "a create that replaces": (
        "updates.py", "free", '"attribute_not_exists(#key)"', '"attribute_not_exists(#key) OR attribute_exists(#key)"', "reply",
    ),
    "a version that stands still": ("requests.py", "assign", 'update.add("version", {"N": "1"})', "", "assign"),
    "a condition that is not asked": (
        "requests.py", "assign", '"attribute_not_exists(#c0_0)"', '"attribute_not_exists(#c0_0) OR attribute_exists(#c0_0)"', "assign",
    ),
    "a counter that counts double": ("requests.py", "open_ticket", "wire.digits(1)", "wire.digits(2)", "open_ticket"),
    "a wrong type attribute": ("keys.py", "message_item", '{"S": "MESSAGE"}', '{"S": "TICKET"}', "reply"),
    "a lost attribute": ("codec.py", "write_message", '"body": {"S": entity.body},', "", "reply"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(made, fault):
    file, function, old, new, pattern = FAULTS[fault]
    report = run(made, broken(made[2], file, function, old, new), only=(pattern,))
    found = [m.wrong for m in report.mismatches if m.pattern == pattern]
    assert found
    # Found by what it does, not because the replacement is no program.
    assert not any(name in wrong for wrong in found for name in ("NameError", "AttributeError", "SyntaxError"))


def test_a_lost_page_is_found(made):
    artifacts = broken(made[2], "client.py", "", "codec.read_ticket), page.cursor)", "codec.read_ticket), None)")
    report = run(made, artifacts, only=("tickets_of_customer",))
    assert "joined" in report.mismatches[0].wrong


def test_a_mismatch_comes_with_the_fewest_rows_and_the_seed(made):
    file, function, old, new, pattern = FAULTS["the upper edge left out"]
    report = run(made, broken(made[2], file, function, old, new), only=(pattern,), trials=60)
    first = report.mismatches[0]
    assert first.seed == made[3].seed
    assert len(first.rows) == 1
    (diagnostic, *_) = report.diagnostics()
    assert diagnostic.code == "DM601"
    assert any("with these rows alone" in note for note in diagnostic.notes)


def test_more_requests_than_planned_are_found(made):
    artifacts = broken(
        made[2],
        "engine.py",
        "",
        "while start != DONE:",
        "self.client.query(**stream.request)\n        while start != DONE:",
    )
    report = run(made, artifacts, only=("opened_on",))
    assert {m.code for m in report.mismatches} == {"DM602"}


def test_a_scan_is_found_where_the_plan_has_none(made):
    workload, plan, artifacts, suite = made
    text = '"opened_on",\n            engine.streams(\n                requests.opened_on(self._engine.table, opened_at_day),'
    scan = text.replace(
        "requests.opened_on(self._engine.table, opened_at_day)",
        '[{"TableName": self._engine.table, "IndexName": "GSI2"}]',
    )
    report = run(made, broken(artifacts, "client.py", "", text, scan), only=("opened_on",))
    assert report.mismatches


def test_a_plan_that_says_something_else_is_found(made):
    workload, plan, _, _ = made
    design = plan.pattern("opened_on")
    other = dataclasses.replace(design, reads=tuple(dataclasses.replace(r, index="GSI1") for r in design.reads))
    changed = dataclasses.replace(plan, patterns=tuple(other if p is design else p for p in plan.patterns))
    report = run(made, plan=changed, only=("opened_on",))
    assert {m.code for m in report.mismatches} == {"DM602"}


def test_a_pattern_without_a_plan_is_reported_as_not_verified(made):
    plan = made[1]
    design = plan.pattern("hit")
    unserved = dataclasses.replace(design, status="unserved", reason="no place")
    changed = dataclasses.replace(plan, patterns=tuple(unserved if p is design else p for p in plan.patterns))
    report = run(made, plan=changed, only=("hit",))
    assert report.passed
    assert report.verified == ()
    assert [d.code for d in report.diagnostics()] == ["DM605"]


def test_nothing_of_a_run_stays_behind(made):
    import sys
    from pathlib import Path

    before = set(sys.modules), list(sys.path)
    run(made, only=("ticket",))
    assert {m for m in set(sys.modules) - before[0] if m.startswith("help_desk")} == set()
    assert sys.path == before[1]
    assert not any(Path(p).name.startswith("dynamodel-") for p in sys.path)
