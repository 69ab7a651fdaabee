"""Lists of a collection that turn pages together, made to end on different pages.

In: a maker that has made the rows of a dataset, a collection. Out: a few rows more. On the way back from a third page
or a later one it shows whether a list that has ended waits until its last page comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dynamodel.ir.values import Given
from dynamodel.verify.oracle.compare import canonical
from dynamodel.verify.oracle.conditions import Call
from dynamodel.verify.oracle.store import alive
from dynamodel.verify.wishes import meeting, wish_of

if TYPE_CHECKING:
    from dynamodel.ir.reads import PartDef, ReadPattern
    from dynamodel.ir.suite import Row
    from dynamodel.verify.maker import Maker

_THIRD = 3
_ENOUGH = 30  # rows more for one collection: lists of longer pages stay as they are


class _List(NamedTuple):
    """A list in pages of up to `limit` rows, of which one call finds so many in any range."""

    part: PartDef
    limit: int
    rows: int

    @property
    def pages(self) -> int:
        return -(-self.rows // self.limit)


def out_of_step(maker: Maker, pattern: ReadPattern) -> list[Row]:
    """Rows, kept by the maker, with which one list goes on when the others have ended; none where there are no two."""
    parts = [p for p in pattern.parts if p.limit is not None] if pattern.turns_several else []
    call, lists = _fullest(maker, parts)
    filled = sorted((each for each in lists if each.rows), key=lambda each: -each.pages)
    if len(filled) <= 1:
        return []
    longest, other = filled[:2]
    alone = 1 if other.rows % other.limit else 2  # only a page that is not full tells that it is the last
    missing = (max(other.pages + alone, _THIRD) - 1) * longest.limit + 1 - longest.rows
    if missing > _ENOUGH:
        return []
    return [row for _ in range(missing) if (row := _another(maker, longest.part, call)) is not None]


def _fullest(maker: Maker, parts: list[PartDef]) -> tuple[Call, list[_List]]:
    """The call by whose arguments lists hold most rows together, with the lists."""
    calls: dict[object, Call] = {}
    for values in maker.made[parts[0].entity] if parts else ():
        given = {e.source.argument: values.get(e.attribute) for e in parts[0].equals if isinstance(e.source, Given)}
        calls.setdefault(canonical(given), Call(given, maker.now))
    found = [
        (call, [_List(part, part.limit or 1, _rows(maker, part, call)) for part in parts]) for call in calls.values()
    ]
    return max(found, key=lambda each: sum(a.rows for a in each[1]), default=(Call({}, maker.now), []))


def _rows(maker: Maker, part: PartDef, call: Call) -> int:
    entity, wish = maker.workload.entity(part.entity), wish_of(part)
    return sum(alive(entity, v, call.now) and wish.met(entity, v, call) for v in maker.made[entity.name])


def _another(maker: Maker, part: PartDef, call: Call) -> Row | None:
    """A row more that a call finds, if the types have one left."""
    entity = maker.workload.entity(part.entity)
    ttl = entity.with_role("ttl")
    fixed = {**meeting(maker, entity, wish_of(part)), **{e.attribute: call.value(e.source) for e in part.equals}}
    row = maker.row(entity, {**fixed, **({ttl: None} if ttl else {})})
    if row is not None:
        maker.keep(row)
    return row
