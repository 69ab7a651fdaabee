"""The statements that fill an UpdateItem: attributes, roles, and exactly the key attributes that change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.conditions import client_condition
from dynamodel.emit.python.layout import Group, Node, call, listing, mapping, statement
from dynamodel.emit.python.views_codec import read_attribute
from dynamodel.emit.python.views_keys import field_function, key_attributes, sparse_attributes
from dynamodel.ir.keys import Template
from dynamodel.ir.plan import KeyAction
from dynamodel.ir.values import Kind
from dynamodel.ir.writes import ActionKind, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamodel.emit.python.writes import Step
    from dynamodel.ir.entities import AttributeDef
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import KeyDesign
    from dynamodel.ir.reads import ConditionDef
    from dynamodel.ir.writes import ActionDef


def update_statements(step: Step, update: str, key: Node) -> tuple[list[str], tuple[str, ...]]:
    """The statements, and the maps whose entries are added to."""
    upserts = step.step.kind is StepKind.UPSERT
    body: list[str] = []
    wanted = step.design.read_first if not upserts else _unknown(step)
    if wanted and not step.seen:
        body += read_first(step, key, wanted)
    options: dict[str, Node] = {}
    if upserts and step.clock():
        options = {"fresh": "attempt.fresh", "every": listing(_every_name(step))}
    body.append(statement(call("updates.Update", "table", key, **options), before=f"{update} = "))
    if upserts:
        body += _identity(step, update)
    maps: list[str] = []
    for action in step.step.actions:
        attribute = step.entity.attribute(action.attribute)
        if attribute.role in {"version", "updated"}:
            continue  # the client keeps these itself
        body.append(_action(step, update, action, maps))
    body += _roles(step, update)
    body += _all_keys(step, update) if upserts else _changes(step, update)
    return body, tuple(maps)


def read_first(step: Step, key: Node, names: tuple[str, ...]) -> list[str]:
    """The statements that read the item and make a local of each attribute that something depends on."""
    body: list[str] = []
    stored, seen = step.local("stored"), step.local("seen")
    step.raw = stored
    body.append(reading(key, stored))
    if step.lenient:
        body += living(step, stored)
    else:
        entity = python_literal(step.step.entity)
        body.append(statement(call("updates.existing", stored, entity, *step.clock()), before=f"{stored} = "))
    history = step.entity.history
    constant = names if history is None else (history.number,)  # every change of the item has another number
    picked = call("updates.pick", stored, *(python_literal(name) for name in constant))
    body.append(statement(picked, before=f"{seen} = "))
    for name in names:
        attribute = step.entity.attribute(name)
        local = step.local(f"stored_{step.context.field(step.step.entity, name)}")
        if step.lenient:
            read_node: Node = call("wire.held", stored, python_literal(name), step.context.reader(attribute))
        else:
            read_node = read_attribute(attribute, step.context.types, stored)
        told = ""
        if name in step.begun() and attribute.type.kind is Kind.ENUM:  # of which a constant is one of the values
            told = f": {step.context.types.annotation(attribute.type)} | None"
        body.append(statement(read_node, before=f"{local}{told} = "))
        if name in step.begun():
            body.append(f"    if {local} is None:\n        {local} = {step.begun()[name]}")
        step.stored[name] = local
    step.seen = seen
    return body


def reading(key: Node, local: str, indent: int = 4) -> str:
    """The statement that reads the item of a key."""
    return statement(call("attempt.read", key), indent, before=f"{local} = yield from ")


def living(step: Step, local: str, indent: int = 4) -> list[str]:
    """The statement that takes an expired item for absent, where items expire."""
    clock = step.clock()
    return [statement(call("updates.live", local, *clock), indent, before=f"{local} = ")] if clock else []


def _every_name(step: Step) -> list[Node]:
    """Every attribute that an item of the entity may have besides its primary key."""
    base = {f.name for f in step.entity_design.base.fields}
    names = [a.name for a in step.entity.stored] + [f.name for k in step.entity_design.indexes for f in k.fields]
    return [python_literal(name) for name in dict.fromkeys(names) if name not in base]


def _identity(step: Step, update: str) -> list[str]:
    """What an upsert writes besides its actions: type, identity, time of creation."""
    tag = mapping([('"S"', python_literal(step.entity_design.tag))])
    body = [statement(call(f"{update}.set", "keys.TYPE", tag))]
    for name, value in step.fixed().items():
        written = step.context.write(step.entity.attribute(name), value)
        body.append(statement(call(f"{update}.set", python_literal(name), written)))
    for name, value in step.begun().items():
        written = _first(step.entity.attribute(name), value) or step.context.write(step.entity.attribute(name), value)
        body.append(statement(call(f"{update}.default", python_literal(name), written)))
    return body


def _first(attribute: AttributeDef, value: str) -> Node | None:
    """An empty list or map as it is stored; None for anything else."""
    return {"[]": '{"L": []}', "{}": '{"M": {}}'}.get(value) if attribute.type.kind in {Kind.LIST, Kind.MAP} else None


def _action(step: Step, update: str, action: ActionDef, maps: list[str]) -> str:
    attribute = step.entity.attribute(action.attribute)
    name, value, writer = python_literal(action.attribute), step.value(action), step.context.writer(attribute)
    if action.kind is ActionKind.REMOVE or value == "None":
        return statement(call(f"{update}.set", name, "None"))
    if action.kind is ActionKind.APPEND:
        return statement(call(f"{update}.append", name, _elements(step, action, value)))
    if step.is_set(action.attribute):
        method = "set" if action.kind is ActionKind.SET else "add"
        return statement(call(f"{update}.{method}", name, call("wire.some", value, writer)))
    if action.kind is ActionKind.ADD and attribute.type.kind is Kind.MAP:
        maps.append(action.attribute)
        missing = f"{name} in attempt.missing[{step.number}]"
        return statement(call(f"{update}.increase", name, step.context.write(attribute, value), missing=missing))
    method = "set" if action.kind is ActionKind.SET else "add"
    written: Node = step.context.write(attribute, value)
    if step.may_be_none(action):
        written = call("wire.given", value, writer)
    return statement(call(f"{update}.{method}", name, written))


def _elements(step: Step, action: ActionDef, value: str) -> Node:
    """The list to append: a list as it is, anything else as one element."""
    attribute = step.entity.attribute(action.attribute)
    return step.context.write(attribute, f"[{value}]" if step.appends_one(action) else value)


def _roles(step: Step, update: str) -> list[str]:
    body = []
    version, updated = step.kept_roles()
    if version is not None:
        body.append(statement(call(f"{update}.add", python_literal(version), mapping([('"N"', '"1"')]))))
    if updated is not None:
        written = step.context.write(step.entity.attribute(updated), "now")
        body.append(statement(call(f"{update}.set", python_literal(updated), written)))
    return body


def _changes(step: Step, update: str) -> list[str]:
    """The key attributes that the plan says, place by place; both halves of a sparse key together."""
    body = []
    after = step.after()
    for key in step.entity_design.indexes:
        actions = {c.name: c.action for c in step.design.changes if c.place == key.place}
        fields = [f for f in key.fields if f.name in actions and isinstance(f.value, Template)]
        if not fields:
            continue
        action = actions[fields[0].name]
        if action is KeyAction.REMOVE:
            body += [statement(call(f"{update}.set", python_literal(f.name), "None")) for f in fields]
            continue
        tests = [] if action is KeyAction.SET else list(_tests(step, key, after))
        if action is KeyAction.REMOVE_UNLESS:
            names = Group("(", tuple(f"{python_literal(f.name)}" for f in fields), ")")
            present = [f"{after[a]} is not None" for a in _sparse(step, key) if a in after and after[a] != "now"]
            body.append(statement(call(f"{update}.leave", _tuple(names), *tests, *present)))
            continue
        body.append(statement(call(f"{update}.place", _texts(step, key, fields, after), *tests)))
    return body


def _tuple(names: Group) -> Node:
    return names if len(names.items) > 1 else Group("[", names.items, "]")


def _sparse(step: Step, key: KeyDesign) -> list[str]:
    return list(dict.fromkeys(a for f in key.fields for a in sparse_attributes(f, step.entity)))


def _tests(step: Step, key: KeyDesign, after: dict[str, str]) -> Iterator[Node]:
    """The conditions of a key on the values after the update; those that nothing is known of still hold."""
    for condition in key.when:
        if all(name in after for name in _deciding(step, condition)):
            yield client_condition(step.context, step.step.entity, condition, after.__getitem__, step.scope)


def _texts(step: Step, key: KeyDesign, fields: list[KeyField], after: dict[str, str]) -> Node:
    """The texts of key attributes from the values after the update."""
    entries: list[tuple[str, Node]] = []
    for field in fields:
        function = f"keys.{field_function(step.context, step.step.entity, field, key.place)}"
        arguments = [after[a] for a in key_attributes(field, step.entity)]
        entries.append((python_literal(field.name), call(function, *arguments)))
    return mapping(entries)


def _parts(step: Step, key: KeyDesign) -> list[str]:
    """Every attribute that a key's existence or text depends on."""
    names = [a for f in key.fields for a in key_attributes(f, step.entity)]
    for condition in key.when:
        names += _deciding(step, condition)
    return list(dict.fromkeys(names))


def _deciding(step: Step, condition: ConditionDef) -> list[str]:
    """The stored attributes that a condition looks at."""
    return [step.entity.stored_name(name) for name in condition.names]


def _unknown(step: Step) -> tuple[str, ...]:
    """What an upsert must read: attributes of keys and guards that it does not set itself."""
    known = {*step.fixed(), *(a.attribute for a in step.step.actions if a.kind in {ActionKind.SET, ActionKind.REMOVE})}
    updated = step.entity.with_role("updated")
    wanted = [n for k in step.entity_design.indexes for n in _parts(step, k)]
    wanted += [n for g in step.design.guards for n in step.entity_design.beside[g].attributes]
    found = dict.fromkeys(n for n in wanted if n not in known and n != updated)
    return tuple(dict.fromkeys([*found, *step.design.read_first]))


def _all_keys(step: Step, update: str) -> list[str]:
    """The keys of every place: an upsert may make the item."""
    body = []
    after = step.after()
    for key in step.entity_design.indexes:
        fields = [f for f in key.fields if isinstance(f.value, Template)]
        if fields and all(name in after for name in _parts(step, key)):
            tests = list(_tests(step, key, after))
            body.append(statement(call(f"{update}.place", _texts(step, key, fields, after), *tests)))
    return body
