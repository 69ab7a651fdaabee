"""Checks of collections: that their parts belong together, and have a common order when they are merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.spec.check.conditions import check_refs
from dynamodel.spec.check.reads import check_query, is_unique
from dynamodel.spec.pattern_nodes import GetSpec, QuerySpec

if TYPE_CHECKING:
    from dynamodel.spec.check.report import Report
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.nodes import EntitySpec, RefSpec
    from dynamodel.spec.pattern_nodes import CollectionSpec

_OF_THE_WHOLE = ("rps", "peak", "hottest", "returns", "consistent", "all_tenants", "doc")


def check_collection(report: Report, pattern: CollectionSpec, at: Pointer) -> None:
    """The parts, their links, their order."""
    if len(pattern.parts) < 2:  # noqa: PLR2004 - one part is a Query
        report.add(
            "DM321",
            at,
            f"`{pattern.name}` has {len(pattern.parts)} part",
            "a collection has two or more; for one use `Query`",
        )
    if not pattern.by:
        report.add("DM321", (*at, "by"), f"`{pattern.name}` does not say what its parts have in common",
                   "`by=` names an attribute of one part, usually its identity")  # fmt: skip
        return
    owners = [(p.entity, isinstance(p, QuerySpec) and p.history) for p in pattern.parts]
    known = None not in check_refs(report, pattern.by, (*at, "by"))
    linked: list[EntitySpec] = []
    for index, part in enumerate(pattern.parts):
        here = (*at, "parts", index)
        check_member(report, part, here, _OF_THE_WHOLE, "collection")
        entity = report.entity(part.entity, here)
        if entity is None:
            continue
        if isinstance(part, QuerySpec):
            check_query(report, part, entity, here)
        if (isinstance(part, GetSpec) and part.by is not None) or (isinstance(part, QuerySpec) and part.by):
            report.add(
                "DM344", (*here, "by"), "a part has no `by` of its own", "`by` of the collection fixes all parts"
            )
        if known and _link(report, pattern, part, entity, here):
            linked.append(entity)
    if owners and len(set(owners)) < len(owners):
        report.add("DM333", at, f"`{pattern.name}` has two parts of one type", "one part for each entity")
    if pattern.merged:
        _merged(report, pattern, at)


def check_member(report: Report, member: object, at: Pointer, words: tuple[str, ...], whole: str) -> None:
    """What only the whole can say must not be said of a part or a step."""
    for word in words:
        field = type(member).model_fields.get(word)  # type: ignore[attr-defined]
        if field is not None and getattr(member, word) != field.default:
            report.add(
                "DM344",
                (*at, word),
                f"`{word}` belongs to the {whole}, not to one of its members",
                f"move it to the {whole}",
            )


def _link(report: Report, pattern: CollectionSpec, part: GetSpec | QuerySpec, entity: EntitySpec, at: Pointer) -> bool:
    own = [r for r in pattern.by if r.entity == entity.name]
    first = [r for r in pattern.by if r.entity == pattern.by[0].entity]
    names: set[str] = set()
    if own:
        names = {r.name for r in own}
        if len(own) != len(first):
            report.add("DM320", at, f"`by` names {len(own)} attributes of `{entity.name}` and {len(first)} of "
                       f"`{first[0].entity}`", "as many of each, in one order")  # fmt: skip
            return False
    else:
        for ref in first:
            name = _counterpart(report, ref, entity, at)
            if name is None:
                return False
            names.add(name)
    if isinstance(part, GetSpec) and not is_unique(
        entity, names | ({report.spec.tenant} if report.spec.tenant else set())
    ):
        report.add("DM319", at, f"`Get({entity.name})` is not fixed by `by`: it may find several items",
                   f"use `Query({entity.name})`")  # fmt: skip
    return True


def _counterpart(report: Report, ref: RefSpec, entity: EntitySpec, at: Pointer) -> str | None:
    name = report.links.counterpart((ref.entity, ref.name), entity.name)
    if name is not None:
        return name
    near = report.links.by_parents((ref.entity, ref.name), entity.name)
    if near:
        both = " and ".join(f"`{entity.name}.{n}`" for n in near)
        report.add(
            "DM320",
            at,
            f"`{ref}` may be {both}",
            f"name the one that is meant in `by` too: `by=({ref}, {entity.name}.{near[0]})`",
        )
    else:
        report.add("DM320", at, f"nothing in `{entity.name}` is known to equal `{ref}`",
                   f"declare the parent, or name the attribute in `by` too: `by=({ref}, "
                   f"{entity.name}....)`")  # fmt: skip
    return None


def _merged(report: Report, pattern: CollectionSpec, at: Pointer) -> None:
    orders: list[tuple[tuple[str, bool], ...]] = []
    for part in pattern.parts:
        entity = report.spec.entity(part.entity)
        terms = []
        for ref in part.order_by if isinstance(part, QuerySpec) else ():
            attribute = entity.attribute(ref.name) if entity else None
            terms.append((attribute.type.kind if attribute else "?", ref.descending))
        orders.append(tuple(terms))
    if any(not o for o in orders):
        report.add("DM324", (*at, "merged"), f"`{pattern.name}` is merged, but a part has no order",
                   "every part is a `Query` with `order_by`")  # fmt: skip
    elif len(set(orders)) > 1:
        shown = " / ".join(
            ", ".join(f"{kind} {'descending' if down else 'ascending'}" for kind, down in o) for o in orders
        )
        report.add("DM324", (*at, "merged"), f"`{pattern.name}` is merged, but its parts are ordered differently: "
                                             f"{shown}",
                   "the same number of terms, types and directions")  # fmt: skip
