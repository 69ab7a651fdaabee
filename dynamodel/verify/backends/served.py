"""A DynamoDB Local that we start, on a free port of the loopback interface, and that never outlives us.

In: from a subclass the commands that serve and that print the version. Out: a running backend. How it is stopped, also
when this process is killed, is `keeper`'s business.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import subprocess
import sys
import tempfile
import time
from abc import abstractmethod
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from dynamodel.catalog import finding
from dynamodel.errors import EnvironmentFault
from dynamodel.verify.backends import keeper
from dynamodel.verify.backends.base import MULTI_ATTRIBUTE, Backend, is_multi_attribute
from dynamodel.verify.backends.clients import make_client

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodel.ir.plan import TableDesign

JAR = "DynamoDBLocal.jar"
OPTIONS = ("-inMemory", "-disableTelemetry")
SINCE = (3, 3)  # the first line with multi-attribute keys


class ServedBackend(Backend):
    """A server of our own, in memory."""

    lanes = 3
    start_seconds = 60.0

    def __init__(self, where: str) -> None:
        """Nothing is started before the backend is entered; `where` names the server in messages."""
        super().__init__()
        self.where = where
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @abstractmethod
    def serving(self, port: int) -> tuple[Sequence[str], Path | None]:
        """The command that serves on a port, and the folder that it runs in."""

    @abstractmethod
    def printing_version(self) -> tuple[Sequence[str], Path | None]:
        """The command that prints the version and ends, and the folder that it runs in."""

    def start(self) -> None:
        """Start the server and wait until it answers; EnvironmentFault with its own words when it does not."""
        port = _free_port()
        command, folder = self.serving(port)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `stop`
        self._process = subprocess.Popen(  # noqa: S603 - the command is ours
            [sys.executable, "-I", "-S", str(Path(keeper.__file__).resolve()), *command],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone: we stop the server in order
        )
        try:
            self._wait(port)
        except BaseException:
            self.stop()
            raise
        self.url = f"http://127.0.0.1:{port}"

    def _wait(self, port: int) -> None:
        assert self._process is not None
        deadline = time.monotonic() + self.start_seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            if _answers(port):
                return
            time.sleep(0.05)
        message = f"DynamoDB Local in `{self.where}` did not start on port {port}"
        raise EnvironmentFault([finding("DM703", message, notes=tuple(self._said().splitlines()[-5:]))])

    def _said(self) -> str:
        assert self._log is not None
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def stop(self) -> None:
        """End the server; safe to call twice."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            with contextlib.suppress(OSError):  # it has ended already
                process.stdin.close()
            try:
                process.wait(2 * keeper.STOP_SECONDS)
            except subprocess.TimeoutExpired:  # a copy of this process holds the other end
                process.terminate()
                process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None

    def client(self) -> Any:
        """A client of the server."""
        return make_client(self.url, own_credentials=False)

    def version(self) -> str:
        """What the server says of itself, such as `3.3.1`; empty when it says nothing of that kind."""
        command, folder = self.printing_version()
        done = subprocess.run(  # noqa: S603 - the command is ours
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        found = re.search(r"^\s*(\d+(?:\.\d+)+)", done.stdout, re.MULTILINE)
        return found.group(1) if found else ""

    def require(self, table: TableDesign) -> None:
        """EnvironmentFault when the design has multi-attribute keys and the server is older than they are."""
        if not is_multi_attribute(table):
            return
        version = self.version()
        if version and tuple(int(part) for part in version.split(".")) < SINCE:
            message = f"DynamoDB Local {version} in `{self.where}` does not know multi-attribute keys"
            raise EnvironmentFault([finding("DM610", message, hint=MULTI_ATTRIBUTE)])


def _answers(port: int) -> bool:
    """Whether something speaks HTTP there: a container's port is open before its server is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
