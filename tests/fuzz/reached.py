"""What of the language and of the planner's means a model reaches: random models are held to reach all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.plan import Operation
from dynamodel.ir.reads import ReadKind, ReadPattern
from dynamodel.ir.writes import ActionKind, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.ir.plan import Plan
    from dynamodel.ir.workload import Workload

KEYS = {"GSI", "LSI", "multi-attribute GSI", "attributes of several entities", "sparse key", "shards"}
BESIDE = {"copy", "copy of a part", "guard", "guard that answers"}
COPIED = {"copy of what is upserted", "copy of a list", "copy of what is versioned"}
PROJECTIONS = {"ALL", "KEYS_ONLY", "INCLUDE"}
MEANS = {"read first", "history", "count", "counter over children", "copied attribute", "joined attribute"}
TOGETHER = {"collection in the table", "collection in a GSI", "collection in a LSI"}
KINDS = {f"{kind}" for kind in (*ReadKind, *StepKind, *ActionKind)} - {ReadKind.SEARCH, StepKind.LOOK}
OPERATIONS = {f"{operation}" for operation in Operation} - {Operation.SEARCH_VECTORS}  # no backend runs it
EVERYTHING = KEYS | BESIDE | COPIED | PROJECTIONS | MEANS | TOGETHER | KINDS | OPERATIONS


def reached(workload: Workload, plan: Plan) -> set[str]:
    """The words of `EVERYTHING` that a model and its plan have something to do with."""
    return {*_places(plan), *_patterns(workload), *_entities(workload), *_requests(plan), *_copied(workload, plan)}


def _places(plan: Plan) -> Iterator[str]:
    for index in plan.table.indexes:
        yield index.kind.upper()
        yield index.projection.type
        if len(index.partition) > 1 or len(index.sort) > 1:
            yield "multi-attribute GSI"
        yield from ("attributes of several entities" for _ in [index] if index.natural and len(index.entities) > 1)
    for entity in plan.entities:
        keys = (entity.base, *entity.indexes)
        yield from (word for word, held in (("guard", entity.guards), ("copy", entity.copies)) if held)
        yield from ("shards" for key in keys if key.shards > 1)
        yield from ("sparse key" for key in keys if key.when)
        yield from ("copy of a part" for copy in entity.copies if copy.when)


def _patterns(workload: Workload) -> Iterator[str]:
    yield from ("copied attribute" for _ in workload.copied)
    yield from ("joined attribute" for pattern in workload.reads for _ in pattern.joins)
    for pattern in workload.patterns:
        if isinstance(pattern, ReadPattern):
            yield f"{pattern.kind}"
            yield from ("count" for _ in [pattern] if pattern.count)
        else:
            yield from (f"{step.kind}" for step in pattern.steps)
            yield from (f"{action.kind}" for step in pattern.steps for action in step.actions)


def _entities(workload: Workload) -> Iterator[str]:
    for entity in workload.entities:
        yield from ("history" for _ in [entity] if entity.history)
        yield from ("counter over children" for _ in [entity] if entity.counted_in)


def _requests(plan: Plan) -> Iterator[str]:
    for pattern in plan.patterns:
        for read in pattern.reads:
            yield f"{read.operation}"
            yield from (f"collection in {_kind(read.index)}" for _ in [read] if len(read.parts) > 1)
            yield from ("guard that answers" for _ in [read] if read.beside.startswith("GUARD"))
        yield from ("read first" for step in pattern.steps if step.read_first)
        if pattern.write_operation is not None:
            yield f"{pattern.write_operation}"


def _kind(index: str | None) -> str:
    return "the table" if index is None else f"a {index[:3]}"


def _copied(workload: Workload, plan: Plan) -> Iterator[str]:
    """What is copied though it is not plain how: it may be new, or one of many, or keep its versions."""
    for pattern in workload.writes:
        for step, how in zip(pattern.steps, plan.pattern(pattern.name).steps, strict=True):
            design = plan.entity(step.entity)
            kept = [n for n in (*how.guards, *how.refreshed) if n >= len(design.guards)]
            yield from ("copy of what is upserted" for _ in kept if step.kind is StepKind.UPSERT)
            yield from ("copy of a list" for _ in kept if pattern.batched)
            yield from ("copy of what is versioned" for _ in kept if workload.entity(step.entity).history)
