"""The view of `results.py`: rows of chosen attributes, and the answers of collections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import Node, Prefixed, call, statement
from dynamodel.emit.python.names import unique
from dynamodel.emit.python.views import FunctionView, ResultsView, ResultView
from dynamodel.emit.python.views_codec import read_attribute
from dynamodel.ir.names import python_name, snake_case
from dynamodel.ir.reads import ReadKind

if TYPE_CHECKING:
    from dynamodel.emit.python.context import Context
    from dynamodel.emit.python.reads import ReadPlan
    from dynamodel.ir.entities import AttributeDef
    from dynamodel.ir.reads import PartDef, ReadPattern


def results_view(context: Context, plans: list[ReadPlan]) -> ResultsView:
    """The view of the module; it is empty when no pattern needs a class of its own."""
    classes: list[ResultView] = []
    functions: list[FunctionView] = []
    for plan in plans:
        if plan.is_row():
            classes.append(_row_class(plan))
            functions.append(_row_reader(plan))
        elif plan.pattern.kind in {ReadKind.COLLECTION, ReadKind.TRANSACT_GET}:
            classes.append(_answer_class(plan))
    lines = "\n".join(line for c in classes for line in c.fields)
    text = lines + "\n".join(f.signature + f.body for f in functions)
    modules = [m for m in ("codec", "entities", "keycodes", "wire") if f"{m}." in text]
    imports = [
        *(["import datetime as dt"] if "dt." in text else []),
        "from dataclasses import dataclass",
        *(["from decimal import Decimal"] if "Decimal" in text else []),
        *([f"from typing import {', '.join(_typing(text))}"] if _typing(text) else []),
        *(["from uuid import UUID"] if "UUID" in text else []),
        *(["", f"from . import {', '.join(modules)}"] if modules else []),
        *(([""] if not modules else []) + ["from .wire import Item"] if functions else []),
    ]
    return ResultsView(context.header, tuple(imports) if classes else (), tuple(classes), tuple(functions))


def _typing(text: str) -> list[str]:
    return [name for name in ("Any", "Literal") if f"{name}[" in text or f": {name}" in text or f"[{name}" in text]


def row_fields(plan: ReadPlan) -> list[tuple[str, AttributeDef, str]]:
    """Field, attribute and (for a parent's) the join's number as text, in order."""
    entity = plan.context.entity(plan.pattern.parts[0].entity)
    names = plan.pattern.returns if plan.pattern.returns is not None else tuple(a.name for a in entity.stored)
    taken: set[str] = set()
    found = [(unique(python_name(name), taken), entity.attribute(name), "") for name in names]
    for number, join in enumerate(plan.pattern.joins):
        parent = plan.context.entity(join.parent)
        for name in join.attributes:
            field = unique(python_name(f"{snake_case(join.parent)}_{name}"), taken)
            found.append((field, parent.attribute(name), str(number + 1)))
    return found


def _row_class(plan: ReadPlan) -> ResultView:
    lines = []
    for field, attribute, parent in row_fields(plan):
        annotation = plan.context.types.annotation(attribute.type)
        lines.append(f"{field}: {annotation}{' | None' if attribute.optional or parent else ''}")
    doc = f"What `{plan.method}` returns of each `{plan.pattern.parts[0].entity}`."
    return ResultView(plan.context.names.results[plan.pattern.name], doc, tuple(lines))


def _row_reader(plan: ReadPlan) -> FunctionView:
    context = plan.context
    arguments: list[Node] = []
    for field, attribute, parent in row_fields(plan):
        if parent:
            read: Node = call("wire.held", f"parent{parent}", python_literal(attribute.name), context.reader(attribute))
        elif attribute.bucket is not None:
            read = _bucket(plan, attribute)
        else:
            read = read_attribute(attribute, context.types)
        arguments.append(Prefixed(f"{field}=", read))
    class_ = context.names.results[plan.pattern.name]
    parents = [f"parent{n + 1}: Item | None" for n in range(len(plan.pattern.joins))]
    return FunctionView(
        statement(call(f"read_{plan.method}", "item: Item", *parents), 0, before="def ", after=f" -> {class_}:"),
        "",
        statement(call(class_, *arguments), before="return "),
    )


def _bucket(plan: ReadPlan, attribute: AttributeDef) -> Node:
    assert attribute.bucket is not None
    of = plan.context.attribute(plan.pattern.parts[0].entity, attribute.bucket.of)
    unit = f'"{attribute.bucket.unit}"'
    if not of.optional:
        return call("keycodes.bucket", read_attribute(of, plan.context.types), unit)
    read = f"lambda value: keycodes.bucket({plan.context.reader(of)}(value), {unit})"
    return call("wire.optional", f"item.get({python_literal(of.name)})", read)


def part_fields(pattern: ReadPattern) -> list[str]:
    """The fields of an answer that has one for each part, in the parts' order."""
    taken = {"cursor", "previous"}
    found = []
    for part in pattern.parts:
        name = snake_case(part.entity)
        found.append(unique(python_name(name if is_single(pattern, part) else plural(name)), taken))
    return found


def is_single(pattern: ReadPattern, part: PartDef) -> bool:
    """Whether a part of the answer is one entity."""
    return part.single or pattern.kind is ReadKind.TRANSACT_GET


def plural(name: str) -> str:
    """The name of several."""
    if name.endswith("y") and name[-2:-1] not in set("aeiou"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


def _answer_class(plan: ReadPlan) -> ResultView:
    context, pattern = plan.context, plan.pattern
    lines: list[str] = []
    if pattern.merged:
        lines.append(f"items: list[{merged_type(plan)}]")
    else:
        for field, part in zip(part_fields(pattern), pattern.parts, strict=True):
            class_ = context.class_of(part.entity)
            single = is_single(pattern, part)
            lines.append(f"{field}: {class_} | None" if single else f"{field}: list[{class_}]")
    if pattern.kind is ReadKind.COLLECTION:
        lines += ["cursor: str | None = None", "previous: str | None = None"]
    return ResultView(context.names.results[pattern.name], f"The answer of `{plan.method}`.", tuple(lines))


def merged_type(plan: ReadPlan) -> str:
    """The type of the elements of a merged collection."""
    return " | ".join(dict.fromkeys(plan.context.class_of(part.entity) for part in plan.pattern.parts))
