"""Where the checks put what they find: each with place, declaration path and hint from the spec's origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.spec.links import Links
from dynamodel.spec.session import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.diagnostics import Diagnostic
    from dynamodel.spec.model import ModelSpec, Pointer
    from dynamodel.spec.nodes import AttributeSpec, EntitySpec, RefSpec

TIMES = frozenset({"datetime", "date"})
NUMBERS = frozenset({"integer", "decimal"})
CONTAINERS = frozenset({"list", "set", "map", "object", "any", "vector"})


class Report:
    """Collects findings about one spec."""

    def __init__(self, spec: ModelSpec) -> None:
        """Start without findings."""
        self.spec = spec
        self.links = Links(spec)
        self.findings: list[Diagnostic] = []

    def add(self, code: str, pointer: Pointer, message: str, hint: str = "") -> None:
        """Note a mistake at a part of the spec."""
        origin = self.spec.origin
        span, path = (origin.span(pointer), origin.path(pointer)) if origin else (None, _words(pointer))
        self.findings.append(finding(code, message, span=span, path=path, hint=hint))

    def entity(self, name: str, pointer: Pointer) -> EntitySpec | None:
        """The entity of that name, or a finding."""
        found = self.spec.entity(name)
        if found is None:
            self.add(
                "DM326",
                pointer,
                f"there is no entity `{name}`",
                did_you_mean(name, [e.name for e in self.spec.entities]),
            )
        return found

    def owners(self, entity: EntitySpec, ref: RefSpec, *, parents: bool) -> tuple[str, ...]:
        """Whose attributes may stand where `ref` does: the entity's, with `parents` a parent's but its identity too."""
        parent = self.spec.entity(ref.entity)
        above = parents and parent is not None and any(p.entity == ref.entity for p in entity.parent)
        named = parent is not None and ref.name in parent.identity
        return (entity.name, ref.entity) if above and not named else (entity.name,)

    def attribute(self, ref: RefSpec, pointer: Pointer, *owners: str) -> AttributeSpec | None:
        """The attribute that a reference names; a finding if there is none, or if it is not one of the owners'."""
        entity = self.entity(ref.entity, pointer)
        if entity is None:
            return None
        if owners and ref.entity not in owners:
            self.add(
                "DM315",
                pointer,
                f"`{ref}` is an attribute of another entity than `{owners[0]}`",
                self._own(ref, owners[0]),
            )
            return None
        found = entity.attribute(ref.name)
        if found is None:
            names = [a.name for a in entity.attributes]
            self.add(
                "DM301",
                pointer,
                f"`{ref.entity}` has no attribute `{ref.name}`",
                did_you_mean(ref.name, names, ref.entity),
            )
            return None
        if ref.bucket is not None and found.type.kind not in TIMES:
            self.add(
                "DM318", pointer, f"`{ref}` is no time: it has no {ref.bucket}", "`bucket` cuts a datetime or a date"
            )
            return None
        if ref.bucket == "hour" and found.type.kind == "date":
            self.add("DM318", pointer, f"`{ref}` is a date: it has no hour", 'use "day", "month" or "year"')
            return None
        return found

    def names(self, names: Iterable[str], entity: EntitySpec, pointer: Pointer, code: str, what: str) -> bool:
        """Whether every name is an attribute of the entity; a finding for each that is not."""
        known = [a.name for a in entity.attributes]
        wrong = [n for n in names if n not in known]
        for name in wrong:
            self.add(code, pointer, f"{what} of `{entity.name}` names `{name}`, which it does not have",
                     did_you_mean(name, known, entity.name))  # fmt: skip
        return not wrong

    def _own(self, ref: RefSpec, owner: str) -> str:
        name = self.links.counterpart((ref.entity, ref.name), owner)
        return f"write `{owner}.{name}`" if name else f"name an attribute of `{owner}`"


_NAMES = {
    "integer": "an integer",
    "enum": "an enum",
    "object": "an object",
    "any": "a document",
    "ulid": "a ULID",
    "uuid": "a UUID",
}


def a_kind(attribute: AttributeSpec) -> str:
    """The attribute's type with its article."""
    return _NAMES.get(attribute.type.kind, f"a {attribute.type.kind}")


def _words(pointer: Pointer) -> tuple[str, ...]:
    return ("/" + "/".join(str(p) for p in pointer),)
