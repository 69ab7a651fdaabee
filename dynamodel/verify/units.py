"""Listens to a client, and holds what the service reports of each request against what it must consume.

In: the requests of the code under test, and the items that they read and write, looked up past that code. Out:
sentences about requests that consumed something else, and sums. There is no margin.

A write is judged when what it has left is known: the state of the table after a case is looked at anyway.
"""

from __future__ import annotations

from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import capacity
from dynamodel.ir.plan import PAGED
from dynamodel.records import dataclass
from dynamodel.verify.checker.refused import Schema, schema_of
from dynamodel.verify.lookup import Item, Lookup
from dynamodel.verify.reckoning import TABLE, Images, Reckoning, Units

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dynamodel.verify.backends.base import Backend
    from dynamodel.verify.lookup import Look

_OPERATIONS = PAGED | {"GetItem", "BatchGetItem", "TransactGetItems", "PutItem", "UpdateItem", "DeleteItem"}
_OPERATIONS |= {"BatchWriteItem", "TransactWriteItems"}


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
        self._admin = backend.admin()
        self._schema: Schema = schema_of(self._admin.describe_table(TableName=table)["Table"])
        self._lookup = Lookup(self._admin, table, self._schema.base.names, known)
        self._as_local = Reckoning(self._admin, self._schema, self._lookup, as_local=True)
        self._as_charged = self._as_local
        if of_service:
            self._as_charged = Reckoning(self._admin, self._schema, self._lookup, as_local=False)
        self._open: list[_Written] = []
        self._units, self._faults = Units(), list[str]()
        self._one_at_a_time = RLock()  # a call may have several requests under way
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

    @property
    def deviations(self) -> Counter[str]:
        """How often DynamoDB Local was found to count otherwise than the service, by rule."""
        return +self._as_local.deviations

    def forget(self) -> None:
        """Begin anew, whatever the requests before have consumed."""
        self._open = []
        self.take()

    def _ask(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:
        """Before a request: ask for its figures, and keep what the items that it writes are now."""
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
        """After a request: judge a read at once, keep a write until it is known what it has left."""
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
                self._judge(model.name, entry, lambda by: by.read(model.name, params, parsed.get("Items")))

    def _settle(self, held: Look | None) -> None:
        """Judge the last writes, whose items are looked at when their state is known for another reason, or needed."""
        written, self._open = self._open, []
        for each in written:
            keys = list(self._written(each.operation, each.params))
            after = self._lookup.many(keys) if held is None else [held(key) for key in keys]
            images = list(zip(each.before, after, strict=True))
            reckon = partial(_of_write, each, images)
            self._judge(each.operation, each.reported, reckon)

    def _judge(self, operation: str, entry: Mapping[str, Any], reckon: Callable[[Reckoning], Units]) -> None:
        """Compare what was reported with what Local must report, and add what is charged to the sums."""
        wanted = reckon(self._as_local)
        charged = wanted if self._as_charged is self._as_local else reckon(self._as_charged)
        self._units.read += charged.read
        self._units.write += charged.write
        self.compared += 1
        found = _reported(entry)
        if found != wanted.together():
            self._faults.append(f"{operation} consumed {_shown(found)} instead of {_shown(wanted.together())}")

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


def _of_write(write: _Written, images: Images, by: Reckoning) -> Units:
    return by.written(write.operation, write.params, images)


def _reported(entry: Mapping[str, Any]) -> dict[str, int]:
    """The service's figures, in millionths, without what is zero."""
    found = {TABLE: (entry.get("Table") or {}).get("CapacityUnits", 0.0)}
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        found |= {name: units["CapacityUnits"] for name, units in (entry.get(kind) or {}).items()}
    return {place: round(units * capacity.MICRO) for place, units in found.items() if units}


def _shown(units: Mapping[str, int]) -> str:
    return ", ".join(f"{n / capacity.MICRO:g} on {place}" for place, n in sorted(units.items())) or "nothing"
