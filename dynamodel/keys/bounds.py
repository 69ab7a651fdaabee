"""From the intervals of a plan and the values of a call to what a Query asks for (`keys.md` A2, A3).

In: an `ir.keys.Interval` and a function from a `Source` to the caller's value. Out: `SortBounds`, the operator and the
texts of the key condition. Over templates that close every token with the delimiter the answer is exact: it holds the
keys that the interval's tokens describe and no other. Nothing here knows tables or indexes.

A bound of a NUMBER outside its declared range or between two steps is moved to the nearest step that the comparison
admits; when none is admitted the edge moves past all values of the component. An interval without keys is `none`: no
request is made, because the service refuses a lower bound above the upper one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from dynamodel.ir.keys import ABOVE, DELIMITER, BoundToken, Code, Component, Edge, Interval
from dynamodel.keys import numbers
from dynamodel.keys.codes import NONE_LAST, PRESENT, encode, encode_prefix, is_coded, marked
from dynamodel.keys.refusal import UnencodableValue
from dynamodel.keys.text import utf8
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamodel.ir.values import Source

Operator = Literal["none", "all", "equal", "begins_with", "between", "at_least", "at_most"]

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html: a sort key value.
SORT_KEY_BYTES = 1024


@dataclass(frozen=True, slots=True)
class SortBounds:
    """A key condition on one string sort key; `lower` holds the operand of `equal` and `begins_with`.

    `none`: the answer is empty and no request is made. `all`: no condition on the sort key.
    """

    op: Operator
    lower: str = ""
    upper: str = ""

    def admits(self, key: str) -> bool:
        """Whether the service would return a key under this condition; keys compare as UTF-8 bytes."""
        raw, low, high = key.encode(), self.lower.encode(), self.upper.encode()
        return {
            "none": False,
            "all": True,
            "equal": raw == low,
            "begins_with": raw.startswith(low),
            "between": low <= raw <= high,
            "at_least": raw >= low,
            "at_most": raw <= high,
        }[self.op]


NOTHING = SortBounds("none")
EVERYTHING = SortBounds("all")


def token_text(token: BoundToken, resolve: Callable[[Source], object]) -> str | None:
    """The text of a token that a request fixes to one value; None when no stored key can hold the value.

    Values of the wrong type are `UnencodableValue`; a number outside the declared range is a value that no item has.
    """
    component = token.component
    if component is None:
        return token.text
    value = resolve_source(token, resolve)
    if value is not None and component.code is Code.NUMBER and not component.bucket:
        lowest, highest = (numbers.cut_text(component, cut, value) for cut in ("ge", "le"))
        return marked(component, lowest) if lowest is not None and lowest == highest else None
    if value is not None and component.code is Code.OPEN_NUMBER:
        return marked(component, numbers.encode_open(value, descending=component.descending, bound=True))
    return encode(component, value)


def resolve_source(token: BoundToken, resolve: Callable[[Source], object]) -> object:
    """The value that the call gives a component of a request; `ValueError` for a component without a source."""
    if token.source is None:
        reason = f"no source for the component in {token}"
        raise ValueError(reason)
    return resolve(token.source)


def bound_text(tokens: tuple[BoundToken, ...], resolve: Callable[[Source], object]) -> str | None:
    """The text of a fully bound key, each token closed; None when no stored key can be equal to it."""
    texts = [token_text(token, resolve) for token in tokens]
    known = [text for text in texts if text is not None]
    return "".join(text + DELIMITER for text in known) if len(known) == len(texts) else None


def sort_bounds(
    interval: Interval | None, resolve: Callable[[Source], object], *, longest: int = SORT_KEY_BYTES
) -> SortBounds:
    """The key condition of an interval for the values of one call; None is the whole partition.

    `UnencodableValue` when a value has the wrong type, or when a range's bound is longer than `longest` bytes; an
    equality or prefix that long is an empty answer, since no stored key can have it.
    """
    if interval is None:
        return EVERYTHING
    lower, upper = interval.lower, interval.upper
    if interval.partial:
        return _prefix(lower.tokens, resolve, longest)
    if interval.whole or lower.tokens == upper.tokens:
        text = bound_text(lower.tokens, resolve)
        if text is None or len(utf8(text)) > longest:
            return NOTHING
        if not interval.whole and (lower.after or not upper.after):
            return NOTHING  # both ends on one side of the subtree
        if interval.whole:
            return SortBounds("equal", text) if text else NOTHING  # a key is never empty
        return SortBounds("begins_with", text) if text else EVERYTHING
    shared = _shared(lower.tokens, upper.tokens)
    if lower.after and not lower.tokens:
        return NOTHING  # behind the whole partition
    if bound_text(lower.tokens[:shared], resolve) is None:
        return NOTHING
    low, high = (_edge_text(edge, resolve, shared, is_lower=edge is lower) for edge in (lower, upper))
    if low is None or high is None:
        return NOTHING
    for text in (low, high):
        if len(utf8(text)) > longest:
            reason = f"a bound of {len(utf8(text))} bytes: a sort key has at most {longest}"
            raise UnencodableValue(reason)
    return _between(low, high, open_above=upper.after and not upper.tokens)


def _between(low: str, high: str, *, open_above: bool) -> SortBounds:
    if open_above:
        return SortBounds("at_least", low) if low else EVERYTHING
    # No key equals the text of an edge, since keys end with the delimiter and edges do not: equal ends hold nothing.
    if low.encode() >= high.encode():
        return NOTHING
    return SortBounds("between", low, high) if low else SortBounds("at_most", upper=high)


def _prefix(tokens: tuple[BoundToken, ...], resolve: Callable[[Source], object], longest: int) -> SortBounds:
    head, last = bound_text(tokens[:-1], resolve), tokens[-1]
    if head is None:
        return NOTHING
    if last.component is None:
        text = head + last.text
    else:
        value = resolve_source(last, resolve)
        if not isinstance(value, str):
            reason = f"the prefix of {last.component.attribute} is text, not {value!r}"
            raise UnencodableValue(reason)
        text = head + encode_prefix(last.component, value)
    if len(utf8(text)) > longest:
        return NOTHING
    return SortBounds("begins_with", text) if text else EVERYTHING


def _shared(lower: tuple[BoundToken, ...], upper: tuple[BoundToken, ...]) -> int:
    """How many first tokens both ends have: these are equalities, what follows is a bound."""
    count = 0
    for one, other in zip(lower, upper, strict=False):
        if one != other:
            break
        count += 1
    return count


def _edge_text(edge: Edge, resolve: Callable[[Source], object], shared: int, *, is_lower: bool) -> str | None:
    """The text of one end; None when a token before the last has a value that no key holds, or nothing can be above."""
    texts: list[str] = []
    after = edge.after
    for position, token in enumerate(edge.tokens):
        last = position == len(edge.tokens) - 1
        if last and position >= shared and _is_ranged(token.component):
            text, after = _ranged_text(token, resolve, is_lower=is_lower, after=after)
            if text is None:
                # No value satisfies the comparison: this end moves to the far side of all values of the component.
                after = is_lower
                break
        else:
            text = token_text(token, resolve)
            if text is None:
                return None
        texts.append(text)
    if not texts and edge.tokens and after == is_lower:
        return None  # past all values of the first component: past the whole partition
    return DELIMITER.join(texts) + (ABOVE if after and texts else "")


def _is_ranged(component: Component | None) -> bool:
    return component is not None and component.code is Code.NUMBER and not component.bucket


def _ranged_text(
    token: BoundToken, resolve: Callable[[Source], object], *, is_lower: bool, after: bool
) -> tuple[str | None, bool]:
    """Text and side of a NUMBER bound, clamped; the text is None when no value satisfies the comparison.

    The side of the edge says the comparison: below its subtree `ge` as a lower end and `lt` as an upper one, behind it
    `gt` and `le`; a descending component swaps them. Clamped, the edge takes in the subtree of the step it names.
    """
    component = token.component
    value = resolve_source(token, resolve)
    if component is None or value is None:
        return token_text(token, resolve), after
    inclusive = after != is_lower
    greater = is_lower != component.descending
    cut: numbers.Cut = ("ge" if inclusive else "gt") if greater else ("le" if inclusive else "lt")
    text = numbers.cut_text(component, cut, value)
    return (marked(component, text) if text is not None else None), not is_lower


def table_a2(
    op: str, attribute: str, prefix: tuple[BoundToken, ...], component: Component, sources: tuple[Source, ...]
) -> Interval:
    """The interval of one operator of `keys.md` table A2 on the component that follows the fixed tokens `prefix`.

    `op` is `eq lt le gt ge between begins_with present absent`; operands in the order of the declaration. For a
    descending component the ends are swapped here. A component that codes None keeps such rows out of every range.
    `ValueError` for another operator, or for `absent` on a component that does not code None.
    """
    tokens = tuple(BoundToken(component=component, source=source) for source in sources)
    if op in {"eq", "begins_with"}:
        edge = (*prefix, tokens[0])
        return Interval(attribute, Edge(edge, after=False), Edge(edge, after=True), partial=op == "begins_with")
    bottom, top = _all_of(prefix, component)
    if op == "present":
        return Interval(attribute, bottom, top)
    if op == "absent":
        none = (*prefix, BoundToken(text=encode(component, None)))
        return Interval(attribute, Edge(none, after=False), Edge(none, after=True))
    swap = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
    if component.descending:
        op, tokens = swap.get(op, op), tokens[::-1]
    lower, upper = bottom, top
    if op in {"ge", "gt", "between"}:
        lower = Edge((*prefix, tokens[0]), after=op == "gt")
    if op in {"le", "lt", "between"}:
        upper = Edge((*prefix, tokens[-1]), after=op != "lt")
    if op not in {*swap, "between"}:
        reason = f"no operator of a sort key: {op}"
        raise ValueError(reason)
    return Interval(attribute, lower, upper)


def _all_of(prefix: tuple[BoundToken, ...], component: Component) -> tuple[Edge, Edge]:
    if not is_coded(component):
        return Edge(prefix, after=False), Edge(prefix, after=True)
    return (
        Edge((*prefix, BoundToken(text=PRESENT)), after=False),
        Edge((*prefix, BoundToken(text=NONE_LAST)), after=False),
    )
