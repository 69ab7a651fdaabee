"""The functions of `requests.py` that build writes: the actions of one call, each with its condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.conditions import holds_on_nothing
from dynamodel.emit.python.docs import written
from dynamodel.emit.python.imports import is_letter, places, words
from dynamodel.emit.python.layout import Group, Node, Prefixed, call, docstring, listing, mapping, statement
from dynamodel.emit.python.names import LOCALS, PAGING
from dynamodel.emit.python.update_text import living, read_first, reading, update_statements
from dynamodel.emit.python.views import FunctionView
from dynamodel.emit.python.views_codec import needs_stamp, stamp_call
from dynamodel.emit.python.views_keys import base_attributes
from dynamodel.emit.python.views_writes_beside import claims, gone_copies, moved_guards, refreshed, released
from dynamodel.emit.python.writes import Step
from dynamodel.ir import wording
from dynamodel.ir.writes import StepKind
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.emit.python.context import Context, Scope
    from dynamodel.ir.plan import PatternDesign
    from dynamodel.ir.writes import WritePattern


def write_function(context: Context, scope: Scope, pattern: WritePattern, design: PatternDesign) -> FunctionView:
    """The function that makes the actions of a write."""
    taken = set(LOCALS) | set(PAGING) | set(scope.locals.values())
    pairs = enumerate(zip(pattern.steps, design.steps, strict=True))
    steps = [Step(context, scope, number, step, how, taken) for number, (step, how) in pairs]
    body: list[str] = []
    for step in steps:
        step.steps = steps
        body += _taking(step, steps)
    for step in steps:
        if step.step.snapshot_of is None:
            step.kept = next((s for s in steps if s.step.snapshot_of == step.number), None)
            body += _STEPS[step.step.kind](step)
    stored = [local for step in steps for local in step.stored.values()]
    stored += [step.seen for step in steps if step.step.kind is StepKind.LOOK and step.seen]
    name = context.names.requests[pattern.name]
    text = _without_unused(body, stored)
    arguments: list[Node] = ["table: str"]
    arguments += ["now: dt.datetime"] if needs_now(text) else []
    arguments += ["attempt: Attempt"] if needs_attempt(text) else []
    arguments += ["item: Item"] if finds_first(pattern) else []
    arguments += [f"{scope.locals[a.name]}: {scope.annotation(context, a.name)}" for a in pattern.arguments]
    arguments += ["expected_version: int | None"] if takes_version(context, pattern) else []
    returns = "Steps[list[Action]]" if "yield from" in text else "list[Action]"
    return FunctionView(
        statement(call(name, *arguments), 0, before="def ", after=f" -> {returns}:"),
        docstring([f"The actions of one call: {written(pattern)}."], 4),
        f"    actions: list[Action] = []\n{text}\n    return actions",
    )


def batch_function(context: Context, scope: Scope, pattern: WritePattern) -> FunctionView:
    """The function that makes the entries of batches from a list of entities or identities."""
    (step,), (argument,) = pattern.steps, pattern.arguments
    entity, function = context.entity(step.entity), context.function(step.entity)
    name = scope.locals[argument.name]
    body = ["    entries: list[Request] = []"]
    arguments: list[Node] = []
    if step.kind is StepKind.PUT:
        each = "made"
        body.append(f"    for {each} in {name}:")
        stamped: Node = each
        if needs_stamp(entity):
            stamped = stamp_call(entity, context, each, fresh=False)
            arguments.append("now: dt.datetime")
        entry = mapping([('"PutRequest"', mapping([('"Item"', call(f"keys.{function}_item", stamped))]))])
    else:
        body.append(f"    for key in {name}:")
        single = len(entity.identity) == 1
        held = {a: "key" if single else f"key[{n}]" for n, a in enumerate(entity.identity)}
        key = call(f"keys.{function}_key", *(held[a] for a in base_attributes(context, entity) if a in held))
        entry = mapping([('"DeleteRequest"', mapping([('"Key"', key)]))])
    body.append(statement(call("entries.append", entry), 8))
    arguments.append(f"{name}: list[{listed_type(context, pattern)}]")
    signature = call(context.names.requests[pattern.name], *arguments)
    return FunctionView(
        statement(signature, 0, before="def ", after=" -> list[Request]:"),
        docstring([f"The entries of batches: {written(pattern)}."], 4),
        "\n".join([*body, "    return entries"]),
    )


def listed_type(context: Context, pattern: WritePattern) -> str:
    """What the list of a batch holds: entities, or identities."""
    (step,), (argument,) = pattern.steps, pattern.arguments
    if not argument.keys:
        return context.class_of(step.entity)
    entity = context.entity(step.entity)
    types = [context.types.annotation(entity.attribute(name).type) for name in entity.identity]
    return types[0] if len(types) == 1 else f"tuple[{', '.join(types)}]"


def _without_unused(body: list[str], stored: list[str]) -> str:
    """The statements without those that read an attribute which only has to stay unchanged."""
    text = "\n".join(body)
    unused = tuple(f"    {name} = " for name in stored if words(name, text) == 1)
    return "\n".join(line for line in body if not (unused and line.startswith(unused)))


def needs_now(text: str) -> bool:
    """Whether a function's text uses the clock."""
    return any(behind != "=" and not is_letter(behind) for _, behind in places("now", text))


