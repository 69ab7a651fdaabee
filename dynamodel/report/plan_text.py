"""A plan as a page that a person reads from top to bottom: what came out, the layout, each pattern, the proof.

In: workload and plan. Out: plain text. It decides nothing and knows no command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir import wording
from dynamodel.ir.plan import CopyDesign
from dynamodel.ir.writes import WritePattern
from dynamodel.report.diagnostics import diagnostic_text
from dynamodel.report.text import count, money, paragraph, section, table, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dynamodel.ir.plan import (
        EntityDesign,
        IndexDesign,
        KeyAttribute,
        PatternDesign,
        Plan,
        Projection,
        StepDesign,
        VectorDesign,
    )
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.workload import Workload
    from dynamodel.ir.writes import StepDef

_PATTERN_HEADER = ("pattern", "operation", "index", "requests", "read", "write", "$/month")
_NUMBERS = (3, 4, 5, 6)
_FEW = 4  # attributes that are named one by one


def plan_text(workload: Workload, plan: Plan) -> str:
    """The whole report."""
    return "".join(
        (
            headline(workload, plan),
            section("Table", table_text(plan)),
            section("Keys", keys_text(plan.entities)),
            section("Indexes", indexes_text(plan.table.indexes)),
            section("Vector indexes", vectors_text(plan.table.vectors)),
            section("Attributes of parents", choices_text(plan)),
            section("Reads", patterns_text(workload, plan, [p.name for p in workload.reads])),
            section("Writes", patterns_text(workload, plan, [p.name for p in workload.writes])),
            section("Cost", cost_text(plan)),
            section("Proof", proof_text(plan)),
            section("Assumed", "".join(paragraph(a, bullet="- ") for a in plan.assumptions)),
            section("Findings", "\n".join(diagnostic_text(f) for f in plan.findings)),
        )
    )


def headline(workload: Workload, plan: Plan) -> str:
    """Name and purpose, then the answer in one line."""
    first = workload.doc.strip().splitlines()
    title = f"{workload.title}: {first[0]}" if first else workload.title
    served = sum(p.status != "unserved" for p in plan.patterns)
    several = sum(p.status == "degraded" for p in plan.patterns)
    words = [
        f"{served} of {count(len(plan.patterns), 'access pattern')} served"
        + (f" ({several} with several requests)" if several else ""),
        places(plan),
        f"${money(plan.cost.monthly)} a month",
        "proven optimal" if plan.proof.gap == 0 else f"within ${money(plan.proof.gap)} of the optimum",
    ]
    return f"{title}\n{', '.join(words)}\n"


def places(plan: Plan) -> str:
    """`2 GSIs`, `1 GSI and 1 LSI`, `no index`."""
    found = [count(len(i), kind) for i, kind in ((plan.table.gsis, "GSI"), (plan.table.lsis, "LSI")) if i]
    if plan.table.vectors:
        found.append(count(len(plan.table.vectors), "vector index", "vector indexes"))
    return " and ".join(found) or "no index"


def table_text(plan: Plan) -> str:
    """The base table in one line."""
    design = plan.table
    words = [
        f"`{design.name}`: partition key {_key(design.partition)}, sort key {_key(design.sort)}",
        f"entity type in {design.type_attribute}",
        f"TTL in {design.ttl_attribute}" if design.ttl_attribute else "no TTL",
        "on-demand billing" if design.billing == "on_demand" else "provisioned billing",
    ]
    return f"  {', '.join(words)}\n"


def _key(attribute: KeyAttribute) -> str:
    return f"{attribute.name} ({attribute.type})"


def keys_text(entities: Iterable[EntityDesign]) -> str:
    """How each entity's items are found: its keys in the table and in indexes, its guards and copies."""
    rows: list[tuple[str, ...]] = []
    for design in entities:
        name = design.entity
        for key in (design.base, *design.indexes):
            partition = ", ".join(wording.key_value(f.value) for f in key.partition) or "(of the table)"
            sort = ", ".join(wording.key_value(f.value) for f in key.sort) or "-"
            rows.append((name, key.place, partition, sort, wording.conditions(key.when)))
            name = ""
        for beside in design.beside:
            kind, when = ("copy", beside.when) if isinstance(beside, CopyDesign) else ("guard", ())
            held = f"{kind} + {count(len(beside.carries), 'attribute')}" if beside.carries else kind
            values = (wording.key_value(f.value) for f in (beside.partition, beside.sort))
            rows.append(("", held, *values, wording.conditions(when)))
    return table(("entity", "place", "partition key", "sort key", "only where"), rows)


