"""RUBiS in four mixes: indexes, requests and cost of each, and the ways to follow a relationship, as a page.

In: `examples/rubis/model.py` (the bidding mix) and `workload.json` (the benchmark's facts). Out: `MIXES.md`. A mix is the
model with other rates, without the statements that the mix does not have. A way to follow a relationship is a variant of
the model: attributes copied to the child, whose updates then reach every child, or a second request.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from dynamodel import pipeline
from dynamodel.explain.delta import totals
from dynamodel.ir.entities import Estimate, Rate
from dynamodel.ir.reads import RangeDef
from dynamodel.ir.values import Given
from dynamodel.ir.workload import CopiedDef
from dynamodel.planner.denormalize import denormalized
from dynamodel.planner.plan import make_plan
from dynamodel.report.text import money, units

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.explain.delta import Totals
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

FOLDER = Path(__file__).parent.parent.parent / "examples" / "rubis"
REPORT = FOLDER / "MIXES.md"
MIXES = ("browsing", "bidding", "write_medium", "write_heavy")
_MICRO = 1_000_000
_PEAK = 5
_MANY = 6  # attributes that are not named one by one
_ENDED_LATER = (3, 10)  # the share of items that a date leaves, as for any range that nothing is known about


@dataclass(frozen=True)
class Way:
    """A way to follow a relationship in one mix: its name, what the whole design takes, and the statement's requests."""

    name: str
    whole: Totals
    requests: int


@cache
def facts() -> dict[str, Any]:
    """The benchmark's workload."""
    data: dict[str, Any] = json.loads((FOLDER / "workload.json").read_text(encoding="utf-8"))["workload"]
    return data


@cache
def model() -> Workload:
    """The model as it is declared: the bidding mix, before copies are chosen."""
    loaded = pipeline.load(FOLDER / "model.py")
    assert loaded.origin is not None
    return loaded.origin


def statements() -> dict[str, dict[str, Any]]:
    """The statement of each access pattern; both lists have one order."""
    return {p.name: s for p, s in zip(model().patterns, facts()["statements"], strict=True)}


def mixed(workload: Workload, mix: str) -> Workload:
    """The workload at the rates of a mix, without the statements that it does not have."""
    asked = statements()
    found = []
    for pattern in workload.patterns:
        weight = asked[pattern.name]["frequency"].get(mix)
        if weight is not None:
            average = round(weight * _MICRO)
            found.append(replace(pattern, rate=Rate(average, _PEAK * average)))
    return replace(workload, patterns=tuple(found))


def rate_in(mix: str, name: str) -> Rate | None:
    """The rate of a pattern in a mix, None where it is not asked."""
    return next((p.rate for p in mixed(model(), mix).patterns if p.name == name), None)


# --- ways to follow a relationship -----------------------------------------------------------------------------------


def _changed(workload: Workload, name: str, **changes: Any) -> Workload:
    patterns = tuple(replace(p, **changes) if p.name == name else p for p in workload.patterns)
    return replace(workload, patterns=patterns)


def _part(workload: Workload, name: str) -> Any:
    return next(p for p in workload.reads if p.name == name).parts[0]


