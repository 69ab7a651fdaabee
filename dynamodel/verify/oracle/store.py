"""The rows that exist: by entity and identity, never changed in place.

Rows whose TTL attribute is not after the clock are expired: they are there, but reads and `Create` do not see them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamodel.ir.suite import Row
from dynamodel.records import dataclass
from dynamodel.verify.oracle.compare import canonical, less

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from dynamodel.ir.entities import EntityDef
    from dynamodel.ir.workload import Workload

Identity = tuple[object, ...]


def identity_of(entity: EntityDef, values: Mapping[str, object]) -> Identity:
    """A row's identity in comparable form."""
    return tuple([canonical(values[name]) for name in entity.identity])


def alive(entity: EntityDef, values: Mapping[str, object], now: datetime) -> bool:
    """Whether a row counts as present at `now`; a row without a TTL value lives forever."""
    ttl = entity.with_role("ttl")
    return ttl is None or values.get(ttl) is None or less(now, values[ttl])


@dataclass(frozen=True, slots=True)
class Store:
    """All rows of all entities; entity -> identity -> values, in order of insertion."""

    rows: Mapping[str, Mapping[Identity, Mapping[str, object]]]

    @classmethod
    def of(cls, workload: Workload, rows: Iterable[Row]) -> Store:
        """The store that holds these rows; a later row replaces an earlier one of the same identity."""
        table: dict[str, dict[Identity, Mapping[str, object]]] = {e.name: {} for e in workload.entities}
        for row in rows:
            table[row.entity][identity_of(workload.entity(row.entity), row.values)] = row.values
        return cls(table)

    def get(self, entity: EntityDef, identity: Identity) -> Mapping[str, object] | None:
        """The row of that identity, expired or not; None if there is none."""
        return self.rows[entity.name].get(identity)

    def live(self, entity: EntityDef, now: datetime) -> list[Mapping[str, object]]:
        """The rows of an entity that are not expired."""
        return [values for values in self.rows[entity.name].values() if alive(entity, values, now)]

    def replaced(self, changes: Mapping[tuple[str, Identity], Mapping[str, object] | None]) -> Store:
        """A store with these rows put (or, with None, removed)."""
        if not changes:
            return self
        touched = {name for name, _ in changes}
        table = {name: dict(rows) if name in touched else rows for name, rows in self.rows.items()}
        for (name, identity), values in changes.items():
            rows = table[name]
            assert isinstance(rows, dict)
            if values is None:
                rows.pop(identity, None)
            else:
                rows[identity] = values
        return Store(table)

    def all_rows(self) -> list[Row]:
        """Every row, expired ones included."""
        return [Row(name, values) for name, rows in self.rows.items() for values in rows.values()]
