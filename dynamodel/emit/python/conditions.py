"""Conditions on items as Python text: clauses for DynamoDB, and tests in the emitted code itself.

In: an `ir.reads.ConditionDef`. Out: expressions. Every name and value is aliased. A bucket (`placed_at@day`) is not
stored: for DynamoDB it becomes a comparison of the stored time's text with the bucket's.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import Node, call, mapping
from dynamodel.emit.python.value_types import literal
from dynamodel.ir.reads import Op
from dynamodel.ir.values import Constant, Kind, Now
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.emit.python.context import Context, Scope
    from dynamodel.ir.entities import AttributeDef, Bucket
    from dynamodel.ir.reads import ConditionDef
    from dynamodel.ir.values import Source

_SIGNS = {Op.EQ: "=", Op.NE: "<>", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}


@dataclass(slots=True)
class ClauseText:
    """A clause in the making; `prefix` keeps the tokens of several clauses of one request apart."""

    context: Context
    scope: Scope
    entity: str
    prefix: str = "c"
    names: dict[str, str] = field(default_factory=dict)
    values: list[tuple[str, Node]] = field(default_factory=list)

    def text(self, condition: ConditionDef) -> str:
        """The condition's expression."""
        if condition.op is Op.ANY_OF:
            return " OR ".join(f"({self.text(c)})" for c in condition.any_of)
        attribute = self.context.attribute(self.entity, condition.attribute)
        if attribute.bucket is not None:
            return self._bucket(attribute.bucket, condition)
        name = self.name(attribute.name)
        if condition.op in {Op.PRESENT, Op.ABSENT}:
            return f"attribute_{'not_' if condition.op is Op.ABSENT else ''}exists({name})"
        operands = [self.value(self._written(attribute, o), o) for o in condition.operands]
        return _compared(condition.op, name, operands)

    def name(self, attribute: str) -> str:
        """The token of an attribute's name."""
        for token, known in self.names.items():
            if known == attribute:
                return token
        token = f"#{self.prefix}{len(self.names)}"
        self.names[token] = attribute
        return token

    def value(self, node: Node, source: Source | None = None) -> str:
        """The token of a value; the clock's are marked, since they change from page to page."""
        token = f":{'now_' if isinstance(source, Now) else ''}{self.prefix}{len(self.values)}"
        self.values.append((token, node))
        return token

    def node(self, text: str) -> Node:
        """The clause with this text."""
        names: list[tuple[str, Node]] = [(python_literal(t), python_literal(n)) for t, n in self.names.items()]
        values: list[tuple[str, Node]] = [(python_literal(t), v) for t, v in self.values]
        return call("expressions.Clause", python_literal(text), mapping(names), mapping(values))

    def _written(self, attribute: AttributeDef, source: Source) -> Node:
        return self.context.write(attribute, self.scope.source(self.context, source))

    def _bucket(self, bucket: Bucket, condition: ConditionDef) -> str:
        name = self.name(bucket.of)
        if condition.op in {Op.PRESENT, Op.ABSENT}:
            return f"attribute_{'not_' if condition.op is Op.ABSENT else ''}exists({name})"
        texts = [
            call("keycodes.bucket", self.scope.source(self.context, o), f'"{bucket.unit}"') for o in condition.operands
        ]
        values = [
            self.value(call("wire.write_text", text), o) for text, o in zip(texts, condition.operands, strict=True)
        ]
        within = f"begins_with({name}, {values[-1]})"
        return {
            Op.EQ: within,
            Op.NE: f"NOT {within}",
            Op.LT: f"{name} < {values[0]}",
            Op.GE: f"{name} >= {values[0]}",
            Op.LE: f"({name} < {values[0]} OR {within})",
            Op.GT: f"({name} > {values[0]} AND NOT {within})",
            Op.BETWEEN: f"({name} >= {values[0]} AND ({name} < {values[-1]} OR {within}))",
            Op.BEGINS_WITH: within,
        }[condition.op]


def _compared(op: Op, name: str, operands: list[str]) -> str:
    if op is Op.BETWEEN:
        return f"{name} BETWEEN {operands[0]} AND {operands[1]}"
    if op is Op.BEGINS_WITH:
        return f"begins_with({name}, {operands[0]})"
    return f"{name} {_SIGNS[op]} {operands[0]}"


def all_of(texts: list[str]) -> str:
    """The conjunction of expressions."""
    return texts[0] if len(texts) == 1 else " AND ".join(f"({text})" for text in texts)


def clause(
    context: Context, scope: Scope, entity: str, conditions: tuple[ConditionDef, ...], prefix: str = "c"
) -> Node | None:
    """The clause that all conditions on an item of the entity hold; None without conditions."""
    if not conditions:
        return None
    made = ClauseText(context, scope, entity, prefix)
    return made.node(all_of([made.text(condition) for condition in conditions]))


def client_condition(
    context: Context,
    entity: str,
    condition: ConditionDef,
    value: Callable[[str], str],
    scope: Scope | None,
) -> Node:
    """The test of a condition in the emitted code; `value` gives the expression of an attribute's value."""
    if condition.op is Op.ANY_OF:
        tests = [client_condition(context, entity, c, value, scope) for c in condition.any_of]
        return call("expressions.either", *tests)
    attribute = context.attribute(entity, condition.attribute)
    held = value(attribute.name if attribute.bucket is None else attribute.bucket.of)
    operands = [_operand(context, attribute, o, scope) for o in condition.operands]
    if attribute.bucket is not None:
        unit = f'"{attribute.bucket.unit}"'
        held = f"keycodes.bucket_held({held}, {unit})"
        operands = [f"keycodes.bucket({o}, {unit})" for o in operands]
    elif attribute.type.kind is Kind.UUID and condition.op is Op.BEGINS_WITH:
        held = f"str({held})"
    return call("expressions.holds", held, f'"{condition.op}"', *operands)


def _operand(context: Context, attribute: AttributeDef, source: Source, scope: Scope | None) -> str:
    if isinstance(source, Constant):
        return literal(source.value)
    assert scope is not None, f"{attribute.name}: the condition of a key has constants only"
    return scope.source(context, source)


def holds_on_nothing(conditions: tuple[ConditionDef, ...]) -> bool:
    """Whether the conditions hold on an item that does not exist: only ABSENT and NE do."""
    return all(
        any(holds_on_nothing((x,)) for x in c.any_of) if c.op is Op.ANY_OF else c.op in {Op.ABSENT, Op.NE}
        for c in conditions
    )
