"""Checks of the links between entities: parents, their `via`, circles, counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.spec.check.report import NUMBERS, a_kind
from dynamodel.spec.links import may_lack, via_of, vias_to

if TYPE_CHECKING:
    from dynamodel.spec.check.report import Report
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.nodes import EntitySpec, ParentSpec, RefSpec


def check_parents(report: Report) -> None:
    """Every link, and that no entity is above itself."""
    owners: dict[tuple[str, str], str] = {}
    for index, entity in enumerate(report.spec.entities):
        for position, link in enumerate(entity.parent):
            _link(report, entity, link, ("entities", index, "parent", position))
        for position, ref in enumerate(entity.counted_in):
            here: Pointer = ("entities", index, "counted_in", position)
            counter = report.attribute(ref, here)
            if counter is None:
                continue
            if all(p.entity != ref.entity for p in entity.parent):
                report.add("DM234", here, f"`{entity.name}` is counted in `{ref}`, but `{ref.entity}` is no parent",
                           f"declare `parent=Parent({ref.entity})`")  # fmt: skip
            elif counter.type.kind not in NUMBERS:
                report.add("DM234", here, f"`{ref}` is {a_kind(counter)}: it cannot count", "use `int`")
            _one_parent(report, entity, ref, here)
            owner = owners.setdefault((ref.entity, ref.name), entity.name)
            if owner != entity.name:
                report.add("DM235", here, f"`{ref}` counts both `{owner}` and `{entity.name}`", "one counter for each")
    _numbers(report, owners)
    _circles(report)


def _one_parent(report: Report, entity: EntitySpec, ref: RefSpec, at: Pointer) -> None:
    """The one parent that counts: of two of one type nobody could say which, and every item has to have it."""
    vias = vias_to(report.spec, entity, ref.entity)
    lacked = may_lack(entity, vias[0]) if len(vias) == 1 else ""
    if lacked:
        report.add("DM349", at, f"`{ref}` changes with each `{entity.name}`, but `{entity.name}.{lacked}` may be "
                   "absent: such an item has no parent to change",
                   f"make `{lacked}` required, or change `{ref}` by an `Update` of its own")  # fmt: skip
    if len(vias) > 1:
        shown = " and ".join(", ".join(via) for via in vias)
        report.add("DM242", at, f"`{entity.name}` has several parents `{ref.entity}` ({shown}): `{ref}` does not say "
                   "which of them counts",
                   f"change it in a transaction: `Update({ref.entity}, add={ref} == 1, by={entity.name}."
                   f"{vias[0][0] if vias[0] else '...'})`")  # fmt: skip


def _numbers(report: Report, owners: dict[tuple[str, str], str]) -> None:
    """A counter of children cannot also hand out numbers: removing a child would hand out a number again."""
    for index, entity in enumerate(report.spec.entities):
        for position, attribute in enumerate(entity.attributes):
            ref = attribute.taken_from
            if ref is not None:
                _one_parent(report, entity, ref, ("entities", index, "attributes", position, "taken_from"))
            if ref is not None and (ref.entity, ref.name) in owners:
                report.add("DM235", ("entities", index, "attributes", position, "taken_from"),
                           f"`{ref}` counts `{owners[ref.entity, ref.name]}` and also gives numbers to "
                           f"`{entity.name}.{attribute.name}`", "one attribute for each")  # fmt: skip


def _link(report: Report, entity: EntitySpec, link: ParentSpec, at: Pointer) -> None:
    parent = report.spec.entity(link.entity)
    if parent is None:
        report.add("DM207", at, f"the parent `{link.entity}` of `{entity.name}` is no entity of the model",
                   "declare it, or remove the link")  # fmt: skip
        return
    if not parent.identity:
        report.add("DM209", at, f"`{parent.name}` is a singleton: nothing needs to name it", "remove the link")
        return
    via = via_of(report.spec, entity, link)
    if not via:
        report.add("DM221", at, f"`{entity.name}` does not say which of its attributes name its `{parent.name}`",
                   f"`Parent({parent.name}, via=...)` with as many as its identity: "
                   f"{', '.join(parent.identity)}")  # fmt: skip
        return
    if link.via and not report.names(via, entity, (*at, "via"), "DM221", "`via`"):
        return
    if len(via) != len(parent.identity):
        report.add("DM209", (*at, "via"), f"`via` has {len(via)} attributes, the identity of `{parent.name}` has "
                   f"{len(parent.identity)}", f"one for each of: {', '.join(parent.identity)}")  # fmt: skip
        return
    for mine, theirs in zip(via, parent.identity, strict=True):
        left, right = entity.attribute(mine), parent.attribute(theirs)
        if left and right and left.type.kind != right.type.kind:
            report.add("DM222", (*at, "via"), f"`{entity.name}.{mine}` is {a_kind(left)}, "
                       f"`{parent.name}.{theirs}` "
                       f"{a_kind(right)}", "a link and what it names have one type")  # fmt: skip


def _circles(report: Report) -> None:
    for index, entity in enumerate(report.spec.entities):
        above = [entity.name]
        queue = [p.entity for p in entity.parent if p.entity != entity.name]
        while queue:
            name = queue.pop(0)
            if name == entity.name:
                first = min(i for i, e in enumerate(report.spec.entities) if e.name in above)
                if first == index:  # once for each circle
                    report.add("DM208", ("entities", index, "parent"), f"`{entity.name}` is above itself",
                               f"the circle: {', '.join(above)}; one of the links is no parent")  # fmt: skip
                break
            if name in above:
                continue
            above.append(name)
            found = report.spec.entity(name)
            queue += [p.entity for p in found.parent if p.entity != name] if found else []
