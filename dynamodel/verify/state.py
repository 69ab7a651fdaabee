"""What the table really holds, compared with what it must hold; and how it is put back between two cases.

In: a table under test, rows. Out: sentences about items that are missing, left over or different, and about index
entries. The table is read and written with a client of our own, past the checker and past the generated code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.verify.oracle.compare import canonical
from dynamodel.verify.oracle.store import alive
from dynamodel.verify.stored import COPY, GUARD, Item, Layout, comparable, comparable_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dynamodel.ir.plan import IndexDesign
    from dynamodel.ir.suite import Row
    from dynamodel.verify.backends.base import Backend

Key = tuple[str, str]


class Table:
    """One table under test, with what it should hold between cases."""

    def __init__(self, backend: Backend, name: str, layout: Layout) -> None:
        """The table is empty and stays so until `fill`."""
        self._backend, self.name, self.layout = backend, name, layout
        self._baseline: dict[Key, Item] = {}
        self._seen: dict[Key, Item] | None = None  # what `faults` saw, still true when `restore` follows
        self.rows: tuple[Row, ...] = ()
        self._identities: dict[tuple[object, ...], Row] = {}

    def fill(self, rows: Iterable[Row]) -> None:
        """Make the table hold exactly these rows; only what differs is written."""
        self.rows = tuple(rows)
        self._identities = {self._identity(row): row for row in self.rows}
        wanted = self.layout.items(self.rows)
        held = dict(self._baseline)
        self._baseline = wanted
        self._write(
            {key: item for key, item in wanted.items() if held.get(key) != item},
            [held[key] for key in held if key not in wanted],
        )

    def restore(self) -> None:
        """Undo whatever a case has done."""
        held, self._seen = self._seen or self.scan(), None
        changed = {k: i for k, i in self._baseline.items() if k not in held or not is_same(held[k], i)}
        self._write(changed, [item for key, item in held.items() if key not in self._baseline])

    def _write(self, put: Mapping[Key, Item], gone: Iterable[Item]) -> None:
        table = self.layout.plan.table
        keys = [{k.name: item[k.name] for k in (table.partition, table.sort)} for item in gone]
        self._backend.write(self.name, list(put.values()), keys)

    def scan(self, index: str | None = None) -> dict[Key, Item]:
        """Every item of the table or of an index."""
        return {self.layout.base_key(item): item for item in self._backend.snapshot(self.name, index)}

    def known(self, key: Mapping[str, Any]) -> Item:
        """What the table holds under a key between cases; empty when there is nothing."""
        return self._baseline.get(self.layout.base_key(key), {})

    def seen(self, key: Mapping[str, Any]) -> Item:
        """What `faults` has seen under a key, until `restore` follows."""
        return (self._seen or {}).get(self.layout.base_key(key), {})

    def faults(self, present: Iterable[Row], gone: Iterable[Row]) -> list[str]:
        """What is wrong after a case that leaves `present` and removes `gone`.

        Guards of rows that had expired may stay or go: their own time to live removes them.
        """
        present, gone = list(present), list(gone)
        workload, now = self.layout.workload, self.layout.now
        wanted = dict(self._baseline)
        loose: set[Key] = set()
        for before in (found for row in (*present, *gone) if (found := self._held(row)) is not None):
            for guard in self.layout.guards(before):
                wanted.pop(self.layout.base_key(guard), None)
                if not alive(workload.entity(before.entity), before.values, now):
                    loose.add(self.layout.base_key(guard))
            wanted.pop(self._row_key(before), None)
        for row in present:
            item = self.layout.item(row)
            wanted[self.layout.base_key(item)] = item
            for guard in self.layout.guards(row):
                wanted[self.layout.base_key(guard)] = guard
                if not alive(workload.entity(row.entity), row.values, now):
                    loose.add(self.layout.base_key(guard))
        return self._differences(wanted, loose)

    def _row_key(self, row: Row) -> Key:
        entity, design = self.layout.workload.entity(row.entity), self.layout.plan.entity(row.entity)
        return self.layout.base_key(self.layout.key(entity, design.base, row) or {})

    def _held(self, row: Row) -> Row | None:
        """The row of the same identity that the table was filled with; `row` may hold its identity alone."""
        return self._identities.get(self._identity(row))

    def _identity(self, row: Row) -> tuple[object, ...]:
        names = self.layout.workload.entity(row.entity).identity
        return row.entity, *(canonical(row.values[name]) for name in names)

    def _differences(self, wanted: Mapping[Key, Item], loose: set[Key]) -> list[str]:
        held = self._seen = self.scan()
        found = []
        for key in sorted(k for k in wanted.keys() | held.keys() if k not in loose and held.get(k) != wanted.get(k)):
            if key not in held:
                found.append(f"no item {_named(key)}")
            elif key not in wanted:
                tag = held[key].get(self.layout.plan.table.type_attribute, {}).get("S")
                kind = {GUARD: "guard", COPY: "copy"}.get(tag, "item")
                found.append(f"a {kind} {_named(key)} that should not be there")
            elif not is_same(held[key], wanted[key]):
                found.append(f"item {_named(key)}: {difference(held[key], wanted[key])}")
        return found

    def index_faults(self) -> list[str]:
        """Whether each index holds exactly the items that have its keys, of those that `faults` has just found right.

        Before the first case these are the items of the rows. After a case that has changed nothing of the keys of an
        index, which was right before it, that index is not looked at again.
        """
        items, changed = self._baseline, set(self._baseline)
        if self._seen is not None:
            items = self._seen
            changed = {k for k in items.keys() | self._baseline.keys() if items.get(k) != self._baseline.get(k)}
        found = []
        for index in self.layout.plan.table.indexes:
            names = [k.name for k in (*index.partition, *index.sort)]
            if self._seen is not None and _entries(items, names, changed) == _entries(self._baseline, names, changed):
                continue
            wanted = set(_entries(items, names, items))
            held = set(self.scan(index.name))
            found += [f"index {index.name}: no entry of {_named(k)}" for k in sorted(wanted - held)]
            found += [f"index {index.name}: a stale entry of {_named(k)}" for k in sorted(held - wanted)]
            found += _strangers(self.layout, index, items, wanted)
        return found


def _strangers(layout: Layout, index: IndexDesign, items: Mapping[Key, Item], wanted: set[Key]) -> list[str]:
    """Items of entities (or guards) that the plan does not put into the index but whose attributes do."""
    tags = {layout.plan.entity(name).tag for name in index.entities}
    types = {key: items[key][layout.plan.table.type_attribute]["S"] for key in sorted(wanted)}
    return [f"index {index.name}: holds {_named(key)} of {tag}" for key, tag in types.items() if tag not in tags]


def _named(key: Key) -> str:
    return f"{key[0]!r} / {key[1]!r}"


def _entries(items: Mapping[Key, Item], names: Sequence[str], keys: Iterable[Key]) -> dict[Key, list[object]]:
    """Those of some items that have all keys of an index, with these keys."""
    return {
        key: [comparable(item[name]) for name in names]
        for key in keys
        if (item := items.get(key)) is not None and all(name in item for name in names)
    }


def is_same(one: Item, other: Item) -> bool:
    """Whether two items hold the same; what is written alike needs no further look."""
    return one == other or comparable_item(one) == comparable_item(other)


def difference(held: Item, wanted: Item) -> str:
    """Which attributes of an item are not as they must be."""
    expected = {name: comparable(value) for name, value in wanted.items()}
    parts = []
    for name in sorted(set(held) | set(expected)):
        real = comparable(held[name]) if name in held else None
        if real != expected.get(name):
            shown = held.get(name, "absent")
            parts.append(f"{name} is {shown}, not {expected.get(name, 'absent')}")
    return "; ".join(parts)
