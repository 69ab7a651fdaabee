"""What a backend is: something that gives boto3 clients and tables of its own, and takes both away again.

In: a plan's table. Out: a client and a table's name. It must not know patterns or datasets.
"""

from __future__ import annotations

import time
import uuid
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from dynamodel.catalog import finding
from dynamodel.dynamo.limits import BATCH_WRITE_ITEMS
from dynamodel.errors import EnvironmentFault
from dynamodel.verify.backends.clients import answer_as_sent
from dynamodel.verify.schema import create_table_request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from dynamodel.ir.plan import TableDesign

PREFIX = "dynamodel-verify-"
MULTI_ATTRIBUTE = "use DynamoDB Local 3.3 or newer, or say `multi_attribute_keys=False` in the model"


class Backend(AbstractContextManager["Backend"], ABC):
    """A DynamoDB to run against; enter it once, open tables in it, leave it: nothing of ours stays behind."""

    name: str
    lanes = 1  # tables on which cases run beside each other: more where answers are waited for

    def __init__(self) -> None:
        """Nothing is started before the backend is entered."""
        self._tables: list[str] = []
        self._admin: Any = None

    @abstractmethod
    def start(self) -> None:
        """Make the service reachable; EnvironmentFault when something is missing."""

    @abstractmethod
    def stop(self) -> None:
        """Undo `start`; called once, whatever happened."""

    @abstractmethod
    def client(self) -> Any:
        """A new boto3 DynamoDB client of this backend."""

    def counts_units(self) -> bool:
        """Whether the service's figures of consumed capacity are DynamoDB Local's: others are constants, or billed."""
        headers = self.admin().list_tables(Limit=1)["ResponseMetadata"]["HTTPHeaders"]
        return "jetty" in headers.get("server", "").lower()

    def searches_vectors(self) -> bool:
        """Whether the service knows vector indexes, found out by a search of a table that does not exist."""
        from botocore.exceptions import ClientError

        search = getattr(self.admin(), "search_vectors", None)
        if search is None:
            return False
        try:
            search(TableName=f"{PREFIX}none", IndexName="none", SearchVector=[{"N": "1"}], TopK=1)
        except ClientError as error:
            return bool(error.response["Error"]["Code"] == "ResourceNotFoundException")
        return True

    def require(self, table: TableDesign) -> None:
        """EnvironmentFault when the backend is known not to take such a design; a subclass may know."""

    def __enter__(self) -> Self:
        """Start the service."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the tables that are left and stop the service."""
        try:
            for name in list(self._tables):
                self.drop_table(name)
        finally:
            self.stop()

    def open_table(self, table: TableDesign, client: Any = None) -> str:
        """Create a table of this design under a name that only we use, and wait until it can be used.

        EnvironmentFault with the reason when the service does not take the design.
        """
        from botocore.exceptions import ClientError

        self.require(table)
        admin = client or self.admin()
        name = f"{PREFIX}{table.name[:60]}-{uuid.uuid4().hex[:12]}"
        try:
            vectors = bool(table.vectors) and self.searches_vectors()
            admin.create_table(**create_table_request(table, name, vectors=vectors))
        except ClientError as error:
            message = f"the table cannot be created on {self.name}: {error}"
            if is_multi_attribute(table) and error.response["Error"]["Code"] == "ValidationException":
                raise EnvironmentFault([finding("DM610", message, hint=MULTI_ATTRIBUTE)]) from error
            raise EnvironmentFault([finding("DM611", message)]) from error
        self._tables.append(name)
        admin.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
        while vectors and not _is_searchable(admin, name):
            time.sleep(1)
        if table.ttl_attribute is not None:
            specification = {"Enabled": True, "AttributeName": table.ttl_attribute}
            admin.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
        return name

    def drop_table(self, name: str) -> None:
        """Delete a table that `open_table` made; ValueError for any other."""
        if name not in self._tables:
            raise ValueError(f"{name} is not a table of this run")
        self._tables.remove(name)
        self.admin().delete_table(TableName=name)

    def write(self, table: str, items: Sequence[dict[str, Any]], gone: Sequence[dict[str, Any]]) -> None:
        """Put items and delete keys, in the wire format: no item and key twice."""
        entries: list[dict[str, Any]] = [{"PutRequest": {"Item": item}} for item in items]
        entries += [{"DeleteRequest": {"Key": key}} for key in gone]
        while entries:
            chunk, entries = entries[:BATCH_WRITE_ITEMS], entries[BATCH_WRITE_ITEMS:]
            answer = self.admin().batch_write_item(RequestItems={table: chunk})
            entries += answer.get("UnprocessedItems", {}).get(table, [])

    def snapshot(self, table: str, index: str | None = None) -> list[dict[str, Any]]:
        """Every item of a table or an index, in the wire format."""
        options: dict[str, Any] = {"TableName": table} | ({"IndexName": index} if index else {"ConsistentRead": True})
        found: list[dict[str, Any]] = []
        while True:
            answer = self.admin().scan(**options)
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return found
            options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def admin(self) -> Any:
        """The client for our own requests: tables, loading, looking; never given to generated code."""
        if self._admin is None:
            self._admin = self.client()
            answer_as_sent(self._admin)
        return self._admin


def _is_searchable(client: Any, name: str) -> bool:
    """Whether every vector index of a table can be searched."""
    indexes = client.describe_table(TableName=name)["Table"].get("VectorIndexes", ())
    return all(i["IndexStatus"] == "ACTIVE" and not i.get("Backfilling") for i in indexes)


def is_multi_attribute(table: TableDesign) -> bool:
    """Whether an index has a key of several partition or several sort attributes."""
    return any(len(index.partition) > 1 or len(index.sort) > 1 for index in table.indexes)