def _later(rows: Estimate) -> Estimate:
    numerator, denominator = _ENDED_LATER
    return Estimate(rows.average * numerator // denominator, rows.most, assumed=True)


def _found_by_region(workload: Workload, mix: str) -> Workload:
    """The first items of the region in the category, by a key that has the region of the seller."""
    del workload
    text = (FOLDER / "model.py").read_text(encoding="utf-8")
    asked = text.partition("    items_in_region = Query(\n")[2].partition("\n    )\n")[0]
    narrow = asked.replace("Item.category_id", "(User.region_id, Item.category_id)", 1)
    narrow = narrow.replace("(*_FOUND, User.region_id)", "_FOUND, limit=25")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.py"
        path.write_text(text.replace(asked, narrow), encoding="utf-8")
        loaded = pipeline.load(path).origin
    assert loaded is not None
    return mixed(loaded, mix)


def _end_dates_copied(workload: Workload, mix: str) -> Workload:
    """Only the end of the sale copied to bids: the later items alone are read by the second request."""
    del mix
    name = "item_end_date"
    (part,) = next(p for p in workload.reads if p.name == "bid_on_by_me").parts
    later = replace(part, range=RangeDef(name, _date_op(workload), (Given("end_date"),)), rows=_later(part.rows))
    bid, end = workload.entity("Bid"), workload.entity("Item").attribute("end_date")
    wide = replace(bid, attributes=(*bid.attributes, end.as_copy(name, "Item")))
    return replace(
        _changed(workload, "bid_on_by_me", parts=(later,)),
        entities=tuple(wide if e is bid else e for e in workload.entities),
        copied=(*workload.copied, CopiedDef("Bid", name, "Item", "end_date", ("item_id",))),
    )


def _date_op(workload: Workload) -> Any:
    ranged = _part(workload, "sold_by_me").range
    assert ranged is not None
    return ranged.op


def _as_it_is(workload: Workload, mix: str) -> Workload:
    del mix
    return workload


WAYS: dict[str, tuple[tuple[str, Callable[[Workload, str], Workload]], ...]] = {
    "bid_on_by_me": (
        ("all bids of the user, then their items; the caller drops what has ended", _as_it_is),
        ("the end of the sale copied to bids, then the items that go on", _end_dates_copied),
    ),
    "items_in_region": (
        ("the later items of the category, each with its seller's region; the caller drops other regions", _as_it_is),
        ("the first items of the region in the category, by a key that has the seller's region", _found_by_region),
    ),
}


@cache
def ways(mix: str, name: str) -> tuple[Way, ...]:
    """What each way to follow the relationship of a pattern takes in a mix, the model's own first; none if not asked."""
    if rate_in(mix, name) is None:
        return ()
    found = []
    for title, variant in WAYS[name]:
        varied = denormalized(variant(mixed(model(), mix), mix))
        plan = make_plan(varied)
        found.append(Way(title, totals(varied, plan), plan.pattern(name).request_count))
    return tuple(found)


@cache
def planned(mix: str) -> tuple[Workload, Plan]:
    """The plan of a mix."""
    workload = denormalized(mixed(model(), mix))
    return workload, pipeline.plan(workload)


# --- the page --------------------------------------------------------------------------------------------------------


def render() -> str:
    """The whole page."""
    names = [p.name for p in model().patterns]
    lines = [
        "# RUBiS in four mixes",
        "",
        "Written by `make regen`, kept true by a test. A statement's weight in a mix is its rate in calls a second. The",
        "model (`model.py`) has the bidding mix; the other mixes are the same model at other rates, without the",
        "statements that they do not have. Prices of " + planned("bidding")[1].cost.prices_dated + ".",
        "",
        *_table(
            ["mix", "statements", "not served", "GSIs", "at least", "requests/s", "reads $", "writes $", "storage $",
             "$/month", "paid for fewer GSIs $"],
            [_mix_row(mix) for mix in MIXES],
        ),
        "",
        '"At least" is the number of GSIs that the certificate of the plan proves to be needed.',
        "",
        "## Statements",
        "",
        "Requests of one call and the place that is read, then dollars a month; `-` where a mix does not have it.",
        "",
        *_table(
            ["statement", "access pattern", "requests", "place", *(f"{mix} $" for mix in MIXES)],
            [_statement_row(name) for name in names],
        ),
        "",
        "## Statements over relationships",
        "",
        "Attributes of parents, as the planner reads them in each mix: copied to the children or by a second request,",
        "and what the whole design costs a month in the one and the other way, the spread of changes included. Where",
        "children are found by an attribute, only a copy will do.",
        "",
        *_table(["statement", "attributes", *MIXES], [_choice_row(names) for names in _chosen()]),
        "",
        "Two statements may be asked in another way. What the whole design takes then, planned anew for each; the",
        "model has the first way of each list.",
    ]  # fmt: skip
    for name in WAYS:
        lines += ["", f"### {statements()[name]['id']} `{name}`", ""]
        lines += _table(
            ["way", "requests", *(f"{mix} $" for mix in MIXES)],
            [_way_row(name, number) for number in range(len(WAYS[name]))],
        )
        lines += ["", _verdict(name)]
    return "\n".join(lines) + "\n"


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}", *(f"| {' | '.join(row)} |" for row in rows)]


