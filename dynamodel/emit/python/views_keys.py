"""The view of `keys.py`: for each entity and place the functions that make its keys, and whole items and guards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.conditions import client_condition
from dynamodel.emit.python.key_text import stored_token
from dynamodel.emit.python.layout import Group, Node, Prefixed, call, docstring, mapping, statement
from dynamodel.emit.python.names import unique
from dynamodel.emit.python.views import FunctionView, ModuleView
from dynamodel.emit.python.views_beside import beside_functions
from dynamodel.emit.python.views_codec import read_attribute
from dynamodel.ir.keys import Absent, Component, ShardToken, Template
from dynamodel.ir.names import python_name
from dynamodel.keys.choose import identity_components

if TYPE_CHECKING:
    from dynamodel.emit.python.context import Context
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import EntityDesign, KeyDesign
    from dynamodel.ir.reads import ConditionDef

GUARD_TAG = "UNIQ"


def keys_view(context: Context, callers: str) -> ModuleView:
    """The view of the module; `callers` is the text that uses it."""
    functions: list[FunctionView] = []
    for design in context.plan.entities:
        entity = context.entity(design.entity)
        for key in (design.base, *design.indexes):
            functions += [_field(context, entity, f, key) for f in key.fields if isinstance(f.value, Template)]
        functions += [_base_key(context, entity, design), _item(context, entity, design)]
        functions += beside_functions(context, entity, design, callers)
    text = "\n".join(f.signature + "\n" + f.body for f in functions)
    table = context.plan.table
    base = f"({python_literal(table.partition.name)}, {python_literal(table.sort.name)})"
    constants = [f"TYPE = {python_literal(table.type_attribute)}", f"BASE = {base}"]
    for index in table.indexes:
        names = [python_literal(a.name) for a in (*index.partition, *index.sort)]
        known = {python_literal(table.partition.name), python_literal(table.sort.name)}
        items: tuple[Node, ...] = ("*BASE", *(n for n in dict.fromkeys(names) if n not in known))
        constants.append(statement(Group("(", items, ")"), 0, before=f"{index_constant(index.name)} = "))
    modules = [
        m for m in ("codec", "entities", "expressions", "keycodes", "numbercodes", "vectors", "wire") if f"{m}." in text
    ]
    imports = (
        *(["import datetime as dt"] if "dt." in text else []),
        *(["from decimal import Decimal"] if "Decimal" in text else []),
        *([_typing(text)] if _typing(text) else []),
        *(["from uuid import UUID"] if "UUID" in text else []),
        "",
        f"from . import {', '.join(modules)}",
        *(["from .guards import Guard"] if "Guard" in text else []),
        "from .wire import Item",
        "",
    )
    doc = "Keys: straight-line functions for each entity and place; every token is closed by `#`."
    return ModuleView(context.header, doc, _tidy(imports), tuple(constants), tuple(functions))


def _typing(text: str) -> str:
    names = [name for name in ("Any", "Literal") if f"{name}[" in text or f": {name}" in text]
    return f"from typing import {', '.join(names)}" if names else ""


def _tidy(imports: tuple[str, ...]) -> tuple[str, ...]:
    return imports[1:] if imports and not imports[0] else imports


def index_constant(name: str) -> str:
    """The constant with the key attributes of an index."""
    text = python_name(name).upper()
    return f"{text}_" if text in {"TYPE", "BASE"} else text


def field_function(context: Context, entity: str, field: KeyField, place: str) -> str:
    """The name of the function that makes one key attribute of an entity."""
    design = context.design(entity)
    taken: set[str] = {f"{context.function(entity)}_{word}" for word in ("key", "item", "guards", "owner")}
    for key in (design.base, *design.indexes):
        for other in key.fields:
            name = unique(f"{context.function(entity)}_{python_name(other.name).lower()}", taken)
            if other == field and key.place == place:
                return name
    raise KeyError(field.name)


def key_attributes(field: KeyField, entity: EntityDef) -> tuple[str, ...]:
    """The attributes that the function of a key attribute takes, in order, each once."""
    if not isinstance(field.value, Template):
        return ()
    names = list(field.value.attributes)
    if any(isinstance(t, ShardToken) for t in field.value.tokens):
        names += entity.identity
    return tuple(dict.fromkeys(names))


def _components(field: KeyField) -> list[Component]:
    tokens = field.value.tokens if isinstance(field.value, Template) else ()
    return [t for t in tokens if isinstance(t, Component)]


def sparse_attributes(field: KeyField, entity: EntityDef) -> list[str]:
    """The attributes without which an item does not have this key attribute."""
    rules = {c.attribute: c.absent for c in _components(field)}
    return [
        a
        for a, rule in rules.items()
        if rule is Absent.SPARSE or (rule is Absent.REFUSED and entity.attribute(a).optional)
    ]


def _field(context: Context, entity: EntityDef, field: KeyField, key: KeyDesign) -> FunctionView:
    names = context.names.fields[entity.name]
    absent = {c.attribute: c.absent for c in _components(field)}
    sparse = sparse_attributes(field, entity)
    parameters: list[Node] = []
    for attribute in key_attributes(field, entity):
        definition = context.attribute(entity.name, attribute)
        optional = definition.optional or absent.get(attribute, Absent.REFUSED) is not Absent.REFUSED
        annotation = context.types.annotation(definition.type)
        parameters.append(f"{names[attribute]}: {annotation}{' | None' if optional else ''}")
    template = field.value
    assert isinstance(template, Template)
    if parameters:
        function = "partition_key" if field in key.partition else "sort_key"
        tokens = [stored_token(t, names.__getitem__, identity_components(entity)) for t in template.tokens]
        result: Node = call(f"keycodes.{function}", *tokens)
    else:
        result = python_literal(str(template))
    refusals = "".join(f"    if {names[a]} is None:\n        return None\n" for a in sparse)
    name = field_function(context, entity.name, field, key.place)
    returns = "str | None" if sparse else "str"
    place = "the table" if key.place == "base" else f"`{key.place}`"
    doc = f"`{field.name}` of {place}: `{template}`."
    signature = statement(call(name, *parameters), 0, before="def ", after=f" -> {returns}:")
    return FunctionView(signature, docstring([doc], 4), refusals + statement(result, before="return "))


def base_attributes(context: Context, entity: EntityDef) -> tuple[str, ...]:
    """The attributes that the base key is made of, in order."""
    fields = context.design(entity.name).base.fields
    return tuple(dict.fromkeys(a for f in fields for a in key_attributes(f, entity)))


def key_of_held(context: Context, entity: EntityDef, held: str) -> Node:
    """The primary key of an entity's item, from the attributes that another item holds (a copy, a guard)."""
    values = (read_attribute(entity.attribute(name), context.types, held) for name in base_attributes(context, entity))
    return call(f"keys.{context.function(entity.name)}_key", *values)


