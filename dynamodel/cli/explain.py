"""`dynamodel explain`: a code, a plan, a part of it, or what another one would take."""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dynamodel import pipeline
from dynamodel.catalog import CATALOG, finding
from dynamodel.cli import console, exit_codes
from dynamodel.cli.loading import load_and_plan
from dynamodel.errors import UsageError
from dynamodel.records import dataclass
from dynamodel.report import explain_json, explain_text, variant_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload
    from dynamodel.planner.memory import Memory

_Answer = tuple[str, dict[str, Any]]  # the same content as text and as data


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a model; all empty: why the whole layout is as it is."""

    name: str | None = None
    drop: tuple[str, ...] = ()
    frontier: bool = False
    force: Path | None = None
    sensitivity: bool = False


def explain(what: str, question: Question, *, as_json: bool) -> int:
    """Explain a code, a whole plan, one pattern, index or entity of it, or a variant."""
    if re.fullmatch(r"DM\d{3}", what.upper()) and not Path(what).exists():
        console.out(_code(what.upper()))
        return exit_codes.DONE
    asked = [bool(question.name), bool(question.drop), question.frontier, question.force is not None]
    asked.append(question.sensitivity)
    if sum(asked) > 1:
        message = "a name, --drop, --frontier, --force and --sensitivity are different questions"
        raise UsageError([finding("DM713", message, hint="ask one at a time")])
    from dynamodel.planner.memory import Memory

    model, memory = Path(what), Memory()
    workload, design = load_and_plan(model, memory)
    if question.force is not None:
        return _forced(workload, design, question.force, as_json=as_json)
    _show(_answer(workload, design, question, (pipeline.read_lock(model), memory)), as_json=as_json)
    return exit_codes.DONE


def _show(answer: _Answer, *, as_json: bool) -> None:
    text, data = answer
    console.out(json.dumps(data, indent=2, ensure_ascii=False) + "\n" if as_json else text)


def _answer(workload: Workload, design: Plan, question: Question, known: tuple[Plan | None, Memory]) -> _Answer:
    """The answer; `known` are the lock and what variants have in common with the plan."""
    if question.drop:
        return _dropped(workload, design, question.drop, known)
    if question.frontier:
        steps, free = pipeline.frontier(workload, design, *known), pipeline.reading_first(workload, design, *known)
        data = explain_json.explanation(design, "frontier", explain_json.frontier_json(steps, free))
        return variant_text.frontier_text(steps, free), data
    if question.sensitivity:
        found = pipeline.thresholds(workload, design, *known)
        data = explain_json.explanation(design, "sensitivity", explain_json.sensitivity_json(found))
        return variant_text.sensitivity_text(found), data
    return _places(workload, design, question.name)


def _places(workload: Workload, design: Plan, name: str | None) -> _Answer:
    places = pipeline.places(workload, design)
    if name is None:
        text, about = explain_text.explain_plan(workload, design, places), "plan"
    elif name in {pattern.name for pattern in design.patterns}:
        text, about = explain_text.explain_pattern(workload, design, name, places), f"pattern {name}"
    elif name in {index.name for index in design.table.indexes}:
        text, about = explain_text.explain_index(workload, design, name, places), f"index {name}"
    elif name in {index.name for index in design.table.vectors}:
        text, about = explain_text.explain_vector(workload, design, name), f"index {name}"
    elif name in {entity.entity for entity in design.entities}:
        text, about = explain_text.explain_entity(workload, design, name), f"entity {name}"
    else:
        names = [p.name for p in design.patterns]
        names += [i.name for i in design.table.indexes] + [v.name for v in design.table.vectors]
        names += [e.entity for e in design.entities]
        raise _unknown(f"`{workload.title}` has no pattern, index or entity `{name}`", name, names)
    return text, explain_json.explanation(design, about, explain_json.places_json(design, places, name))


def _dropped(workload: Workload, design: Plan, names: Sequence[str], known: tuple[Plan | None, Memory]) -> _Answer:
    declared = [p.name for p in workload.patterns]
    for name in names:
        if name not in declared:
            raise _unknown(f"`{workload.title}` has no pattern `{name}`", name, declared)
    delta = pipeline.drop(workload, design, names, *known)
    content = {"dropped": list(names), **explain_json.delta_json(delta, "without")}
    return variant_text.drop_text(design, names, delta), explain_json.explanation(design, "drop", content)


def _forced(workload: Workload, design: Plan, layout: Path, *, as_json: bool) -> int:
    """Show the plan on given keys beside the optimum; keys that break a rule or leave a pattern out are infeasible."""
    forced = pipeline.force(workload, design, pipeline.read_layout(layout, workload))
    content = explain_json.force_json(forced)
    _show((variant_text.force_text(forced), explain_json.explanation(design, "force", content)), as_json=as_json)
    if forced.findings:
        console.complain(forced.findings)
    return exit_codes.DONE if forced.feasible else exit_codes.INFEASIBLE


def _code(code: str) -> str:
    if code not in CATALOG:
        raise UsageError([finding("DM713", f"there is no finding {code}", hint="`dynamodel rules` lists them")])
    return explain_text.explain_code(CATALOG[code])


def _unknown(message: str, name: str, names: list[str]) -> UsageError:
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(names)}"
    return UsageError([finding("DM713", message, hint=hint)])
