"""What an interval of sort keys takes of a template: nothing, or the rows that meet some conditions, or unknown.

In: an interval of a request and the sort template of one kind of item. Out: a `Cut`, the interval translated back into
conditions on attributes: equalities and at most one range. It works on the texts' order alone (`keys.md` A2, A8): two
tokens are compared as the bytes that they write, a bound of a descending component is the opposite comparison.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from dynamodel.ir.keys import Absent, BoundToken, Component, ShardToken, Template, TextToken
from dynamodel.ir.values import Constant
from dynamodel.keys.choose import logical_name
from dynamodel.keys.codes import NONE_LAST, PRESENT, decode, is_coded
from dynamodel.keys.collisions import bound_row, template_row
from dynamodel.keys.domains import Domain, literal_domain, meet
from dynamodel.keys.refusal import MalformedKey, UnencodableValue
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import Edge, Interval, Token
    from dynamodel.ir.values import Source

Outcome = Literal["none", "unknown", "rows"]
Bound = tuple[str, "Source"]  # lt le gt ge begins_with, and the operand


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows of a template that an interval holds.

    `equals` are (logical name, source); `bounds` compare the attribute `bounded`; `without_none` names attributes
    whose absent values, though coded, lie outside.
    """

    outcome: Outcome
    equals: tuple[tuple[str, Source], ...] = ()
    bounded: str = ""
    bounds: tuple[Bound, ...] = ()
    without_none: frozenset[str] = frozenset()


NONE, UNKNOWN = Cut("none"), Cut("unknown")


def same_text(one: Component, other: Component) -> bool:
    """Whether two components write every value alike, whatever their attributes are called."""
    return one == other or _anonymous(one) == _anonymous(other)


def _anonymous(component: Component) -> Component:
    absent = component.absent if is_coded(component) else Absent.REFUSED
    return replace(component, attribute="", absent=absent)


def match(bound: BoundToken, token: Token, entity: EntityDef) -> tuple[Outcome, tuple[tuple[str, Source], ...]]:
    """How a fixed token of a request meets a token of a template: the equality it states, if that is certain."""
    if bound.component is not None and bound.text:
        return "unknown", ()  # neither a text nor a value
    if isinstance(token, ShardToken):
        return ("rows", ()) if bound == BoundToken() else ("unknown", ())
    if isinstance(token, TextToken) and bound.component is None:
        return ("rows", ()) if bound.text == token.text else ("none", ())
    if isinstance(token, Component):
        if bound.component is not None and bound.source is not None and same_text(bound.component, token):
            return "rows", ((logical_name(token), bound.source),)
        if bound.component is None:
            try:
                value = decode(token, bound.text)
            except MalformedKey:
                return "none", ()
            if meet(literal_domain(bound.text), _domain(token, entity)):
                return "rows", ((logical_name(token), Constant(value)),)
    return ("unknown", ()) if _may_meet(bound, token, entity) else ("none", ())


def _domain(token: Token, entity: EntityDef) -> Domain:
    return template_row(Template((token,)), entity).domains[0]


def _may_meet(bound: BoundToken, token: Token, entity: EntityDef) -> bool:
    # The request's component may belong to another entity, so only its code narrows it.
    try:
        return meet(bound_row((bound,)).domains[0], _domain(token, entity))
    except UnencodableValue:
        return True  # a component that is not even complete


def match_all(
    bound: tuple[BoundToken, ...], template: Template, entity: EntityDef
) -> tuple[Outcome, tuple[tuple[str, Source], ...]]:
    """How a complete key of a request meets a template (partition keys, GetItem)."""
    if len(bound) != len(template.tokens):
        return "none", ()
    return _match_prefix(bound, template, entity)


def _match_prefix(
    bound: tuple[BoundToken, ...], template: Template, entity: EntityDef
) -> tuple[Outcome, tuple[tuple[str, Source], ...]]:
    found = [match(b, t, entity) for b, t in zip(bound, template.tokens, strict=False)]
    outcomes = [outcome for outcome, _ in found]
    worst: Outcome = "none" if "none" in outcomes else "unknown" if "unknown" in outcomes else "rows"
    return worst, tuple(pair for _, pairs in found for pair in pairs)


