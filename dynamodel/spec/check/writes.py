"""Checks of writes and transactions."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from dynamodel.spec.check.collections import check_member
from dynamodel.spec.check.conditions import check_condition, check_constant, check_refs
from dynamodel.spec.check.report import NUMBERS, a_kind
from dynamodel.spec.constants import amount
from dynamodel.spec.links import may_lack, vias_to
from dynamodel.spec.nodes import ConditionSpec, RefSpec
from dynamodel.spec.pattern_nodes import (
    CheckSpec,
    CreateSpec,
    DeleteSpec,
    GetSpec,
    PutSpec,
    UpdateSpec,
    UpsertSpec,
    WriteCommon,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.spec.check.report import Report
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.nodes import AttributeSpec, EntitySpec
    from dynamodel.spec.pattern_nodes import StepSpec, TransactionSpec

_OF_THE_WHOLE = ("rps", "peak", "hottest", "returns", "consistent", "all_tenants", "doc")


def check_transaction(report: Report, pattern: TransactionSpec, at: Pointer) -> None:
    """The steps: all Gets, or writes and checks."""
    if not pattern.steps:
        report.add("DM332", at, f"`{pattern.name}` has no steps", "`Transaction(Create(...), Update(...))`")
    gets = [s for s in pattern.steps if isinstance(s, GetSpec)]
    if gets and len(gets) < len(pattern.steps):
        report.add(
            "DM332", at, f"`{pattern.name}` reads and writes", "all steps are `Get`s, or none: demand with `Check`"
        )
    elif pattern.steps and all(isinstance(s, CheckSpec) for s in pattern.steps):
        report.add("DM332", at, f"`{pattern.name}` changes nothing", "add a write, or use `Get`")
    for index, step in enumerate(pattern.steps):
        here = (*at, "steps", index)
        check_member(report, step, here, _OF_THE_WHOLE, "transaction")
        if isinstance(step, GetSpec):
            entity = report.entity(step.entity, here)
            refs = step.by or ()
            if (
                entity is not None
                and step.by is not None
                and None not in check_refs(report, refs, (*here, "by"), entity.name)
            ):
                _identifies(report, [r.attribute for r in refs], entity, (*here, "by"), "a `Get` in a transaction")
        else:
            beside = [s for s in pattern.steps if s is not step and not isinstance(s, GetSpec)]
            check_write(report, step, here, inside=True, beside=beside)
            _which_parent(report, step, pattern.steps, here)
            _has_parent(report, step, pattern.steps, here)


def _known(report: Report, step: StepSpec) -> set[str]:
    """The attributes of a step's one item that the transaction knows before it is sent."""
    entity, times = report.spec.entity(step.entity), getattr(step, "times", None)
    if entity is None or (times is not None and (times[1] if isinstance(times, tuple | list) else times) != 1):
        return set()
    if isinstance(step, CreateSpec | PutSpec):
        return {a.name for a in entity.attributes}
    return {r.name for r in step.by or () if r.entity == entity.name} or set(entity.identity)


def _which_parent(report: Report, step: StepSpec, steps: Sequence[StepSpec | GetSpec], at: Pointer) -> None:
    """Of two parents of one type, a step on one says which it is about; else the first step has the first parent."""
    if isinstance(step, CreateSpec | PutSpec) or any(r.entity != step.entity for r in step.by or ()):
        return
    for other in steps:
        child = report.spec.entity(other.entity)
        if isinstance(other, GetSpec) or child is None or child.name == step.entity:
            continue
        known = _known(report, other)
        named = [via for via in vias_to(report.spec, child, step.entity) if via and set(via) <= known]
        if len(named) > 1:
            ways = [", ".join(f"{child.name}.{name}" for name in via) for via in named]
            hint = " or ".join(f"`by=({w})`" if ", " in w else f"`by={w}`" for w in ways)
            before = sum(s.entity == step.entity for s in takewhile(lambda s: s is not step, steps))
            report.add("DM348", at, f"`{child.name}` has several parents `{step.entity}`, and the step does not say "
                       f"which: it is about the one of `{ways[min(before, len(ways) - 1)]}`", hint)  # fmt: skip
            return


