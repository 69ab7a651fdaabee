"""The view of `entities.py`: a dataclass for each entity and nested model, to and from plain dicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import Node, Prefixed, call, mapping, statement
from dynamodel.emit.python.names import field_names
from dynamodel.emit.python.value_types import literal
from dynamodel.emit.python.views import ClassView, EntitiesView
from dynamodel.ir.values import Kind

if TYPE_CHECKING:
    from dynamodel.emit.python.names import Names
    from dynamodel.emit.python.value_types import Types
    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.values import ValueType
    from dynamodel.ir.workload import Workload

_MUTABLE = {Kind.LIST: "list", Kind.SET: "set", Kind.MAP: "dict", Kind.OBJECT: "", Kind.ANY: "", Kind.VECTOR: "list"}


def entities_view(workload: Workload, names: Names, types: Types, header: str) -> EntitiesView:
    """The view of the module."""
    objects = tuple(_object_class(type_, name, types) for type_, name in names.objects.items())
    entities = tuple(_entity_class(entity, names, types) for entity in workload.entities)
    texts = "\n".join(line for c in (*objects, *entities) for line in c.fields)
    imports = (
        "import dataclasses",
        "import datetime as dt",
        "from collections.abc import Mapping",
        *(["from decimal import Decimal"] if "Decimal" in texts else []),
        f"from typing import Any, {'Literal, ' if 'Literal[' in texts else ''}Self",
        *(["from uuid import UUID"] if "UUID" in texts else []),
        "",
        "from . import plain",
    )
    listed = tuple(f"{python_literal(name)}: {names.entities[name]}," for name in names.entities)
    return EntitiesView(header, names.client, imports, objects + entities, listed)


def default_from_clock(attribute: AttributeDef) -> bool:
    """Whether a value that is not given comes from the client's clock when the item is written."""
    by_lifetime = attribute.role == "ttl" and attribute.lifetime_seconds is not None and not attribute.optional
    return attribute.role in {"created", "updated"} or by_lifetime


def _entity_class(entity: EntityDef, names: Names, types: Types) -> ClassView:
    fields = names.fields[entity.name]
    lines, taken, given = [], [], []
    for attribute in entity.stored:
        name, key = fields[attribute.name], python_literal(attribute.name)
        default = _default(attribute)
        plain = types.annotation(attribute.type)
        annotation = plain + (" | None" if attribute.optional else "")
        lines.append(f"{name}: {annotation}{f' = {_field_default(attribute, default, plain)}' if default else ''}")
        held = f"values.get({key})" if attribute.optional or default else f"values[{key}]"
        if default == "set()":
            default = f"{plain}()"
        if attribute.optional and default not in {"", "None", "NOW"}:  # None is a value too
            held = f"values.get({key}, {default})"
        elif default and default != "None":
            held = f"plain.or_default(values.get({key}), {default})"
        taken.append((name, _taken_in(attribute.type, held, types, optional=attribute.optional)))
        given.append((key, _given_out(attribute.type, f"self.{name}", types, optional=attribute.optional)))
    doc = f"An item of `{entity.name}`." + (f" {_one_line(entity.doc)}" if entity.doc else "")
    return _class(names.entities[entity.name], doc, lines, taken, given)


def _object_class(type_: ValueType, name: str, types: Types) -> ClassView:
    fields = field_names(f.name for f in type_.fields)
    lines, taken, given = [], [], []
    for part in type_.fields:
        key = python_literal(part.name)
        held = f"values.get({key})" if part.optional else f"values[{key}]"
        annotation = types.annotation(part.type)
        lines.append(f"{fields[part.name]}: {annotation}{' | None = None' if part.optional else ''}")
        taken.append((fields[part.name], _taken_in(part.type, held, types, optional=part.optional)))
        given.append((key, _given_out(part.type, f"self.{fields[part.name]}", types, optional=part.optional)))
    return _class(name, f"A value inside an item: `{type_.name or name}`.", lines, taken, given)


def _class(
    name: str, doc: str, lines: list[str], taken: list[tuple[str, Node]], given: list[tuple[str, Node]]
) -> ClassView:
    arguments: list[Node] = [Prefixed(f"{field}=", node) for field, node in taken]
    return ClassView(
        name=name,
        doc=doc,
        fields=tuple(lines),
        converted_in=statement(call("cls", *arguments), 8, before="return "),
        converted_out=statement(mapping(given), 8, before="return "),
    )


def _one_line(doc: str) -> str:
    return " ".join(doc.split())


def _default(attribute: AttributeDef) -> str:
    """The Python expression of the default; empty when a value must be given."""
    if default_from_clock(attribute):
        return "NOW"
    if attribute.role == "version":
        return "1"
    if attribute.has_default and attribute.default is not None:
        return literal(attribute.default) if attribute.type.kind is not Kind.OBJECT else ""
    return "None" if attribute.optional else ""


def _field_default(attribute: AttributeDef, default: str, annotation: str) -> str:
    if default in _EMPTY:
        return f"dataclasses.field(default_factory={annotation})"
    if default != "None" and attribute.type.kind in _MUTABLE:
        return f"dataclasses.field(default_factory=lambda: {default})"
    return default


def _taken_in(type_: ValueType, value: str, types: Types, *, optional: bool) -> Node:
    """A plain value as the class holds it."""
    convert = _converter(type_, types, "from_dict")
    if not convert:
        return value
    return call("plain.maybe", convert, value) if optional else call(convert, value)


def _given_out(type_: ValueType, value: str, types: Types, *, optional: bool) -> Node:
    """A value of the class as plain Python."""
    convert = _converter(type_, types, "to_dict")
    if not convert:
        return value
    return call("plain.maybe", convert, value) if optional else call(convert, value)


_EMPTY = {"set()", "[]", "{}"}
_FROM_JSON = {
    Kind.DECIMAL: "plain.decimal",
    Kind.DATETIME: "plain.instant",
    Kind.DATE: "plain.day",
    Kind.UUID: "plain.uuid",
    Kind.BYTES: "plain.binary",
}


def _converter(type_: ValueType, types: Types, method: str) -> str:
    """A function between plain values and those of a class; empty when they are the same."""
    if type_.kind is Kind.OBJECT:
        return f"{types.objects[type_]}.{method}"
    if type_.kind in {Kind.LIST, Kind.SET, Kind.MAP, Kind.VECTOR}:
        inner = "" if type_.element is None else _converter(type_.element, types, method)
        if type_.kind is Kind.MAP:
            return f"plain.map_of({inner})" if inner else "dict"
        if type_.kind is Kind.SET:
            return f"plain.set_of({inner})" if inner else "set"
        return f"plain.list_of({inner})" if inner else "list"
    return _FROM_JSON.get(type_.kind, "") if method == "from_dict" else ""
