"""Where our plan differs from an author's design, and why: derived from both, case by case, by rules that know no case.

In: a case, its conversion, our plan. Out: `Difference`s. `cause` names the rule that explains one of which ours takes
more; a difference of that sort without a cause is a defect of ours, and a test says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dynamodel.explain.delta import compare
from dynamodel.explain.variants import with_at_most
from dynamodel.ir import wording
from dynamodel.ir.keys import Template
from dynamodel.ir.plan import Operation
from dynamodel.planner.plan import make_plan
from dynamodel.report.text import money

if TYPE_CHECKING:
    from dynamodel.ir.plan import EntityDesign, PatternDesign, Plan
    from dynamodel.ir.workload import Workload
    from tests.corpus.casefile import Case
    from tests.corpus.convert import Converted

BEYOND_IDENTITY = "their base key holds more than the identity"
READS_FIRST = "a key is written from what is stored"
KEPT_UNIQUE = "a value is kept unique"
SHARED_PLACE = "one index for several"
ONE_PARTITION = "read together from one partition"
KEY_NOT_FILTER = "the key says it"
FEWER_OPERATIONS = "fewer operations"
SPREAD = "a partition has a limit"
NOT_WITH_FEWER = "fewer indexes take more"
LOCAL = "their local index is an index too"


@dataclass(frozen=True)
class Difference:
    """What differs (a pattern's id, or `GSIs`), both numbers, whether ours takes more, the rule and the reason."""

    subject: str
    ours: str
    theirs: str
    more: bool
    cause: str
    why: str


def differences(case: Case, converted: Converted, workload: Workload, plan: Plan) -> list[Difference]:
    """Everything in which the two designs differ: indexes, requests of a pattern, filters."""
    found = []
    if len(plan.table.gsis) != case.gsi_count:
        found.append(_indexes(case, workload, plan))
    for pattern in case.patterns:
        designs = [plan.pattern(name) for name in converted.names[pattern.id]]
        found += _requests(case, pattern.id, designs, plan)
        found += _filters(case, pattern.id, designs)
    return found


def _indexes(case: Case, workload: Workload, plan: Plan) -> Difference:
    ours, theirs = len(plan.table.gsis), case.gsi_count
    more = ours > theirs
    if more:
        cause, why = _beyond_identity(case, plan) or _local(case, plan) or _with_as_many(case, workload, plan)
    else:
        cause = SHARED_PLACE
        shared = [f"{i.name} holds {', '.join(i.entities)} for {', '.join(i.patterns)}" for i in plan.table.gsis]
        why = "; ".join(shared) or "the table answers everything"
    return Difference("GSIs", str(ours), str(theirs), more, cause, why)


def _local(case: Case, plan: Plan) -> tuple[str, str] | None:
    """That the author has no fewer indexes, if some are local: those serve strong reads, or GSIs do as well."""
    every = len(plan.table.gsis) + len(plan.table.lsis)
    if not case.lsi_count or every > case.gsi_count + case.lsi_count:
        return None
    return LOCAL, f"indexes of ours: {every}; of the author: {case.gsi_count} GSIs and {case.lsi_count} LSIs"


def _with_as_many(case: Case, workload: Workload, plan: Plan) -> tuple[str, str]:
    """What our planner would have to give up with as many GSIs as the author has."""
    fewer = make_plan(with_at_most(workload, case.gsi_count))
    lost = [p.name for p in fewer.patterns if p.status == "unserved"]
    delta = compare(workload, plan, fewer)
    slower = [
        f"{c.pattern} {c.after.request_count} instead of {c.before.request_count}"
        for c in delta.changes
        if c.before and c.after and c.after.request_count > c.before.request_count
    ]
    said = [f"not served: {', '.join(lost)}"] if lost else []
    said += [f"requests of {', '.join(slower)}"] if slower else []
    if delta.after.monthly > delta.before.monthly:
        said.append(f"${money(delta.after.monthly)} a month instead of ${money(delta.before.monthly)}")
    return (NOT_WITH_FEWER if said else "", f"with {case.gsi_count}: {'; '.join(said) or 'the same'}")


def _beyond_identity(case: Case, plan: Plan) -> tuple[str, str] | None:
    """The entities that force our indexes and whose key in the author's tables is more than their identity, if any."""
    said = []
    for name in dict.fromkeys(i.entity for i in plan.proof.incompatible):
        entity = next((e for e in case.entities if e.name == name), None)
        extra = [a for a in case.base_attributes(name) if entity and a not in entity.identity]
        if entity and extra:
            patterns = [i.pattern for i in plan.proof.incompatible if i.entity == name]
            needed = (
                f"no two of {', '.join(patterns)} share a place" if patterns[1:] else f"{patterns[0]} needs an index"
            )
            beside = f"holds {', '.join(extra)} beside its identity ({', '.join(entity.identity)})"
            said.append(
                f"the author's base key of {name} {beside}, so that nothing keeps two items from having one identity; "
                f"with a base key of the identity alone, {needed}"
            )
    return (BEYOND_IDENTITY, "; ".join(said)) if said else None


def _requests(case: Case, pattern: str, designs: list[PatternDesign], plan: Plan) -> list[Difference]:
    rows = case.rows(pattern)
    known = [r.requests for r in rows if r.requests is not None]
    if not rows or len(known) < len(rows):
        return []
    ours, theirs = sum(d.request_count for d in designs), sum(known)
    if ours == theirs:
        return []
    both = f"ours: {', '.join(map(_operations, designs))}; the author's: {', '.join(r.operation for r in rows)}"
    if ours > theirs:
        cause, why = _reads_first(designs, plan)
        if any(r.shards > 1 for d in designs for r in d.reads):
            cause = SPREAD
    else:
        together = len({r.operation for r in rows}) > 1 and all(len(d.reads) == 1 for d in designs)
        cause, why = (ONE_PARTITION if together else FEWER_OPERATIONS), ""
        spread = [f"{r.requests} requests of {r.key_condition}" for r in rows if (r.requests or 0) > 1]
        if spread:
            why = f"the author asks for {'; '.join(spread)}"
    return [Difference(pattern, str(ours), str(theirs), ours > theirs, cause, "; ".join(filter(None, (why, both))))]


def _operations(design: PatternDesign) -> str:
    read_first = any(step.read_first for step in design.steps)
    names = [f"{r.operation} of {r.index or 'the table'}" for r in design.reads]
    names += ["GetItem"] if read_first else []
    names += [str(design.write_operation)] if design.write_operation else []
    return " and ".join(names)


def _reads_first(designs: list[PatternDesign], plan: Plan) -> tuple[str, str]:
    """The keys and guards that a write changes by attributes that it must read; empty where it does not."""
    said = []
    for design in designs:
        for step in design.steps:
            for change in step.changes if step.read_first else ():
                for entity in plan.entities:
                    said += _key_text(entity, change.place, change.name, step.read_first)
    guarded = [s for d in designs for s in d.steps if s.guards and s.read_first]
    if guarded and not said:
        names = ", ".join(dict.fromkeys(name for step in guarded for name in step.read_first))
        return KEPT_UNIQUE, f"it reads {names} first, for the item that keeps a value unique goes or changes with it"
    if not said:
        return "", "; ".join(filter(None, (d.reason for d in designs)))
    told = "; ".join(dict.fromkeys(said))
    return READS_FIRST, f"{told}: the update changes the value without knowing it, so it reads it first"


def _key_text(entity: EntityDesign, place: str, name: str, read: tuple[str, ...]) -> list[str]:
    key = entity.key(place)
    fields = [f for f in (key.fields if key else ()) if f.name == name and isinstance(f.value, Template)]
    held = [(f, [a for a in f.value.attributes if a in read]) for f in fields if isinstance(f.value, Template)]
    return [
        f"{entity.entity} has {f.name} = {f.value} in {place}, which holds {', '.join(names)}"
        for f, names in held
        if names
    ]


def _filters(case: Case, pattern: str, designs: list[PatternDesign]) -> list[Difference]:
    ours = any(
        (r.filters and r.operation is not Operation.GET_ITEM) or r.operation is Operation.SCAN
        for d in designs
        for r in d.reads
    )
    rows = [r for r in case.rows(pattern) if r.reads]
    theirs = any(r.filter or r.operation == "Scan" for r in rows)
    if ours == theirs:
        return []
    if ours:
        words = [wording.filters(r) or str(r.operation) for d in designs for r in d.reads]
        return [Difference(pattern, "filters", "does not filter", more=True, cause="", why="; ".join(words))]
    words = [wording.key_condition(r) for d in designs for r in d.reads]
    author = "; ".join(f"{r.operation} {r.key_condition}".strip() for r in rows)
    why = f"ours: {'; '.join(words)}; the author's: {author}"
    return [Difference(pattern, "does not filter", "filters", more=False, cause=KEY_NOT_FILTER, why=why)]
