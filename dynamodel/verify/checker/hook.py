"""Puts the checker in front of a boto3 client, and records what the client asks for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dynamodel.ir.plan import PAGED
from dynamodel.records import dataclass
from dynamodel.verify.checker.expressions import attributes_of
from dynamodel.verify.checker.refused import RequestRefused, Schema, schema_of
from dynamodel.verify.checker.requests import request_faults
from dynamodel.verify.checker.tables import table_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_MOST = 2000  # requests of one call: more means that it does not end


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request: operation, index (None: the table), page limit, direction, attributes filtered, how many actions."""

    operation: str
    index: str | None = None
    limit: int | None = None
    forward: bool = True
    filtered: tuple[str, ...] = ()
    consistent: bool = False
    actions: int = 1


class StrictClient:
    """A client behind the checker. `requests` grows by one for each request; `take` empties it.

    `queried` has the index (None: the table) and the type of every item that a Query has answered with since then.
    """

    def __init__(self, client: Any, type_attribute: str = "") -> None:
        """Register with the client's events: from now on each of its requests is judged before it is sent."""
        self.client = client
        self.requests: list[Recorded] = []
        self.refused: list[RequestRefused] = []
        self._schemas: dict[str, Schema] = {}
        self.queried: set[tuple[str | None, str]] = set()
        self._type = type_attribute
        self._page: int | None = None
        client.meta.events.register("provide-client-params.dynamodb", self._judge)
        client.meta.events.register("after-call.dynamodb.Query", self._look)

    def take(self) -> list[Recorded]:
        """The requests since the last call."""
        requests, self.requests = self.requests, []
        self.queried = set()
        return requests

    @contextmanager
    def short_pages(self, items: int) -> Iterator[None]:
        """Let the service end its pages after so many items at most, as it may at any time by their size."""
        self._page = items
        try:
            yield
        finally:
            self._page = None

    def _look(self, parsed: Mapping[str, Any], context: Mapping[str, Any], **_: object) -> None:
        types = {item[self._type]["S"] for item in parsed.get("Items", ()) if self._type in item}
        self.queried |= {(context["dynamodel_index"], each) for each in types}

    def _judge(
        self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: object
    ) -> Mapping[str, Any] | None:
        operation = model.name
        context["dynamodel_index"] = params.get("IndexName")
        if operation == "CreateTable":
            self._refuse(operation, _judged(operation, params, self._schema))
            self._schemas[params["TableName"]] = schema_of(params)
            return None
        self._refuse(operation, _judged(operation, params, self._schema))
        if operation == "UpdateTable":  # its indexes are others from now on
            self._schemas.pop(params["TableName"], None)
        if len(self.requests) >= _MOST:
            self._refuse(operation, (f"more than {_MOST} requests in a row: the call does not end",))
        self.requests.append(_recorded(operation, params))
        if self._page is None or operation not in PAGED:
            return None
        return {**params, "Limit": min(self._page, params.get("Limit", self._page))}

    def _refuse(self, operation: str, faults: Any) -> None:
        fault = next(iter(faults), None)
        if fault is not None:
            refused = RequestRefused(operation, fault)
            self.refused.append(refused)
            raise refused

    def _schema(self, table: str) -> Schema:
        if table not in self._schemas:
            self._schemas[table] = schema_of(self.client.describe_table(TableName=table)["Table"])
            self.requests.pop()  # our own question
        return self._schemas[table]


def _judged(operation: str, params: Mapping[str, Any], schemas: Any) -> list[str]:
    """What a request breaks; one whose shape the rules cannot even read is refused for that."""
    try:
        return list(table_faults(params) if operation == "CreateTable" else request_faults(operation, params, schemas))
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
        return [f"a request of a shape that cannot be read ({type(error).__name__}: {error})"]


def _recorded(operation: str, params: Mapping[str, Any]) -> Recorded:
    actions = params.get("TransactItems") or ()
    batch = params.get("RequestItems") or {}
    size = sum(len(v["Keys"]) if isinstance(v, dict) else len(v) for v in batch.values())
    return Recorded(
        operation,
        params.get("IndexName"),
        params.get("Limit"),
        bool(params.get("ScanIndexForward", True)),
        tuple(attributes_of(params, "FilterExpression")),
        bool(params.get("ConsistentRead")),
        len(actions) or size or 1,
    )
