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
from typing import TYPE_CHECKING, Any

from dynamodel import pipeline
from dynamodel.explain.delta import totals
from dynamodel.ir.values import Given
from dynamodel.ir.workload import (
    ActionDef,
    ActionKind,
    Equal,
    Estimate,
    JoinDef,
    RangeDef,
    Rate,
    ReadPattern,
    StepDef,
    StepKind,
    WritePattern,
)
from dynamodel.planner.plan import make_plan
from dynamodel.report.text import money, units

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.explain.delta import Totals
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import AttributeDef, Workload

FOLDER = Path(__file__).parent.parent.parent / "examples" / "rubis"
REPORT = FOLDER / "MIXES.md"
MIXES = ("browsing", "bidding", "write_medium", "write_heavy")
_MICRO = 1_000_000
_PEAK = 5
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
    """The model as it stands: the bidding mix."""
    return pipeline.load(FOLDER / "model.py")


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


def _without_attribute(workload: Workload, entity: str, name: str) -> Workload:
    entities = tuple(
        replace(e, attributes=tuple(a for a in e.attributes if a.name != name)) if e.name == entity else e
        for e in workload.entities
    )
    return replace(workload, entities=entities)


def _with_copies(workload: Workload, entity: str, parent: str, names: tuple[str, ...]) -> Workload:
    """The entity with attributes of a parent copied, under names that it does not have."""
    source = workload.entity(parent)
    copies: list[AttributeDef] = [
        replace(source.attribute(n), name=f"{parent.lower()}_{n}", copy_of=(parent, n), generated=False) for n in names
    ]
    entities = tuple(
        replace(e, attributes=(*e.attributes, *copies)) if e.name == entity else e for e in workload.entities
    )
    return replace(workload, entities=entities)


def _fanned_out(workload: Workload, mix: str, update: str, child: str, names: tuple[str, ...]) -> Workload:
    """With the updates of all children that an update of their item entails: they are found, and each is written."""
    rate = rate_in(mix, update)
    owner = workload.entity(child)
    link = next(p for p in owner.parents if p.entity == "Item")
    changed = next(p for p in workload.writes if p.name == update)
    copied = {f"item_{a.attribute}" for s in changed.steps for a in s.actions} & {f"item_{n}" for n in names}
    if rate is None or not copied:
        return workload
    by = tuple(Equal(n, Given(n)) for n in owner.identity)
    actions = tuple(ActionDef(ActionKind.SET, n, Given(n)) for n in sorted(copied))
    step = StepDef(StepKind.UPDATE, child, equals=by, actions=actions)
    many = Rate(rate.average * link.children.average, rate.peak * link.children.average)
    found = ReadPattern(
        f"{update}_children",
        model().reads[0].kind.QUERY,
        (replace(_part(workload, "bids_of_item"), entity=child, equals=(Equal(link.via[0], Given(link.via[0])),),
                 rows=link.children),),
        (),
        rate,
        returns=owner.identity,
    )  # fmt: skip
    return replace(
        workload, patterns=(*workload.patterns, found, WritePattern(f"{update}_copies", (step,), (), many))
    )


def _part(workload: Workload, name: str) -> Any:
    return next(p for p in workload.reads if p.name == name).parts[0]


