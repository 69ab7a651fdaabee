"""What every check needs at hand: the declaration, the layout under judgment, and a place for findings.

In: a workload and a plan. Out: lookups that never raise on a broken plan. It trusts the plan in nothing: entities and
attributes are the workload's, keys are the layout's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.ir.keys import Absent, Component, NaturalKey

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import EntityDesign, IndexDesign, KeyDesign, Plan
    from dynamodel.ir.workload import AttributeDef, EntityDef, Workload


@dataclass(frozen=True, slots=True)
class Court:
    """The case: `workload` against `plan`; `findings` grows in the order of the checks, `path` is what is checked."""

    workload: Workload
    plan: Plan
    findings: list[Diagnostic] = field(default_factory=list)
    path: tuple[str, ...] = ()

    def at(self, *path: str) -> Court:
        """The same case, with findings about the declaration of that path."""
        return replace(self, path=path)

    def refuse(self, code: str, message: str, *path: str) -> None:
        """Add a finding; `path` names the declaration that it is about, if not that of the case."""
        self.findings.append(finding(code, message, path=path or self.path))

    def entity(self, name: str) -> EntityDef | None:
        """The declared entity, None if the workload has none of that name."""
        return next((e for e in self.workload.entities if e.name == name), None)

    def design(self, entity: str) -> EntityDesign | None:
        """The design of an entity, None if the plan lacks it."""
        return next((d for d in self.plan.entities if d.entity == entity), None)

    def index(self, name: str) -> IndexDesign | None:
        """The index of that name, None if the table has none."""
        return next((i for i in self.plan.table.indexes if i.name == name), None)

    def keys_in(self, place: str) -> list[tuple[EntityDef, KeyDesign]]:
        """Every entity with a key in a place, with that key, in the order of the plan."""
        found = []
        for design in self.plan.entities:
            entity, key = self.entity(design.entity), design.key(place)
            if entity is not None and key is not None:
                found.append((entity, key))
        return found

    def partition_of(self, entity: str, key: KeyDesign) -> tuple[KeyField, ...]:
        """The partition of a key; a local index has the base table's."""
        index = self.index(key.place)
        design = self.design(entity)
        return design.base.partition if design and index and index.kind == "lsi" else key.partition


def attribute_of(entity: EntityDef, name: str) -> AttributeDef | None:
    """The attribute of that name, None if the entity has none."""
    return next((a for a in entity.attributes if a.name == name), None)


def field_components(key_field: KeyField) -> tuple[Component, ...]:
    """The components of a template field; none of a natural one."""
    if isinstance(key_field.value, NaturalKey):
        return ()
    return tuple(t for t in key_field.value.tokens if isinstance(t, Component))


def field_attributes(key_field: KeyField) -> frozenset[str]:
    """The stored attributes whose values a key attribute is made of."""
    if isinstance(key_field.value, NaturalKey):
        return frozenset({key_field.value.attribute})
    return frozenset(c.attribute for c in field_components(key_field))


def sparse_attributes(entity: EntityDef, fields: tuple[KeyField, ...]) -> frozenset[str]:
    """The stored attributes without which an item has no key made of these fields."""
    names = {c.attribute for f in fields for c in field_components(f) if c.absent is Absent.SPARSE}
    for key_field in fields:
        if isinstance(key_field.value, NaturalKey):
            attribute = attribute_of(entity, key_field.value.attribute)
            if attribute is not None and attribute.optional:
                names.add(attribute.name)
    return frozenset(names)
