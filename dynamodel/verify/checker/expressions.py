"""Rules for expressions. Source: "Expressions in Amazon DynamoDB", API reference of Query."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import limits
from dynamodel.dynamo.reserved import is_reserved
from dynamodel.verify.checker.items import key_value_faults, value_faults
from dynamodel.verify.checker.sizes import value_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamodel.verify.checker.refused import Keys, Schema

EXPRESSIONS = (
    "KeyConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
    "UpdateExpression",
    "ConditionExpression",
    "SearchConditionExpression",
)
_WORDS = frozenset(["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"])
_PATH = r"#\w+|[A-Za-z_]\w*"
_TOP_LEVEL = re.compile(rf"(?<![.\w#:])({_PATH})(?!\w)(?!\s*\()")
_NESTED = re.compile(r"\.\s*([A-Za-z_]\w*)")
_IN = re.compile(r"\bIN\s*\(([^()]*)\)", re.IGNORECASE)
_CONDITION = re.compile(
    rf"begins_with\s*\(\s*(?P<prefixed>{_PATH})\s*,\s*(?P<prefix>:\w+)\s*\)"
    rf"|(?P<between>{_PATH})\s+BETWEEN\s+(?P<low>:\w+)\s+AND\s+(?P<high>:\w+)"
    rf"|(?P<compared>{_PATH})\s*(?P<op><>|<=|>=|=|<|>)\s*(?P<value>:\w+)",
    re.IGNORECASE,
)


def placeholder_faults(request: Mapping[str, Any]) -> Iterator[str]:
    """Names and values must all be used and all be defined, and expressions have a size limit."""
    texts = [request[e] for e in EXPRESSIONS if request.get(e) is not None]
    text = " ".join(texts)
    for kind, mark in (("ExpressionAttributeNames", "#"), ("ExpressionAttributeValues", ":")):
        used = set(re.findall(rf"{mark}\w+", text))
        defined = set(request.get(kind) or ())
        if kind in request and not defined:
            yield f"{kind} is empty"
        for name in sorted(defined - used):
            yield f"{kind} has {name}, which no expression uses"
        for name in sorted(used - defined):
            yield f"{name} is used and not defined"
    values = request.get("ExpressionAttributeValues") or {}
    for value in values.values():
        yield from value_faults(value)
    names = request.get("ExpressionAttributeNames") or {}
    for token in (*names, *values):
        if len(token.encode()) > limits.EXPRESSION_TOKEN_BYTES:
            yield f"a placeholder of {len(token.encode())} bytes, more than {limits.EXPRESSION_TOKEN_BYTES}"
    together = sum(len(t) + len(n.encode()) for t, n in names.items())
    together += sum(len(t) + value_bytes(v) for t, v in values.items() if not list(value_faults(v)))
    if together > limits.SUBSTITUTION_BYTES:
        yield f"placeholders of {together} bytes, more than {limits.SUBSTITUTION_BYTES}"
    for one in texts:
        yield from _text_faults(one)


def _text_faults(text: str) -> Iterator[str]:
    if not text.strip():
        yield "an empty expression"
    if len(text.encode()) > limits.EXPRESSION_BYTES:
        yield f"an expression of more than {limits.EXPRESSION_BYTES} bytes"
    for name in (*_TOP_LEVEL.findall(text), *_NESTED.findall(text)):
        if not name.startswith("#") and name.upper() not in _WORDS and is_reserved(name):
            yield f"the reserved word {name} as a name"
    for operands in _IN.findall(text):
        if (count := operands.count(",") + 1) > limits.IN_OPERANDS:
            yield f"{count} operands of IN, more than {limits.IN_OPERANDS}"


def attributes_of(request: Mapping[str, Any], expression: str) -> list[str]:
    """The top-level attributes that an expression of the request names, in order, with repeats."""
    names = request.get("ExpressionAttributeNames") or {}
    found = _TOP_LEVEL.findall(request.get(expression) or "")
    return [names.get(n, n) for n in found if n.upper() not in _WORDS]


def projection_faults(request: Mapping[str, Any]) -> Iterator[str]:
    """No attribute may be asked for twice, whatever its placeholder is called."""
    if "." not in (request.get("ProjectionExpression") or ""):
        wanted = attributes_of(request, "ProjectionExpression")
        for name in sorted({n for n in wanted if wanted.count(n) > 1}):
            yield f"{name} twice in a projection"


def key_condition_faults(keys: Keys, schema: Schema, request: Mapping[str, Any]) -> Iterator[str]:
    """Every partition attribute equal; sort attributes from the left without a gap; one range at most, the last."""
    text = request.get("KeyConditionExpression")
    if text is None:
        yield "a query without a key condition"
        return
    rest = re.sub(r"\bAND\b|[()\s]", "", _CONDITION.sub("", text), flags=re.IGNORECASE)
    if rest:
        yield f"`{text}` as a key condition"
        return
    names, values = request.get("ExpressionAttributeNames") or {}, request.get("ExpressionAttributeValues") or {}
    equal: list[str] = []
    ranged: list[str] = []
    for match in _CONDITION.finditer(text):
        placed = match["prefixed"] or match["between"] or match["compared"] or ""
        name = str(names.get(placed, placed))
        (equal if match["op"] == "=" else ranged).append(name)
        if match["op"] == "<>":
            yield f"<> on key attribute {name}"
        operands = [values[v] for v in (match["prefix"], match["low"], match["high"], match["value"]) if v in values]
        for operand in operands if name in schema.types else ():
            yield from key_value_faults(schema, name, operand)
        if match["prefixed"] and schema.types.get(name) == "N":
            yield f"begins_with on the number {name}"
        if match["between"] and len(operands) == 2 and _comparable(operands[0]) > _comparable(operands[1]):  # noqa: PLR2004
            yield f"BETWEEN on {name} with the lower bound above the upper one"
    yield from _shape_faults(keys, equal, ranged)


def start_faults(keys: Keys, request: Mapping[str, Any], start: Mapping[str, Any]) -> Iterator[str]:
    """A page can only begin in the partition that is asked for."""
    names, values = request.get("ExpressionAttributeNames") or {}, request.get("ExpressionAttributeValues") or {}
    for match in _CONDITION.finditer(request.get("KeyConditionExpression") or ""):
        name = names.get(match["compared"] or "", match["compared"])
        if match["op"] == "=" and name in keys.partition and start.get(name) != values.get(match["value"]):
            yield f"a page that begins at another {name}"


def _shape_faults(keys: Keys, equal: list[str], ranged: list[str]) -> Iterator[str]:
    asked = equal + ranged
    for name in sorted({n for n in asked if asked.count(n) > 1}):
        yield f"two conditions on key attribute {name}"
    for name in keys.partition:
        if name not in equal:
            yield f"no equality on partition attribute {name}"
    for name in asked:
        if name not in keys.names:
            yield f"{name}, which is no key attribute, in a key condition"
    sorts = [name in asked for name in keys.sort]
    if sorts != sorted(sorts, reverse=True):
        yield "a gap in the conditions on sort attributes"
    if len(ranged) > 1:
        yield "two ranges in a key condition"
    last = [n for n in keys.sort if n in asked][-1:]
    if ranged and last and ranged[0] in keys.sort and ranged[0] != last[0]:
        yield "a condition on a sort attribute after a range"


def _comparable(value: Mapping[str, Any]) -> Any:
    (kind, content) = next(iter(value.items()))
    if kind == "N":
        return Decimal(content)
    return content.encode() if isinstance(content, str) else bytes(content)