def cut(interval: Interval | None, template: Template, entity: EntityDef) -> Cut:
    """What an interval takes of the keys of a template; None is the whole partition."""
    if interval is None:
        return Cut("rows")
    lower, upper = interval.lower, interval.upper
    shared = 0
    while shared < min(len(lower.tokens), len(upper.tokens)) and lower.tokens[shared] == upper.tokens[shared]:
        shared += 1
    one_subtree = lower.tokens == upper.tokens and not lower.after and upper.after
    if (interval.partial or interval.whole) and (not one_subtree or interval.partial == interval.whole):
        return UNKNOWN
    if interval.partial:
        return _partial(lower.tokens, template, entity)
    if shared > len(template.tokens) or (interval.whole and shared != len(template.tokens)):
        return NONE
    outcome, equals = _match_prefix(lower.tokens[:shared], template, entity)
    if outcome != "rows":
        return Cut(outcome)
    rest = template.tokens[shared:]
    below, above = _side(lower, shared, rest, is_lower=True), _side(upper, shared, rest, is_lower=False)
    if "none" in {below.outcome, above.outcome}:
        return NONE
    if "unknown" in {below.outcome, above.outcome} or (below.bounded and above.bounded not in {"", below.bounded}):
        return UNKNOWN
    without = _without_none(rest, below, above) | {n for n, s in equals if s != Constant(None)}
    return Cut("rows", equals, below.bounded or above.bounded, below.bounds + above.bounds, frozenset(without))


def _partial(tokens: tuple[BoundToken, ...], template: Template, entity: EntityDef) -> Cut:
    if len(tokens) > len(template.tokens) or not tokens:
        return NONE
    outcome, equals = _match_prefix(tokens[:-1], template, entity)
    if outcome != "rows":
        return Cut(outcome)
    if tokens[-1].component is not None and tokens[-1].text:
        return UNKNOWN
    last, token = tokens[-1], template.tokens[len(tokens) - 1]
    if isinstance(token, Component) and last.component is not None and last.source is not None:
        if same_text(last.component, token):
            name = logical_name(token)
            return Cut("rows", equals, name, (("begins_with", last.source),), frozenset({name}))
        return UNKNOWN
    if isinstance(token, TextToken) and last.component is None:
        return Cut("rows", equals) if token.text.startswith(last.text) else NONE
    return UNKNOWN


def _side(edge: Edge, shared: int, rest: tuple[Token, ...], *, is_lower: bool) -> Cut:
    """What one end leaves of the keys under the shared tokens, `rest` being the template's tokens behind these."""
    tail = edge.tokens[shared:]
    inside = edge.after != is_lower  # the end takes in the subtree that its tokens name
    for position, bound in enumerate(tail):
        if position >= len(rest):
            # The key ends where the edge goes on: it is below the edge, unless that goes on with an empty value.
            if not is_lower:
                return Cut("rows")
            return NONE if bound.text else UNKNOWN
        token = rest[position]
        if isinstance(token, TextToken) and bound.component is None:
            if token.text == bound.text:
                continue
            is_above = token.text.encode() > bound.text.encode()
            return Cut("rows") if is_above == is_lower else NONE
        if isinstance(token, Component) and position == len(tail) - 1:
            return _bound(bound, token, is_lower=is_lower, inside=inside)
        return UNKNOWN
    return Cut("rows") if inside else NONE


def _bound(bound: BoundToken, token: Component, *, is_lower: bool, inside: bool) -> Cut:
    name = logical_name(token)
    if bound.component is not None and bound.text:
        return UNKNOWN  # neither a text nor a value
    if bound.component is not None and bound.source is not None and same_text(bound.component, token):
        greater = is_lower != token.descending
        op = ("g" if greater else "l") + ("e" if inside else "t")
        return Cut("rows", bounded=name, bounds=((op, bound.source),), without_none=frozenset({name}))
    if bound.component is None and is_coded(token) and not _after(inside=inside, is_lower=is_lower):
        if is_lower and bound.text == PRESENT:
            return Cut("rows", without_none=frozenset({name}))
        if not is_lower and bound.text == NONE_LAST:
            return Cut("rows", without_none=frozenset({name}))
    return UNKNOWN


def _after(*, inside: bool, is_lower: bool) -> bool:
    return inside != is_lower


def _without_none(rest: tuple[Token, ...], below: Cut, above: Cut) -> set[str]:
    """The attribute whose coded absence lies outside: FIRST below the lower end, LAST above the upper end."""
    for token in rest:
        if isinstance(token, Component) and is_coded(token):
            name = logical_name(token)
            side = below if token.absent is Absent.FIRST else above
            return {name} if name in side.without_none else set()
        if isinstance(token, Component):
            return set()
    return set()


def comes_before(one: Template, other: Template, fixed: int) -> bool | None:
    """Whether every key of one template lies before every key of the other in one partition; None if they mingle.

    The request gives the first `fixed` tokens their values.
    """
    for position, (a, b) in enumerate(zip(one.tokens, other.tokens, strict=False)):
        if isinstance(a, TextToken) and isinstance(b, TextToken):
            if a.text != b.text:
                return a.text.encode() < b.text.encode()
            continue
        if isinstance(a, Component) and isinstance(b, Component) and same_text(a, b) and position < fixed:
            continue
        return None
    if len(one.tokens) == len(other.tokens):
        return None
    return len(one.tokens) < len(other.tokens)
