"""Updates keep exactly the right index keys: every combination of what changes and of what the update knows.

The cases of `keys.md` D: parts and conditions of a key set, added to or removed; the item before inside or outside the
index; the rest known by a condition or not at all. What is stored afterwards is compared with the item that the row
after the update must have, which the oracle and the key laws say without the plan's changes.
"""

from __future__ import annotations

import datetime as dt
from itertools import cycle, product

import pytest

from dynamodel import pipeline
from dynamodel.ir.plan import KeyAction
from dynamodel.ir.suite import Row
from dynamodel.ir.values import Given
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.oracle.store import Store
from dynamodel.verify.oracle.writes import write
from dynamodel.verify.stored import Layout, comparable_item
from tests.support.packages import import_package, submodule

NOW = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
HEAD = """
from typing import Literal
from dynamodel import Create, Entity, Get, Model, Query, Update, absent, asc, attr, eq, present
class Task(Entity, identity="task"):
    task: str
    status: Literal["open", "closed"]
    owner: str | None = None
    total: int = attr(ge=0, le=1000)
    note: str | None = None
    day: str
class Other(Entity, identity="other"):
    other: str
    owner: str | None = None
    total: int = attr(ge=0, le=1000)
class Tasks(Model{options}):
    add = Create(Task)
    task = Get(Task)
    open_of_day = Query(Task, by=Task.day, where=Task.status == "open", order_by=Task.total)
    of_owner = Query(Task, by=Task.owner, order_by=Task.total)
    owned_and_open = Query(Task, by=Task.day, where=(Task.status == "open", present(Task.owner)), order_by=Task.total)
    noted = Query(Task, by=Task.day, order_by=asc(Task.note, nulls="last"))
    others = Query(Other, by=Other.owner, order_by=Other.total)
    add_other = Create(Other)
"""
CHANGES = {
    "status": ("", "set=Task.status", 'set=Task.status == "open"', 'set=Task.status == "closed"'),
    "owner": ("", "set=Task.owner", "remove=Task.owner"),
    "total": ("", "set=Task.total", "add=Task.total"),
    "note": ("", "set=Task.note", "remove=Task.note"),
}
KNOWN = ("", 'Task.status == "open"', "eq(Task.owner)", "absent(Task.owner)", "eq(Task.total)", "eq(Task.day)")
STATES = [
    {"task": "t", "status": s, "total": 5, "day": "d#"} | ({"owner": o} if o else {}) | ({"note": n} if n else {})
    for s, o, n in product(("open", "closed"), ("a#", None), ("n", None))
]
ARGUMENTS = {"status": ("closed", "open"), "owner": ("b", None), "total": (7, 0), "note": ("m$", None)}


def updates() -> list[str]:
    """A pattern for each combination of changes with a third of the kinds of knowledge, in turn."""
    lines: list[str] = []
    known = cycle(KNOWN)
    for parts in product(*CHANGES.values()):
        words: dict[str, list[str]] = {}
        for part in filter(None, parts):
            word, _, change = part.partition("=")
            words.setdefault(word, []).append(change)
        if not words:
            continue
        said = ", ".join(f"{word}=({', '.join(changes)},)" for word, changes in words.items())
        conditions = [next(known) for _ in range(len(KNOWN) // 2)]
        lines += [f"Update(Task, {said}{f', when={one}' if one else ''})" for one in conditions[1:]]
    return lines


@pytest.fixture(scope="module", params=["", ", multi_attribute_keys=False"], ids=["natural", "templates"])
def designed(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("updates")
    model = HEAD.replace("{options}", request.param)
    model += "".join(f"    u{n} = {line}\n" for n, line in enumerate(updates()))
    (folder / "model.py").write_text(model)
    workload = pipeline.load(folder / "model.py")
    plan = pipeline.plan(workload)
    return workload, plan, import_package(workload, plan, folder, f"emitted_updates_{len(request.param)}")


def test_the_patterns_show_every_way_to_change_a_key(designed):
    _, plan, _ = designed
    actions = {change.action for p in plan.patterns for step in p.steps for change in step.changes}
    reads = {bool(step.read_first) for p in plan.patterns for step in p.steps if step.changes}
    assert actions == set(KeyAction)
    assert reads == {True, False}


def test_every_combination_leaves_exactly_the_keys_of_the_row(designed):
    workload, plan, package = designed
    layout, codec = Layout(workload, plan, NOW), submodule(package, "codec")
    states, values = cycle(STATES), cycle(product(*ARGUMENTS.values()))
    wrong, outcomes = [], set()
    with MotoBackend() as backend:
        table = backend.open_table(plan.table)
        client = package.Tasks(table, backend.client(), clock=lambda: NOW)
        for pattern in workload.writes:
            if not pattern.name.startswith("u"):
                continue
            for _ in range(2):
                before, given = Row("Task", next(states)), dict(zip(ARGUMENTS, next(values), strict=True))
                changed = {a.attribute for a in pattern.steps[0].actions if isinstance(a.source, Given)}
                arguments = {a.name: _argument(a.name, before, given, changed) for a in pattern.arguments}
                backend.write(table, [layout.item(before)], [])
                outcome = write(workload, Store.of(workload, [before]), pattern, arguments, NOW)
                try:
                    answer = getattr(client, pattern.name)(**arguments)
                except package.AccessError as error:
                    raised = (type(error).__name__,)
                else:
                    raised = ()
                (after,) = outcome.store.all_rows()
                (held,) = backend.snapshot(table)
                if raised != outcome.errors or comparable_item(held) != comparable_item(layout.item(after)):
                    wrong.append((pattern.name, before, arguments, raised, outcome.errors, held))
                elif not raised:
                    assert answer == codec.read_task(held)
                outcomes.add(raised)
    assert wrong == []
    assert outcomes == {(), ("ConditionFailed",)}


def _argument(name, before, given, changed):
    """What a condition expects is mostly true; everything else is a new value."""
    if name not in changed:
        return before.values.get(name.removeprefix("expected_"), "x")
    return given[name]