def _has_parent(report: Report, step: StepSpec, steps: Sequence[StepSpec | GetSpec], at: Pointer) -> None:
    """A step on the parent of an item that another one stores: the item has one, whichever item it is."""
    if isinstance(step, CreateSpec | PutSpec):
        return
    for other in steps:
        child = report.spec.entity(other.entity)
        if not isinstance(other, CreateSpec | PutSpec) or child is None:
            continue
        named = {r.name for r in step.by or () if r.entity == child.name != step.entity}
        vias = [via for via in vias_to(report.spec, child, step.entity) if not named or named == set(via)]
        lacked = next(filter(None, (may_lack(child, via) for via in vias)), "")
        if lacked:
            report.add("DM349", at, f"`{child.name}.{lacked}` may be absent: such an item has no `{step.entity}` that "
                       "this step could be about",
                       f"make `{lacked}` required, or write `{step.entity}` by itself")  # fmt: skip
            return


def check_write(
    report: Report, pattern: StepSpec, at: Pointer, *, inside: bool = False, beside: Sequence[StepSpec] = ()
) -> None:
    """One write: where it finds its item, what it changes, what it demands; `beside` are the other steps.

    A step may find its item by the attributes with which the item of another step names its parent.
    """
    entity = report.entity(pattern.entity, (*at, "entity"))
    if entity is None:
        return
    by: tuple[RefSpec, ...] | None = getattr(pattern, "by", None)
    children = [s.entity for s in beside if any(r.entity == s.entity != entity.name for r in by or ())]
    if by is not None and None not in check_refs(report, by, (*at, "by"), entity.name, *children):
        alone = isinstance(pattern, DeleteSpec) and not inside
        if children:
            _names_parent(report, by, entity, [s for s in beside if s.entity == by[0].entity], (*at, "by"))
        elif not alone:
            _identifies(report, [r.attribute for r in by], entity, (*at, "by"), f"`{pattern.kind}`")
    for index, condition in enumerate(getattr(pattern, "when", ())):
        check_condition(report, condition, (*at, "when", index), entity, "when")
    if isinstance(pattern, WriteCommon) and pattern.times is not None and not inside:
        _batched(report, pattern, entity, at)
    if isinstance(pattern, UpdateSpec | UpsertSpec):
        _changes(report, pattern, entity, at)


def _batched(report: Report, pattern: WriteCommon, entity: EntitySpec, at: Pointer) -> None:
    """A write of many items outside a transaction: a batch puts and deletes, and looks at nothing."""
    times = pattern.times
    if (times[1] if isinstance(times, tuple | list) else times) == 1:
        report.add("DM341", (*at, "times"), "`times=1` is what a write is anyway", "leave it out")
        return
    if not isinstance(pattern, PutSpec | DeleteSpec):
        kind = getattr(pattern, "kind", "check")
        report.add("DM341", (*at, "times"), f"a batch cannot {kind}: it knows no conditions",
                   "use `Put` or `Delete`, or make it a step of a `Transaction`")  # fmt: skip
        return
    reasons = ["it has a condition, `when`"] if pattern.when else []
    by = pattern.by if isinstance(pattern, DeleteSpec) else None
    if by is not None and {r.attribute for r in by} != set(entity.identity):
        reasons.append("what it finds by other attributes it deletes in batches anyway")
    if entity.unique or any(a.unique for a in entity.attributes):
        reasons.append(f"`{entity.name}` has unique values, whose guards change with the item")
    reasons += [f"`{entity.name}` is counted in `{entity.counted_in[0]}`"] if entity.counted_in else []
    reasons += [f"the versions of `{entity.name}` are kept"] if entity.history else []
    tenant = report.spec.tenant
    if isinstance(pattern, DeleteSpec) and tenant and entity.attribute(tenant) and tenant not in entity.identity:
        reasons.append(f"whether an item is of the `{tenant}` is a condition")
    for reason in reasons:
        report.add("DM557", (*at, "times"), f"`{entity.name}` cannot be written in batches: {reason}",
                   "leave `times` out, or make it a step of a `Transaction`")  # fmt: skip


def _identifies(report: Report, names: list[str], entity: EntitySpec, at: Pointer, what: str) -> None:
    if set(names) != set(entity.identity):
        report.add(
            "DM343",
            at,
            f"{what} finds its item by identity",
            f"`{entity.name}` has the identity: {', '.join(entity.identity)}",
        )


def _names_parent(
    report: Report, by: Sequence[RefSpec], parent: EntitySpec, steps: Sequence[StepSpec], at: Pointer
) -> None:
    """Whether the attributes are those with which the one item of one other step names a parent of this type."""
    child = report.spec.entity(by[0].entity)
    names, one = {r.name for r in by if child is not None and r.entity == child.name}, len(steps) == 1
    links = vias_to(report.spec, child, parent.name) if child else []
    if (
        len(names) < len(by)
        or not one
        or names not in [set(via) for via in links]
        or not names <= _known(report, steps[0])
    ):
        report.add("DM343", at, f"{', '.join(f'`{r}`' for r in by)} does not name one `{parent.name}`",
                   "`by` takes the identity, or the `via` of a parent of one other item")  # fmt: skip