def _later(rows: Estimate) -> Estimate:
    numerator, denominator = _ENDED_LATER
    return Estimate(rows.average * numerator // denominator, rows.most, assumed=True)


def _asked_in_two(name: str, entity: str, copy: str, via: str, attribute: str) -> Callable[[Workload, str], Workload]:
    """The copied attribute left out and read from the parent instead."""

    def variant(workload: Workload, mix: str) -> Workload:
        del mix
        pattern = next(p for p in workload.reads if p.name == name)
        returns = tuple(n for n in pattern.returns or () if n != copy)
        joined = _changed(workload, name, returns=(*returns, via), joins=(JoinDef("User", (via,), (attribute,)),))
        return _without_attribute(joined, entity, copy)

    return variant


def _region_of_sellers(workload: Workload, mix: str) -> Workload:
    """All later items of the category with their sellers; the caller keeps those of the region."""
    del mix
    pattern = next(p for p in workload.reads if p.name == "items_in_region")
    (part,) = pattern.parts
    category = tuple(e for e in part.equals if e.attribute == "category_id")
    children = next(p for p in workload.entity("Item").parents if p.entity == "Category").children
    wide = replace(part, equals=category, limit=None, rows=_later(children))
    joins = (JoinDef("User", ("seller_id",), ("region_id",)),)
    found = _changed(workload, "items_in_region", parts=(wide,), joins=joins,
                     returns=(*(pattern.returns or ()), "seller_id"))  # fmt: skip
    return _without_attribute(found, "Item", "region_id")


def _items_copied(name: str, child: str, *, ranged: bool) -> Callable[[Workload, str], Workload]:
    """Whole items copied to the rows of a pattern, so that one request does."""

    def variant(workload: Workload, mix: str) -> Workload:
        item = workload.entity("Item")
        names = tuple(a.name for a in item.stored)
        pattern = next(p for p in workload.reads if p.name == name)
        (part,) = pattern.parts
        if ranged:
            part = replace(part, range=RangeDef("item_end_date", _date_op(workload), (Given("end_date"),)),
                           rows=_later(part.rows))  # fmt: skip
        wide = _with_copies(workload, child, "Item", names)
        wide = _changed(wide, name, returns=None, joins=(), parts=(part,))
        for update in ("take_from_stock", "count_bid"):
            wide = _fanned_out(wide, mix, update, child, names)
        return wide

    return variant


def _end_dates_copied(workload: Workload, mix: str) -> Workload:
    """Only the end of the sale copied to bids: the later items alone are read by the second request."""
    (part,) = next(p for p in workload.reads if p.name == "bid_on_by_me").parts
    later = replace(part, range=RangeDef("item_end_date", _date_op(workload), (Given("end_date"),)),
                    rows=_later(part.rows))  # fmt: skip
    wide = _with_copies(workload, "Bid", "Item", ("end_date",))
    return _fanned_out(_changed(wide, "bid_on_by_me", parts=(later,)), mix, "take_from_stock", "Bid", ("end_date",))


def _date_op(workload: Workload) -> Any:
    ranged = _part(workload, "sold_by_me").range
    assert ranged is not None
    return ranged.op


def _as_it_is(workload: Workload, mix: str) -> Workload:
    del mix
    return workload


WAYS: dict[str, tuple[tuple[str, Callable[[Workload, str], Workload]], ...]] = {
    "bid_history": (
        ("the bidder's nickname copied to the bid (it never changes)", _as_it_is),
        ("bids, then their bidders", _asked_in_two("bid_history", "Bid", "nickname", "user_id", "nickname")),
    ),
    "comment_from": (
        ("the writer's nickname copied to the comment (it never changes)", _as_it_is),
        (
            "the comment, then its writer",
            _asked_in_two("comment_from", "Comment", "from_nickname", "from_user_id", "nickname"),
        ),
    ),
    "bought_by_me": (
        ("purchases, then their items", _as_it_is),
        ("whole items copied to purchases", _items_copied("bought_by_me", "Purchase", ranged=False)),
    ),
    "bid_on_by_me": (
        ("all bids of the user, then their items; the caller drops what has ended", _as_it_is),
        ("the end of the sale copied to bids, then the items that go on", _end_dates_copied),
        ("whole items copied to bids", _items_copied("bid_on_by_me", "Bid", ranged=True)),
    ),
    "items_in_region": (
        ("the seller's region copied to the item (it never changes)", _as_it_is),
        ("the later items of the category, then their sellers; the caller drops other regions", _region_of_sellers),
    ),
}


@cache
def ways(mix: str, name: str) -> tuple[Way, ...]:
    """What each way to follow the relationship of a pattern takes in a mix, the model's own first; none if not asked."""
    if rate_in(mix, name) is None:
        return ()
    found = []
    for title, variant in WAYS[name]:
        varied = variant(mixed(model(), mix), mix)
        plan = make_plan(varied)
        found.append(Way(title, totals(varied, plan), plan.pattern(name).request_count))
    return tuple(found)


@cache
def planned(mix: str) -> tuple[Workload, Plan]:
    """The plan of a mix."""
    workload = mixed(model(), mix)
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
             "$/month", "gap $"],
            [_mix_row(mix) for mix in MIXES],
        ),
        "",
        "\"At least\" is the number of GSIs that the certificate of the plan proves to be needed.",
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
        "What the whole design takes in each way, planned anew for each. A copy of what never changes is free to keep; a",
        "copy of what changes is written anew in every child when its parent changes, which is priced here: the children",
        "are found, then each is updated. The model has the first way of each list.",
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
        *(money(m) for m in (plan.cost.reads, plan.cost.writes, plan.cost.storage, plan.cost.monthly, plan.proof.gap)),
    ]


def _statement_row(name: str) -> list[str]:
    row = [statements()[name]["id"], f"`{name}`"]
    plans = [planned(mix)[1] for mix in MIXES]
    own = [[p for p in plan.patterns if p.name == name] for plan in plans]
    row.append(_each([str(p[0].request_count) for p in own if p]))
    row.append(_each([", ".join(dict.fromkeys(r.index or "table" for r in p[0].reads)) or "table" for p in own if p]))
    return row + [money(p[0].monthly_micro_usd) if p else "-" for p in own]


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
