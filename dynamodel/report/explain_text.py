"""Why the layout is as it is: for a plan, an index, a pattern, an entity; and what a finding means.

In: workload, plan and what `explain` found about its places, or catalogue entries. Out: plain text. The reasons are the
planner's; here they are put in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.plan import BASE
from dynamodel.report.cost_text import causes
from dynamodel.report.plan_text import (
    details,
    headline,
    indexes_text,
    keys_text,
    patterns_text,
    proof_text,
    vectors_text,
)
from dynamodel.report.text import money, paragraph, section, table, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamodel.codes.entry import Entry
    from dynamodel.explain.places import PlaceUse, Use
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload


def explain_plan(workload: Workload, plan: Plan, places: Sequence[PlaceUse]) -> str:
    """Which patterns each place serves, why no other place would do, and the proof that there need to be so many."""
    text = "".join(
        section(
            f"{use.place} serves" if use.place != BASE else "The table itself serves",
            _served(workload, plan, use) or "  no read\n",
        )
        for use in places
    )
    return headline(workload, plan) + text + section("Why no fewer", proof_text(plan))


def _served(workload: Workload, plan: Plan, place: PlaceUse) -> str:
    declared = {p.name: p for p in workload.patterns}
    forced = {(i.pattern, i.entity): i.needs for i in plan.proof.incompatible}
    text = ""
    for use in place.uses:
        text += f"  {use.pattern}\n"
        text += "".join(f"    {detail}\n" for detail in details(declared[use.pattern], plan))
        text += elsewhere_text(use, indent=4)
        where = use.beside or ("the table" if place.place == BASE else place.place)
        for needs in (forced[use.pattern, name] for name in use.entities if (use.pattern, name) in forced):
            text += paragraph(f"forces a place of its own, here {where}: it needs {needs}", indent=4)
    return text


def elsewhere_text(use: Use, *, indent: int = 2) -> str:
    """Why the other places would not do, a line each."""
    base = "the item itself" if use.beside else "the table"
    return "".join(
        paragraph(f"not {base if e.place == BASE else e.place}: {e.reason}", indent=indent) for e in use.elsewhere
    )


def explain_pattern(workload: Workload, plan: Plan, name: str, places: Sequence[PlaceUse]) -> str:
    """One pattern: its requests, its units and price, what drives the price, and why it runs where it does."""
    design = plan.pattern(name)
    declared = next(p for p in workload.patterns if p.name == name)
    rate = f"{units(declared.rate.average)} calls/s, {units(declared.rate.peak)} at peak"
    facts = [
        f"rate: {rate}{' (assumed)' if declared.rate.assumed else ''}",
        f"one call: {units(design.units.read)} read units, {units(design.units.write)} write units",
        f"price: ${money(design.monthly_micro_usd)} of ${money(plan.cost.monthly)} a month",
    ]
    facts += [f"reason: {design.reason}"] if design.reason else []
    facts += causes(design)
    why = [f"{r.operation} on {r.beside or r.index or 'the table'}: {r.why}" for r in design.reads if r.why]
    forces = [f"it is one of the patterns that force the number of indexes: it needs {i.needs}"
              for i in plan.proof.incompatible if i.pattern == name]  # fmt: skip
    elsewhere = "".join(
        paragraph(f"on {use.beside or ('the table' if place.place == BASE else place.place)}:")
        + elsewhere_text(use, indent=4)
        for place in places
        for use in place.uses
        if use.pattern == name and use.elsewhere
    )
    title = f"{name}: {declared.doc.strip().splitlines()[0]}" if declared.doc.strip() else name
    return f"{title}\n" + "".join(
        (
            section("Requests", patterns_text(workload, plan, [name])),
            section("Facts", "".join(paragraph(fact, bullet="- ") for fact in facts)),
            section("Why so", "".join(paragraph(line, bullet="- ") for line in why + forces)),
            section("Why nowhere else", elsewhere),
        )
    )


def explain_index(workload: Workload, plan: Plan, name: str, places: Sequence[PlaceUse]) -> str:
    """One index: its shape, who lies in it with which key, who needs it, and why they cannot go elsewhere."""
    index = plan.table.index(name)
    users = [p.name for p in plan.patterns if name in {r.index for r in p.reads}]
    rows = []
    for entity in plan.entities:
        key = entity.key(name)
        if key is not None:
            rows.append(type(entity)(entity.entity, entity.tag, key))
    alone = [i for i in plan.proof.incompatible if i.pattern in users]
    price = sum(plan.pattern(user).monthly_micro_usd for user in users)
    return "".join(
        (
            indexes_text([index]),
            section("Keys in it", keys_text(rows)),
            section("Patterns that need it", patterns_text(workload, plan, users)),
            section(
                "Why it is needed",
                "".join(paragraph(f"{i.pattern} needs {i.needs}", bullet="- ") for i in alone)
                or paragraph("its patterns cost least here; none of them forces it by itself"),
            ),
            section(
                "Why no other place would do",
                "".join(
                    f"  {use.pattern}\n{elsewhere_text(use, indent=4)}"
                    for place in places
                    for use in place.uses
                    if place.place == name
                ),
            ),
            f"\n  its patterns cost ${money(price)} of ${money(plan.cost.monthly)} a month\n",
        )
    )


def explain_vector(workload: Workload, plan: Plan, name: str) -> str:
    """One vector index: what it compares, and who searches it; a vector is found by nearness nowhere else."""
    index = next(v for v in plan.table.vectors if v.name == name)
    used = section("Patterns that need it", patterns_text(workload, plan, list(index.patterns)))
    why = f"no key finds what is near: every search of {index.attribute} by {index.distance.replace('_', ' ')} needs it"
    return vectors_text([index]) + used + section("Why it is needed", paragraph(why, bullet="- "))


def explain_entity(workload: Workload, plan: Plan, name: str) -> str:
    """One entity: its keys and guards, and the patterns that read or write it."""
    entity = workload.entity(name)
    reads = [p.name for p in workload.reads if name in {part.entity for part in p.parts}]
    writes = [p.name for p in workload.writes if name in {step.entity for step in p.steps}]
    first = entity.doc.strip().splitlines()
    return (f"{name}: {first[0]}\n" if first else f"{name}\n") + "".join(
        (
            section("Keys", keys_text([plan.entity(name)])),
            section("Reads", patterns_text(workload, plan, reads)),
            section("Writes", patterns_text(workload, plan, writes)),
        )
    )


def explain_code(entry: Entry) -> str:
    """A finding: what it is and what to do."""
    return f"{entry.code} ({entry.severity}): {entry.title}\n\n{paragraph(entry.why)}"


def rules_report(defaults: Iterable[tuple[str, str]], entries: Iterable[Entry]) -> str:
    """Every default that stands in for a fact, and every finding."""
    listed = sorted(entries, key=lambda e: e.code)
    return (
        "Defaults: what is taken for granted when a model does not say it\n"
        + table(("fact", "taken"), list(defaults))
        + section("Findings", table(("code", "severity", "title"), [(e.code, e.severity, e.title) for e in listed]))
        + "\n  dynamodel explain DMnnn says more about one of them\n"
    )
