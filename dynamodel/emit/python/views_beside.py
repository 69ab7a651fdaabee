"""The functions of `keys.py` for what is kept beside an item: guards of unique values, and copies.

In: an entity and its design. Out: for each guard and copy a function from the attributes of its key (and what it holds)
to the item, and two that list all of them, for an entity and for an item as it is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.conditions import client_condition
from dynamodel.emit.python.imports import has_word, is_called
from dynamodel.emit.python.key_text import stored_token
from dynamodel.emit.python.layout import Group, Node, Prefixed, call, listing, mapping, statement
from dynamodel.emit.python.views import FunctionView
from dynamodel.ir import wording
from dynamodel.ir.keys import Absent, Component, Template
from dynamodel.ir.plan import COPY_TYPE, CopyDesign, GuardDesign
from dynamodel.keys.choose import identity_components

if TYPE_CHECKING:
    from dynamodel.emit.python.context import Context
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import EntityDesign

Beside = GuardDesign | CopyDesign


def beside_functions(context: Context, entity: EntityDef, design: EntityDesign, callers: str) -> list[FunctionView]:
    """The functions of one entity; none if nothing is kept beside its items.

    Those for an item as it is stored only where `callers`, a text, name them.
    """
    if not design.beside:
        return []
    function = context.function(entity.name)
    found = [_one(context, entity, design, n) for n in range(len(design.beside))]
    found.append(_of_entity(context, entity, design))
    found += [_of_item(context, entity, design)] if has_word(f"{function}_guards_of", callers) else []
    found += [_owner(context, entity)] if design.guards else []
    found += [_owner_of(context, entity)] if is_called(f"{function}_owner_of", callers) else []
    return found


def beside_function(context: Context, design: EntityDesign, index: int) -> str:
    """The name of the function that makes a guard or a copy."""
    beside, function = design.beside[index], context.function(design.entity)
    if isinstance(beside, CopyDesign):
        return f"{function}_{beside.place.lower()}"
    return f"{function}_guard{index + 1 if index else ''}"


def beside_call(context: Context, design: EntityDesign, index: int, values: list[Node], held: Node) -> Node:
    """The call that makes a guard or a copy of the values of its key and what it holds."""
    takes = [held] if holds_more(design.beside[index]) else []
    return call(f"{beside_function(context, design, index)}", *values, *takes)


def holds_more(beside: Beside) -> bool:
    """Whether a guard or copy holds attributes of its item."""
    return isinstance(beside, CopyDesign) or bool(beside.carries)


def _one(context: Context, entity: EntityDef, design: EntityDesign, index: int) -> FunctionView:
    beside = design.beside[index]
    names = context.names.fields[entity.name]
    needed = _needed(beside)
    parameters: list[Node] = []
    for name in beside.attributes:
        attribute = context.attribute(entity.name, name)
        optional = isinstance(beside, GuardDesign) or attribute.optional
        parameters.append(f"{names[name]}: {context.types.annotation(attribute.type)}{' | None' if optional else ''}")
    if holds_more(beside):
        parameters.append("held: Item")
    refusals = "".join(
        f"    if {names[a]} is None:\n        return None\n"
        for a in beside.attributes
        if a in needed and (isinstance(beside, GuardDesign) or context.attribute(entity.name, a).optional)
    )
    if isinstance(beside, CopyDesign):
        refusals += _unless(context, entity, beside)
    key = mapping(
        [(python_literal(f.name), _text(context, entity, beside, f)) for f in (beside.partition, beside.sort)]
    )
    if isinstance(beside, GuardDesign):
        label = python_literal(", ".join(beside.attributes))
        held: Node = "held" if beside.carries else "{}"
        doc = f"The guard that keeps {', '.join(f'`{a}`' for a in beside.attributes)} unique."
    else:
        label = '""'
        kind = Group("{", (f'"S": {python_literal(COPY_TYPE)}',), "}")
        held = Group("{", ("**held", Prefixed("TYPE: ", kind)), "}")
        only = f" where {wording.conditions(beside.when)}" if beside.when else ""
        doc = f"A second item of `{entity.name}`{only}: `{beside.partition.value}`, `{beside.sort.value}`."
    return FunctionView(
        statement(
            call(beside_function(context, design, index), *parameters), 0, before="def ", after=" -> Guard | None:"
        ),
        doc,
        refusals + statement(Group("(", (label, key, held), ")"), before="return "),
    )


def _unless(context: Context, entity: EntityDef, copy: CopyDesign) -> str:
    """The statements that leave when one of the conditions of a copy does not hold."""
    names = context.names.fields[entity.name]
    tests = (client_condition(context, entity.name, c, names.__getitem__, None) for c in copy.when)
    return "".join(statement(t, before="if not ", after=":") + "\n        return None\n" for t in tests)


def _needed(beside: Beside) -> set[str]:
    """The attributes without which there is no guard or copy."""
    if isinstance(beside, GuardDesign):
        return set(beside.attributes)
    templates = [f.value for f in (beside.partition, beside.sort) if isinstance(f.value, Template)]
    parts = [t for template in templates for t in template.tokens if isinstance(t, Component)]
    return {p.attribute for p in parts if p.absent in {Absent.SPARSE, Absent.REFUSED}}


def _text(context: Context, entity: EntityDef, beside: Beside, field: KeyField) -> Node:
    template = field.value
    assert isinstance(template, Template)
    names = context.names.fields[entity.name]
    if not template.attributes:
        return Group("{", (f'"S": {python_literal(str(template))}',), "}")
    function = "keycodes.partition_key" if field == beside.partition else "keycodes.sort_key"
    tokens = [stored_token(t, names.__getitem__, identity_components(entity)) for t in template.tokens]
    return Group("{", (Prefixed('"S": ', call(function, *tokens)),), "}")


def _picked(design: EntityDesign, index: int, item: str) -> Node:
    """What a guard or copy holds of an item."""
    return call("expressions.picked", item, *(python_literal(n) for n in design.beside[index].carries))


def _of_entity(context: Context, entity: EntityDef, design: EntityDesign) -> FunctionView:
    names, function = context.names.fields[entity.name], context.function(entity.name)
    items = [
        beside_call(context, design, n, [f"entity.{names[a]}" for a in b.attributes], _picked(design, n, "item"))
        for n, b in enumerate(design.beside)
    ]
    body = statement(listing(items), before="return ")
    if any(holds_more(b) for b in design.beside):
        body = f"    item = codec.write_{function}(entity)\n{body}"
    return FunctionView(
        f"def {function}_guards(entity: {context.class_of(entity.name)}) -> list[Guard | None]:",
        f"What is kept beside an item of `{entity.name}`.",
        body,
    )


def _of_item(context: Context, entity: EntityDef, design: EntityDesign) -> FunctionView:
    items = [
        beside_call(
            context, design, n, [_stored(context, entity, b, a) for a in b.attributes], _picked(design, n, "item")
        )
        for n, b in enumerate(design.beside)
    ]
    return FunctionView(
        f"def {context.function(entity.name)}_guards_of(item: Item) -> list[Guard | None]:",
        f"What is kept beside an item of `{entity.name}` as it is stored.",
        statement(listing(items), before="return "),
    )


def _stored(context: Context, entity: EntityDef, beside: Beside, name: str) -> Node:
    """The value of an attribute of a stored item, None where it is absent."""
    if isinstance(beside, CopyDesign) and not entity.attribute(name).optional:
        return context.read(entity.attribute(name), f"item[{python_literal(name)}]")
    return _held(context, entity, name)


def _held(context: Context, entity: EntityDef, name: str) -> Node:
    return call("wire.optional", f"item.get({python_literal(name)})", context.reader(entity.attribute(name)))


def owned_key(context: Context, entity: EntityDef, base: tuple[str, ...], name: str) -> FunctionView:
    """The function that reads the key of the item from the owner that a guard names."""
    parts = [context.read(entity.attribute(a), f"owner[{python_literal(a)}]") for a in base]
    key = call(f"keys.{context.function(entity.name)}_key", *parts)
    return FunctionView(
        f"def {name}(item: Item) -> Item:",
        f"The primary key of the `{entity.name}` that owns a guard.",
        '    owner = item["owner"]["M"]\n' + statement(key, before="return "),
    )


def _owner_of(context: Context, entity: EntityDef) -> FunctionView:
    arguments = [context.read(entity.attribute(a), f"item[{python_literal(a)}]") for a in entity.identity]
    ttl = entity.with_role("ttl")
    if ttl is not None:
        arguments.append(_held(context, entity, ttl))
    function = context.function(entity.name)
    return FunctionView(
        f"def {function}_owner_of(item: Item) -> Item:",
        f"What a guard of an item of `{entity.name}` carries besides its key.",
        statement(call(f"{function}_owner", *arguments), before="return "),
    )


def _owner(context: Context, entity: EntityDef) -> FunctionView:
    names = context.names.fields[entity.name]
    identity = [context.attribute(entity.name, a) for a in entity.identity]
    parameters: list[Node] = [f"{names[a.name]}: {context.types.annotation(a.type)}" for a in identity]
    tag = context.design(entity.name).tag
    held: list[tuple[str, Node]] = [("TYPE", Group("{", (f'"S": {python_literal(tag)}',), "}"))]
    held += [(python_literal(a.name), context.write(a, names[a.name])) for a in identity]
    entries = [
        ("TYPE", Group("{", ('"S": "UNIQ"',), "}")),
        ('"owner"', Group("{", (Prefixed('"M": ', mapping(held)),), "}")),
    ]
    ttl = entity.with_role("ttl")
    body = statement(mapping(entries), before="owner: Item = ")
    if ttl is not None:
        attribute = context.attribute(entity.name, ttl)
        parameters.append(f"{names[ttl]}: {context.types.annotation(attribute.type)} | None")
        body += f"\n    if {names[ttl]} is not None:\n"
        body += statement(context.write(attribute, names[ttl]), 8, before=f"owner[{python_literal(ttl)}] = ")
    return FunctionView(
        statement(call(f"{context.function(entity.name)}_owner", *parameters), 0, before="def ", after=" -> Item:"),
        f"What a guard of `{entity.name}` carries besides its key.",
        body + "\n    return owner",
    )
