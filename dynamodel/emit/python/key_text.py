"""The Python expressions that make the tokens of keys and bounds, inlined from templates of the plan.

In: components, tokens and Python expressions of values. Out: expressions over the emitted `keycodes`, `numbercodes` and
`bounds`, which follow `dynamodel.keys` exactly; a property test compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.filters import python_literal
from dynamodel.emit.python.layout import Node, call, flat
from dynamodel.ir.keys import Absent, Code, Component, Interval, ShardToken, TextToken
from dynamodel.ir.values import Constant
from dynamodel.keys import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dynamodel.ir.keys import BoundToken, Edge, Token
    from dynamodel.ir.values import Source

_CODES = {
    Code.TEXT: "keycodes.text",
    Code.OPEN_NUMBER: "numbercodes.open_number",
    Code.INSTANT: "keycodes.instant",
    Code.DATE: "keycodes.day",
    Code.HEX: "keycodes.hexadecimal",
    Code.BOOLEAN: "keycodes.boolean",
    Code.EPOCH: "keycodes.epoch",
}
_MARKS = {Absent.FIRST: "$", Absent.LAST: "&"}


def stored_token(token: Token, value: Callable[[str], str], identity: Sequence[Component]) -> Node:
    """The token of an item's key; `value` gives the expression of an attribute."""
    if isinstance(token, TextToken):
        return python_literal(token.text)
    if isinstance(token, ShardToken):
        return call("keycodes.shard", str(token.count), *(_encoded(c, value(c.attribute)) for c in identity))
    if token.absent in _MARKS:
        plain = _encoded(token, "value")
        function = _CODES.get(token.code, "") + ("_down" if token.descending else "")
        name = "none_first" if token.absent is Absent.FIRST else "none_last"
        simple = not token.bucket and token.code in _CODES
        return call(f"keycodes.{name}", value(token.attribute), function if simple else f"lambda value: {flat(plain)}")
    return _encoded(token, value(token.attribute))


def _encoded(component: Component, value: str) -> Node:
    down = "_down" if component.descending else ""
    if component.bucket:
        return call(f"keycodes.bucket{down}", value, f'"{component.bucket}"')
    if component.code is Code.NUMBER:
        return call(f"numbercodes.number{down}", value, *_grid(component))
    return call(_CODES[component.code] + down, value)


def _grid(component: Component) -> list[Node]:
    low, high = numbers.grid(component)
    return [str(low), str(high), *([str(component.scale)] if component.scale else [])]


def bound_token(token: BoundToken, value: Callable[[Source], str]) -> Node:
    """A token that a request fixes to one value; None at run time when no stored key can hold it."""
    component, source = token.component, token.source
    if component is None or source is None:
        return python_literal(token.text)
    if isinstance(source, Constant) and source.value is None:
        return python_literal(_MARKS.get(component.absent, "$"))
    text = _bound(component, value(source))
    return call("keycodes.marked", text) if component.absent in _MARKS else text


def _bound(component: Component, value: str) -> Node:
    down = "_down" if component.descending else ""
    if component.code is Code.NUMBER and not component.bucket:
        keywords: dict[str, Node] = {"down": "True"} if component.descending else {}
        return call("numbercodes.at", value, *_grid(component), **keywords)
    if component.code is Code.OPEN_NUMBER and not component.bucket:
        return call(f"numbercodes.open_bound{down}", value)
    return _encoded(component, value)


def interval(condition: Interval, value: Callable[[Source], str]) -> Node:
    """The expression of the clause on the sort key."""
    name, lower, upper = python_literal(condition.attribute), condition.lower, condition.upper
    if condition.partial:
        *head, last = lower.tokens
        start = _prefix(last, value)
        return call("bounds.prefix", name, start, *(bound_token(t, value) for t in head))
    if condition.whole or lower.tokens == upper.tokens:
        function = "bounds.equal" if condition.whole else "bounds.under"
        return call(function, name, *(bound_token(t, value) for t in lower.tokens))
    shared = _shared(lower, upper)
    keywords: dict[str, Node] = {"to_end": "True"} if upper.after and not upper.tokens else {}
    low, high = _edge(lower, "lower", shared, value), _edge(upper, "upper", shared, value)
    return call("bounds.span", name, low, high, **keywords)


def _prefix(token: BoundToken, value: Callable[[Source], str]) -> Node:
    component, source = token.component, token.source
    if component is None or source is None:
        return python_literal(token.text)
    text = value(source)
    start = call("keycodes.text_down", text, end='""') if component.descending else call("keycodes.text", text)
    return f'"%" + {flat(start)}' if component.absent in _MARKS else start


def _shared(lower: Edge, upper: Edge) -> int:
    pairs = zip(lower.tokens, upper.tokens, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(lower.tokens), len(upper.tokens)))


def _edge(edge: Edge, side: str, shared: int, value: Callable[[Source], str]) -> Node:
    tokens = [bound_token(t, value) for t in edge.tokens]
    last = edge.tokens[-1].component if edge.tokens else None
    source = edge.tokens[-1].source if edge.tokens else None
    ranged = last is not None and last.code is Code.NUMBER and not last.bucket and len(edge.tokens) > shared
    if last is not None and source is not None and ranged and source != Constant(None):
        cut = _cut(last, value(source), side, after=edge.after)
        marked = call("keycodes.marked", cut) if last.absent in _MARKS else cut
        return call("bounds.number_edge", f'"{side}"', *tokens[:-1], marked)
    keywords: dict[str, Node] = {"after": "True"} if edge.after else {}
    return call("bounds.edge", *tokens, **keywords)


def _cut(component: Component, value: str, side: str, *, after: bool) -> Node:
    """The comparison that an end of a span makes (`dynamodel.keys.bounds` has the reasoning)."""
    is_lower = side == "lower"
    inclusive, greater = after != is_lower, is_lower != component.descending
    op = ("ge" if inclusive else "gt") if greater else ("le" if inclusive else "lt")
    keywords: dict[str, Node] = {"down": "True"} if component.descending else {}
    return call("numbercodes.cut", f'"{op}"', value, *_grid(component), **keywords)
