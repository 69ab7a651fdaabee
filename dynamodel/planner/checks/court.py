"""What every check needs at hand: the declaration, the layout under judgment, and a place for findings.

In: a workload and a plan. Out: lookups that never raise on a broken plan. It trusts the plan in nothing: entities and
attributes are the workload's, keys are the layout's.
"""

from __future__ import annotations

from copy import copy
from dataclasses import field
from typing import TYPE_CHECKING

from dynamodel.catalog import finding
from dynamodel.ir.keys import Absent, Component, NaturalKey, Template, TextToken
from dynamodel.keys.choose import logical_name
from dynamodel.planner.cost import Physical
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.diagnostics import Diagnostic
    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import EntityDesign, IndexDesign, KeyDesign, Plan
    from dynamodel.ir.workload import Workload


@dataclass(frozen=True, slots=True)
class Court:
    """The case: `workload` against `plan`; `findings` grows in the order of the checks, `path` is what is checked."""

    workload: Workload
    plan: Plan
    findings: list[Diagnostic] = field(default_factory=list)
    path: tuple[str, ...] = ()
    records: Records = field(init=False)
    physical: Physical = field(init=False, repr=False, compare=False)  # the layout, for all that is asked of its sizes

    def __post_init__(self) -> None:
        """Open the records of the case."""
        designs = {design.entity: design for design in self.plan.entities}
        object.__setattr__(self, "records", Records(self.workload, self.plan))
        object.__setattr__(self, "physical", Physical(self.workload, self.plan.table, designs))

    def at(self, *path: str) -> Court:
        """The same case, with findings about the declaration of that path."""
        there = copy(self)
        object.__setattr__(there, "path", path)
        return there

    def refuse(self, code: str, message: str, *path: str) -> None:
        """Add a finding; `path` names the declaration that it is about, if not that of the case."""
        self.findings.append(finding(code, message, path=path or self.path))

    def entity(self, name: str) -> EntityDef | None:
        """The declared entity, None if the workload has none of that name."""
        return self.records.entities.get(name)

    def design(self, entity: str) -> EntityDesign | None:
        """The design of an entity, None if the plan lacks it."""
        return self.records.designs.get(entity)

    def index(self, name: str) -> IndexDesign | None:
        """The index of that name, None if the table has none."""
        return self.records.indexes.get(name)

    def keys_in(self, place: str) -> tuple[tuple[EntityDef, KeyDesign], ...]:
        """Every entity with a key in a place, with that key, in the order of the plan."""
        return self.records.keys.get(place, ())

    def key_in(self, place: str, entity: str) -> KeyDesign | None:
        """The key of an entity in a place, of a guard or copy too; None if it has none there."""
        design = self.design(entity)
        if design is None or self.entity(entity) is None:
            return None
        return design.beside_key(place) or design.key(place)

    def partition_of(self, entity: str, key: KeyDesign) -> tuple[KeyField, ...]:
        """The partition of a key; a local index has the base table's."""
        index = self.index(key.place)
        design = self.design(entity)
        return design.base.partition if design and index and index.kind == "lsi" else key.partition

    def beginning_with(self, place: str, literal: str | None) -> tuple[tuple[EntityDef, KeyDesign], ...]:
        """The keys in a place whose partition may begin with a text, in the order of the plan; None: with any.

        A partition that begins with another text cannot be in what a request reads.
        """
        if literal is None:
            return self.keys_in(place)
        heads = self.records.heads
        if place not in heads:
            heads[place] = {}
            for number, (entity, key) in enumerate(self.keys_in(place)):
                head = first_literal(self.partition_of(entity.name, key))
                heads[place].setdefault(head, []).append(number)
        found = sorted((*heads[place].get(literal, ()), *heads[place].get(None, ())))
        return tuple(self.keys_in(place)[number] for number in found)


class Records:
    """What is looked up by name: of several with one name the first, as a reader of the plan would find it."""

    def __init__(self, workload: Workload, plan: Plan) -> None:
        """Index the declaration and the layout."""
        self.entities = {e.name: e for e in reversed(workload.entities)}
        self.designs = {d.entity: d for d in reversed(plan.entities)}
        self.indexes = {i.name: i for i in reversed(plan.table.indexes)}
        keys: dict[str, list[tuple[EntityDef, KeyDesign]]] = {}
        for design in plan.entities:
            entity = self.entities.get(design.entity)
            if entity is not None:
                held = {k.place: k for k in reversed((design.base, *design.indexes))}
                for place, key in held.items():
                    keys.setdefault(place, []).append((entity, key))
        self.keys = {place: tuple(found) for place, found in keys.items()}
        self.heads: dict[str, dict[str | None, list[int]]] = {}
        self.beside = tuple(
            (self.entities[d.entity], f"GUARD{n}" if n <= len(d.guards) else d.copies[n - len(d.guards) - 1].place, one)
            for d in plan.entities
            if d.entity in self.entities
            for n, one in enumerate(d.beside, 1)
        )


def first_literal(fields: tuple[KeyField, ...]) -> str | None:
    """The text that every key of these fields begins with, None if it begins with a value."""
    value = fields[0].value if fields else None
    token = value.tokens[0] if isinstance(value, Template) and value.tokens else None
    return token.text if isinstance(token, TextToken) else None


def attribute_of(entity: EntityDef, name: str) -> AttributeDef | None:
    """The attribute of that name, None if the entity has none."""
    return next((a for a in entity.attributes if a.name == name), None)


def field_components(key_field: KeyField) -> tuple[Component, ...]:
    """The components of a template field; none of a natural one."""
    if not isinstance(key_field.value, Template):
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


def partition_names(key: KeyDesign) -> list[str]:
    """The attributes that name a partition by a key, as templates or as they are."""
    names = []
    for key_field in key.partition:
        if isinstance(key_field.value, NaturalKey):
            names.append(key_field.value.attribute)
        elif isinstance(key_field.value, Template):
            names += [logical_name(t) for t in key_field.value.tokens if isinstance(t, Component)]
    return names
