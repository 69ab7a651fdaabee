"""Explanations as data: the same content as the text, dollars and rates as decimal numbers like `plan.json`.

In: what `explain` found. Out: plain data with a format name; `about` says which question it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.ir.codec import amount, plan_to_json
from dynamodel.report.diagnostics import diagnostics_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.explain.delta import Delta, Run, Totals
    from dynamodel.explain.force import Forced
    from dynamodel.explain.places import PlaceUse
    from dynamodel.explain.sensitivity import Threshold
    from dynamodel.explain.variants import Step
    from dynamodel.ir.plan import Plan

FORMAT = "dynamodel-explanation/1"


def explanation(plan: Plan, about: str, content: dict[str, Any]) -> dict[str, Any]:
    """The frame of every answer: the model, its plan's totals, and the content of one question."""
    return {"format": FORMAT, "model": plan.model, "fingerprint": plan.fingerprint, "about": about, **content}


def places_json(plan: Plan, places: Sequence[PlaceUse], name: str | None = None) -> dict[str, Any]:
    """Every place with its uses; with a name only the place, or the uses of the pattern or entity, of that name."""
    forced = {i.pattern: i.needs for i in plan.proof.incompatible}
    found: dict[str, Any] = {}
    for place in places:
        uses = {
            use.pattern: {
                "entities": list(use.entities),
                "forces_a_place": forced.get(use.pattern),
                "elsewhere": {e.place: e.reason for e in use.elsewhere},
            }
            for use in place.uses
            if name is None or name in {place.place, use.pattern, *use.entities}
        }
        if uses or name in {None, place.place}:
            found[place.place] = uses
    return {"places": found, "gsi_lower_bound": plan.proof.gsi_lower_bound, "statement": plan.proof.statement}


def delta_json(delta: Delta, other: str) -> dict[str, Any]:
    """Both plans' totals and the patterns that run otherwise; `other` names the second plan."""
    return {
        "totals": {"plan": totals_json(delta.before), other: totals_json(delta.after)},
        "patterns": {c.pattern: {"plan": _run(c.before), other: _run(c.after)} for c in delta.changes},
    }


def totals_json(totals: Totals) -> dict[str, Any]:
    """A plan in six numbers."""
    return {
        "unserved": totals.unserved,
        "gsis": totals.gsis,
        "lsis": totals.lsis,
        "copies": totals.copies,
        "requests_per_second": amount(totals.requests),
        "monthly_cost": amount(totals.monthly),
    }


def _run(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "status": run.status,
        "request_count": run.request_count,
        "places": list(run.places),
        "monthly_cost": amount(run.monthly),
        "reason": run.reason,
    }


def frontier_json(steps: Sequence[Step], reading_first: Delta | None) -> dict[str, Any]:
    """The cheapest plan for each number of GSIs; what is saved where writes may read first, null if nothing is."""
    return {
        "frontier": [
            {
                "at_most": step.allowed,
                **totals_json(step.totals),
                "gap": amount(step.gap),
                "chosen": step.chosen,
                "unserved_patterns": list(step.unserved),
                "degraded_patterns": list(step.degraded),
            }
            for step in steps
        ],
        "reading_first": delta_json(reading_first, "reading") if reading_first is not None else None,
    }


def force_json(forced: Forced) -> dict[str, Any]:
    """A forced layout: whether it is lawful and serves everything, its findings, its difference, and its plan."""
    return {
        "feasible": forced.feasible,
        "findings": diagnostics_json(forced.findings)["findings"],
        **(delta_json(forced.delta, "forced") if forced.delta is not None else {}),
        "forced_plan": plan_to_json(forced.plan) if forced.plan is not None else None,
    }


def sensitivity_json(found: Sequence[Threshold]) -> dict[str, Any]:
    """The facts that decide the layout; rates are calls a second."""
    return {
        "thresholds": [
            {
                "fact": t.fact.kind,
                "of": t.fact.of,
                "assumed": t.fact.assumed,
                "now": amount(t.fact.value) if t.fact.kind == "rate" else t.fact.value,
                "another_layout": "above" if t.at > t.fact.value else "below",
                "at": amount(t.at) if t.fact.kind == "rate" else t.at,
                "changes": list(t.changes),
            }
            for t in found
        ]
    }
