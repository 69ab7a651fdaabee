"""Rules for update expressions. Source: "Update expressions", "Constraints in Amazon DynamoDB".

In: an UpdateItem request, or an update of a transaction. Out: the rules that it breaks. The grammar that is read here
is small: sections, actions, paths; what stands to the right of `=` is looked at where it is one value.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import limits
from dynamodel.records import dataclass
from dynamodel.verify.checker.items import key_value_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamodel.verify.checker.refused import Schema

_SECTIONS = frozenset({"SET", "REMOVE", "ADD", "DELETE"})
_WORD = re.compile(r"[#:]?\w+|[\[\].,()=+-]")
_OPERATOR = re.compile(r"[+-]|\b(?:if_not_exists|list_append)\s*\(")
_SETS = frozenset({"SS", "NS", "BS"})


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its section, the path that it changes (names resolved), and the words of its operand."""

    section: str
    path: tuple[str, ...]
    operand: tuple[str, ...]

    @property
    def named(self) -> str:
        """The path as a caller writes it."""
        return "".join(f"[{p}]" if p.isdigit() else f".{p}" for p in self.path)[1:]


def update_faults(request: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    """Every rule that an update breaks: sections, overlapping paths, keys, types of operands, operators."""
    text = request.get("UpdateExpression")
    if text is None:
        return
    sections = [word.upper() for word, depth in _words(text) if depth == 0 and word.upper() in _SECTIONS]
    for section in sorted({s for s in sections if sections.count(s) > 1}):
        yield f"{section} twice in an update"
    found = list(actions(request))
    for one, other in combinations(found, 2):
        shorter = min(len(one.path), len(other.path))
        if one.path[:shorter] == other.path[:shorter]:
            yield f"the paths {one.named} and {other.named} in one update"
    values = request.get("ExpressionAttributeValues") or {}
    for action in found:
        yield from _action_faults(action, values, schema)
    operators = len(_OPERATOR.findall(text))
    if operators > limits.UPDATE_OPERATORS:
        yield f"{operators} operators in an update, more than {limits.UPDATE_OPERATORS}"


def _action_faults(action: Action, values: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    if action.path[0] in schema.base.names:
        yield f"an update of key attribute {action.path[0]}"
    if len(action.operand) != 1 or action.operand[0] not in values:
        return
    value = values[action.operand[0]]
    kind = next(iter(value))
    if action.section == "SET" and len(action.path) == 1 and action.path[0] in schema.types:
        yield from key_value_faults(schema, action.path[0], value)
    if action.section == "ADD" and kind not in {"N", *_SETS}:
        yield f"ADD of a value of type {kind}"
    if action.section == "DELETE" and kind not in _SETS:
        yield f"DELETE of a value of type {kind}"


def actions(request: Mapping[str, Any]) -> Iterator[Action]:
    """The actions of an update expression, in order; what is no action is left to other rules."""
    section = ""
    clause: list[str] = []
    for word, depth in [*_words(request.get("UpdateExpression") or ""), (",", 0)]:
        starts = depth == 0 and word.upper() in _SECTIONS
        if starts or (word == "," and depth == 0):
            if clause and section:
                yield _action(section, clause, request.get("ExpressionAttributeNames") or {})
            clause = []
            section = word.upper() if starts else section
        else:
            clause.append(word)


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Names, values and signs, each with the number of parentheses that are open around it."""
    depth = 0
    for word in _WORD.findall(text):
        depth -= word == ")"
        yield word, depth
        depth += word == "("


def _action(section: str, clause: list[str], names: Mapping[str, str]) -> Action:
    path = [names.get(clause[0], clause[0])]
    at = 1
    while at + 1 < len(clause) and clause[at] in {".", "["}:
        path.append(names.get(clause[at + 1], clause[at + 1]))
        at += 2 if clause[at] == "." else 3
    operand = clause[at + 1 :] if clause[at : at + 1] == ["="] else clause[at:]
    return Action(section, tuple(path), tuple(operand))
