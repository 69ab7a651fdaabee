"""Keys, conditions and requests in words: what people read in a report and in the diff of a `plan.json`.

In: records of `ir`. Out: text. Nothing reads these words back; the exact structure stands beside them.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from dynamodel.ir.keys import ABOVE, DELIMITER, Absent, Component, Interval, NaturalKey, TypeKey
from dynamodel.ir.reads import Op
from dynamodel.ir.structure import encode_value
from dynamodel.ir.values import Constant, FromEntity, FromStep, Given, Source

if TYPE_CHECKING:
    from dynamodel.ir.keys import BoundToken, Edge, KeyValue, NaturalCondition, SortCondition
    from dynamodel.ir.plan import BoundKey, PatternDesign, ReadRequest
    from dynamodel.ir.reads import ConditionDef

SIGNS = {Op.EQ: "=", Op.NE: "!=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}

_VERBATIM = re.compile(r"[A-Za-z0-9_.~@-]+")  # text that stands in a key as it is


def key_value(value: KeyValue) -> str:
    """`ORDER#{placed_at}#` for a template, `{status}` for an attribute that is a key itself."""
    if isinstance(value, TypeKey):
        return value.tag
    return f"{{{value.attribute}}}" if isinstance(value, NaturalKey) else str(value)


def source(value: Source) -> str:
    """Where a value comes from: `{argument}`, `{entity.attribute}`, `now()`, or the constant as a literal."""
    match value:
        case Given(argument):
            return f"{{{argument}}}"
        case FromEntity(argument, attribute):
            return f"{{{argument}.{attribute}}}"
        case FromStep(step, attribute):
            return f"{{step {step + 1}: {attribute}}}"
        case Constant(constant):
            return literal(constant)
    return "now()"


def literal(constant: object) -> str:
    """A constant of a model: text in quotes, numbers and times bare, anything else as JSON."""
    if isinstance(constant, Decimal | datetime | date):
        return str(constant)
    return json.dumps(encode_value(constant), ensure_ascii=False)


def bound_token(token: BoundToken) -> str:
    """A token of a request as it stands in a key, with placeholders for what is known only then."""
    if token.component is None:
        return token.text or "{shard}"
    if token.source is None:
        return f"{{{token.component.attribute}}}"
    match token.source:
        case Constant(None):  # as the key has it (`keys.md` A6)
            return "&" if token.component.absent is Absent.LAST else "$"
        case Constant(str(text)) if _VERBATIM.fullmatch(text) and not _altered(token.component):
            return text
        case Given(argument):
            words = argument
        case FromEntity(argument, attribute):
            words = f"{argument}.{attribute}"
        case other:
            words = source(other)
    bucket = f"@{token.component.bucket}" if token.component.bucket and "@" not in words else ""
    return f"{{{'-' if token.component.descending else ''}{words}{bucket}}}"


def _altered(component: Component) -> bool:
    return component.descending or component.bucket is not None


def _tokens(tokens: tuple[BoundToken, ...]) -> str:
    return DELIMITER.join(map(bound_token, tokens))


def edge(value: Edge) -> str:
    """The text of one end of an interval, exactly as it is sent."""
    return _tokens(value.tokens) + (ABOVE if value.after else "")


def sort_condition(condition: SortCondition) -> str:
    """`sk begins_with ORDER#`, `sk between … and …`, or the native operators of a natural key."""
    if not isinstance(condition, Interval):
        return _natural(condition)
    lower, upper = condition.lower, condition.upper
    if condition.whole:
        return f"{condition.attribute} = {_tokens(lower.tokens)}{DELIMITER}"
    if lower.tokens == upper.tokens:
        return f"{condition.attribute} begins_with {_tokens(lower.tokens)}{'' if condition.partial else DELIMITER}"
    return f"{condition.attribute} between {edge(lower)} and {edge(upper)}"


def _natural(condition: NaturalCondition) -> str:
    words = [f"{attribute} = {source(value)}" for attribute, value in condition.equals]
    if condition.op:
        words.append(_comparison(condition.attribute, Op(condition.op), condition.operands))
    return " and ".join(words)


def _comparison(attribute: str, op: Op, operands: tuple[Source, ...]) -> str:
    match op:
        case Op.BETWEEN:
            return f"{attribute} between {source(operands[0])} and {source(operands[1])}"
        case Op.PRESENT | Op.ABSENT:
            return f"{attribute} {op}"
        case Op.BEGINS_WITH:
            return f"{attribute} begins_with {source(operands[0])}"
    return f"{attribute} {SIGNS[op]} {source(operands[0])}"


def condition(value: ConditionDef) -> str:
    """A condition on an item: `status = "open"`, `(owner absent or lease_until < now())`."""
    if value.op is Op.ANY_OF:
        return f"({' or '.join(map(condition, value.any_of))})"
    return _comparison(value.attribute, value.op, value.operands)


def conditions(values: tuple[ConditionDef, ...]) -> str:
    """Conditions that must all hold."""
    return " and ".join(map(condition, values))


def bound_key(key: BoundKey) -> str:
    """`pk = CUSTOMER#{customer_id}#`."""
    if key.source is not None:
        return f"{key.name} = {source(key.source)}"
    return f"{key.name} = {_tokens(key.tokens)}{DELIMITER}"


def key_condition(request: ReadRequest) -> str:
    """Everything that a request says about keys; empty for a scan, and for a batch whose keys are its argument."""
    keys = request.partition + request.sort_key
    words = [bound_key(key) for key in keys if key.tokens or key.source is not None]
    if request.sort is not None:
        words.append(sort_condition(request.sort))
    return " and ".join(w for w in words if w)


def filters(request: ReadRequest) -> str:
    """The conditions that are checked after reading."""
    return " and ".join(condition(f.condition) for f in request.filters)


def operations(pattern: PatternDesign) -> str:
    """The operations of a pattern in order, the same one named once: `Query, BatchGetItem`."""
    names = [str(r.operation) for r in pattern.reads]
    if pattern.write_operation is not None:
        names.append(str(pattern.write_operation))
    return ", ".join(dict.fromkeys(names))
