"""A table in plain Python: computes the keys of rows by a plan, and answers the plan's requests over the sorted keys.

It stands for DynamoDB and the generated client together, as far as reads go: no capacity, no pages in bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dynamodel.ir.keys import Interval, NaturalCondition, NaturalKey, TypeKey
from dynamodel.ir.plan import BASE, KeyDesign, Operation
from dynamodel.ir.reads import Op, ReadKind
from dynamodel.keys.bounds import bound_text, sort_bounds
from dynamodel.keys.choose import identity_components
from dynamodel.keys.templates import item_key
from dynamodel.verify.oracle.compare import canonical, value_of
from dynamodel.verify.oracle.conditions import Call, compares, holds
from dynamodel.verify.oracle.store import alive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.keys import KeyField
    from dynamodel.ir.plan import PatternDesign, Plan, ReadRequest
    from dynamodel.ir.reads import ReadPattern
    from dynamodel.ir.suite import Row, Rows
    from dynamodel.ir.workload import Workload

Value = object  # the text of a template, or the comparable form of a natural attribute


@dataclass(frozen=True)
class Entry:
    """One item in the table or in an index."""

    partition: tuple[Value, ...]
    sort: tuple[Value, ...]
    row: Row


class Table:
    """The rows of a workload under the keys of a plan."""

    def __init__(self, workload: Workload, plan: Plan, rows: Sequence[Row], now: datetime) -> None:
        self.workload, self.plan, self.rows, self.now = workload, plan, rows, now
        self._entries: dict[str, list[Entry]] = {}
        base = self.entries(BASE)
        keys = [(e.partition, e.sort) for e in base]
        assert len(base) == len(rows), "every item has a base key"
        assert len(set(keys)) == len(keys), "two items with one primary key"

    def entries(self, place: str) -> list[Entry]:
        """What a place holds, in the order of its sort keys."""
        if place not in self._entries:
            found = [e for e in (self._entry(place, row) for row in self.rows) if e is not None]
            self._entries[place] = sorted(found, key=lambda e: e.sort)  # type: ignore[arg-type,return-value]
        return self._entries[place]

    def _entry(self, place: str, row: Row) -> Entry | None:
        entity, design = self.workload.entity(row.entity), self.plan.entity(row.entity)
        beside = design.beside_place(place)
        key = KeyDesign(place, (beside.partition,), (beside.sort,)) if beside else design.key(place)
        if key is None or not all(holds(entity, row.values, c, Call({}, self.now)) for c in key.when):
            return None
        partition = self._values(entity, key.partition or design.base.partition, row)
        sort = self._values(entity, key.sort, row)
        return None if partition is None or sort is None else Entry(partition, sort, row)

    def _values(self, entity: EntityDef, fields: tuple[KeyField, ...], row: Row) -> tuple[Value, ...] | None:
        found: list[Value] = []
        for field in fields:
            if isinstance(field.value, TypeKey):
                found.append(canonical(field.value.tag))
            elif isinstance(field.value, NaturalKey):
                value = row.values.get(field.value.attribute)
                found.append(None if value is None else canonical(value))
                assert value not in {"", b""}, "the service refuses the write of an empty index key"
            else:
                text = item_key(field.value, row.values, identity_components(entity))
                found.append(None if text is None else text.encode())
        return None if None in found else tuple(found)

    def answer(self, pattern: ReadPattern, design: PatternDesign, arguments: Mapping[str, object]) -> list[list[Row]]:
        """The rows of each part, in the order in which its request gave them."""
        call = Call(arguments, self.now)
        parts: list[list[Row]] = [[] for _ in pattern.parts]
        for request in design.reads:
            if request.hydrate is not None:  # the whole items of what was read before
                (part,) = request.parts
                parts[part] = [r for r in parts[part] if self._passes(pattern, request, r, call)]
                continue
            self._check_carried(pattern, design, request)
            for row in self._read(pattern, request, call):
                owners = [i for i in request.parts if pattern.parts[i].entity == row.entity]
                assert owners, f"{pattern.name} reads {row.entity}, which it does not ask for"
                parts[owners[0]].append(row)
        later = _sorted_later(design)
        return [
            rows if pattern.kind is ReadKind.GET or number in later else rows[: part.limit]
            for number, (part, rows) in enumerate(zip(pattern.parts, parts, strict=True))
        ]

    def _read(self, pattern: ReadPattern, request: ReadRequest, call: Call) -> list[Row]:
        wanted = [
            bound_text(k.tokens, call.value) if k.tokens else canonical(call.value(k.source)) for k in request.partition
        ]  # type: ignore[arg-type]
        if None in wanted:
            return []
        partition = tuple(w.encode() if isinstance(w, str) else w for w in wanted)
        found = [e for e in self.entries(request.beside or request.index or BASE) if e.partition == partition]
        if request.operation is Operation.GET_ITEM:
            text = bound_text(request.sort_key[0].tokens, call.value)
            found = [e for e in found if text is not None and e.sort == (text.encode(),)]
        else:
            found = [e for e in found if self._admits(request, e, call)]
        rows = [e.row for e in (found if request.forward else found[::-1])]
        rows = [r for r in rows if alive(self.workload.entity(r.entity), r.values, self.now)]
        kept = [r for r in rows if self._passes(pattern, request, r, call)]
        return kept if request.page is None else kept[: request.page]

    def _admits(self, request: ReadRequest, entry: Entry, call: Call) -> bool:
        if request.sort is None:
            return True
        if isinstance(request.sort, Interval):
            (text,) = entry.sort
            assert isinstance(text, bytes)
            return sort_bounds(request.sort, call.value).admits(text.decode())
        entity = self.workload.entity(entry.row.entity)
        return self._meets(entity, entry.row, request.sort, call)

    def _meets(self, entity: EntityDef, row: Row, condition: NaturalCondition, call: Call) -> bool:
        fixed = all(compares(entity, row.values, n, Op.EQ, (call.value(s),)) for n, s in condition.equals)
        operands = tuple(call.value(s) for s in condition.operands)
        return fixed and (
            not condition.op or compares(entity, row.values, condition.attribute, Op(condition.op), operands)
        )

    def _passes(self, pattern: ReadPattern, request: ReadRequest, row: Row, call: Call) -> bool:
        mine = [f for f in request.filters if pattern.parts[f.part].entity == row.entity]
        return all(holds(self.workload.entity(row.entity), row.values, f.condition, call) for f in mine)

    def _check_carried(self, pattern: ReadPattern, design: PatternDesign, request: ReadRequest) -> None:
        """Whether what is read carries what the request's client needs: answer, filters, order, time to live."""
        entity = self.workload.entity(pattern.parts[request.parts[0]].entity)
        beside = self.plan.entity(entity.name).beside_place(request.beside)
        index = self.plan.table.index(request.index) if request.index else None
        if beside:
            if any(later.hydrate is not None for later in design.reads):
                return
            held = {*entity.identity, *beside.attributes, *beside.carries}
        elif index and index.projection.type != "ALL":
            held = {*index.projection.attributes, *(a.name for a in (*index.partition, *index.sort))}
        else:
            return
        needed = set(pattern.returns or (() if pattern.count else [a.name for a in entity.stored]))
        for each in request.filters:
            needed |= {c.attribute for c in (each.condition, *each.condition.any_of) if c.attribute}
        if request.sort_after and not pattern.count:
            needed |= {t.attribute for t in pattern.parts[request.parts[0]].order}
        needed |= {entity.with_role("ttl")} - {None}  # type: ignore[arg-type]
        stored = {a.bucket.of if (a := _attribute(entity, n)) and a.bucket else n for n in needed}
        missing = stored - held
        assert not missing, f"{request.beside or request.index} does not carry {sorted(missing)} for {pattern.name}"