def needs_attempt(text: str) -> bool:
    """Whether a function's text looks at what is stored."""
    return "attempt." in text


def finds_first(pattern: WritePattern) -> bool:
    """Whether the items are found by a read before they are deleted."""
    return any(s.kind is StepKind.DELETE and not s.by_identity for s in pattern.steps)


def takes_version(context: Context, pattern: WritePattern) -> bool:
    """Whether the caller may say which version an update expects."""
    return any(
        s.kind is StepKind.UPDATE and not s.quiet and context.entity(s.entity).with_role("version") is not None
        for s in pattern.steps
    )


@dataclass(frozen=True, slots=True)
class ActionText:
    """An action in the making: its request, its condition, and how a failure is told."""

    kind: str
    request: Node
    mode: str
    clause: Node | None
    more: tuple[tuple[str, Node], ...] = ()


def _appended(step: Step, action: ActionText, indent: int = 4) -> list[str]:
    """The statement that appends an action."""
    keywords: dict[str, Node] = {}
    clock = step.clock()
    if clock:
        keywords["ttl"], keywords["now"] = clock
    request, clause = action.request, action.clause
    conditional = request if clause is None else call("updates.conditional", request, clause)
    entity = python_literal(step.step.entity)
    keywords.update(action.more)
    if step.step.when:
        keywords["declared"] = python_literal(wording.conditions(step.step.when))
    if clause is not None:
        keywords["read"] = f"codec.read_{step.function}"
    made = call("Action", f'"{action.kind}"', conditional, f'"{action.mode}"', entity, **keywords)
    return [statement(call("actions.append", made), indent)]


def both(clauses: list[Node | None]) -> Node | None:
    """The conjunction of clauses."""
    given = [c for c in clauses if c is not None]
    if len(given) < 2:  # noqa: PLR2004 - one clause stands for itself
        return given[0] if given else None
    return call("expressions.both", *given)


def item_request(key: Node, word: str = "Key") -> Node:
    """The beginning of every write request."""
    return Group("{", ('"TableName": table', Prefixed(f'"{word}": ', key)), "}")


def key_of(step: Step, values: dict[str, str]) -> Node:
    """The primary key from the expressions of attributes."""
    names = base_attributes(step.context, step.entity)
    return call(f"keys.{step.function}_key", *(values[name] for name in names))


def _taking(step: Step, steps: list[Step]) -> list[str]:
    """The statements that give a new item what it takes: one more than a counter was, or a copy of its parent then."""
    body: list[str] = []
    name = step.scope.locals[step.step.argument or ""] if step.step.taken else ""
    numbers: list[Node] = []
    for taken in step.step.taken:
        counting = steps[taken.step]
        if not counting.seen:
            body += read_first(counting, key_of(counting, counting.fixed()), counting.design.read_first)
        held = counting.stored[taken.counter] if taken.plus else counting.after()[taken.counter]
        optional = counting.entity.attribute(taken.counter).optional
        value = held if not taken.plus else f"({held} or 0) + 1" if optional else f"{held} + 1"
        numbers.append(f"{step.context.field(step.step.entity, taken.attribute)}={value}")
    if numbers:
        body.append(statement(call("dataclasses.replace", name, *numbers), before=f"{name} = "))
    return body


