"""DynamoDB Local, started from a folder with its jar and stopped again, whatever happens.

It may not be redistributed, so users point to their own copy. Multi-attribute keys need version 3.3 or newer, which
needs Java 17.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from dynamodel.catalog import finding
from dynamodel.errors import EnvironmentFault
from dynamodel.verify.backends.base import Backend, make_client

JAR = "DynamoDBLocal.jar"
_OPTIONS = ("-inMemory", "-disableTelemetry")
_JAVA = 17
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0


class LocalBackend(Backend):
    """A server of our own, in memory, on a free port of the loopback interface."""

    name = "local"

    def __init__(self, folder: Path) -> None:
        """EnvironmentFault when the folder has no jar or there is no Java that can run it."""
        super().__init__()
        if not (folder / JAR).is_file():
            hint = "unpack DynamoDB Local 3.3 or newer there, or run it yourself and give its address with --endpoint"
            raise EnvironmentFault([finding("DM701", f"`{folder}` has no {JAR}", hint=hint)])
        self.folder = folder
        self.java = find_java()
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers; EnvironmentFault with its own words when it does not."""
        port = _free_port()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `stop`
        self._process = subprocess.Popen(  # noqa: S603 - the command is ours
            [self.java, "-Djava.library.path=./DynamoDBLocal_lib", "-jar", JAR, *_OPTIONS, "-port", str(port)],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone: we stop the server in order
        )
        atexit.register(self.stop)
        try:
            self._wait(port)
        except BaseException:
            self.stop()
            raise
        self.url = f"http://127.0.0.1:{port}"

    def _wait(self, port: int) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        said = self._said()
        message = f"DynamoDB Local in `{self.folder}` did not start on port {port}"
        raise EnvironmentFault([finding("DM703", message, notes=tuple(said.splitlines()[-5:]))])

    def _said(self) -> str:
        assert self._log is not None
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def stop(self) -> None:
        """End the server; safe to call twice."""
        atexit.unregister(self.stop)
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None

    def client(self) -> Any:
        """A client of the server."""
        return make_client(self.url, own_credentials=False)


def find_java() -> str:
    """The `java` command, of JAVA_HOME or on the PATH; EnvironmentFault when there is none or it is too old."""
    home = os.environ.get("JAVA_HOME")
    candidate = Path(home) / "bin" / "java" if home else None
    command = str(candidate) if candidate is not None and candidate.is_file() else shutil.which("java")
    hint = f"install a Java {_JAVA} runtime, or run DynamoDB Local elsewhere and give its address with --endpoint"
    if command is None:
        raise EnvironmentFault(
            [finding("DM702", "DynamoDB Local needs Java, and `java` is not on the PATH", hint=hint)]
        )
    answer = subprocess.run([command, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    said = answer.stderr + answer.stdout
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found.group(1)) < _JAVA:
        first = (said.strip().splitlines() or ["nothing"])[0]
        message = f"DynamoDB Local needs Java {_JAVA} or newer; `{command} -version` says: {first}"
        raise EnvironmentFault([finding("DM702", message, hint=hint)])
    return command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
