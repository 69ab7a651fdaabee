"""Checks of reads of one type: Get, Query, BatchGet, Scan, Search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.limits import NEIGHBORS
from dynamodel.spec.check.conditions import certain_of, check_condition, check_order, check_refs, named
from dynamodel.spec.check.report import a_kind
from dynamodel.spec.pattern_nodes import GetSpec, QuerySpec, ScanSpec, SearchSpec

if TYPE_CHECKING:
    from dynamodel.spec.check.report import Report
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.nodes import EntitySpec
    from dynamodel.spec.pattern_nodes import BatchGetSpec


def check_read(
    report: Report, pattern: GetSpec | QuerySpec | BatchGetSpec | ScanSpec | SearchSpec, at: Pointer
) -> None:
    """A read that is an access pattern of its own."""
    entity = report.entity(pattern.entity, (*at, "entity"))
    if entity is None:
        return
    if isinstance(pattern, GetSpec):
        _get(report, pattern, entity, at)
    elif isinstance(pattern, QuerySpec):
        check_query(report, pattern, entity, at, parents=True)
    elif isinstance(pattern, ScanSpec):
        for index, condition in enumerate(pattern.filter):
            check_condition(report, condition, (*at, "filter", index), entity, "filter")
    elif isinstance(pattern, SearchSpec):
        check_refs(report, pattern.by, (*at, "by"), entity.name)
        vector = report.attribute(pattern.near, (*at, "near"), entity.name)
        if vector is not None and vector.type.kind != "vector":
            report.add(
                "DM334", (*at, "near"), f"`{pattern.near}` is {a_kind(vector)}, no vector", "`Vector(n)` is the type"
            )
        if pattern.limit is not None and pattern.limit > NEIGHBORS:
            report.add("DM347", (*at, "limit"), f"the {pattern.limit} nearest, a search finds {NEIGHBORS} at most",
                       "ask for fewer: there is no next page of a search")  # fmt: skip
        if pattern.returns == "count":
            report.add("DM347", (*at, "returns"), "a search finds as many as it is asked for: nothing to count",
                       "leave `returns` out, or name attributes")  # fmt: skip
    _returns(report, pattern, entity, at)


def is_unique(entity: EntitySpec, names: set[str]) -> bool:
    """Whether at most one item has these attributes fixed."""
    single = [{a.name} for a in entity.attributes if a.unique]
    return any(wanted <= names for wanted in (set(entity.identity), *single, *(set(u) for u in entity.unique)))


def _get(report: Report, pattern: GetSpec, entity: EntitySpec, at: Pointer) -> None:
    if pattern.by is None:
        return
    found = check_refs(report, pattern.by, (*at, "by"), entity.name)
    if None in found:
        return
    names = {r.name for r in pattern.by if r.bucket is None}
    if report.spec.tenant and not pattern.all_tenants and entity.attribute(report.spec.tenant):
        names.add(report.spec.tenant)
    if not is_unique(entity, names):
        words = ", ".join(f"`{r}`" for r in pattern.by) or "nothing"
        report.add("DM319", (*at, "by"), f"`Get` by {words} may find several items",
                   "use `Query`, or declare it unique: `attr(unique=True)` or `unique=(...)` of the "
                   "entity")  # fmt: skip


def check_query(report: Report, pattern: QuerySpec, entity: EntitySpec, at: Pointer, *, parents: bool = False) -> None:
    """A Query, alone (where it may name attributes of parents) or as part of a collection."""
    owners = {o for r in pattern.by for o in report.owners(entity, r, parents=parents)} | {entity.name}
    check_refs(report, pattern.by, (*at, "by"), entity.name, *sorted(owners - {entity.name}))
    for word in ("where", "filter"):
        for index, condition in enumerate(getattr(pattern, word)):
            check_condition(report, condition, (*at, word, index), entity, word, parents=parents)
    equal = {named(c.attr) for c in pattern.where if c.op == "eq" and c.attr}
    fixed = equal | {named(r) for r in pattern.by}
    if pattern.range is not None:
        check_condition(report, pattern.range, (*at, "range"), entity, "range", parents=parents)
        if pattern.range.op in {"eq", "ne", "present", "absent", "any_of"}:
            report.add("DM311", (*at, "range"), f"`{pattern.range.op}` is no range", "put it into `by` or `where`")
        elif pattern.range.attr and named(pattern.range.attr) in fixed:
            report.add("DM339", (*at, "range"), f"the range is on `{pattern.range.attr}`, which is fixed already",
                       "a value cannot be both")  # fmt: skip
    twice = equal & {named(r) for r in pattern.by}
    if twice:
        report.add(
            "DM340", (*at, "where"), f"`{min(twice)[1]}` is in `by` and has a constant in `where`", "one of the two"
        )
    certain = certain_of(pattern.where, pattern.by, pattern.range)
    check_order(report, pattern.order_by, (*at, "order_by"), entity, certain=certain, fixed=fixed, parents=parents)
    if pattern.history and entity.history is None:
        report.add(
            "DM345",
            (*at, "history"),
            f"`{entity.name}` keeps no versions",
            f'class {entity.name}(..., history="revision")',
        )


def _returns(
    report: Report, pattern: GetSpec | QuerySpec | BatchGetSpec | ScanSpec | SearchSpec, entity: EntitySpec, at: Pointer
) -> None:
    if pattern.returns is None or pattern.returns == "count":
        return
    for index, ref in enumerate(pattern.returns):
        here = (*at, "returns", index)
        if report.attribute(ref, here) is None:
            continue
        if ref.entity != entity.name and all(p.entity != ref.entity for p in entity.parent):
            report.add("DM335", here, f"`{pattern.name}` returns `{ref}`, but `{ref.entity}` is no parent of "
                                      f"`{entity.name}`",
                       f"declare `parent=Parent({ref.entity})`, or read it with another access pattern")  # fmt: skip
        if ref.bucket or ref.descending or ref.nulls:
            report.add("DM336", here, f"`{ref}` is returned as it is", "write the attribute alone")
