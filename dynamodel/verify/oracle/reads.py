"""What a read pattern must return."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import groupby
from typing import TYPE_CHECKING

from dynamodel.ir.reads import ReadKind
from dynamodel.ir.suite import Count, PartRows, Row, Rows
from dynamodel.verify.oracle.compare import canonical, equal, less, value_of
from dynamodel.verify.oracle.conditions import Call, holds, in_range, meets
from dynamodel.verify.oracle.nearest import rank
from dynamodel.verify.oracle.store import Store, alive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.reads import NearDef, PartDef, ReadPattern
    from dynamodel.ir.workload import Workload

Keyed = tuple[tuple[object, ...], Row]


def read(
    workload: Workload, store: Store, pattern: ReadPattern, arguments: Mapping[str, object], now: datetime
) -> Rows | Count:
    """The answer to one call of a read."""
    call = Call(arguments, now)
    if pattern.near is not None:
        return Rows((_nearest(workload, store, pattern, pattern.near, call),))
    if pattern.kind is ReadKind.BATCH_GET:
        return Rows((_batch(workload, store, pattern, call),))
    found = [_matching(workload.entity(part.entity), store, part, call) for part in pattern.parts]
    if pattern.count:
        return Count(sum(len(rows) for rows in found))
    if pattern.merged:
        return Rows((_merge(workload, pattern, found),))
    parts = []
    for part, rows in zip(pattern.parts, found, strict=True):
        entity = workload.entity(part.entity)
        groups = _grouped(
            pattern,
            (part,),
            [(_order_values(entity, part, v), _shown(workload, store, pattern, (entity, v), now)) for v in rows],
        )
        # a query answers with a page, also where a unique set is fixed and the page holds at most one row
        single = pattern.kind in {ReadKind.GET, ReadKind.TRANSACT_GET} or (
            part.single and pattern.kind is ReadKind.COLLECTION
        )
        parts.append(PartRows(part.entity, groups, part.limit, single))
    return Rows(tuple(parts))


def _matching(entity: EntityDef, store: Store, part: PartDef, call: Call) -> list[Mapping[str, object]]:
    conditions = (*part.where, *part.filter)
    return [
        values
        for values in store.live(entity, call.now)
        if meets(entity, values, part.equals, call)
        and all(holds(entity, values, c, call) for c in conditions)
        and (part.range is None or in_range(entity, values, part.range, call))
    ]


def _nearest(workload: Workload, store: Store, pattern: ReadPattern, near: NearDef, call: Call) -> PartRows:
    """All matching items that have a distance, by it: equally near ones in one group."""
    part = pattern.parts[0]
    entity = workload.entity(part.entity)
    asked = call.value(near.source)
    assert isinstance(asked, tuple)
    found: dict[Fraction, list[Row]] = {}
    for values in _matching(entity, store, part, call):
        held = values.get(near.attribute)
        far = rank(near.distance, asked, held) if isinstance(held, tuple) else None
        if far is not None:
            found.setdefault(far, []).append(_shown(workload, store, pattern, (entity, values), call.now))
    return PartRows(entity.name, tuple(tuple(found[far]) for far in sorted(found)), part.limit)


def _merge(workload: Workload, pattern: ReadPattern, found: Sequence[list[Mapping[str, object]]]) -> PartRows:
    """The parts interleaved by their orders, which agree term by term (other attributes' names, same meaning)."""
    keyed: list[Keyed] = []
    for part, rows in zip(pattern.parts, found, strict=True):
        entity = workload.entity(part.entity)
        keyed += [(_order_values(entity, part, v), Row(entity.name, dict(v))) for v in rows]
    limits = [part.limit for part in pattern.parts if part.limit is not None]
    return PartRows("", _grouped(pattern, pattern.parts, keyed), max(limits) if limits else None)


def _batch(workload: Workload, store: Store, pattern: ReadPattern, call: Call) -> PartRows:
    entity = workload.entity(pattern.parts[0].entity)
    argument = next(a.name for a in pattern.arguments if a.keys)
    keys = call.arguments[argument]
    assert isinstance(keys, tuple)
    groups = []
    others = tuple(e for e in pattern.parts[0].equals if e.attribute not in entity.identity)
    for key in dict.fromkeys(keys):
        parts = key if len(entity.identity) > 1 else (key,)
        values = store.get(entity, tuple(canonical(v) for v in parts))
        if values is not None and alive(entity, values, call.now) and meets(entity, values, others, call):
            groups.append((_shown(workload, store, pattern, (entity, values), call.now),))
    return PartRows(entity.name, tuple(groups))


def _shown(
    workload: Workload, store: Store, pattern: ReadPattern, row: tuple[EntityDef, Mapping[str, object]], now: datetime
) -> Row:
    """The row as the caller sees it: cut to `returns`, with the attributes of its parents."""
    entity, values = row
    wanted = pattern.returns
    shown = {name: value for name, value in values.items() if wanted is None or name in wanted}
    for name in wanted or ():
        if entity.attribute(name).bucket is not None and (text := value_of(entity, values, name)) is not None:
            shown[name] = text
    for join in pattern.joins:
        parent = workload.entity(join.parent)
        owner = _parent_row(store, parent, [values.get(v) for v in join.via], now)
        for name in join.attributes:
            if owner is not None and owner.get(name) is not None:
                shown[join.shown(name)] = owner[name]
    return Row(entity.name, shown)


def _parent_row(store: Store, parent: EntityDef, via: list[object], now: datetime) -> Mapping[str, object] | None:
    if any(v is None for v in via):
        return None
    found = store.get(parent, tuple(canonical(v) for v in via))
    return found if found is not None and alive(parent, found, now) else None


def _order_values(entity: EntityDef, part: PartDef, values: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(value_of(entity, values, term.attribute) for term in part.order)


def _grouped(pattern: ReadPattern, parts: Sequence[PartDef], keyed: list[Keyed]) -> tuple[tuple[Row, ...], ...]:
    """Rows sorted by the first part's directions (all parts of a merged read share them), ties together."""
    order = parts[0].order if pattern.parts else ()

    def compare(left: Keyed, right: Keyed) -> int:
        for term, a, b in zip(order, left[0], right[0], strict=True):
            if a is None or b is None:
                result = 0 if a is b else ((1 if a is None else -1) * (-1 if term.nulls == "first" else 1))
            elif equal(a, b):
                result = 0
            else:
                result = (-1 if less(a, b) else 1) * (-1 if term.descending else 1)
            if result:
                return result
        return 0

    key = cmp_to_key(compare)
    return tuple(tuple(row for _, row in group) for _, group in groupby(sorted(keyed, key=key), key=key))