def _field_value(context: Context, entity: EntityDef, field: KeyField, place: str, prefix: str) -> Node:
    names = context.names.fields[entity.name]
    function = field_function(context, entity.name, field, place)
    arguments = [prefix + names[a] for a in key_attributes(field, entity)]
    return Group("{", (Prefixed('"S": ', call(function, *arguments)),), "}")


def _base_key(context: Context, entity: EntityDef, design: EntityDesign) -> FunctionView:
    names = context.names.fields[entity.name]
    parameters: list[Node] = [
        f"{names[a]}: {context.types.annotation(context.attribute(entity.name, a).type)}"
        for a in base_attributes(context, entity)
    ]
    entries = [
        (python_literal(f.name), _field_value(context, entity, f, design.base.place, "")) for f in design.base.fields
    ]
    name = f"{context.function(entity.name)}_key"
    return FunctionView(
        statement(call(name, *parameters), 0, before="def ", after=" -> Item:"),
        f"The primary key of an item of `{entity.name}`.",
        statement(mapping(entries), before="return "),
    )


def _item(context: Context, entity: EntityDef, design: EntityDesign) -> FunctionView:
    function = context.function(entity.name)
    arguments = [f"entity.{context.field(entity.name, a)}" for a in base_attributes(context, entity)]
    entries: list[Node] = [
        Prefixed("**", call(f"codec.write_{function}", "entity")),
        Prefixed("**", call(f"{function}_key", *arguments)),
        Prefixed("TYPE: ", Group("{", (f'"S": {python_literal(design.tag)}',), "}")),
    ]
    rest: list[str] = []
    for key in design.indexes:
        fields = [f for f in key.fields if isinstance(f.value, Template)]
        if not fields:
            continue
        pairs = [(python_literal(f.name), _text(context, entity, f, key.place)) for f in fields]
        if not key.when and not any(sparse_attributes(f, entity) for f in fields):
            entries += [Prefixed(f"{n}: ", Group("{", (Prefixed('"S": ', value),), "}")) for n, value in pairs]
            continue
        tests = [_when(context, entity, condition) for condition in key.when]
        rest.append(statement(call("expressions.place", "item", mapping(pairs), *tests)))
    first = statement(Group("{", tuple(entries), "}"), before="item: Item = ")
    return FunctionView(
        f"def {function}_item(entity: {context.class_of(entity.name)}) -> Item:",
        f"The whole item of `{entity.name}`: attributes, keys of every place, type.",
        "\n".join([first, *rest, "    return item"]),
    )


def _text(context: Context, entity: EntityDef, field: KeyField, place: str) -> Node:
    names = context.names.fields[entity.name]
    arguments = [f"entity.{names[a]}" for a in key_attributes(field, entity)]
    return call(field_function(context, entity.name, field, place), *arguments)


def _when(context: Context, entity: EntityDef, condition: ConditionDef) -> Node:
    return client_condition(
        context, entity.name, condition, lambda name: f"entity.{context.field(entity.name, name)}", None
    )
