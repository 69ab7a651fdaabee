"""A backend on the bench: sends a rule's request to it, through nothing but a client, and says what became of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from dynamodel.verify.checker.refused import RequestRefused
from tests.conformance.requests import MAIN, ROWS, Request, named

if TYPE_CHECKING:
    from collections.abc import Iterable

REFUSED, ACCEPTED, CRASHED = "refuses", "accepts", "crashes"


def client(endpoint: str | None) -> Any:
    """A client that checks nothing itself and never tries again."""
    config = Config(
        parameter_validation=False,
        retries={"total_max_attempts": 1, "mode": "standard"},
        account_id_endpoint_mode="disabled",
        ignore_configured_endpoint_urls=True,
    )
    keys = {"aws_access_key_id": "bench", "aws_secret_access_key": "bench"}
    return boto3.client("dynamodb", region_name="us-east-1", endpoint_url=endpoint, config=config, **keys)


class Bench:
    """One client, one table with rows, and the tables that schemas make on the way; `close` removes them all."""

    def __init__(self, made: Any) -> None:
        self.client = made
        self._prefix = f"conformance-{uuid.uuid4().hex[:8]}"
        self._made = 0
        self._table = ""

    @property
    def table(self) -> str:
        """The table with everything; made when it is first needed."""
        if not self._table:
            self._table = f"{self._prefix}-main"
            self._call(MAIN, self._table)
        return self._table

    def _reset(self) -> None:
        """Put the rows again and take away what earlier requests left: what a request shows must not depend on them."""
        held = self.client.scan(TableName=self.table)["Items"]
        for item in held:
            if item not in ROWS:
                self.client.delete_item(TableName=self.table, Key={name: item[name] for name in ("pk", "sk")})
        for row in ROWS:
            if row not in held:
                self.client.put_item(TableName=self.table, Item=row)

    def outcome(self, request: Request, before: Iterable[Request] = ()) -> tuple[str, str]:
        """What became of the request, and who said so: `checker`, `backend`, or an error's text."""
        self._made += 1
        own = request[0] == "CreateTable" or any(r[0] == "CreateTable" for r in before)
        table = f"{self._prefix}-{self._made}" if own else self.table
        if not own:
            self._reset()
        for each in before:
            self._call(each, table)
        try:
            self._call(request, table)
        except RequestRefused:
            return REFUSED, "checker"
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            code = error.response["Error"]["Code"]
            crashed = status >= 500 or "Internal" in code or code == "UnknownOperationException"
            return (CRASHED, str(error)) if crashed else (REFUSED, "backend")
        except Exception as error:  # noqa: BLE001 - an emulator in this process dies in its own ways
            return CRASHED, f"{type(error).__name__}: {error}"
        return ACCEPTED, ""

    def _call(self, request: Request, table: str) -> Any:
        operation, parameters = request
        method = "".join(f"_{c.lower()}" if c.isupper() else c for c in operation).removeprefix("_")
        given = named(parameters, table)
        for name in ("TableName", "Statement"):
            if name in given:
                given[name] = given[name].replace("@table", table)
        return getattr(self.client, method)(**given)

    def close(self) -> None:
        """Remove every table of this bench."""
        for page in self.client.get_paginator("list_tables").paginate():
            for name in page["TableNames"]:
                if name.startswith(self._prefix):
                    if self.client.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
                        self.client.update_table(TableName=name, DeletionProtectionEnabled=False)
                    self.client.delete_table(TableName=name)
