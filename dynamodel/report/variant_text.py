"""What another layout or model would take: a pattern dropped, fewer indexes, a layout that somebody has in mind.

In: what `explain` compared. Out: plain text, totals first, then what runs otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.explain.sensitivity import FARTHEST
from dynamodel.ir.plan import BASE
from dynamodel.report.plan_text import keys_text
from dynamodel.report.text import count, money, paragraph, section, table, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.explain.delta import Delta, Run, Totals
    from dynamodel.explain.force import Forced
    from dynamodel.explain.sensitivity import Threshold
    from dynamodel.explain.variants import Step
    from dynamodel.ir.plan import Plan

_FACTS = {"rate": "rate of", "items": "number of", "size": "item size of"}
_TOTALS = (("not served", "unserved"), ("GSIs", "gsis"), ("LSIs", "lsis"), ("copies", "copies"))


def drop_text(plan: Plan, names: Sequence[str], delta: Delta) -> str:
    """What is saved without the patterns, and how much of it is their own price."""
    own = sum(plan.pattern(name).monthly_micro_usd for name in names)
    saved = delta.before.monthly - delta.after.monthly
    whole = f"saves ${money(saved)}" if saved >= 0 else f"costs ${money(-saved)} more"
    listed = ", ".join(f"`{name}`" for name in names)
    fewer = delta.before.gsis - delta.after.gsis
    words = [f"{whole} a month, ${money(own)} of it by {'its' if len(names) == 1 else 'their'} own calls"]
    words.append(f"{count(fewer, 'GSI')} fewer" if fewer > 0 else "no GSI fewer")
    return f"Without {listed}: {', '.join(words)}\n" + delta_text(delta, "without", set(names))


def delta_text(delta: Delta, other: str, hidden: set[str] | frozenset[str] = frozenset()) -> str:
    """Totals side by side, then the patterns that run otherwise; `other` names the second plan."""
    return section("Totals", totals_text(delta, other)) + section(
        "Access patterns that differ", _changes(delta, other, hidden)
    )


def totals_text(delta: Delta, other: str) -> str:
    """Indexes, requests and dollars of both plans."""
    rows = [
        (title, str(getattr(delta.before, name)), str(getattr(delta.after, name)),
         f"{getattr(delta.after, name) - getattr(delta.before, name):+d}")
        for title, name in _TOTALS
    ]  # fmt: skip
    one, two = delta.before, delta.after
    rows.append(("requests/s", units(one.requests), units(two.requests), _signed_units(two.requests - one.requests)))
    rows.append(("$/month", money(one.monthly), money(two.monthly), signed(two.monthly - one.monthly)))
    return table(("", "plan", other, "change"), rows, right=(1, 2, 3))


def _changes(delta: Delta, other: str, hidden: set[str] | frozenset[str]) -> str:
    rows = []
    notes = ""
    for change in delta.changes:
        if change.pattern in hidden:
            continue
        one, two = change.before, change.after
        saved = (two.monthly if two else 0) - (one.monthly if one else 0)
        rows.append((change.pattern, _requests(one), _requests(two), _places(one), _places(two), signed(saved)))
        if two is not None and two.status != "served" and two.reason:
            notes += paragraph(f"{change.pattern} is {two.status}: {two.reason}")
    if not rows:
        return ""
    header = ("pattern", "requests", other, "place", other, "$/month")
    return table(header, rows, right=(1, 2, 5)) + notes


def _requests(run: Run | None) -> str:
    if run is None:
        return "-"
    return "not served" if run.status == "unserved" else str(run.request_count)


def _places(run: Run | None) -> str:
    return ", ".join("table" if p == BASE else p for p in run.places) if run and run.places else "-"


def force_text(forced: Forced) -> str:
    """The forced layout beside the plan; only a line when nothing can be planned on its keys."""
    if forced.plan is None or forced.delta is None:
        return "This layout breaks a rule, so nothing was planned on it.\n"
    same = not forced.delta.changes and forced.delta.before == forced.delta.after
    words = "takes what the plan takes" if same else "differs from the plan"
    if not forced.feasible:
        words = "is no design for this model"
    return (
        f"This layout {words}.\n"
        + section("Keys", keys_text(forced.plan.entities))
        + delta_text(forced.delta, "forced")
    )


def frontier_text(steps: Sequence[Step], reading_first: Delta | None) -> str:
    """A line for each number of GSIs, and what each of them leaves undone; what is saved where writes read first."""
    rows = [
        (
            f"{step.allowed}{' *' if step.chosen else ''}",
            str(step.totals.gsis),
            str(step.totals.lsis),
            str(step.totals.copies),
            str(step.totals.unserved),
            units(step.totals.requests),
            money(step.totals.monthly),
        )
        for step in steps
    ]
    text = table(("at most", "GSIs", "LSIs", "copies", "not served", "requests/s", "$/month"), rows, right=range(1, 7))
    for step in steps:
        if step.unserved:
            text += paragraph(f"with {_gsis(step.totals)} not served: {', '.join(step.unserved)}")
        if step.degraded:
            text += paragraph(f"with {_gsis(step.totals)} in several requests: {', '.join(step.degraded)}")
    text = f"The cheapest layout for each number of GSIs; * is the plan's\n{text}"
    if reading_first is None:
        return text
    title = "\nWith `spare_reads=False`, a write reads its item first where that is cheaper\n"
    return text + title + delta_text(reading_first, "reading")


def _gsis(totals: Totals) -> str:
    return count(totals.gsis, "GSI")


def signed(micro_usd: int) -> str:
    """Dollars with their sign; `-<0.01` for a little less."""
    if not micro_usd:
        return "0.00"
    return f"{'-' if micro_usd < 0 else '+'}{money(abs(micro_usd))}"


def _signed_units(millionths: int) -> str:
    return f"{'-' if millionths < 0 else '+' if millionths else ''}{units(abs(millionths))}"


def sensitivity_text(found: Sequence[Threshold]) -> str:
    """The facts that decide the layout, the nearest first, and what is best beyond each."""
    if not found:
        return (
            f"No rate, number of items or item size decides the layout: {FARTHEST} times more or less of any one "
            "changes no key, index or projection.\n"
        )
    rows = [
        (
            f"{_FACTS[t.fact.kind]} {t.fact.of}{' *' if t.fact.assumed else ''}",
            _value(t.fact.kind, t.fact.value),
            f"{'above' if t.at > t.fact.value else 'below'} {_value(t.fact.kind, t.at)}",
            f"{t.percent / 100:.1f}x",
        )
        for t in found
    ]
    lines = table(("fact", "now", "another layout", "factor"), rows, right=(1, 2, 3)).splitlines()
    text = f"{lines[0]}\n"
    for threshold, line in zip(found, lines[1:], strict=True):
        text += line + "\n" + "".join(paragraph(change, indent=4) for change in threshold.changes)
    note = "  * assumed: measure it first\n" if any(t.fact.assumed for t in found) else ""
    return f"Facts that decide the layout, each changed alone\n{text}{note}"


def _value(kind: str, value: int) -> str:
    return f"{units(value)}/s" if kind == "rate" else f"{value:,}{' bytes' if kind == 'size' else ''}"
