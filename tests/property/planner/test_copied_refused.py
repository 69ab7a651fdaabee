"""Copies of parents' attributes broken on purpose, one thing at a time: the judge refuses each of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel import pipeline
from dynamodel.ir.values import Given
from dynamodel.ir.writes import StepKind
from dynamodel.planner.check import check
from dynamodel.planner.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import WritePattern

MODEL = Path(__file__).parents[2] / "functional" / "parents_model.py"


@cache
def planned() -> tuple[Workload, Plan]:
    workload = pipeline.load(MODEL)
    return workload, make_plan(workload)


def pattern(name: str, change: Callable[[Any], Any]) -> Callable[[Workload], Workload]:
    """One access pattern changed; `name` is how it begins."""

    def broken(workload: Workload) -> Workload:
        patterns = tuple(change(p) if p.name.startswith(name) else p for p in workload.patterns)
        assert patterns != workload.patterns
        return replace(workload, patterns=patterns)

    return broken


def step(number: int, **changes: Any) -> Callable[[WritePattern], WritePattern]:
    """One step of a write changed."""

    def broken(write: WritePattern) -> WritePattern:
        steps = list(write.steps)
        steps[number] = replace(steps[number], **changes)
        return replace(write, steps=tuple(steps))

    return broken


def _other_source(workload: Workload) -> Workload:
    first = replace(workload.copied[0], source="label")
    return replace(workload, copied=(first, *workload.copied[1:]))


def _expiring(workload: Workload) -> Workload:
    folder = workload.entity("Folder")
    names = tuple(replace(a, role="ttl") if a.name == "label" else a for a in folder.attributes)
    return _with_entity(workload, replace(folder, attributes=names))


def _with_entity(workload: Workload, entity: Any) -> Workload:
    return replace(workload, entities=tuple(entity if e.name == entity.name else e for e in workload.entities))


def _moving(write: WritePattern) -> WritePattern:
    (only,) = write.steps
    action = replace(only.actions[0], attribute="folder")
    return replace(write, steps=(replace(only, actions=(action, *only.actions[1:])),))


def _from_nothing(workload: Workload) -> Workload:
    return replace(workload, copied=(replace(workload.copied[0], source="nothing"), *workload.copied[1:]))


def _never_missing(workload: Workload) -> Workload:
    note = workload.entity("Note")
    names = tuple(replace(a, optional=False) if a.name == "folder_color" else a for a in note.attributes)
    return _with_entity(workload, replace(note, attributes=names))


def _repainting(write: WritePattern) -> WritePattern:
    (only,) = write.steps
    action = replace(only.actions[0], attribute="folder_color")
    return replace(write, steps=(replace(only, actions=(action, *only.actions[1:])),))


def _dearer(workload: Workload) -> Workload:
    worse = tuple(replace(c, joined=0) if c.way == "copied" else c for c in workload.choices)
    return replace(workload, choices=worse)


BROKEN: dict[str, Callable[[Workload], Workload]] = {
    "a copy that is none of the parent's": _other_source,
    "a copy of what the parent lacks": _from_nothing,
    "a copy of a parent that may be missing": _never_missing,
    "a change of the copy itself": pattern("rewrite", _repainting),
    "a copy that no record speaks of": lambda w: replace(w, copied=w.copied[1:]),
    "a parent that expires": _expiring,
    "a new child without its copy": pattern("write", step(0, taken=())),
    "a copy of another item": pattern("write", step(1, equals=())),
    "a parent that is not held fast": pattern("write", step(1, kind=StepKind.LOOK)),
    "a put without its copy": pattern("replace_note", step(0, taken=())),
    "a change that is not spread": pattern("paint", lambda p: replace(p, spreads=())),
    "a removal that is not spread": pattern("unlabel", lambda p: replace(p, spreads=())),
    "a deletion that is not spread": pattern("close_folder", lambda p: replace(p, spreads=())),
    "a new parent that is not spread": pattern("open_folder", lambda p: replace(p, spreads=())),
    "children that are found in part": pattern(
        "_note_of", lambda p: replace(p, parts=(replace(p.parts[0], limit=10),))
    ),
    "a renewal that is no transaction": pattern("_renew_note", lambda p: replace(p, transaction=False)),
    "a renewal that does not hold the parent": pattern("_renew_note", step(0, kind=StepKind.LOOK)),
    "a renewal by another value": pattern(
        "_renew_note",
        lambda p: step(1, actions=tuple(replace(a, source=Given("folder")) for a in p.steps[1].actions))(p),
    ),
    "a renewal that counts as a change": pattern("_renew_note", step(1, quiet=False)),
    "a child that gets another parent": pattern("rewrite", _moving),
    "the dearer way": _dearer,
}  # fmt: skip


def test_the_planners_copies_are_accepted() -> None:
    workload, plan = planned()
    assert {c.attribute for c in workload.copied} == {"folder_color", "folder_label", "owner_handle"}
    assert check(workload, plan) == ()


@pytest.mark.parametrize("how", BROKEN)
def test_broken_copies_are_refused(how: str) -> None:
    workload = BROKEN[how](planned()[0])
    assert "DM485" in {f.code for f in check(workload, make_plan(workload))}


def test_a_plan_must_say_which_copies_it_keeps() -> None:
    workload, plan = planned()
    assert "DM485" in {f.code for f in check(workload, replace(plan, copied=()))}
