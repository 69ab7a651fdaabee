"""Checks of references and conditions inside an access pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.spec.check.report import CONTAINERS, a_kind
from dynamodel.spec.constants import BadConstant, constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.spec.check.report import Report
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.nodes import AttributeSpec, ConditionSpec, EntitySpec, RefSpec, TypeSpec

Named = tuple[str, str]  # (entity, attribute)

_TEXT = frozenset({"string", "ulid", "uuid", "enum"})
_RANGES = frozenset({"lt", "le", "gt", "ge", "between", "begins_with"})


def check_refs(report: Report, refs: Sequence[RefSpec], at: Pointer, *owners: str) -> list[AttributeSpec | None]:
    """References that name values of the caller: existing, of the right entity, without the marks of an order."""
    found: list[AttributeSpec | None] = []
    seen: set[str] = set()
    for index, ref in enumerate(refs):
        here = (*at, index)
        attribute = report.attribute(ref, here, *owners)
        found.append(attribute)
        if ref.descending or ref.nulls:
            report.add("DM336", here, f"`{ref}` has a direction, but this is no order", "write it in `order_by`")
        if attribute is not None and attribute.type.kind in CONTAINERS:
            report.add(
                "DM317",
                here,
                f"`{ref}` is {a_kind(attribute)}: items are not found by it",
                "store the part that you look for",
            )
        if str(ref) + str(ref.bucket) in seen:
            report.add("DM340", here, f"`{ref}` is named twice", "once is enough")
        seen.add(str(ref) + str(ref.bucket))
    return found


def check_order(
    report: Report,
    refs: Sequence[RefSpec],
    at: Pointer,
    entity: EntitySpec,
    *,
    certain: set[Named],
    fixed: set[Named],
    parents: bool,
) -> None:
    """An order: `certain` attributes have a value in every row, `fixed` ones the same in all.

    A parent's attribute, where `parents` allows it, has no value in rows without that parent.
    """
    seen: set[Named] = set()
    for index, ref in enumerate(refs):
        here = (*at, index)
        attribute = report.attribute(ref, here, *report.owners(entity, ref, parents=parents))
        if attribute is None:
            continue
        if named(ref) in seen:
            report.add("DM340", here, f"the order names `{ref}` twice", "the first decides")
        seen.add(named(ref))
        may_miss = attribute.optional or ref.entity != entity.name
        if attribute.type.kind in CONTAINERS:
            report.add(
                "DM317", here, f"`{ref}` is {a_kind(attribute)}: it has no order", "order by text, a number or a time"
            )
        elif named(ref) in fixed:
            report.add("DM323", here, f"the order names `{ref}`, which is the same in all rows", "leave it out")
        elif may_miss and ref.nulls is None and (ref.entity, ref.name) not in certain:
            word = "desc" if ref.descending else "asc"
            report.add("DM322", here, f"the order is by `{ref}`, which may be absent",
                       f'`{word}({ref}, nulls="first")` or `nulls="last"`, or `where=present({ref})`')  # fmt: skip


def named(ref: RefSpec) -> Named:
    """What a reference names: two entities may have attributes of one name."""
    return ref.entity, ref.attribute


def check_condition(
    report: Report, condition: ConditionSpec, at: Pointer, entity: EntitySpec, what: str, *, parents: bool = False
) -> None:
    """One condition of `where`, `range`, `filter`, `when`, or a constant of a change."""
    if condition.op == "any_of":
        for index, inner in enumerate(condition.any_of):
            check_condition(report, inner, (*at, "any_of", index), entity, what, parents=parents)
        return
    if condition.attr is None:
        return
    ref = condition.attr
    attribute = report.attribute(ref, (*at, "attr"), *report.owners(entity, ref, parents=parents))
    if ref.descending or ref.nulls:
        report.add("DM336", (*at, "attr"), f"`{ref}` has a direction, but this is no order", "write it in `order_by`")
    if attribute is None:
        return
    kind = "string" if ref.bucket else attribute.type.kind
    _operator(report, condition, at, attribute, kind=kind, what=what, entity=entity.name)
    if condition.now:
        if kind != "datetime":
            day = "; which day it is differs from place to place: let the caller say it" if kind == "date" else ""
            report.add(
                "DM337",
                at,
                f"`{ref}` is {a_kind(attribute)}: it is not compared with the clock",
                f"`now()` goes with a datetime{day}",
            )
    elif condition.value is not None and not ref.bucket:
        check_constant(report, condition, at, attribute.type)


def check_constant(report: Report, condition: ConditionSpec, at: Pointer, of: TypeSpec) -> None:
    """Whether the constant of a condition, or of a change, is of a type."""
    try:
        constant(of, condition.value, strict=bool(getattr(report.spec.origin, "strict", False)))
    except BadConstant as bad:
        report.add("DM316", at, f"`{condition.attr}`: {bad.message}", bad.hint)


def _operator(
    report: Report,
    condition: ConditionSpec,
    at: Pointer,
    attribute: AttributeSpec,
    *,
    kind: str,
    what: str,
    entity: str,
) -> None:
    ref = condition.attr
    if condition.op == "begins_with" and kind not in _TEXT:
        report.add(
            "DM317", at, f"`{ref}` is {a_kind(attribute)}: `begins_with` is for text", "use `between`, `ge` or `lt`"
        )
    elif condition.op in _RANGES and (kind in CONTAINERS or kind == "boolean"):
        report.add("DM317", at, f"`{ref}` is {a_kind(attribute)}: it has no order", "compare text, numbers or times")
    elif condition.op in {"eq", "ne"} and kind in CONTAINERS and what in {"where", "filter"}:
        report.add(
            "DM317",
            at,
            f"`{ref}` is {a_kind(attribute)}: items are not found by it",
            "store the part that you look for",
        )
    foreign = ref is not None and ref.entity != entity
    if condition.op in {"present", "absent"} and not (attribute.optional or foreign) and attribute.role != "ttl":
        report.add("DM338", at, f"`{ref}` always has a value", "remove the condition, or add `| None` to the type")


def certain_of(conditions: Sequence[ConditionSpec], by: Sequence[RefSpec], range_: ConditionSpec | None) -> set[Named]:
    """Attributes that have a value in every row that conditions let through."""
    every = [*conditions, *([range_] if range_ else [])]
    told = {(c.attr.entity, c.attr.name) for c in every if c.attr and c.op not in {"absent", "ne"}}
    return told | {(r.entity, r.name) for r in by}