def _whole(step: Step) -> list[str]:
    """CREATE and PUT: one entity, or each of a list."""
    argument = step.scope.arguments[step.step.argument or ""]
    name = step.scope.locals[argument.name]
    if not argument.many:
        return [*_belonging(step, name, 4), *_put(step, name, 4)]
    each = step.local(f"{step.function}_each")
    return [f"    for {each} in {name}:", *_belonging(step, each, 8), *_put(step, each, 8)]


def _belonging(step: Step, name: str, indent: int) -> list[str]:
    """The statements that refuse a child of none of the parents that the call writes with their counts."""
    if not step.step.belongs:
        return []
    body = []
    for via in dict.fromkeys(tuple(e.attribute for e in parent) for parent in step.step.belongs):
        parents = [p for p in step.step.belongs if tuple(e.attribute for e in p) == via]
        child = listing([f"{name}.{step.context.field(step.step.entity, a)}" for a in via])
        named = listing([listing([step.scope.source(step.context, e.source) for e in p]) for p in parents])
        told = python_literal(f"this {step.step.entity} names another {' and '.join(via)} than what the call writes")
        body.append(statement(call("updates.belongs", child, named, told), indent))
    return body


def _put(step: Step, name: str, indent: int) -> list[str]:
    creates = step.step.kind is StepKind.CREATE
    body: list[str] = []
    if needs_stamp(step.entity):
        stamp = stamp_call(step.entity, step.context, name, fresh=creates)
        body.append(statement(stamp, indent, before=f"{name} = "))
    request = item_request(call(f"keys.{step.function}_item", name), "Item")
    if creates:
        clause = both([call("updates.free", step.key_name, *step.clock()), step.plain_when()])
        body += _appended(step, ActionText("Put", request, "create", clause), indent)
        return body + claims(step, name, "[]", indent) + _kept_whole(step, name, indent)
    if not step.design.read_first and not step.entity_design.guards:
        body += _appended(step, ActionText("Put", request, "write", step.when()), indent)
        return body + claims(step, name, "[]", indent)
    stored, seen = step.local("stored"), step.local("seen")
    values = {
        a: f"{name}.{step.context.field(step.step.entity, a)}" for a in base_attributes(step.context, step.entity)
    }
    body += [reading(key_of(step, values), stored, indent), *living(step, stored, indent)]
    names = [python_literal(n) for n in step.design.read_first]
    body.append(statement(call("updates.pick", stored, *names), indent, before=f"{seen} = "))
    if step.entity.history is not None:
        number = step.entity.history.number
        following = Prefixed(
            f"{step.context.field(step.step.entity, number)}=",
            call("updates.following", seen, python_literal(number)),
        )
        body.append(statement(call("dataclasses.replace", name, following), indent, before=f"{name} = "))
    clause = both([call("updates.as_read", stored, step.key_name, seen, *step.clock()), step.when()])
    more: tuple[tuple[str, Node], ...] = (("seen", seen),)
    body += _appended(step, ActionText("Put", request, "write", clause, more), indent)
    old = f"[] if {stored} is None else keys.{step.function}_guards_of({stored})"
    return body + claims(step, name, old, indent) + _kept_whole(step, name, indent)


def _kept_whole(step: Step, name: str, indent: int) -> list[str]:
    """The version of an item that is written as a whole."""
    fields = step.context.names.fields[step.step.entity]
    return _kept(step, {a.name: f"{name}.{fields[a.name]}" for a in step.entity.stored}, indent)


def _kept(step: Step, values: dict[str, str], indent: int) -> list[str]:
    """The action that keeps an item, given by the expressions of its attributes, as a version."""
    if step.kept is None:
        return []
    kept = step.kept
    fields = kept.context.names.fields[kept.step.entity]
    arguments = [Prefixed(f"{fields[a.name]}=", values[a.name]) for a in kept.entity.stored]
    made = call(kept.context.class_of(kept.step.entity), *arguments)
    body, version = [], kept.local("version") if kept.entity_design.beside else ""
    if version:
        body.append(statement(made, indent, before=f"{version} = "))
    request = item_request(call(f"keys.{kept.function}_item", version or made), "Item")
    clause = call("updates.free", kept.key_name, *kept.clock())
    body += _appended(kept, ActionText("Put", request, "create", clause), indent)
    return body + claims(kept, version, "[]", indent)


