"""Docstrings of the client's methods: what it does, how it runs, what it costs, what it raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.emit.python.layout import docstring
from dynamodel.ir import wording
from dynamodel.ir.entities import MICRO
from dynamodel.ir.keys import Interval, NaturalCondition, Template
from dynamodel.ir.reads import ReadPattern
from dynamodel.ir.writes import StepKind, WritePattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamodel.emit.python.context import Context
    from dynamodel.ir.keys import BoundToken
    from dynamodel.ir.plan import BoundKey, CopyDesign, EntityDesign, PatternDesign, ReadRequest, StepDesign
    from dynamodel.ir.values import Source
    from dynamodel.ir.workload import Pattern
    from dynamodel.ir.writes import StepDef

_WORDS = {
    StepKind.CREATE: "Put",
    StepKind.PUT: "Put",
    StepKind.UPSERT: "Update",
    StepKind.UPDATE: "Update",
    StepKind.DELETE: "Delete",
    StepKind.CHECK: "ConditionCheck",
    StepKind.LOOK: "GetItem",
}


def method_doc(
    context: Context, pattern: Pattern, design: PatternDesign, raises: tuple[str, ...] = (), *, more: str = ""
) -> str:
    """The text of a docstring; `more` is a paragraph of its own."""
    lines = [_summary(pattern), ""]
    lines += [f"{_request_text(request, context.plan.table.type_attribute)}." for request in design.reads]
    if design.write_operation is not None:
        lines.append(f"{design.write_operation}.")
    if isinstance(pattern, WritePattern):
        pairs = zip(pattern.steps, design.steps, strict=False)
        lines += [_step_text(step, how, context.design(step.entity)) for step, how in pairs]
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
        reason = " ".join(design.reason.split())
        lines.append(f"{reason[0].upper()}{reason[1:]}.")
    if any(step.read_back for step in design.steps):
        lines.append("Reads the item back: a transaction returns none.")
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
    return f"Writes: {written(pattern)}."


def written(pattern: WritePattern) -> str:
    """What a pattern does to which entities."""
    return ", ".join(f"{step.kind} `{step.entity}`" for step in pattern.steps)


def _step_text(step: StepDef, how: StepDesign, design: EntityDesign) -> str:
    """One item that is written: its key, what that takes in indexes, and the guards and copies kept with it."""
    key = ", ".join(f"{field.name} = `{wording.key_value(field.value)}`" for field in design.base.fields)
    texts = [f"{_WORDS[step.kind]} of `{step.entity}`: {key}"]
    whole = step.kind in {StepKind.CREATE, StepKind.PUT, StepKind.DELETE}
    verb = "leaves" if step.kind is StepKind.DELETE else "enters" if whole else "moves in"
    moved = [i.place for i in design.indexes] if whole else [change.place for change in how.changes]
    beside = range(len(design.beside)) if whole else (*how.guards, *how.refreshed)
    indexes = dict.fromkeys(place for place in moved if place != "base")
    texts += [f"{verb} {', '.join(indexes)}"] if indexes else []
    texts += _beside(design, beside, frees=step.kind is StepKind.DELETE)
    texts += [f"if {wording.conditions(step.when)}"] if step.when else []
    return "; ".join(texts) + "."


def _beside(design: EntityDesign, numbers: Iterable[int], *, frees: bool) -> list[str]:
    """The guards and copies that a step writes or removes, by their attributes."""
    listed = sorted(set(numbers))
    guards = [" and ".join(design.guards[n].attributes) for n in listed if n < len(design.guards)]
    kept = [c for n, c in enumerate(design.copies, len(design.guards)) if n in listed]
    copies = [" and ".join(_parts(c)) + (f" if {wording.conditions(c.when)}" if c.when else "") for c in kept]
    found = [f"frees {', '.join(guards)}" if frees else f"keeps {', '.join(guards)} unique"] if guards else []
    return found + ([f"{'removes' if frees else 'keeps'} the copy by {', '.join(copies)}"] if copies else [])


def _parts(copy: CopyDesign) -> tuple[str, ...]:
    """The attributes that the key of a copy is made of."""
    values = (copy.partition.value, copy.sort.value)
    return tuple(dict.fromkeys(a for v in values if isinstance(v, Template) for a in v.attributes))


def _units(micro: int) -> str:
    whole, part = divmod(micro, MICRO)
    return str(whole) if not part else f"{whole}.{part:06}".rstrip("0")


def _request_text(request: ReadRequest, kind: str) -> str:
    where = request.index or "the table"
    condition = _condition(request, kind)
    back = "" if request.forward else ", backwards"
    shards = f", {request.shards} shards" if request.shards > 1 else ""
    return f"{request.operation} on {where}{f': {condition}' if condition else ''}{back}{shards}"


def _condition(request: ReadRequest, kind: str) -> str:
    """The key condition; the tag is told of the type attribute `kind`, other constants are not."""
    texts = [
        f"{k.name} = `{_tokens(k.tokens)}`" if k.tokens else f"{k.name} = {_source(k.source, own=k.name == kind)}"
        for k in _keys(request)
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


def _source(source: Source | None, *, own: bool = False) -> str:
    argument = getattr(source, "value" if own else "argument", None)
    return f"`{argument}`" if argument else "a constant"
