"""Docstrings of the client's methods: what it does, how it runs, what it costs, what it raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.python.layout import docstring
from dynamodel.ir.entities import MICRO
from dynamodel.ir.keys import Interval, NaturalCondition
from dynamodel.ir.reads import ReadPattern

if TYPE_CHECKING:
    from dynamodel.ir.keys import BoundToken
    from dynamodel.ir.plan import BoundKey, PatternDesign, ReadRequest
    from dynamodel.ir.values import Source
    from dynamodel.ir.workload import Pattern


def method_doc(pattern: Pattern, design: PatternDesign, raises: tuple[str, ...] = (), *, more: str = "") -> str:
    """The text of a docstring; `more` is a paragraph of its own."""
    lines = [_summary(pattern), ""]
    lines += [f"{_request_text(request)}." for request in design.reads]
    if design.write_operation is not None:
        lines.append(f"{design.write_operation}.")
    requests = f"{design.request_count} request{'s' if design.request_count != 1 else ''}"
    units = [f"{_units(design.units.read)} RCU" if design.units.read else ""]
    units.append(f"{_units(design.units.write)} WCU" if design.units.write else "")
    known = " and ".join(u for u in units if u)
    lines.append(f"{requests}{f', {known} on average' if known else ''}.")
    if isinstance(pattern, ReadPattern) and pattern.near is not None:
        lines.append(
            f"The nearest by {pattern.near.distance.replace('_', ' ')} first, at most 100; an item may be found"
        )
        lines.append("some time after it was written. Vectors come back with the index's 32 bits a number.")
    if design.reason:
        lines.append(f"{' '.join(design.reason.split())}.")
    if any(step.read_back for step in design.steps):
        lines.append("reads the item back: a transaction returns none.")
    if more:
        lines += ["", more]
    if raises:
        lines += ["", f"Raises {', '.join(f'`{name}`' for name in raises)}."]
    return docstring(lines, 8)


def _summary(pattern: Pattern) -> str:
    if pattern.doc:
        text = " ".join(pattern.doc.split()).strip('" ')
        return text if text.endswith(".") else f"{text}."
    if isinstance(pattern, ReadPattern):
        entities = ", ".join(f"`{part.entity}`" for part in pattern.parts)
        word = "Counts" if pattern.count else "Reads"
        return f"{word} {entities} ({pattern.kind.replace('_', ' ')})."
    steps = ", ".join(f"{step.kind} `{step.entity}`" for step in pattern.steps)
    return f"Writes: {steps}."


def _units(micro: int) -> str:
    whole, part = divmod(micro, MICRO)
    return str(whole) if not part else f"{whole}.{part:06}".rstrip("0")


def _request_text(request: ReadRequest) -> str:
    where = request.index or "the table"
    condition = _condition(request)
    back = "" if request.forward else ", backwards"
    shards = f", {request.shards} shards" if request.shards > 1 else ""
    return f"{request.operation} on {where}{f': {condition}' if condition else ''}{back}{shards}"


def _condition(request: ReadRequest) -> str:
    texts = [
        f"{k.name} = `{_tokens(k.tokens)}`" if k.tokens else f"{k.name} = {_source(k.source)}" for k in _keys(request)
    ]
    if isinstance(request.sort, Interval):
        texts.append(_interval(request.sort))
    elif isinstance(request.sort, NaturalCondition):
        texts += [f"{name} = {_source(source)}" for name, source in request.sort.equals]
        if request.sort.op:
            operands = ", ".join(_source(s) for s in request.sort.operands)
            texts.append(f"{request.sort.attribute} {request.sort.op} {operands}")
    return ", ".join(texts)


def _keys(request: ReadRequest) -> list[BoundKey]:
    return [k for k in (*request.partition, *request.sort_key) if k.tokens or k.source is not None]


def _interval(interval: Interval) -> str:
    lower = _tokens(interval.lower.tokens)
    if interval.whole:
        return f"{interval.attribute} = `{lower}`"
    if interval.lower.tokens == interval.upper.tokens:
        return f"{interval.attribute} begins with `{lower[:-1] if interval.partial else lower}`"
    ends = [f"{'behind' if e.after else 'before'} `{_tokens(e.tokens)}`" for e in (interval.lower, interval.upper)]
    return f"{interval.attribute} from {ends[0]} to {ends[1]}"


def _tokens(tokens: tuple[BoundToken, ...]) -> str:
    return "".join((t.text if t.component is None else "{" + t.component.attribute + "}") + "#" for t in tokens)


def _source(source: Source | None) -> str:
    argument = getattr(source, "argument", None)
    return f"`{argument}`" if argument else "a constant"
