"""Checks of writes on what is counted and numbered: a counter is right only if each write can keep it so.

`counted_in` and `taken_from` promise something about all items together, so they forbid writes that cannot tell a new
item from an old one, or that change a counter by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.spec.links import via_of
from dynamodel.spec.nodes import RefSpec
from dynamodel.spec.pattern_nodes import (
    ChangeCommon,
    CreateSpec,
    DeleteSpec,
    PutSpec,
    TransactionSpec,
    UpdateSpec,
    UpsertSpec,
    WriteCommon,
)

if TYPE_CHECKING:
    from dynamodel.spec.check.report import Report
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.nodes import EntitySpec


def check_counting(report: Report) -> None:
    """Every write, alone or as a step."""
    numbered = {
        (a.taken_from.entity, a.taken_from.name): f"{e.name}.{a.name}"
        for e in report.spec.entities
        for a in e.attributes
        if a.taken_from is not None
    }
    for index, pattern in enumerate(report.spec.patterns):
        at: Pointer = ("patterns", index)
        if isinstance(pattern, TransactionSpec):
            steps = [(s, (*at, "steps", i)) for i, s in enumerate(pattern.steps) if isinstance(s, WriteCommon)]
        else:
            steps = [(pattern, at)] if isinstance(pattern, WriteCommon) else []
        changed = {(r.entity, r.name) for s, _ in steps for _, r in _changes(s)}
        made: set[str] = set()
        for step, here in steps:
            whole = {s.entity for s, _ in steps if isinstance(s, CreateSpec | PutSpec) and s is not step}
            _check_step(report, step, here, changed, whole)
            _check_changes(report, step, here, numbered)
            entity = report.spec.entity(step.entity)
            takes = entity is not None and any(a.taken_from for a in entity.attributes)
            if isinstance(step, CreateSpec) and takes and (step.entity in made or _many(step)):
                report.add("DM552", here, f"several new items of `{step.entity}` would take one number",
                           "make them one by one")  # fmt: skip
            if isinstance(step, CreateSpec) and entity is not None:
                gone = {s.entity for s, _ in steps if isinstance(s, DeleteSpec)}
                _check_number(report, entity, here, whole - {step.entity}, gone)
            made |= {step.entity} if isinstance(step, CreateSpec) else set()


def _check_number(report: Report, entity: EntitySpec, at: Pointer, made: set[str], gone: set[str]) -> None:
    """A new item takes its number from an item that the same transaction neither makes nor deletes."""
    for attribute in entity.attributes:
        counter = attribute.taken_from
        if counter is not None and counter.entity in made | gone:
            word = "deletes" if counter.entity in gone else "makes"
            report.add("DM552", at, f"a new `{entity.name}` takes its number from `{counter}`, which the transaction "
                       f"{word} with its `{counter.entity}`", "use two calls")  # fmt: skip


def _many(step: WriteCommon) -> bool:
    times = step.times
    return times is not None and (times[1] if isinstance(times, tuple | list) else times) > 1


def _changes(step: WriteCommon) -> list[tuple[Pointer, RefSpec]]:
    """What a step changes, with the place of each change."""
    if not isinstance(step, ChangeCommon):
        return []
    found: list[tuple[Pointer, RefSpec]] = []
    for word in ("set", "add", "append", "remove"):
        for index, item in enumerate(getattr(step, word)):
            ref = item if isinstance(item, RefSpec) else item.attr
            if ref is not None:
                found.append(((word, index), ref))
    return found


def _check_step(report: Report, step: WriteCommon, at: Pointer, changed: set[tuple[str, str]], whole: set[str]) -> None:
    """A step beside others that change attributes by hand, or give whole items and their counts with them."""
    entity = report.spec.entity(step.entity)
    if entity is None:
        return
    counters = [r for r in entity.counted_in if (r.entity, r.name) not in changed and r.entity not in whole]
    if isinstance(step, PutSpec | UpsertSpec):
        kept = [f"counted in `{r}`" for r in counters]
        kept += [f"numbered by `{a.taken_from}`" for a in entity.attributes if a.taken_from is not None]
        if kept:
            report.add("DM550", at, f"`{step.kind}` of `{entity.name}` may replace an item, and the new ones are "
                       f"{kept[0]}", "make items with `Create`, change them with `Update`")  # fmt: skip
    elif counters and isinstance(step, CreateSpec) and _many(step):
        report.add("DM552", at, f"a list of `{entity.name}` may have many parents, and each is counted in "
                   f"`{counters[0]}`",
                   "make them one by one, or change the counter in the same transaction")  # fmt: skip
    elif counters and isinstance(step, DeleteSpec) and step.by is not None and not _is_identity(entity, step):
        report.add("DM552", at, f"how many `{entity.name}` are deleted is not known, and each is counted in "
                   f"`{counters[0]}`", "delete them one by one")  # fmt: skip


def _is_identity(entity: EntitySpec, step: DeleteSpec) -> bool:
    return {r.attribute for r in step.by or ()} == set(entity.identity)


def _check_changes(report: Report, step: WriteCommon, at: Pointer, numbered: dict[tuple[str, str], str]) -> None:
    entity = report.spec.entity(step.entity)
    if entity is None:
        return
    counting = {r.entity for r in entity.counted_in}
    links = {via: p.entity for p in entity.parent if p.entity in counting for via in via_of(report.spec, entity, p)}
    for place, ref in _changes(step):
        taker = numbered.get((ref.entity, ref.name))
        if taker is not None:
            report.add("DM551", (*at, *place), f"`{ref}` gives its numbers to `{taker}`: no write changes it",
                       "count something else with another attribute")  # fmt: skip
        if ref.name in links and isinstance(step, UpdateSpec):
            report.add("DM553", (*at, *place), f"`{ref}` names the `{links[ref.name]}` that counts this item",
                       "delete and create, or make the attribute `immutable=True`")  # fmt: skip
