"""moto, in this process: no network, no account, nothing to install beyond the package itself."""

from __future__ import annotations

import copy
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from unittest import mock

from dynamodel.verify.backends.base import Backend
from dynamodel.verify.backends.clients import REGION, make_client
from dynamodel.verify.backends.quick_moto import quick

if TYPE_CHECKING:
    from collections.abc import Sequence

_ACCOUNT = "123456789012"  # moto's own


class MotoBackend(Backend):
    """The default backend. moto proves function only: capacity figures of moto are constants and are never shown."""

    name = "moto"

    def __init__(self) -> None:
        """Nothing is mocked before the backend is entered."""
        super().__init__()
        self._undo = ExitStack()

    def start(self) -> None:
        """Put moto in front of every boto3 client of this process."""
        from moto import mock_aws

        # moto looks at the user's configuration on its own; a profile that does not exist would end the run.
        self._undo.enter_context(mock.patch.dict(os.environ, {"AWS_CONFIG_FILE": os.devnull}))
        for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
            os.environ.pop(name, None)
        self._undo.enter_context(mock_aws())
        self._undo.enter_context(quick())

    def stop(self) -> None:
        """Give boto3 and the environment back; all tables are forgotten."""
        self._undo.close()

    def counts_units(self) -> bool:
        """Never: moto reports the same for everything."""
        return False

    def client(self) -> Any:
        """A client with made-up credentials that looks at no configuration."""
        return make_client(None, own_credentials=False, attempts=1)

    def write(self, table: str, items: Sequence[dict[str, Any]], gone: Sequence[dict[str, Any]]) -> None:
        """Written to moto's memory, as its batches do it, without a request for every 25 items."""
        from moto.dynamodb.models import dynamodb_backends
        from moto.dynamodb.responses import validate_put_has_empty_keys

        held = dynamodb_backends[_ACCOUNT][REGION]
        for item in copy.deepcopy(list(items)):  # moto changes sets in place
            validate_put_has_empty_keys(item, held.get_table(table))
            held.put_item(table, item, overwrite=True)
        for key in gone:
            held.delete_item(table, key)

    def snapshot(self, table: str, index: str | None = None) -> list[dict[str, Any]]:
        """Looked up in moto's memory: its answers to a scan take about a millisecond an item, a run would take minutes.

        An index holds the items that have all its key attributes: moto computes it in this way at each request.
        """
        from moto.dynamodb.models import dynamodb_backends

        held = dynamodb_backends[_ACCOUNT][REGION].tables[table]
        # Not `all_items`: it sorts, and compares every value for that.
        items = [item.to_json()["Attributes"] for partition in held.items.values() for item in partition.values()]
        if index is None:
            return items
        names = [element["AttributeName"] for element in held.get_index(index).schema]
        return [item for item in items if all(name in item for name in names)]
