"""Checks of attributes: names, bounds, shares, defaults, and where values come from."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dynamodel.spec.check.report import CONTAINERS, NUMBERS, a_kind
from dynamodel.spec.constants import BadConstant, constant

if TYPE_CHECKING:
    from dynamodel.spec.check.report import Report
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.nodes import AttributeSpec, EntitySpec

_RESERVED = frozenset({"from_dict", "to_dict"})  # methods of the generated entities


def check_attributes(report: Report) -> None:
    """Every attribute of every entity."""
    for index, entity in enumerate(report.spec.entities):
        seen: set[str] = set()
        for position, attribute in enumerate(entity.attributes):
            at: Pointer = ("entities", index, "attributes", position)
            if attribute.name in seen:
                report.add("DM206", at, f"`{entity.name}` has two attributes `{attribute.name}`", "rename one")
            seen.add(attribute.name)
            if not attribute.name.isidentifier() or attribute.name.startswith("_") or attribute.name in _RESERVED:
                report.add("DM239", at, f"`{attribute.name}` is no name of an attribute",
                           "letters, digits and _, beginning with a letter; `from_dict`, `to_dict` are "
                           "taken")  # fmt: skip
            _generated(report, entity, attribute, at)
            _bounds(report, entity, attribute, at)
            _values(report, entity, attribute, at)
            _sources(report, entity, attribute, at)


def _generated(report: Report, entity: EntitySpec, attribute: AttributeSpec, at: Pointer) -> None:
    if attribute.generated and attribute.name not in entity.identity:
        report.add(
            "DM241",
            (*at, "generated"),
            f"`{entity.name}.{attribute.name}` is generated, but `{entity.name}` is not known by it",
            "say it of an attribute of the identity",
        )


def _bounds(report: Report, entity: EntitySpec, attribute: AttributeSpec, at: Pointer) -> None:
    of, name = attribute.type, f"{entity.name}.{attribute.name}"
    for word in ("ge", "le", "scale"):
        if getattr(of, word) is not None and of.kind not in NUMBERS:
            report.add(
                "DM227", (*at, word), f"`{name}` is {a_kind(attribute)}: `{word}` bounds numbers", "leave it out"
            )
    if of.scale is not None and of.scale > 0 and of.kind == "integer":
        report.add(
            "DM227", (*at, "scale"), f"`{name}` is an integer: it has no digits after the point", "leave `scale` out"
        )
    if of.ge is not None and of.le is not None and Decimal(of.ge) > Decimal(of.le):
        report.add("DM227", (*at, "ge"), f"`{name}` has no legal value: {of.ge} is above {of.le}", "swap `ge` and `le`")
    if attribute.items is not None and of.kind not in {"list", "set", "map"}:
        report.add(
            "DM240", (*at, "items"), f"`{name}` is {a_kind(attribute)}: it has no items", "say `bytes` for its size"
        )


def _values(report: Report, entity: EntitySpec, attribute: AttributeSpec, at: Pointer) -> None:
    name, strict = f"{entity.name}.{attribute.name}", bool(getattr(report.spec.origin, "strict", False))
    total = Decimal(0)
    for value, share in attribute.share:
        total += Decimal(str(share))
        try:
            if value is not None:
                constant(attribute.type, value, strict=strict)
            elif not attribute.optional:
                report.add("DM230", (*at, "share"), f"`{name}`: None has a share",
                           "the attribute is required: add `| None` to its type")  # fmt: skip
        except BadConstant as bad:
            report.add("DM230", (*at, "share"), f"`{name}`: {bad.message}", bad.hint)
    if total > 1:
        report.add(
            "DM229", (*at, "share"), f"the shares of `{name}` add up to {total.normalize()}", "they are parts of 1"
        )
    if attribute.default is not None:
        try:
            constant(attribute.type, attribute.default, strict=strict)
        except BadConstant as bad:
            report.add("DM231", (*at, "default"), f"the default of `{name}`: {bad.message}", bad.hint)
    elif attribute.has_default and not attribute.optional and attribute.type.kind not in CONTAINERS:
        report.add("DM231", (*at, "default"), f"the default of `{name}` is None, which its type does not allow",
                   "add `| None` to the type, or give another default")  # fmt: skip


def _sources(report: Report, entity: EntitySpec, attribute: AttributeSpec, at: Pointer) -> None:
    name = f"{entity.name}.{attribute.name}"
    above = report.links.ancestors(entity.name)
    if attribute.copy_of is not None:
        here = (*at, "copy_of")
        source = report.attribute(attribute.copy_of, here)
        if source is not None and attribute.copy_of.entity not in above:
            report.add("DM232", here, f"`{name}` copies `{attribute.copy_of}`, but `{attribute.copy_of.entity}` is no "
                                      f"parent",
                       f"declare `parent=Parent({attribute.copy_of.entity})`")  # fmt: skip
        elif source is not None and source.type.kind != attribute.type.kind:
            report.add("DM232", here, f"`{name}` is {a_kind(attribute)}, `{attribute.copy_of}` {a_kind(source)}",
                       "give both one type")  # fmt: skip
    if attribute.taken_from is not None:
        here = (*at, "taken_from")
        source = report.attribute(attribute.taken_from, here)
        if source is not None and attribute.taken_from.entity not in above:
            report.add("DM233", here, f"`{name}` is counted by `{attribute.taken_from}`, but "
                       f"`{attribute.taken_from.entity}` is no "
                       f"parent", "a number is taken from the parent's counter")  # fmt: skip
        elif source is not None and (source.type.kind != "integer" or attribute.type.kind != "integer"):
            report.add(
                "DM233", here, f"`{name}` and `{attribute.taken_from}` are not both integers", "use `int` for both"
            )
