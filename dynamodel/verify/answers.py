"""Compares what the generated client returned with what a case expects.

In: a case, a result of the package. Out: None, or a sentence that says what differs. Order matters between groups,
not within one; a cut group may give any of its rows.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from dynamodel.ir.reads import ReadKind, ReadPattern
from dynamodel.ir.suite import Count, PartRows, Returned, Row, Rows
from dynamodel.verify.oracle.compare import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.suite import Expected
    from dynamodel.ir.workload import Pattern
    from dynamodel.verify.generated import Generated


def differs(generated: Generated, pattern: Pattern, expected: Expected, result: Any) -> str | None:
    """What is wrong with a result; None when it is as expected. `Raised` never comes here with a result."""
    if isinstance(expected, Count):
        return None if result == expected.value and type(result) is int else f"{result!r} instead of {expected.value}"
    if isinstance(expected, Returned):
        return _returned(generated, expected, result)
    assert isinstance(expected, Rows)
    assert isinstance(pattern, ReadPattern)
    lists = part_lists(generated, pattern, result)
    for part, rows in zip(expected.parts, lists, strict=True):
        wrong = rows_differ(part, rows, part.take)
        if wrong:
            return f"{part.entity or 'merged items'}: {wrong}" if len(expected.parts) > 1 else wrong
    return None


def _returned(generated: Generated, expected: Returned, result: Any) -> str | None:
    if expected.row is None:
        return None if result is None else f"{result!r} instead of None"
    if result is None:
        return "None instead of the entity"
    row = generated.row(generated.workload.entity(expected.row.entity), result)
    return None if form(row) == form(expected.row) else f"{text(row)} instead of {text(expected.row)}"


def part_lists(generated: Generated, pattern: ReadPattern, result: Any) -> list[list[Row]]:
    """The rows of each part of a read's result."""
    entity = generated.workload.entity(pattern.parts[0].entity)
    if pattern.kind is ReadKind.GET:
        return [[] if result is None else [_row(generated, pattern, entity, result)]]
    if pattern.kind is ReadKind.BATCH_GET:
        return [[_row(generated, pattern, entity, r) for r in result]]
    if pattern.kind in {ReadKind.COLLECTION, ReadKind.TRANSACT_GET}:
        fields = dataclasses.fields(result)
        if pattern.merged:
            return [[generated.row(generated.entity_of(r), r) for r in getattr(result, fields[0].name)]]
        held = [getattr(result, field.name) for field in fields[: len(pattern.parts)]]
        return [
            [generated.row(generated.workload.entity(part.entity), r) for r in _as_list(value)]
            for part, value in zip(pattern.parts, held, strict=True)
        ]
    if pattern.kind is ReadKind.SEARCH:
        return [[_row(generated, pattern, entity, r.item) for r in result]]
    return [[_row(generated, pattern, entity, r) for r in result.items]]


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _row(generated: Generated, pattern: ReadPattern, entity: EntityDef, result: Any) -> Row:
    if pattern.returns is None and not pattern.joins:
        return generated.row(entity, result)
    return generated.chosen(pattern, entity, result)


def rows_differ(part: PartRows, rows: Sequence[Row], take: int | None) -> str | None:
    """Whether rows are the first `take` of the part (None: all), in order up to ties."""
    wanted = len(part.rows) if take is None else min(take, len(part.rows))
    if len(rows) != wanted:
        extra = _first_other(rows, part.rows)
        missing = _first_other(part.rows, rows) if take is None else None
        hint = f"; not expected: {text(extra)}" if extra else f"; missing: {text(missing)}" if missing else ""
        return f"{len(rows)} rows instead of {wanted}{hint}"
    at = 0
    for group in part.groups:
        chunk = rows[at : at + len(group)]
        if not chunk:
            break
        left = [form(row) for row in group]
        for row in chunk:
            if form(row) not in left:
                return f"row {at + 1}: {text(row)} where {' or '.join(text(r) for r in group[:3])} belongs"
            left.remove(form(row))
        at += len(chunk)
    return None


def _first_other(rows: Sequence[Row], known: Sequence[Row]) -> Row | None:
    forms = {form(row) for row in known}
    return next((row for row in rows if form(row) not in forms), None)


def form(row: Row) -> object:
    """A row in a form in which equal rows are equal."""
    return row.entity, canonical({name: v for name, v in row.values.items() if v != frozenset()})


def text(row: Row) -> str:
    """A row for people."""
    return f"{row.entity}({', '.join(f'{name}={value!r}' for name, value in row.values.items())})"
