"""A server that runs already: DynamoDB Local in a container, another emulator, or (when allowed) the real service."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from dynamodel.catalog import finding
from dynamodel.errors import EnvironmentFault, UsageError
from dynamodel.verify.backends.base import Backend
from dynamodel.verify.backends.clients import make_client


class EndpointBackend(Backend):
    """Works in tables of its own name prefix and removes only those."""

    name = "endpoint"
    lanes = 3

    def __init__(self, url: str, *, allow_remote: bool = False) -> None:
        """UsageError for what is no URL, and for another machine unless `allow_remote` is given.

        With `allow_remote` the credentials of the environment are used, otherwise made-up ones.
        """
        super().__init__()
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            message = f"`{url}` is not the address of a service"
            raise UsageError([finding("DM704", message, hint="give a URL such as http://localhost:8000")])
        self.url = url
        self._remote = not is_local(url)
        if self._remote and not allow_remote:
            message = f"`{url}` is not on this machine"
            hint = "verification creates tables, writes to them and deletes them: pass --allow-remote if you mean it"
            raise UsageError([finding("DM705", message, hint=hint)])

    def start(self) -> None:
        """Ask the server something, so that a wrong address is reported once and at the start."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self.admin().list_tables(Limit=1)
        except (BotoCoreError, ClientError) as error:
            message = f"no DynamoDB answers at {self.url}: {error}"
            raise EnvironmentFault([finding("DM704", message, hint="start it, or check address and port")]) from error

    def stop(self) -> None:
        """Close our connections; the server is not ours to stop."""
        if self._admin is not None:
            self._admin.close()

    def client(self) -> Any:
        """A client of the server; made-up credentials unless it is remote."""
        return make_client(self.url, own_credentials=self._remote)


def is_local(url: str) -> bool:
    """Whether a URL's host is this machine, by name (`localhost` and below) or by loopback address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
