"""The dataset of a suite: few rows, each of them there to catch a mistake.

In: a workload, a seed, a size. Out: rows in which every declared selection has hits and decoys. Half of the rows of an
entity are made to meet the constants of a pattern, the others fall as they may: next to them, in the same partitions,
with equal sort values, with twins of their identities, expired, without parents, without optional values. Of lists that
turn pages together one goes on when the others have ended.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dynamodel.verify.maker import Maker
from dynamodel.verify.turns import out_of_step
from dynamodel.verify.wishes import meeting, wishes

if TYPE_CHECKING:
    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.suite import Row
    from dynamodel.ir.workload import Workload

# Years ahead: a backend that really deletes expired items (DynamoDB Local does) never deletes a row that is alive here.
NOW = datetime(2044, 3, 1, 12, 0, 0, tzinfo=UTC)
ITEMS = 100  # when nobody says how many
_ENOUGH = 30  # of one entity then
_SURE = 3  # rows of an entity that are not left to chance


def make_rows(workload: Workload, seed: int, items: int | None = None) -> tuple[Maker, list[Row]]:
    """About `items` rows, parents before children, and the maker that can make more of the same kind.

    By default 100, or fewer for few entities: more of one would show nothing new and take longer.
    """
    maker = Maker(workload, seed, NOW)
    rows: list[Row] = []
    wanted = wishes(workload)
    for entity, amount in _amounts(workload, items):
        for number in range(amount):
            row = None
            left = amount - number - 1
            if left < _SURE:
                row = _sure(maker, entity, left)
            elif number % 2 == 0 and wanted[entity.name]:
                wish = wanted[entity.name][number // 2 % len(wanted[entity.name])]
                row = maker.row(entity, meeting(maker, entity, wish))
            row = row or maker.row(entity)
            if row is None:  # as many as there can be: one is taken back, so that one can be made
                if number > _SURE:
                    rows.remove(maker.take_back(entity))
                break
            maker.keep(row)
            rows.append(row)
    for pattern in workload.reads:
        rows += out_of_step(maker, pattern)
    return maker, rows


def _sure(maker: Maker, entity: EntityDef, which: int) -> Row | None:
    """The last rows of an entity, which chance may have left out: an orphan, an expired one, one with nothing more."""
    if which == 0:
        return maker.row(entity, orphan=True)
    ttl = entity.with_role("ttl")
    if which == 1:
        return maker.row(entity, {ttl: maker.now - timedelta(seconds=1)} if ttl else None)
    return maker.row(entity, {a.name: None for a in entity.stored if a.optional and a.name not in entity.identity})


def _amounts(workload: Workload, items: int | None) -> list[tuple[EntityDef, int]]:
    """How many rows of each entity, parents first; children are more numerous than what has no parent."""
    ordered: list[EntityDef] = []
    waiting = list(workload.entities)
    while waiting:
        names = {e.name for e in waiting}
        ready = [e for e in waiting if not any(p.entity in names and p.entity != e.name for p in e.parents)] or waiting
        ordered += ready
        waiting = [e for e in waiting if e not in ready]
    weights = {e.name: 2 if e.parents else 1 for e in ordered}
    total = sum(weights.values())
    if items is None:
        return [(e, max(3, min(ITEMS * weights[e.name] // total, _ENOUGH))) for e in ordered]
    return [(e, max(3, items * weights[e.name] // total)) for e in ordered]
