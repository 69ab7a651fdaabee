"""Rules for each operation, made of the rules for items, keys and expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamodel.dynamo import limits
from dynamodel.verify.checker.expressions import (
    attributes_of,
    key_condition_faults,
    placeholder_faults,
    projection_faults,
    start_faults,
)
from dynamodel.verify.checker.items import item_faults, key_faults
from dynamodel.verify.checker.refused import Keys
from dynamodel.verify.checker.sizes import item_bytes
from dynamodel.verify.checker.updates import update_faults
from dynamodel.verify.checker.vectors import search_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dynamodel.verify.checker.refused import Schema

    Schemas = Callable[[str], Schema]
    Request = Mapping[str, Any]


# Parameters of the time before expressions. The checker has no rules for them, so that it lets none pass.
_LEGACY = frozenset(
    {"AttributesToGet", "AttributeUpdates", "ConditionalOperator", "Expected"}
    | {"KeyConditions", "QueryFilter", "ScanFilter"}
)
_RETURNED = {"PutItem": {"NONE", "ALL_OLD"}, "DeleteItem": {"NONE", "ALL_OLD"}}


def request_faults(operation: str, request: Request, schemas: Schemas) -> Iterator[str]:
    """Every rule that a request breaks; nothing for operations on tables that no rule is about."""
    for name in sorted(_LEGACY & request.keys()):
        yield f"the legacy parameter {name}, which is not judged"
    if request.get("ReturnValues", "NONE") not in _RETURNED.get(operation, {request.get("ReturnValues", "NONE")}):
        yield f"ReturnValues {request['ReturnValues']} of {operation}"
    rules = _RULES.get(operation)
    if rules is not None:
        yield from rules(request, schemas)


def _put(request: Request, schemas: Schemas) -> Iterator[str]:
    yield from item_faults(schemas(request["TableName"]), request["Item"])
    yield from placeholder_faults(request)


def _by_key(request: Request, schemas: Schemas) -> Iterator[str]:
    schema = schemas(request["TableName"])
    yield from key_faults(schema.base, schema, request["Key"])
    yield from placeholder_faults(request)
    yield from projection_faults(request)


def _update(request: Request, schemas: Schemas) -> Iterator[str]:
    yield from _by_key(request, schemas)
    yield from update_faults(request, schemas(request["TableName"]))


def _query(request: Request, schemas: Schemas) -> Iterator[str]:
    schema = schemas(request["TableName"])
    place = request.get("IndexName")
    if place not in schema.places:
        yield f"the index {place}, which the table does not have"
        return
    keys = schema.places[place]
    yield from key_condition_faults(keys, schema, request)
    for name in attributes_of(request, "FilterExpression"):
        if name in keys.names:
            yield f"key attribute {name} in a filter"
    yield from _read(keys, schema, request)


def _scan(request: Request, schemas: Schemas) -> Iterator[str]:
    schema = schemas(request["TableName"])
    place = request.get("IndexName")
    if place not in schema.places:
        yield f"the index {place}, which the table does not have"
        return
    yield from _read(schema.places[place], schema, request)
    if ("TotalSegments" in request) != ("Segment" in request):
        yield "one of Segment and TotalSegments without the other"
    elif "Segment" in request and not 0 <= request["Segment"] < request["TotalSegments"] <= limits.SCAN_SEGMENTS:
        yield f"segment {request['Segment']} of {request['TotalSegments']}"


def _search(request: Request, schemas: Schemas) -> Iterator[str]:
    yield from search_faults(request, schemas(request["TableName"]))


def _read(keys: Keys, schema: Schema, request: Request) -> Iterator[str]:
    yield from placeholder_faults(request)
    yield from projection_faults(request)
    if keys.is_global and request.get("ConsistentRead"):
        yield "a strongly consistent read of a global secondary index"
    if keys.is_global and keys.projected is not None:
        if request.get("Select") == "ALL_ATTRIBUTES":
            yield "all attributes of an index that does not have them"
        for name in attributes_of(request, "ProjectionExpression"):
            if name not in keys.projected:
                yield f"{name}, which the index does not have, in a projection"
    select = request.get("Select")
    if select is not None and (select == "SPECIFIC_ATTRIBUTES") != ("ProjectionExpression" in request):
        yield f"Select {select} and what is said about a projection do not agree"
    if select == "ALL_PROJECTED_ATTRIBUTES" and "IndexName" not in request:
        yield "projected attributes of a table"
    if "Limit" in request and request["Limit"] < 1:
        yield "a limit below 1"
    start = request.get("ExclusiveStartKey")
    if start is not None:
        wanted = dict.fromkeys((*keys.names, *schema.base.names))
        yield from key_faults(Keys(tuple(wanted), ()), schema, start)
        yield from start_faults(keys, request, start)


def _batch_get(request: Request, schemas: Schemas) -> Iterator[str]:
    total = 0
    for table, wanted in request["RequestItems"].items():
        schema = schemas(table)
        total += len(wanted["Keys"])
        yield from _repeats(wanted["Keys"])
        for key in wanted["Keys"]:
            yield from key_faults(schema.base, schema, key)
        yield from placeholder_faults(wanted)
        yield from projection_faults(wanted)
    if not 1 <= total <= limits.BATCH_GET_KEYS:
        yield f"{total} keys in a batch, not 1 to {limits.BATCH_GET_KEYS}"


def _batch_write(request: Request, schemas: Schemas) -> Iterator[str]:
    total = size = 0
    for table, actions in request["RequestItems"].items():
        schema = schemas(table)
        total += len(actions)
        keys = []
        for action in actions:
            if "PutRequest" in action:
                item = action["PutRequest"]["Item"]
                faults = list(item_faults(schema, item))
                yield from faults
                size += 0 if faults else item_bytes(item)
                keys.append({name: item.get(name) for name in schema.base.names})
            else:
                keys.append(action["DeleteRequest"]["Key"])
                yield from key_faults(schema.base, schema, keys[-1])
        yield from _repeats(keys)
    if not 1 <= total <= limits.BATCH_WRITE_ITEMS:
        yield f"{total} writes in a batch, not 1 to {limits.BATCH_WRITE_ITEMS}"
    if size > limits.BATCH_WRITE_BYTES:
        yield f"a batch of {size} bytes, more than {limits.BATCH_WRITE_BYTES}"


_ACTIONS: dict[str, Callable[[Request, Schemas], Iterator[str]]] = {
    "Put": _put,
    "Update": _update,
    "Delete": _by_key,
    "ConditionCheck": _by_key,
    "Get": _by_key,
}


def _transaction(request: Request, schemas: Schemas) -> Iterator[str]:
    actions = request["TransactItems"]
    if not 1 <= len(actions) <= limits.TRANSACTION_ACTIONS:
        yield f"{len(actions)} actions in a transaction, not 1 to {limits.TRANSACTION_ACTIONS}"
    keys = []
    size = 0
    for action in actions:
        (kind, content) = next(iter(action.items()))
        faults = list(_ACTIONS[kind](content, schemas))
        yield from faults
        size += 0 if faults else item_bytes(content.get("Item", content.get("Key", {})))
        names = schemas(content["TableName"]).base.names
        keys.append((content["TableName"], {n: content.get("Key", content.get("Item", {})).get(n) for n in names}))
    yield from _repeats(keys)
    if size > limits.TRANSACTION_BYTES:
        yield f"a transaction of {size} bytes, more than {limits.TRANSACTION_BYTES}"


def _change_table(request: Request, schemas: Schemas) -> Iterator[str]:
    del schemas
    changes = [kind for update in request.get("GlobalSecondaryIndexUpdates") or () for kind in update]
    if sum(kind in {"Create", "Delete"} for kind in changes) > 1:
        yield "more than one global secondary index created or deleted at once"


def _partiql(request: Request, schemas: Schemas) -> Iterator[str]:
    del request, schemas
    yield "PartiQL, which is not judged"


def _repeats(keys: list[Any]) -> Iterator[str]:
    seen = set()
    for key in keys:
        form = repr(key if isinstance(key, tuple) else sorted(key.items()))
        if form in seen:
            yield "one item twice in a request"
        seen.add(form)


_RULES: dict[str, Callable[[Request, Schemas], Iterator[str]]] = {
    "PutItem": _put,
    "UpdateItem": _update,
    "DeleteItem": _by_key,
    "GetItem": _by_key,
    "Query": _query,
    "Scan": _scan,
    "SearchVectors": _search,
    "BatchGetItem": _batch_get,
    "BatchWriteItem": _batch_write,
    "TransactWriteItems": _transaction,
    "TransactGetItems": _transaction,
    "UpdateTable": _change_table,
    "ExecuteStatement": _partiql,
    "BatchExecuteStatement": _partiql,
    "ExecuteTransaction": _partiql,
}