def _delete(step: Step) -> list[str]:
    key: Node = key_of(step, step.fixed()) if step.step.by_identity else call("pages.key_of", "item", "keys.BASE")
    if not step.entity_design.beside:
        return _appended(step, ActionText("Delete", item_request(key), "write", step.when()))
    if not step.design.read_first and not step.entity_design.guards and step.step.by_identity:
        return [*_appended(step, ActionText("Delete", item_request(key), "write", step.when())), *gone_copies(step)]
    stored, seen = step.local("stored"), step.local("seen")
    names = [python_literal(n) for n in step.design.read_first]
    body = [
        reading(key, stored),
        statement(call("updates.pick", stored, *names), before=f"{seen} = "),
    ]
    clause = both([call("updates.unchanged", seen), step.when()])
    more: tuple[tuple[str, Node], ...] = (("seen", seen),)
    body += _appended(step, ActionText("Delete", item_request(key), "write", clause, more))
    live = step.local("alive")
    body.append(statement(call("updates.live", stored, *step.clock()), before=f"{live} = "))
    return [*body, f"    if {live} is not None:", *released(step, live, 8)]


def _check(step: Step) -> list[str]:
    key = key_of(step, step.fixed())
    clause = step.when()
    more: tuple[tuple[str, Node], ...] = ()
    if step.step.reads:
        body = [] if step.seen else read_first(step, key, step.design.read_first)
        same = call("updates.unchanged", step.seen)
        more = (("seen", step.seen),)
        return [*body, *_appended(step, ActionText("ConditionCheck", item_request(key), "write", same, more))]
    if clause is None:
        clause, more = call("updates.exists", step.key_name), (("declared", '"it exists"'),)
    return _appended(step, ActionText("ConditionCheck", item_request(key), "write", clause, more))


def _look(step: Step) -> list[str]:
    """Nothing is written: what takes something of the item has read it."""
    del step
    return []


def _update(step: Step) -> list[str]:
    upserts = step.step.kind is StepKind.UPSERT
    update = step.local("update")
    key = key_of(step, step.fixed())
    clauses: list[Node | None] = [] if upserts else [call("updates.exists", step.key_name)]
    more: dict[str, Node] = {}
    if step.clock() and upserts:
        clauses.append(call("updates.upsertable", "attempt.fresh", *step.clock()))
        more["on_nothing"] = str(holds_on_nothing(step.step.when))
    elif step.clock():
        clauses.append(call("expressions.alive", *step.clock()))
    when = step.plain_when()
    if when is not None and "on_nothing" in more:
        when = call("updates.unless", "attempt.fresh", when)
    clauses.append(when)
    version, _ = step.kept_roles()
    if version is not None and not upserts:
        clauses.append(call("updates.at_version", python_literal(version), "expected_version"))
        more["version"] = call("updates.expected", python_literal(version), "expected_version")
    body, maps = update_statements(step, update, key)
    seen = step.seen
    if seen:
        known: Node = call("updates.unchanged", seen)
        clauses.append(call("updates.unless", "attempt.fresh", known) if "on_nothing" in more else known)
        more["seen"] = seen
    if maps:
        more["maps"] = f"({', '.join(python_literal(m) for m in maps)},)"
        more |= {"step": str(step.number), "missing": f"attempt.missing[{step.number}]"}
        clauses.append(call("updates.has_maps", more["maps"], more["missing"]))
    mode = "upsert" if upserts else "update"
    body += _appended(step, ActionText("Update", f"{update}.request()", mode, both(clauses), tuple(more.items())))
    return body + moved_guards(step) + refreshed(step, update) + _kept(step, step.after(), 4)


_STEPS = {
    StepKind.CREATE: _whole,
    StepKind.PUT: _whole,
    StepKind.UPDATE: _update,
    StepKind.UPSERT: _update,
    StepKind.DELETE: _delete,
    StepKind.CHECK: _check,
    StepKind.LOOK: _look,
}
