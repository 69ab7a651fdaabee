"""The view of `codec.py`: straight-line reading and writing of each entity's attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.imports import is_called
from dynamodel.emit.python.layout import Node, Prefixed, call, mapping, statement
from dynamodel.emit.python.names import field_names
from dynamodel.emit.python.views import FunctionView, ModuleView
from dynamodel.emit.python.views_entities import default_from_clock
from dynamodel.ir.values import Kind

if TYPE_CHECKING:
    from dynamodel.emit.python.context import Context
    from dynamodel.emit.python.value_types import Types
    from dynamodel.ir.entities import AttributeDef, EntityDef
    from dynamodel.ir.values import ValueType


def codec_view(context: Context, types: Types, callers: str) -> ModuleView:
    """The view of the module; `types` names functions as inside the module, `callers` is the text that uses it."""
    functions: list[FunctionView] = []
    for type_ in context.names.objects:
        functions += _object_functions(type_, types)
    for entity in context.workload.entities:
        functions += [_read(entity, context, types), _write(entity, context, types)]
        if is_called(f"stamp_{context.function(entity.name)}", callers):
            functions.append(_stamp(entity, context))
    text = "\n".join(f.signature + f.body for f in functions)
    imports = (
        *(["import dataclasses"] if "dataclasses." in text else []),
        *(["import datetime as dt"] if "dt." in text else []),
        *(["from decimal import Decimal"] if "Decimal(" in text else []),
        *(["from uuid import UUID"] if "UUID(" in text else []),
        "",
        f"from . import {', '.join(['entities', *(m for m in ('vectors', 'wire') if f'{m}.' in text)])}",
        "from .wire import Item, Value" if context.names.objects else "from .wire import Item",
    )
    doc = (
        "The entities as DynamoDB stores them, without keys.\n\n"
        "Reading fills an entity field by field: through the constructor a row would take half as long again.\n"
    )
    binary = any(_holds_binary(a.type) for e in context.workload.entities for a in e.stored)
    constants = ("", f"BINARY = {binary}", '"""Whether values of any entity are, or may be, binary."""')
    return ModuleView(context.header, doc, _tidy(imports), constants, tuple(functions))


def _holds_binary(type_: ValueType) -> bool:
    """Whether a value of the type may hold bytes."""
    inner = (*(f.type for f in type_.fields), *((type_.element,) if type_.element is not None else ()))
    return type_.kind in {Kind.BYTES, Kind.ANY} or any(map(_holds_binary, inner))


def _tidy(imports: tuple[str, ...]) -> tuple[str, ...]:
    """Without an empty line at the beginning."""
    return imports[1:] if imports and not imports[0] else imports


def read_attribute(attribute: AttributeDef, types: Types, item: str = "item") -> Node:
    """The value of an attribute of an item, None where it may be absent; an absent set that is required is empty."""
    key, ttl = python_literal(attribute.name), attribute.role == "ttl"
    if attribute.optional:
        return call("wire.optional", f"{item}.get({key})", types.reader(attribute.type, ttl=ttl))
    if attribute.type.kind is Kind.SET:
        return call("wire.members", f"{item}.get({key})", types.reader(attribute.type))
    return types.read(attribute.type, f"{item}[{key}]", ttl=ttl)


def _read(entity: EntityDef, context: Context, types: Types) -> FunctionView:
    """Field by field: the constructor would collect all fields as keywords first, a third of the time of a row."""
    fields, class_ = context.names.fields[entity.name], context.class_of(entity.name)
    filled = [statement(read_attribute(a, types), before=f"entity.{fields[a.name]} = ") for a in entity.stored]
    return FunctionView(
        f"def read_{context.function(entity.name)}(item: Item) -> {class_}:",
        "",
        "\n".join([statement(call("object.__new__", class_), before="entity = "), *filled, "    return entity"]),
    )


def _is_conditional(attribute: AttributeDef) -> bool:
    return attribute.optional or attribute.type.kind is Kind.SET


def _write(entity: EntityDef, context: Context, types: Types) -> FunctionView:
    fields = context.names.fields[entity.name]
    always: list[tuple[str, Node]] = []
    body: list[str] = []
    for attribute in entity.stored:
        value = f"entity.{fields[attribute.name]}"
        written = types.write(attribute.type, value, ttl=attribute.role == "ttl")
        key = python_literal(attribute.name)
        if _is_conditional(attribute):
            test = value if attribute.type.kind is Kind.SET else f"{value} is not None"
            body += [f"    if {test}:", statement(written, 8, before=f"item[{key}] = ")]
        else:
            always.append((key, written))
    first = statement(mapping(always), before="item: Item = ")
    return FunctionView(
        f"def write_{context.function(entity.name)}(entity: {context.class_of(entity.name)}) -> Item:",
        "",
        "\n".join([first, *body, "    return item"]),
    )


def _object_functions(type_: ValueType, types: Types) -> list[FunctionView]:
    name, class_ = types.functions[type_], f"entities.{types.objects[type_]}"
    fields = field_names(f.name for f in type_.fields)
    read: list[Node] = []
    always: list[tuple[str, Node]] = []
    body: list[str] = []
    for part in type_.fields:
        key, value = python_literal(part.name), f"value.{fields[part.name]}"
        if part.optional:
            held: Node = call("wire.optional", f"held.get({key})", types.reader(part.type))
        elif part.type.kind is Kind.SET:
            held = call("wire.members", f"held.get({key})", types.reader(part.type))
        else:
            held = types.read(part.type, f"held[{key}]")
        read.append(Prefixed(f"{fields[part.name]}=", held))
        written = types.write(part.type, value)
        if part.optional or part.type.kind is Kind.SET:
            test = value if part.type.kind is Kind.SET else f"{value} is not None"
            body += [f"    if {test}:", statement(written, 8, before=f"held[{key}] = ")]
        else:
            always.append((key, written))
    first = statement(mapping(always), before="held: Item = ")
    return [
        FunctionView(
            f"def read_{name}(value: Value) -> {class_}:",
            "",
            '    held = value["M"]\n' + statement(call(class_, *read), before="return "),
        ),
        FunctionView(
            f"def write_{name}(value: {class_}) -> Value:",
            "",
            "\n".join([first, *body, '    return {"M": held}']),
        ),
    ]


def needs_stamp(entity: EntityDef) -> bool:
    """Whether an attribute is filled when the entity is written."""
    return any(default_from_clock(a) or a.role == "version" for a in entity.stored)


def stamp_call(entity: EntityDef, context: Context, value: str, *, fresh: bool) -> Node:
    """The call that gives a copy of an entity as it is stored; `fresh`: it is a new item."""
    keywords: dict[str, Node] = {"fresh": str(fresh)} if entity.with_role("version") is not None else {}
    return call(f"codec.stamp_{context.function(entity.name)}", value, "now", **keywords)


def _stamp(entity: EntityDef, context: Context) -> FunctionView:
    """`stamp_…`: a copy with version and times as they are stored; `fresh` for a new item that has a version."""
    changes: list[Node] = []
    for attribute in entity.stored:
        name = context.field(entity.name, attribute.name)
        if attribute.role == "updated":
            changes.append(f"{name}=now")
        elif attribute.role == "created":
            changes.append(Prefixed(f"{name}=", call("wire.or_now", f"entity.{name}", "now")))
        elif attribute.role == "version":
            changes.append(f"{name}=1 if fresh else entity.{name}")
        elif default_from_clock(attribute):
            later = f"now.replace(microsecond=0) + dt.timedelta(seconds={attribute.lifetime_seconds})"
            changes.append(Prefixed(f"{name}=", call("wire.or_now", f"entity.{name}", later)))
    class_ = context.class_of(entity.name)
    parameters = [f"entity: {class_}", "now: dt.datetime"]
    parameters += ["*", "fresh: bool"] if entity.with_role("version") is not None else []
    signature = call(f"stamp_{context.function(entity.name)}", *parameters)
    return FunctionView(
        statement(signature, 0, before="def ", after=f" -> {class_}:"),
        "A copy as it is stored: times that were not given come from the clock.",
        statement(call("dataclasses.replace", "entity", *changes), before="return "),
    )
