"""Copies of parents' attributes: each child takes its own when it is made, and each change of a parent reaches it.

In: the court. Out: findings DM485. It asks of every declared write what it may do to a parent or a child, and whether
the steps of the workload that the plan was made for follow from that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.values import FromEntity, FromStep, Given
from dynamodel.ir.writes import ActionKind, StepKind
from dynamodel.planner.checks.court import attribute_of

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.plan import Plan
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.workload import CopiedDef, Workload
    from dynamodel.ir.writes import StepDef, WritePattern
    from dynamodel.planner.checks.court import Court

_CODE = "DM485"


def check_copied(court: Court) -> None:
    """Check every kept copy, and that the plan says the same of them as the workload."""
    workload, plan = court.workload, court.plan
    if plan.copied != workload.copied:
        court.refuse(_CODE, "the plan keeps other copies of parents' attributes than the writes do", workload.title)
    kept = {(e.name, a.name) for e in workload.entities for a in e.stored if a.kept}
    for entity, name in sorted(kept ^ {(c.entity, c.attribute) for c in workload.copied}):
        court.refuse(_CODE, f"nothing says of what `{name}` is a copy", entity, name)
    for copy in workload.copied:
        _check_copy(court.at(copy.entity, copy.attribute), copy)
    for choice in plan.choices:
        costs = {"copied": choice.copied, "joined": choice.joined}
        other = [c for way, c in costs.items() if way != choice.way and c is not None]
        own = costs[choice.way]
        if own is not None and any(own > c for c in other):
            names = ", ".join(choice.attributes)
            court.refuse(_CODE, f"{names} of {choice.parent} are {choice.way}, the dearer way", choice.entity)


def _check_copy(court: Court, copy: CopiedDef) -> None:
    child, parent = court.entity(copy.entity), court.entity(copy.parent)
    mine = attribute_of(child, copy.attribute) if child else None
    source = attribute_of(parent, copy.source) if parent else None
    if child is None or parent is None or mine is None or source is None or mine.type != source.type:
        court.refuse(_CODE, f"there is no `{copy.source}` of {copy.parent} to copy")
        return
    if not any(p.entity == copy.parent and p.via == copy.via for p in child.parents) or not mine.optional:
        court.refuse(_CODE, f"`{copy.attribute}` does not follow a parent that may be missing")
    if parent.with_role("ttl") is not None:
        court.refuse(_CODE, f"{parent.name} expires, and its children do not hear of it")
    for pattern, step in court.workload.steps_on(copy.entity):
        if step.kind in {StepKind.CREATE, StepKind.PUT}:
            _check_taken(court, copy, pattern, step, fixed=source.immutable)
        elif step.kind is StepKind.UPSERT or {a.attribute for a in step.actions} & set(copy.via):
            court.refuse(_CODE, f"`{pattern.name}` may give a {copy.entity} another {copy.parent}")
        elif not pattern.kept and any(a.attribute == copy.attribute for a in step.actions):
            court.refuse(_CODE, f"`{pattern.name}` changes a copy")
    for pattern, step in court.workload.steps_on(copy.parent):
        sets = any(a.attribute == copy.source for a in step.actions)
        replaces = step.kind in {StepKind.CREATE, StepKind.PUT, StepKind.UPSERT, StepKind.DELETE}
        if step.kind is StepKind.CREATE and _is_unheard_of(parent, copy, pattern):
            continue
        if (sets or replaces) and not _is_spread(court.workload, copy, pattern, step):
            court.refuse(_CODE, f"`{pattern.name}` changes `{copy.source}` and leaves its copies")


def _is_unheard_of(parent: EntityDef, copy: CopiedDef, pattern: WritePattern) -> bool:
    """Whether no child can name a new parent yet: its own identity is generated, and the call makes no child."""
    own = set(parent.identity) - {name for above in parent.parents for name in above.via}
    fresh = any(a.generated for a in parent.attributes if a.name in own)
    made = any(s.entity == copy.entity and s.kind in {StepKind.CREATE, StepKind.PUT} for s in pattern.steps)
    return fresh and not made


def _check_taken(court: Court, copy: CopiedDef, pattern: WritePattern, step: StepDef, *, fixed: bool) -> None:
    """A new child takes its copy from the parent that it names, as that is when the child is written."""
    taken = next((t for t in step.taken if t.attribute == copy.attribute and not t.plus), None)
    if taken is None or not 0 <= taken.step < len(pattern.steps):
        court.refuse(_CODE, f"`{pattern.name}` makes a {copy.entity} without its copy")
        return
    looks, parent = pattern.steps[taken.step], court.entity(copy.parent)
    via = dict(zip(parent.identity if parent else (), copy.via, strict=False))
    named = all(e.source == FromEntity(step.argument or "", via.get(e.attribute, "")) for e in looks.equals)
    if looks.entity != copy.parent or not named or {e.attribute for e in looks.equals} != set(via):
        court.refuse(_CODE, f"`{pattern.name}` takes a copy from another item than the parent")
    planned = _planned(court.plan, pattern.name, taken.step)
    if taken.counter != copy.source or copy.source not in looks.reads or copy.source not in (*planned, *via):
        court.refuse(_CODE, f"`{pattern.name}` does not read what a new {copy.entity} copies")
    # A parent that may change between the look and the write must be held fast, or be spread afterwards.
    spread = any(_reaches(court.workload, copy, s.find, s.keep) for s in pattern.spreads)
    if looks.kind is StepKind.LOOK and not fixed and not spread:
        court.refuse(_CODE, f"`{pattern.name}` reads a {copy.parent} that may change before the write")


def _planned(plan: Plan, pattern: str, step: int) -> tuple[str, ...]:
    design = next((p for p in plan.patterns if p.name == pattern), None)
    return design.steps[step].read_first if design is not None and step < len(design.steps) else ()


def _is_spread(workload: Workload, copy: CopiedDef, pattern: WritePattern, step: StepDef) -> bool:
    """Whether the children are renewed after a step that changes their parent."""
    if not step.by_identity or step.times.most > 1:
        return False
    return any(pattern.steps[s.step] is step and _reaches(workload, copy, s.find, s.keep) for s in pattern.spreads)


def _reaches(workload: Workload, copy: CopiedDef, find: str, keep: str) -> bool:
    """Whether a read finds all children of a parent, and a write renews the copy in each, the parent held fast."""
    found = next((p for p in workload.reads if p.name == find), None)
    renewed = next((p for p in workload.writes if p.name == keep), None)
    return found is not None and renewed is not None and _finds(copy, found) and _renews(workload, copy, renewed)


def _finds(copy: CopiedDef, found: ReadPattern) -> bool:
    (part,) = found.parts
    whole = not (part.where or part.filter or part.range or part.limit)
    return part.entity == copy.entity and whole and {e.attribute for e in part.equals} == set(copy.via)


def _renews(workload: Workload, copy: CopiedDef, renewed: WritePattern) -> bool:
    holds, update = renewed.steps
    parent, child = workload.entity(copy.parent), workload.entity(copy.entity)
    named = {e.attribute: e.source for e in holds.equals}
    held = (
        holds.kind is StepKind.CHECK
        and copy.source in holds.reads
        and named == dict(zip(parent.identity, map(Given, copy.via), strict=True))
    )
    sets = [a for a in update.actions if a.attribute == copy.attribute]
    exact = len(sets) == 1 and sets[0].kind is ActionKind.SET and sets[0].source == FromStep(0, copy.source)
    owns = update.kind is StepKind.UPDATE and {e.attribute for e in update.equals} == set(child.identity)
    return renewed.transaction and held and exact and owns and update.entity == copy.entity and update.quiet