def _mix_row(mix: str) -> list[str]:
    workload, plan = planned(mix)
    whole = totals(workload, plan)
    return [
        mix,
        str(len(workload.patterns)),
        str(whole.unserved),
        str(whole.gsis),
        str(plan.proof.gsi_lower_bound),
        units(whole.requests),
        *(money(m) for m in (plan.cost.reads, plan.cost.writes, plan.cost.storage, plan.cost.monthly, plan.proof.traded)),
    ]


def _statement_row(name: str) -> list[str]:
    row = [statements()[name]["id"], f"`{name}`"]
    plans = [planned(mix)[1] for mix in MIXES]
    own = [[p for p in plan.patterns if p.name == name] for plan in plans]
    row.append(_each([str(p[0].request_count) for p in own if p]))
    row.append(_each([", ".join(dict.fromkeys(r.index or "table" for r in p[0].reads)) or "table" for p in own if p]))
    return row + [money(p[0].monthly_micro_usd) if p else "-" for p in own]


def _chosen() -> list[tuple[str, str, str]]:
    """Every relationship that is followed in some mix: the patterns, the parent, its attributes."""
    found = [
        (", ".join(c.patterns), c.parent, ", ".join(c.attributes) if len(c.attributes) < _MANY else "all attributes")
        for mix in MIXES
        for c in planned(mix)[1].choices
    ]
    return list(dict.fromkeys(found))


def _choice_row(names: tuple[str, str, str]) -> list[str]:
    patterns, parent, attributes = names
    row = [", ".join(f"{statements()[p]['id']} `{p}`" for p in patterns.split(", ")), f"{attributes} of {parent}"]
    for mix in MIXES:
        chosen = next((c for c in planned(mix)[1].choices if (", ".join(c.patterns), c.parent) == names[:2]), None)
        if chosen is None:
            row.append("-")
        elif chosen.copied is None or chosen.joined is None:
            row.append(chosen.way)
        else:
            row.append(f"{chosen.way} ({money(chosen.copied)}, {money(chosen.joined)})")
    return row


def _each(words: list[str]) -> str:
    """One word when it is the same in every mix, otherwise all of them."""
    return words[0] if len(set(words)) == 1 else " / ".join(words)


def _way_row(name: str, number: int) -> list[str]:
    found = [ways(mix, name) for mix in MIXES]
    requests = _each([str(w[number].requests) for w in found if w])
    title = next(w[number].name for w in found if w)
    return [title, requests, *(money(w[number].whole.monthly) if w else "-" for w in found)]


def cheapest(mix: str, name: str) -> Way | None:
    """The way that costs least in a mix, None where the statement is not asked."""
    return min(ways(mix, name), key=lambda w: w.whole.monthly, default=None)


def _verdict(name: str) -> str:
    best = {mix: cheapest(mix, name) for mix in MIXES}
    titles = {mix: way.name for mix, way in best.items() if way is not None}
    if len(set(titles.values())) == 1:
        return f"Cheapest in every mix that asks it: {next(iter(titles.values()))}."
    return "Cheapest: " + "; ".join(f"in {mix} {title}" for mix, title in titles.items()) + "."


def rewrite() -> bool:
    """Make the page what it is today; whether it changed."""
    text = render()
    if REPORT.is_file() and REPORT.read_text(encoding="utf-8") == text:
        return False
    REPORT.write_text(text, encoding="utf-8", newline="\n")
    return True