def _changes(report: Report, pattern: UpdateSpec | UpsertSpec, entity: EntitySpec, at: Pointer) -> None:
    changed: set[str] = set()
    if not (pattern.set or pattern.add or pattern.remove or pattern.append):
        report.add(
            "DM327",
            at,
            f"`{pattern.kind}` of `{entity.name}` changes nothing",
            "say `set`, `add`, `remove` or `append`",
        )
    for word in ("set", "add", "append", "remove"):
        for index, item in enumerate(getattr(pattern, word)):
            here = (*at, word, index)
            ref = item if isinstance(item, RefSpec) else item.attr
            if isinstance(item, ConditionSpec):
                if item.op != "eq" or item.given or ref is None:
                    report.add(
                        "DM310", here, "a change is a reference, or `attribute == constant`", "use the operator `==`"
                    )
                    continue
                if word == "set":
                    check_condition(report, item, here, entity, "set")
            attribute = report.attribute(ref, here, entity.name) if ref else None
            if attribute is None or ref is None:
                continue
            if ref.bucket or ref.descending or ref.nulls:
                report.add("DM336", here, f"`{ref}` is changed as it is", "write the attribute alone")
            if attribute.name in changed:
                report.add("DM329", here, f"`{ref}` is changed twice", "one change for each attribute")
            changed.add(attribute.name)
            if _change(report, word, attribute, entity, here) and isinstance(item, ConditionSpec) and word != "set":
                check_constant(report, item, here, amount(attribute.type) if word == "add" else attribute.type)
    if isinstance(pattern, UpsertSpec):
        _made(report, entity, changed, at)


def _made(report: Report, entity: EntitySpec, changed: set[str], at: Pointer) -> None:
    """Whether an upsert that changes these attributes can also make the item."""
    if entity.history is not None:
        report.add("DM554", at, f"`upsert` of `{entity.name}`, whose versions are kept",
                   "make items with `Create` or `Put`, change them with `Update`")  # fmt: skip
        return
    missing = [a.name for a in entity.attributes
               if a.name not in changed and a.name not in entity.identity and a.role in {None, "ttl"}
               and not (a.optional or _starts(entity, a) or a.type.kind == "set")]  # fmt: skip
    if missing:
        report.add("DM346", at, f"`upsert` may make a `{entity.name}` without "
                                f"{', '.join(f'`{m}`' for m in missing)}",
                   "add it to `set`, give it a default, or use `Put`")  # fmt: skip


def _starts(entity: EntitySpec, attribute: AttributeSpec) -> bool:
    """Whether an item that an upsert makes has this attribute by its default; what is unique is claimed, so not."""
    unique = attribute.unique or any(attribute.name in names for names in entity.unique)
    return attribute.default is not None and attribute.type.kind != "object" and not unique


def _change(report: Report, word: str, attribute: AttributeSpec, entity: EntitySpec, at: Pointer) -> bool:
    """Whether an attribute of this type can be changed in this way."""
    name, kind = f"{entity.name}.{attribute.name}", attribute.type.kind
    fixed = "is part of the identity" if attribute.name in entity.identity else ""
    fixed = fixed or ("is immutable" if attribute.immutable or attribute.role == "created" else "")
    fixed = fixed or ("is counted up by every update" if attribute.role == "version" else "")
    if fixed:
        report.add("DM328", at, f"`{name}` {fixed}", "delete and create, or leave it out")
    numbers = (
        attribute.type.kind == "map" and attribute.type.element is not None and attribute.type.element.kind in NUMBERS
    )
    addable = kind in NUMBERS | {"set"} or numbers
    if word == "add" and not addable:
        report.add(
            "DM330",
            at,
            f"`{name}` is {a_kind(attribute)}: nothing can be added to it",
            "numbers, sets and maps of numbers can",
        )
    if word == "append" and kind != "list":
        report.add(
            "DM330",
            at,
            f"`{name}` is {a_kind(attribute)}: nothing can be appended to it",
            "lists can; for a set use `add`",
        )
    if word == "remove" and not attribute.optional:
        report.add("DM331", at, f"`{name}` is required: it cannot be removed", "add `| None` to its type")
    return {"add": addable, "append": kind == "list"}.get(word, True)