def _sorted_later(design: PatternDesign) -> set[int]:
    """The parts that are read to the end and sorted then."""
    return {i for request in design.reads if request.sort_after for i in request.parts}


def _attribute(entity: EntityDef, name: str) -> object:
    return next((a for a in entity.attributes if a.name == name), None)


def assert_same(
    workload: Workload, pattern: ReadPattern, expected: Rows, got: list[list[Row]], design: PatternDesign, told: str
) -> None:
    """Compare with the oracle's answer: ties in any sequence, a cut within a tie anywhere."""
    sorts = {i for request in design.reads for i in request.parts if request.sort_after or len(request.parts) > 1}
    for number, (part, rows) in enumerate(zip(expected.parts, got, strict=True)):
        whole = part.take is None or number in _sorted_later(design)  # what is sorted later is cut later
        count = len(part.rows) if whole or part.take is None else min(part.take, len(part.rows))
        assert len(rows) == count, f"{told}: {len(rows)} rows of {part.entity} instead of {count}"
        in_memory = number in sorts and whole
        entity = workload.entity(part.entity)
        names = pattern.returns or [a.name for a in entity.stored]
        shown = [{n: v for n in names if (v := value_of(entity, r.values, n)) is not None} for r in rows]
        _assert_groups((part.rows,) if in_memory else part.groups, shown, told)


def _assert_groups(groups: Sequence[tuple[Row, ...]], rows: Sequence[Mapping[str, object]], told: str) -> None:
    at = 0
    for group in groups:
        mine = rows[at : at + len(group)]
        shown = [dict(r.values) for r in group]
        for row in mine:
            assert row in shown, f"{told}: {row} is not the next row; {shown} are"
            shown.remove(dict(row))
        at += len(mine)


def keys_of(plan: Plan) -> dict[tuple[str, str], KeyDesign]:
    """All keys of a plan by entity and place."""
    return {(d.entity, k.place): k for d in plan.entities for k in (d.base, *d.indexes)}
