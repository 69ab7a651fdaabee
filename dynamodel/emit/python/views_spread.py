"""What follows a write that changes a parent: its children are found, and what they hold of it is renewed.

In: a write pattern with `spreads`. Out: the statements of its method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.dynamo.footprint import renewed_together
from dynamodel.emit.python.context import scope_of
from dynamodel.emit.python.layout import Node, Prefixed, call, statement
from dynamodel.emit.python.names import protected
from dynamodel.emit.python.reads import read_plan
from dynamodel.emit.python.value_types import literal
from dynamodel.emit.python.views_results import row_fields
from dynamodel.emit.python.views_writes import write_function
from dynamodel.ir.values import Constant, FromEntity, Given

if TYPE_CHECKING:
    from dynamodel.emit.python.context import Context, Scope
    from dynamodel.ir.writes import StepDef, WritePattern


def spread_statements(context: Context, scope: Scope, pattern: WritePattern) -> list[str]:
    """One statement for each child entity that holds attributes of what the write has changed."""
    body = []
    for spread in pattern.spreads:
        step = pattern.steps[spread.step]
        find = next(p for p in context.workload.reads if p.name == spread.find)
        keep = next(p for p in context.workload.writes if p.name == spread.keep)
        identity = context.entity(step.entity).identity
        values = [_identity_value(context, scope, step, name) for name in identity]
        given = dict(zip((a.name for a in find.arguments), values, strict=True))
        parameters = scope_of(find).parameters
        asked: list[Node] = [Prefixed(f"{parameters[name]}=", value) for name, value in given.items()]
        found = call(f"self.{context.names.methods[find.name]}", *asked, "cursor=cursor")
        fields = {attribute.name: field for field, attribute, _ in row_fields(read_plan(context, find))}
        held = [given.get(a.name) or f"row.{fields[a.name]}" for a in keep.arguments]
        clock = ["now"] if _takes_clock(context, keep) else []
        builder = f"requests.{context.names.requests[keep.name]}"
        renew = call(builder, "self._engine.table", *clock, "attempt", *held)
        each = (Prefixed("lambda cursor: ", found), Prefixed("lambda attempt, row: ", renew))
        parent, child = (context.entity(s.entity) for s in keep.steps)
        most = str(renewed_together(parent, child, len(context.design(child.name).beside)))
        body.append(statement(call("spreading.spread", "self._engine", *each, most), 8, before="yield from "))
    return body


def _takes_clock(context: Context, pattern: WritePattern) -> bool:
    """Whether the function that makes the actions of a write takes the time."""
    function = write_function(context, scope_of(pattern), pattern, context.plan.pattern(pattern.name))
    return "now: dt" in function.signature


def _identity_value(context: Context, scope: Scope, step: StepDef, name: str) -> str:
    """The value of an identity's attribute of the item that a step writes, in the method."""
    if step.argument is not None:
        return f"{protected(scope.parameters[step.argument])}.{context.field(step.entity, name)}"
    source = next(e.source for e in step.equals if e.attribute == name)
    if isinstance(source, FromEntity):
        entity = scope.arguments[source.argument].entity or ""
        return f"{protected(scope.parameters[source.argument])}.{context.field(entity, source.attribute)}"
    if isinstance(source, Given):
        return protected(scope.parameters[source.argument])
    return literal(source.value if isinstance(source, Constant) else None)