def choices_text(plan: Plan) -> str:
    """For each relationship that reads follow: copied or joined, and what the layout costs in either way."""
    if not plan.choices:
        return ""
    rows = [
        (
            choice.entity,
            f"{_named(choice.attributes)} of {choice.parent}",
            "copied" if choice.way == "copied" else "second request",
            *("-" if cost is None else money(cost) for cost in (choice.copied, choice.joined)),
            ", ".join(choice.patterns),
        )
        for choice in plan.choices
    ]
    header = ("entity", "attributes", "read as", "$/month copied", "$/month joined", "for")
    return table(header, rows, right=(3, 4)) + "".join(
        paragraph(f"{c.entity}, {c.parent}: {c.reason}", bullet="- ") for c in plan.choices if c.reason
    )


def _named(attributes: Sequence[str]) -> str:
    """The attributes, or how many there are where a line would not hold them."""
    return ", ".join(attributes) if len(attributes) <= _FEW else f"{len(attributes)} attributes"


def indexes_text(indexes: Sequence[IndexDesign]) -> str:
    """Each index with what it holds and the patterns that need it."""
    rows = [
        (
            index.name,
            index.kind.upper(),
            ", ".join(map(_key, index.partition)),
            ", ".join(map(_key, index.sort)) or "-",
            _projection(index.projection),
            ", ".join(index.entities),
        )
        for index in indexes
    ]
    if not rows:
        return ""
    below = _included(indexes) + "".join(
        paragraph(f"needed by {', '.join(index.patterns) or 'no pattern'}", bullet=f"{index.name} ")
        for index in indexes
    )
    return table(("index", "kind", "partition key", "sort key", "projection", "entities"), rows) + below


def _projection(projection: Projection) -> str:
    """What an index carries, in a cell of a table: a long list stands below it."""
    names = projection.attributes
    if len(names) > _FEW:
        return f"{projection.type} {len(names)} attributes"
    return " ".join((projection.type, ", ".join(names))).rstrip()


def _included(indexes: Sequence[IndexDesign | VectorDesign]) -> str:
    long = [i for i in indexes if len(i.projection.attributes) > _FEW]
    return "".join(paragraph(f"includes {', '.join(i.projection.attributes)}", bullet=f"{i.name} ") for i in long)


def vectors_text(indexes: Sequence[VectorDesign]) -> str:
    """Each vector index with what it compares and filters by, and the patterns that need it."""
    rows = [
        (
            index.name,
            f"{index.attribute} ({index.dimensions})",
            index.distance.replace("_", " "),
            _key(index.partition) if index.partition else "-",
            ", ".join(map(_key, index.filters)),
            _projection(index.projection),
            ", ".join(index.entities),
        )
        for index in indexes
    ]
    if not rows:
        return ""
    needed = _included(indexes)
    needed += "".join(paragraph(f"needed by {', '.join(i.patterns)}", bullet=f"{i.name} ") for i in indexes)
    header = ("index", "vector", "distance", "partition", "filters", "projection", "entities")
    return (
        table(header, rows)
        + needed
        + "  searches are metered by the byte, which no design tells: their price is not in the plan\n"
    )


def patterns_text(workload: Workload, plan: Plan, names: Sequence[str]) -> str:
    """A line of numbers for each pattern, and below it the requests it makes."""
    if not names:
        return ""
    designs = [plan.pattern(name) for name in names]
    declared = {p.name: p for p in workload.patterns}
    lines = table(_PATTERN_HEADER, [_numbers(design) for design in designs], right=_NUMBERS).splitlines()
    text = [lines[0]]
    for design, line in zip(designs, lines[1:], strict=True):
        text.append(line)
        text += [f"    {detail}" for detail in details(declared[design.name], plan)]
    return "".join(f"{line}\n" for line in text)


