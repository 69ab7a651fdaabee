"""What a request must consume in each place: the plan's own arithmetic at the real sizes of the items.

In: a request, and the items that it reads or writes. Out: units, as the service counts, or as DynamoDB Local does:
where the two differ, the rule is named here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import capacity
from dynamodel.ir.plan import PAGED
from dynamodel.records import dataclass
from dynamodel.verify.checker.expressions import attributes_of
from dynamodel.verify.checker.sizes import item_bytes
from dynamodel.verify.lookup import Item, Lookup
from dynamodel.verify.stored import comparable, comparable_item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamodel.verify.checker.refused import Keys, Schema

Images = list[tuple[Item, Item]]  # of each item written: before, after; empty where there is none
TABLE = "table"

# How DynamoDB Local departs from the service, each by its rule.
NOTHING_EVALUATED = "a page on which nothing is evaluated counts nothing, not the minimum"
DOUBLED_INDEXES = "index writes of a transaction count twice"
NOTHING_FOUND = "a key of a batch that finds nothing counts nothing, not the minimum"
NOTHING_WRITTEN = "an action of a transaction that finds nothing and leaves nothing counts once, not twice"
DELETED_NOTHING = "a delete of a batch that finds nothing counts twice"
EQUAL_ACTIONS = "actions of a transaction that cost the same in every place count once"
_REDUCING = {"FilterExpression", "ProjectionExpression", "Select"}
_READ = ["TableName", "IndexName", "KeyConditionExpression", "Limit"]
_READ += ["ScanIndexForward", "ExclusiveStartKey", "ConsistentRead"]


@dataclass(slots=True)
class Units:
    """Units in millionths, by place (`table`, or an index)."""

    read: Counter[str] = field(default_factory=Counter)
    write: Counter[str] = field(default_factory=Counter)

    def together(self) -> dict[str, int]:
        """Both kinds: what the service reports of a request is of one kind only."""
        return {place: units for place, units in (self.read + self.write).items() if units}


class Reckoning:
    """Reckons the requests to one table as the service counts, or `as_local`; `deviations` counts each rule applied."""

    def __init__(self, admin: Any, schema: Schema, lookup: Lookup, *, as_local: bool) -> None:
        """`admin` asks for pages anew of which the answer does not show everything that was looked at."""
        self._admin, self._schema, self._lookup, self._as_local = admin, schema, lookup, as_local
        self.deviations: Counter[str] = Counter()

    def read(self, operation: str, params: Mapping[str, Any], answered: list[Item] | None) -> Units:
        """What a read consumed; `answered` are the items that it gave."""
        if operation in PAGED:
            return self._page(operation, params, answered)
        return Units(read=Counter({TABLE: self._items_read(operation, params)}))

    def written(self, operation: str, params: Mapping[str, Any], images: Images) -> Units:
        """What a write consumed; `images` are its items in the order of the request."""
        checks = [next(iter(a)) == "ConditionCheck" for a in params.get("TransactItems", ())]
        units = self._writes(images, checks)
        if operation == "BatchWriteItem" and self._as_local:
            idle = images.count(({}, {}))
            self.deviations[DELETED_NOTHING] += idle
            units[TABLE] += idle * capacity.write_units(0)
        return Units(write=units)

    def _items_read(self, operation: str, params: Mapping[str, Any]) -> int:
        if operation == "GetItem":
            size = _size(self._lookup.one(params["Key"]))
            return capacity.read_units(size, consistent=bool(params.get("ConsistentRead")))
        if operation == "BatchGetItem":
            (asked,) = params["RequestItems"].values()
            sizes = [_size(self._lookup.one(key)) for key in asked["Keys"]]
            if self._as_local:
                self.deviations[NOTHING_FOUND] += 0 in sizes
                sizes = [size for size in sizes if size]
            return capacity.batch_read_units(sizes, consistent=bool(asked.get("ConsistentRead")))
        return capacity.transact_read_units(_size(self._lookup.one(a["Get"]["Key"])) for a in params["TransactItems"])

    def _page(self, operation: str, params: Mapping[str, Any], answered: list[Item] | None) -> Units:
        """One page: everything that was evaluated, also what a filter dropped or a projection left out."""
        evaluated = self._evaluated(operation, params, answered)
        place = params.get("IndexName")
        if not evaluated and self._as_local:
            self.deviations[NOTHING_EVALUATED] += 1
            return Units()
        consistent = bool(params.get("ConsistentRead"))
        found = Counter({place or TABLE: capacity.read_units(sum(map(_size, evaluated)), consistent=consistent)})
        keys = self._schema.places[place]
        if keys.is_local and not _covers(keys, params):
            items = [_size(self._lookup.one(entry)) for entry in evaluated]
            found[TABLE] += capacity.batch_read_units(items, consistent=consistent)
        return Units(read=found)

    def _evaluated(self, operation: str, params: Mapping[str, Any], answered: list[Item] | None) -> list[Item]:
        """What a page looked at: its answer, unless a filter, a projection or a count has left something out of it."""
        if answered is not None and not _REDUCING & params.keys():
            return answered
        request = {name: params[name] for name in _READ if name in params}
        text = request.get("KeyConditionExpression", "")
        for kind in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            used = {n: v for n, v in (params.get(kind) or {}).items() if re.search(rf"{n}\b", text)}
            request |= {kind: used} if used else {}
        answer = self._admin.query(**request) if operation == "Query" else self._admin.scan(**request)
        items: list[Item] = answer["Items"]
        return items

    def _writes(self, images: Images, checks: Sequence[bool]) -> Counter[str]:
        """What a write costs; `checks` says of each action of a transaction whether it only checks."""
        if not checks:
            return sum((self._write(before, after, in_transaction=False) for before, after in images), Counter[str]())
        actions = [self._write(*image, in_transaction=True, check=c) for image, c in zip(images, checks, strict=True)]
        if not self._as_local:
            return sum(actions, Counter[str]())
        different = [units for at, units in enumerate(actions) if units not in actions[:at]]
        self.deviations[EQUAL_ACTIONS] += len(different) < len(actions)
        self.deviations[DOUBLED_INDEXES] += any(len(units) > 1 for units in different)
        return sum(different, Counter[str]())

    def _write(self, before: Item, after: Item, *, in_transaction: bool, check: bool = False) -> Counter[str]:
        """What writing one item costs in the table and in each index."""
        size = max(_size(before), _size(after))
        table = capacity.transact_write_units([size]) if in_transaction else capacity.write_units(size)
        if (
            self._as_local and in_transaction and not size and not check
        ):  # of a check that finds nothing it charges both units
            self.deviations[NOTHING_WRITTEN] += 1
            table = capacity.write_units(size)
        doubled = in_transaction and self._as_local  # the service does not double them
        factor = capacity.TRANSACTION_FACTOR if doubled else 1
        indexes = {
            name: factor * units
            for name, keys in self._schema.places.items()
            if name is not None and (units := _index_units(keys, before, after))
        }
        return Counter({TABLE: table, **indexes})


def _size(item: Mapping[str, Any]) -> int:
    return item_bytes(item) if item else 0


def _covers(keys: Keys, params: Mapping[str, Any]) -> bool:
    """Whether an index has everything that a query of it asks for."""
    if keys.projected is None:
        return True
    wanted = attributes_of(params, "ProjectionExpression")
    return params.get("Select") != "ALL_ATTRIBUTES" and all(name in keys.projected for name in wanted)


def _entry(keys: Keys, item: Mapping[str, Any]) -> Item:
    """An item's entry in an index; empty when it has none."""
    if not all(name in item for name in keys.names):
        return {}
    return {name: value for name, value in item.items() if keys.projected is None or name in keys.projected}


def _index_units(keys: Keys, before: Item, after: Item) -> int:
    old, new = _entry(keys, before), _entry(keys, after)
    moved = bool(old) and bool(new) and any(comparable(old[name]) != comparable(new[name]) for name in keys.names)
    changed = comparable_item(old) != comparable_item(new)
    writes = capacity.index_writes(before=bool(old), after=bool(new), key_changed=moved, projected_changed=changed)
    if moved:
        return capacity.write_units(_size(old)) + capacity.write_units(_size(new))
    return capacity.index_write_units(max(_size(old), _size(new)), writes)
