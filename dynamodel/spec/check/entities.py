"""Checks of entities as a whole: names, identities, unique sets, roles, history, tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.spec.check.report import CONTAINERS, a_kind
from dynamodel.spec.session import did_you_mean

if TYPE_CHECKING:
    from dynamodel.spec.check.report import Report
    from dynamodel.spec.model import Pointer
    from dynamodel.spec.nodes import EntitySpec


def check_entities(report: Report) -> None:
    """Every entity, and what all of them must agree on."""
    spec = report.spec
    first: dict[str, int] = {}
    for index, entity in enumerate(spec.entities):
        at: Pointer = ("entities", index)
        if entity.name in first:
            report.add(
                "DM205", at, f"there are two entities `{entity.name}`", "the first is declared above; rename one"
            )
        first.setdefault(entity.name, index)
        if not entity.name.isidentifier() or entity.name.startswith("_"):
            report.add("DM342", at, f"`{entity.name}` is no name of an entity",
                       "letters, digits and _, as a public Python class")  # fmt: skip
        _identity(report, entity, at)
        _unique(report, entity, at)
        _roles(report, entity, at)
        if entity.history is not None and report.names(
            (entity.history,), entity, (*at, "history"), "DM236", "`history`"
        ):
            numbered = entity.attribute(entity.history)
            if numbered and numbered.type.kind != "integer":
                report.add("DM236", (*at, "history"), f"`{entity.name}.{entity.history}` cannot number versions",
                           "`history` names an `int` attribute")  # fmt: skip
            _version(report, entity, entity.history, (*at, "history"))
    _expiry(report)
    _namespaces(report)
    if spec.tenant is not None and not any(e.attribute(spec.tenant) for e in spec.entities):
        names = list(dict.fromkeys(a.name for e in spec.entities for a in e.attributes))
        report.add(
            "DM237",
            ("tenant",),
            f"no entity has the tenant attribute `{spec.tenant}`",
            did_you_mean(spec.tenant, names),
        )


def _version(report: Report, entity: EntitySpec, number: str, at: Pointer) -> None:
    """The number of the versions is counted by every change, and by nothing else."""
    other = next((a.name for a in entity.attributes if a.role == "version" and a.name != number), None)
    numbered = entity.attribute(number)
    if other is not None:
        report.add("DM555", at, f"`{entity.name}.{other}` counts the changes already", f'`history="{other}"`')
    elif numbered is not None and (numbered.role not in {None, "version"} or numbered.taken_from is not None):
        report.add("DM555", at, f"`{entity.name}.{number}` has another meaning", "use an attribute of its own")
    elif number in entity.identity or (numbered is not None and numbered.optional):
        report.add("DM555", at, f"`{entity.name}.{number}` cannot count the changes of an item",
                   "use a required `int` that is no part of the identity")  # fmt: skip


def _identity(report: Report, entity: EntitySpec, at: Pointer) -> None:
    here = (*at, "identity")
    report.names(entity.identity, entity, here, "DM202", "the identity")
    if len(set(entity.identity)) < len(entity.identity):
        report.add("DM202", here, f"the identity of `{entity.name}` names an attribute twice", "name each once")
    for name in dict.fromkeys(entity.identity):
        attribute = entity.attribute(name)
        if attribute is None:
            continue
        if attribute.optional:
            report.add("DM203", here, f"the identity of `{entity.name}` may be absent: `{name}` is optional",
                       f"an item without `{name}` could not be told apart: make it required")  # fmt: skip
        if attribute.type.kind in CONTAINERS | {"boolean"}:
            report.add("DM204", here, f"`{entity.name}.{name}` is {a_kind(attribute)}: it cannot identify an item",
                       "an identity is text, a number, a time, bytes, a UUID or a ULID")  # fmt: skip


def _unique(report: Report, entity: EntitySpec, at: Pointer) -> None:
    for index, names in enumerate(entity.unique):
        here = (*at, "unique", index)
        report.names(names, entity, here, "DM223", "`unique`")
        for name in names:
            attribute = entity.attribute(name)
            if attribute and attribute.type.kind in CONTAINERS:
                report.add("DM223", here, f"`{entity.name}.{name}` is {a_kind(attribute)}: it cannot be unique",
                           "text, numbers, times, bytes, UUIDs and ULIDs can")  # fmt: skip
    for index, attribute in enumerate(entity.attributes):
        if attribute.unique and attribute.type.kind in CONTAINERS:
            report.add("DM223", (*at, "attributes", index),
                       f"`{entity.name}.{attribute.name}` is {a_kind(attribute)}: it cannot be unique",
                       "text, numbers, times, bytes, UUIDs and ULIDs can")  # fmt: skip


_ROLE_TYPES = {"ttl": {"datetime"}, "version": {"integer"}, "created": {"datetime"}, "updated": {"datetime"}}


def _roles(report: Report, entity: EntitySpec, at: Pointer) -> None:
    played: dict[str, str] = {}
    for index, attribute in enumerate(entity.attributes):
        here = (*at, "attributes", index)
        role = attribute.role
        if role is not None:
            if attribute.type.kind not in _ROLE_TYPES[role]:
                wanted = " or ".join(f"`{'int' if k == 'integer' else k}`" for k in sorted(_ROLE_TYPES[role]))
                report.add("DM225", (*here, "role"), f"`{entity.name}.{attribute.name}` has the role {role} but is "
                           f"{a_kind(attribute)}", f"the type must be {wanted}")  # fmt: skip
            if role in played:
                report.add("DM226", (*here, "role"), f"`{entity.name}` has two attributes with the role {role}",
                           f"`{played[role]}` already has it")  # fmt: skip
            played.setdefault(role, attribute.name)
        if attribute.lifetime is not None and role != "ttl":
            report.add("DM228", (*here, "lifetime"), f"`{entity.name}.{attribute.name}` has a lifetime but is no "
                                                     f"expiry",
                       'add `role="ttl"`')  # fmt: skip


def _expiry(report: Report) -> None:
    """A table has one TTL attribute, so every entity that expires must name it alike."""
    first: tuple[str, str] | None = None
    for index, entity in enumerate(report.spec.entities):
        for position, attribute in enumerate(entity.attributes):
            if attribute.role != "ttl":
                if first and attribute.name == first[1]:
                    report.add("DM238", ("entities", index, "attributes", position),
                               f"`{entity.name}.{attribute.name}` has the name of the table's expiry attribute",
                               f'`{first[0]}.{first[1]}` has `role="ttl"`: rename one, or give both the '
                               f'role')  # fmt: skip
                continue
            if first is None:
                first = (entity.name, attribute.name)
            elif attribute.name != first[1]:
                report.add("DM238", ("entities", index, "attributes", position),
                           f"`{entity.name}.{attribute.name}` and `{first[0]}.{first[1]}` are both the expiry of an "
                           f"item",
                           f"a table has one TTL attribute: name both `{first[1]}`")  # fmt: skip


def _namespaces(report: Report) -> None:
    """Values of one namespace are compared, so their types must be the same."""
    first: dict[str, tuple[str, str]] = {}
    for index, entity in enumerate(report.spec.entities):
        for position, attribute in enumerate(entity.attributes):
            if not isinstance(attribute.unique, str):
                continue
            owner, kind = first.setdefault(attribute.unique, (f"{entity.name}.{attribute.name}", attribute.type.kind))
            if attribute.type.kind != kind:
                report.add("DM224", ("entities", index, "attributes", position, "unique"),
                           f"the unique namespace `{attribute.unique}` has two types: {kind} in `{owner}`, "
                           f"{attribute.type.kind} in "
                           f"`{entity.name}.{attribute.name}`", "use one type, or two namespaces")  # fmt: skip
