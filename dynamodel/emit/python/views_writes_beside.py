"""The statements of `requests.py` for what is kept beside an item: guards of unique values, and copies.

In: a step of a write. Out: what its call claims, moves, gives up or changes alike; nothing for entities without any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import Node, Prefixed, call, listing, mapping, statement
from dynamodel.emit.python.views_beside import beside_call
from dynamodel.emit.python.writes import EPOCH
from dynamodel.ir.writes import StepKind

if TYPE_CHECKING:
    from dynamodel.emit.python.writes import Step


def claims(step: Step, name: str, old: str, indent: int) -> list[str]:
    """What an item that is written as a whole claims, in place of what `old` lists."""
    if not step.entity_design.beside:
        return []
    identity = [f"{name}.{step.context.field(step.step.entity, a)}" for a in step.entity.identity]
    ttl = step.ttl()
    if ttl is not None:
        identity.append(f"{name}.{step.context.field(step.step.entity, ttl)}")
    keywords: dict[str, Node] = {}
    if ttl is not None:
        keywords = {"ttl": python_literal(ttl), "now": EPOCH}
        if old != "[]":
            keywords["renew"] = "True"
    made = call(
        "guards.changes",
        "table",
        python_literal(step.step.entity),
        _owner(step, identity),
        old,
        f"keys.{step.function}_guards({name})",
        **keywords,
    )
    return [statement(made, indent, before="actions += ")]


def moved_guards(step: Step) -> list[str]:
    """What an update gives up and claims; an upsert gives up nothing of an item that is not there."""
    if not step.design.guards:
        return []
    after, ttl = step.after(), step.ttl()
    old: list[Node] = []
    new: list[Node] = []
    for index in step.design.guards:
        beside = step.entity_design.beside[index]
        before = {**step.fixed(), **step.stored}
        old.append(_held_beside(step, index, [before[a] for a in beside.attributes], "{}"))
        new.append(
            _held_beside(step, index, [after[a] for a in beside.attributes], _held_after(step, beside.carries, after))
        )
    owner = [step.fixed()[a] for a in step.entity.identity]
    keywords: dict[str, Node] = {}
    if ttl is not None:
        owner.append(after[ttl])
        keywords = {"ttl": python_literal(ttl), "now": EPOCH}
        if any(a.attribute == ttl for a in step.step.actions):
            keywords["renew"] = "True"
    given_up: Node = listing(old)
    if step.step.kind is StepKind.UPSERT:
        every, numbers = f"keys.{step.function}_guards_of", map(str, step.design.guards)
        given_up = call("guards.given_up", step.raw, every, *numbers) if step.raw else "[]"
    made = call(
        "guards.changes",
        "table",
        python_literal(step.step.entity),
        _owner(step, owner),
        given_up,
        listing(new),
        **keywords,
    )
    return [statement(made, before="actions += ")]


def refreshed(step: Step, update: str) -> list[str]:
    """The same changes of attributes for the guards and copies that carry them."""
    body = []
    after, ttl = step.after(), step.ttl()
    for index in step.design.refreshed:
        beside = step.entity_design.beside[index]
        kept = _held_beside(step, index, [after[a] for a in beside.attributes], "{}")
        names = listing([python_literal(n) for n in beside.carries])
        entity = python_literal(step.step.entity)
        owner: Node = "{}"
        if index < len(step.entity_design.guards):
            values = [step.fixed()[a] for a in step.entity.identity]
            owner = call(f"keys.{step.function}_owner", *values, *(["None"] if ttl is not None else []))
        elif step.step.kind is StepKind.UPSERT:
            body.append(statement(call("guards.upserted", entity, kept, update, names), before="actions += "))
            continue
        body.append(statement(call("guards.refreshed", entity, owner, kept, update, names), before="actions += "))
    return body


def gone_copies(step: Step) -> list[str]:
    """The copies of an item that is deleted, found by what the call knows."""
    known = step.fixed()
    copies = [
        _held_beside(step, n, [known[a] for a in b.attributes], "{}") for n, b in enumerate(step.entity_design.beside)
    ]
    gone = call("guards.changes", "table", python_literal(step.step.entity), "{}", listing(copies), "[]")
    return [statement(gone, before="actions += ")]


def released(step: Step, live: str, indent: int) -> list[str]:
    """What an item that is deleted gives up, found by the item as it was."""
    made = call(
        "guards.changes",
        "table",
        python_literal(step.step.entity),
        call(f"keys.{step.function}_owner_of", live) if step.entity_design.guards else "{}",
        call(f"keys.{step.function}_guards_of", live),
        "[]",
    )
    return [statement(made, indent, before="actions += ")]


def _held_beside(step: Step, index: int, values: list[Node], held: Node) -> Node:
    made = beside_call(step.context, step.entity_design, index, values, held)
    return Prefixed("keys.", made)


def _held_after(step: Step, carries: tuple[str, ...], after: dict[str, str]) -> Node:
    """What a guard or copy that is put anew holds: what was read, with this step's changes."""
    changed = {a.attribute for a in step.step.actions} | step.begun().keys()
    changed |= {name for name in step.kept_roles() if name}
    changed |= step.fixed().keys() if step.step.kind is StepKind.UPSERT else set()
    entries: list[tuple[str, Node]] = []
    for name in carries:
        if name in changed:
            attribute = step.entity.attribute(name)
            writer = step.context.writer(attribute)
            if after[name] == "None":
                entries.append((python_literal(name), "None"))
                continue
            function = "wire.some" if step.is_set(name) else "wire.given"
            entries.append((python_literal(name), call(function, after[name], writer)))
    return call("updates.carried", step.raw or "None", listing([python_literal(n) for n in carries]), mapping(entries))


def _owner(step: Step, values: list[str]) -> Node:
    """Whose the guards of a step are; copies need no owner, their keys hold the identity."""
    return call(f"keys.{step.function}_owner", *values) if step.entity_design.guards else "{}"
