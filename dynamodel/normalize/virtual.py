"""Attributes that are not stored but computed: a time cut to a calendar unit, named `placed_at@day`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dynamodel.ir.entities import AttributeDef, Bucket, BucketUnit, EntityDef, Estimate
from dynamodel.ir.names import snake_case
from dynamodel.ir.values import Kind, ValueType
from dynamodel.ir.workload import CopiedDef

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from dynamodel.spec.nodes import RefSpec

_LENGTH = {BucketUnit.HOUR: 13, BucketUnit.DAY: 10, BucketUnit.MONTH: 7, BucketUnit.YEAR: 4}


class Catalog:
    """The entities of a workload, which learn the virtual attributes that patterns name."""

    def __init__(self, entities: tuple[EntityDef, ...]) -> None:
        """Start with the stored attributes."""
        self._entities = {e.name: e for e in entities}
        self.copied: list[CopiedDef] = []

    def entity(self, name: str) -> EntityDef:
        """The entity as it is known now."""
        return self._entities[name]

    def attribute(self, entity: str, ref: RefSpec) -> AttributeDef:
        """The attribute that a reference means, made if it is a bucket seen for the first time."""
        known = self._entities[entity]
        if ref.bucket is None:
            return known.attribute(ref.name)
        existing = next((a for a in known.attributes if a.name == ref.attribute), None)
        if existing is not None:
            return existing
        of, unit = known.attribute(ref.name), BucketUnit(ref.bucket)
        length = _LENGTH[unit]
        made = AttributeDef(
            name=ref.attribute,
            type=ValueType(Kind.STRING, min_length=length, max_length=length),
            size=Estimate(length, length),
            optional=of.optional,
            immutable=of.immutable,
            monotonic=of.monotonic,
            bucket=Bucket(of.name, unit),
            span=of.span,
        )
        self._entities[entity] = replace(known, attributes=(*known.attributes, made))
        if known.history is not None:
            kept = self._entities[known.history.entity]
            self._entities[kept.name] = replace(kept, attributes=(*kept.attributes, replace(made, immutable=True)))
        return made

    def of_parent(self, child: str, ref: RefSpec, fixed: AbstractSet[str]) -> RefSpec:
        """The child's attribute that stands for a parent's, made if it is new.

        Of two links to one parent the caller knows the one in `fixed`: the rows tell the other.
        """
        entity = self._entities[child]
        links = [p for p in entity.parents if p.entity == ref.entity]
        via = min(links, key=lambda p: set(p.via) <= fixed).via
        wanted = (child, ref.entity, ref.name, via)
        known = next((c for c in self.copied if (c.entity, c.parent, c.source, c.via) == wanted), None)
        if known is None:
            name = f"{snake_case(ref.entity)}_{ref.name}"
            while any(a.name == name for a in entity.attributes):
                name += "_"
            known = CopiedDef(child, name, ref.entity, ref.name, via)
            self.copied.append(known)
            made = self._entities[ref.entity].attribute(ref.name).as_copy(name, ref.entity)
            self._entities[child] = replace(entity, attributes=(*entity.attributes, made))
        return ref.model_copy(update={"entity": child, "name": known.attribute})

    def original(self, ref: RefSpec) -> tuple[str, str]:
        """Entity and attribute of the spec that a reference means: the parent's where it is a copy."""
        copy = next((c for c in self.copied if (c.entity, c.attribute) == (ref.entity, ref.name)), None)
        return (ref.entity, ref.name) if copy is None else (copy.parent, copy.source)

    def all(self) -> tuple[EntityDef, ...]:
        """Every entity in the order of the model."""
        return tuple(self._entities.values())