def _numbers(design: PatternDesign) -> tuple[str, ...]:
    if design.status == "unserved":
        return (design.name, "not served", "-", "-", "-", "-", "-")
    used = dict.fromkeys(r.index or r.beside or "-" for r in design.reads)
    return (
        design.name,
        wording.operations(design) or "-",
        ", ".join(used) or "-",
        str(design.request_count),
        units(design.units.read),
        units(design.units.write),
        money(design.monthly_micro_usd),
    )


def details(pattern: ReadPattern | WritePattern, plan: Plan) -> list[str]:
    """What a pattern's requests say about keys and filters, what its writes touch, and why it is not plainly served."""
    design, lines = plan.pattern(pattern.name), []
    for number, request in enumerate(design.reads, 1):
        words = wording.key_condition(request) or request.why
        extras = [f"filter {wording.filters(request)}"] if request.filters else []
        extras += ["strongly consistent"] if request.consistent else []
        extras += [f"{request.shards} shards"] if request.shards > 1 else []
        extras += [f"page of {request.page}"] if request.page else []
        extras += ["backwards"] if not request.forward else []
        label = f"{number}. {request.operation} {request.index or 'table'}: " if len(design.reads) > 1 else ""
        lines.append(label + "; ".join(filter(None, (words, *extras))))
    if isinstance(pattern, WritePattern):
        lines += [_step(s, how, plan.entity(s.entity)) for s, how in zip(pattern.steps, design.steps, strict=False)]
    if design.status != "served" and design.reason:
        lines.append(f"{design.status}: {design.reason}")
    return [line for line in lines if line]


def _step(step: StepDef, design: StepDesign, owner: EntityDesign) -> str:
    words = [f"{step.kind} {step.entity}"]
    moved = dict.fromkeys(change.place for change in design.changes)
    if moved:
        words.append(f"rewrites its key in {', '.join(moved)}")
    if design.guards:
        words.append(f"keeps {_beside(design.guards, owner)}")
    if design.refreshed:
        words.append(f"changes {_beside(design.refreshed, owner)} alike")
    if design.read_first:
        words.append(f"reads {', '.join(design.read_first)} first")
    if design.read_back:
        words.append("reads the item back: a transaction returns none")
    if step.when:
        words.append(f"if {wording.conditions(step.when)}")
    return "; ".join(words)


def _beside(numbers: Sequence[int], owner: EntityDesign) -> str:
    """How many guards and how many copies of an entity these are."""
    guards = sum(number < len(owner.guards) for number in numbers)
    counted = ((guards, "guard", "guards"), (len(numbers) - guards, "copy", "copies"))
    return " and ".join(count(many, *words) for many, *words in counted if many)


def cost_text(plan: Plan) -> str:
    """The monthly cost by kind, with the date of the prices."""
    cost = plan.cost
    rows = [
        (name, money(amount))
        for name, amount in (
            ("reads", cost.reads),
            ("writes", cost.writes),
            ("storage", cost.storage),
            ("together", cost.monthly),
        )
    ]
    billing = "on demand" if plan.table.billing == "on_demand" else "provisioned for the peak"
    others = len(plan.deployment.replicas)
    regions = f", in {others + 1} Regions without the transfer between them" if others else ""
    return table(("", "$/month"), rows, right=(1,)) + f"  {billing}{regions}, prices of {cost.prices_dated}\n"


def proof_text(plan: Plan) -> str:
    """The certificate: its statement, then the patterns that force the number of indexes and why."""
    proof = plan.proof
    text = paragraph(proof.statement)
    if proof.incompatible:
        text += paragraph("No two of these can share a place:")
        rows = [(i.pattern, i.entity, i.needs) for i in proof.incompatible]
        text += table(("pattern", "entity", "needs"), rows, indent=4)
    return text
