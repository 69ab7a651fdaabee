"""What every view needs to look up: workload, plan, names and types of one package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.python.names import argument_names, local_names
from dynamodel.emit.python.value_types import Types, literal
from dynamodel.ir.values import Constant, FromEntity, Given
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.emit.python.layout import Node
    from dynamodel.emit.python.names import Names
    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.plan import EntityDesign, Plan
    from dynamodel.ir.reads import Argument
    from dynamodel.ir.values import Source
    from dynamodel.ir.workload import Pattern, Workload


@dataclass(frozen=True, slots=True)
class Context:
    """One package in the making; `types` names entities as other modules do (`entities.Order`)."""

    workload: Workload
    plan: Plan
    names: Names
    types: Types
    header: str

    def entity(self, name: str) -> EntityDef:
        """The entity's definition."""
        return self.workload.entity(name)

    def design(self, name: str) -> EntityDesign:
        """The entity's physical design."""
        return self.plan.entity(name)

    def class_of(self, entity: str) -> str:
        """The entity's class, qualified."""
        return f"entities.{self.names.entities[entity]}"

    def function(self, entity: str) -> str:
        """The part of function names that stands for the entity."""
        return self.names.functions[entity]

    def field(self, entity: str, attribute: str) -> str:
        """The field of the entity's class that holds an attribute."""
        return self.names.fields[entity][attribute]

    def attribute(self, entity: str, name: str) -> AttributeDef:
        """An attribute's definition, virtual ones too."""
        return self.entity(entity).attribute(name)

    def annotation(self, attribute: AttributeDef) -> str:
        """The type of an attribute's value, None included where it may be absent."""
        return self.types.annotation(attribute.type) + (" | None" if attribute.optional else "")

    def reader(self, attribute: AttributeDef) -> str:
        """The function that reads an attribute."""
        return self.types.reader(attribute.type, ttl=attribute.role == "ttl")

    def read(self, attribute: AttributeDef, value: str) -> Node:
        """The value of a present attribute."""
        return self.types.read(attribute.type, value, ttl=attribute.role == "ttl")

    def write(self, attribute: AttributeDef, value: str) -> Node:
        """The attribute value of a value that is not None."""
        return self.types.write(attribute.type, value, ttl=attribute.role == "ttl")

    def writer(self, attribute: AttributeDef) -> str:
        """The function that writes an attribute."""
        return self.types.writer(attribute.type, ttl=attribute.role == "ttl")


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one pattern's arguments: as parameters of the method, and inside the request functions."""

    parameters: dict[str, str]
    locals: dict[str, str]
    arguments: dict[str, Argument]

    def source(self, context: Context, source: Source) -> str:
        """The Python expression of a value inside a request function."""
        if isinstance(source, Given):
            return self.locals[source.argument]
        if isinstance(source, Constant):
            return literal(source.value)
        if isinstance(source, FromEntity):
            argument = self.arguments[source.argument]
            name = self.locals[source.argument] + ("[0]" if argument.many else "")
            return f"{name}.{context.field(argument.entity or '', source.attribute)}"
        return "now"

    def annotation(self, context: Context, name: str) -> str:
        """The type of an argument."""
        argument = self.arguments[name]
        if argument.entity is not None:
            class_ = context.class_of(argument.entity)
            return f"list[{class_}]" if argument.many else class_
        annotation = "Any" if argument.type is None else context.types.annotation(argument.type)
        if argument.many:
            annotation = f"list[{annotation}]"
        return annotation + (" | None" if argument.optional else "")


def scope_of(pattern: Pattern) -> Scope:
    """The names of a pattern's arguments."""
    parameters = argument_names(pattern)
    return Scope(parameters, local_names(parameters), {a.name: a for a in pattern.arguments})
