"""What each request must consume, place by place, compared with what the service reports.

In: the requests of the code under test, and the items that they read and write, looked up past that code. Out:
sentences about requests that consumed something else, and sums. The arithmetic is the plan's own (`dynamo.capacity`),
at the real sizes of the items; there is no margin. Where DynamoDB Local counts otherwise than the service, the rule is
named here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import capacity
from dynamodel.verify.checker.expressions import attributes_of
from dynamodel.verify.checker.refused import Keys, Schema, schema_of
from dynamodel.verify.checker.sizes import item_bytes
from dynamodel.verify.lookup import Item, Lookup
from dynamodel.verify.stored import comparable, comparable_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dynamodel.verify.backends.base import Backend
    from dynamodel.verify.lookup import Look

Images = list[tuple[Item, Item]]  # of each item written: before, after; empty where there is none
TABLE = "table"

# How DynamoDB Local departs from the service, each by its rule.
NOTHING_EVALUATED = "a page on which nothing is evaluated counts nothing, not the minimum"
DOUBLED_INDEXES = "index writes of a transaction count twice"
NOTHING_FOUND = "a key of a batch that finds nothing counts nothing, not the minimum"
NOTHING_WRITTEN = "an action of a transaction that finds nothing and leaves nothing counts once, not twice"
DELETED_NOTHING = "a delete of a batch that finds nothing counts twice"
EQUAL_ACTIONS = "actions of a transaction that cost the same in every place count once"
_PAGED = {"Query", "Scan"}
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


@dataclass(slots=True)
class _Written:
    """A write that the service has reported on, and what its items were before it."""

    operation: str
    params: Mapping[str, Any]
    before: list[Item]
    reported: Mapping[str, Any]


class Meter:
    """Listens to a client; `take` gives what its requests consumed and what was wrong about it since the last call."""

    def __init__(
        self, backend: Backend, client: Any, table: str, *, of_service: bool = False, known: Look | None = None
    ) -> None:
        """Ask for the figures with every request from now on; the table must exist.

        With `of_service` the sums are what the service charges, where DynamoDB Local counts otherwise. `known` tells
        what the table holds after each `take`, until the client writes.
        """
        self._of_service, self._as_local = of_service, True
        self._admin = backend.admin()
        self._schema: Schema = schema_of(self._admin.describe_table(TableName=table)["Table"])
        self._lookup = Lookup(self._admin, table, self._schema.base.names, known)
        self._open: list[_Written] = []
        self._units, self._faults = Units(), list[str]()
        self._one_at_a_time = RLock()  # a call may have several requests under way
        self.deviations: Counter[str] = Counter()
        self.compared = 0
        client.meta.events.register("provide-client-params.dynamodb", self._ask)
        client.meta.events.register("after-call.dynamodb", self._compare)

    def take(self, held: Look | None = None) -> tuple[Units, list[str]]:
        """Sums, and a sentence for each request that consumed something else; `held` tells what the table holds now."""
        self._settle(held)
        taken = self._units, self._faults
        self._units, self._faults = Units(), []
        self._lookup.reset()
        return taken

    def forget(self) -> None:
        """Begin anew, whatever the requests before have consumed."""
        self._open = []
        self.take()

    def _ask(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:
        if model.name not in _OPERATIONS:
            return
        params["ReturnConsumedCapacity"] = "INDEXES"
        with self._one_at_a_time:
            keys = list(self._written(model.name, params))
            if keys:
                self._settle(None)  # what the write before has left is changed now
            context["dynamodel"] = dict(params), self._lookup.many(keys)
            if keys:
                self._lookup.written()

    def _compare(self, parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: object) -> None:
        reported = parsed.get("ConsumedCapacity")
        asked = context.get("dynamodel")
        if reported is None or asked is None or parsed.get("UnprocessedKeys") or parsed.get("UnprocessedItems"):
            return
        params, before = asked
        (entry,) = reported if isinstance(reported, list) else [reported]
        with self._one_at_a_time:
            if before:
                self._open.append(_Written(model.name, params, before, entry))
            else:
                self._judge(model.name, entry, partial(self._read, model.name, params, parsed.get("Items")))

    def _settle(self, held: Look | None) -> None:
        """Judge the last writes, whose items are looked at when their state is known for another reason, or needed."""
        written, self._open = self._open, []
        for each in written:
            keys = list(self._written(each.operation, each.params))
            after = self._lookup.many(keys) if held is None else [held(key) for key in keys]
            images = list(zip(each.before, after, strict=True))
            self._judge(each.operation, each.reported, partial(self._write_units, each.operation, each.params, images))

    def _judge(self, operation: str, entry: Mapping[str, Any], reckon: Callable[[], Units]) -> None:
        wanted = reckon()
        self.compared += 1
        charged = wanted
        if self._of_service:
            self._as_local = False
            charged = reckon()
            self._as_local = True
        self._units.read += charged.read
        self._units.write += charged.write
        self.deviations = +self.deviations
        found = _reported(entry)
        if found != wanted.together():
            self._faults.append(f"{operation} consumed {_shown(found)} instead of {_shown(wanted.together())}")

    def _read(self, operation: str, params: Mapping[str, Any], answered: list[Item] | None) -> Units:
        if operation in _PAGED:
            return self._page(operation, params, answered)
        return Units(read=Counter({TABLE: self._items_read(operation, params)}))

    def _write_units(self, operation: str, params: Mapping[str, Any], images: Images) -> Units:
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

    def _written(self, operation: str, params: Mapping[str, Any]) -> Iterator[Item]:
        """The keys of the items that a request writes, or checks in a transaction."""
        if operation == "TransactWriteItems":
            actions: Sequence[Mapping[str, Any]] = [next(iter(a.values())) for a in params["TransactItems"]]
        elif operation == "BatchWriteItem":
            actions = [next(iter(r.values())) for requests in params["RequestItems"].values() for r in requests]
        else:
            actions = [params] if operation in {"PutItem", "UpdateItem", "DeleteItem"} else []
        for action in actions:
            yield self._lookup.key(action.get("Key") or action["Item"])


_OPERATIONS = _PAGED | {"GetItem", "BatchGetItem", "TransactGetItems", "PutItem", "UpdateItem", "DeleteItem"}
_OPERATIONS |= {"BatchWriteItem", "TransactWriteItems"}


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


def _reported(entry: Mapping[str, Any]) -> dict[str, int]:
    """The service's figures, in millionths, without what is zero."""
    found = {TABLE: (entry.get("Table") or {}).get("CapacityUnits", 0.0)}
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        found |= {name: units["CapacityUnits"] for name, units in (entry.get(kind) or {}).items()}
    return {place: round(units * capacity.MICRO) for place, units in found.items() if units}


def _shown(units: Mapping[str, int]) -> str:
    return ", ".join(f"{n / capacity.MICRO:g} on {place}" for place, n in sorted(units.items())) or "nothing"
