"""Servers that we start: found old or new, and gone afterwards, whatever happens to us."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel import pipeline
from dynamodel.errors import EnvironmentFault, UsageError
from dynamodel.ir.plan import KeyAttribute
from dynamodel.planner.plan import make_plan
from dynamodel.verify.backends.container import ContainerBackend
from dynamodel.verify.backends.endpoint import EndpointBackend
from dynamodel.verify.backends.local import JAVA_OPTIONS, LocalBackend, find_java
from dynamodel.verify.backends.served import JAR
from tests.support.helpdesk import helpdesk

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "examples/sessions/model.py"


def multi_attribute() -> Any:
    """A table with an index whose sort key has two attributes."""
    table = make_plan(helpdesk()).table
    index = replace(table.indexes[0], sort=(*table.indexes[0].sort, KeyAttribute("more", "N")))
    return replace(table, indexes=(index,))


def codes(error: Any) -> list[str]:
    return [d.code for d in error.value.diagnostics]


def script(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def alive(process: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.is_file() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def gone(processes: list[int]) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not any(alive(p) for p in processes):
            return True
        time.sleep(0.05)
    return False


def test_an_old_dynamodb_local_is_refused_for_multi_attribute_keys_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / JAR).write_text("")
    said = """case "$*" in -version) echo 'version "17.0.1"' ;; *-version) echo 2.6.1 ;; esac"""
    script(tmp_path / "bin", "java", said)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    backend = LocalBackend(tmp_path)
    assert backend.version() == "2.6.1"
    backend.require(make_plan(helpdesk()).table)
    with pytest.raises(EnvironmentFault) as refused:
        backend.require(multi_attribute())
    assert codes(refused) == ["DM610"]
    assert "2.6.1" in refused.value.diagnostics[0].message
    assert "multi_attribute_keys=False" in refused.value.diagnostics[0].hint


@contextmanager
def refusing(code: str, words: str) -> Iterator[str]:
    """A server that answers like an emulator which does not create tables."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            wanted = self.headers["X-Amz-Target"].rpartition(".")[2]
            status, answer = (200, {"TableNames": []})
            if wanted == "CreateTable":
                status, answer = 400, {"__type": f"com.amazon.coral.validate#{code}", "message": words}
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("several", "code", "expected"),
    [
        (True, "ValidationException", "DM610"),
        (False, "ValidationException", "DM611"),
        (True, "AccessDeniedException", "DM611"),
    ],
)
def test_an_endpoint_that_refuses_the_table_is_reported_with_its_words(several: bool, code: str, expected: str) -> None:
    table = multi_attribute() if several else make_plan(helpdesk()).table
    words = "Member must have length less than or equal to 2"
    with refusing(code, words) as url, EndpointBackend(url) as backend, pytest.raises(EnvironmentFault) as refused:
        backend.open_table(table)
    assert codes(refused) == [expected]
    assert words in refused.value.diagnostics[0].message


def test_a_container_needs_a_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFault) as refused:
        ContainerBackend("amazon/dynamodb-local")
    assert codes(refused) == ["DM612"]
    script(tmp_path, "podman", "")
    assert ContainerBackend("amazon/dynamodb-local").serving(1)[0][0] == str(tmp_path / "podman")


def test_a_folder_and_an_image_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        pipeline.backend("local", folder=tmp_path, image="amazon/dynamodb-local")
    assert codes(refused) == ["DM713"]
    assert pipeline.backend("moto", folder=tmp_path, image="amazon/dynamodb-local").name == "moto"


@pytest.mark.local
def test_a_container_is_run_on_this_machine_alone_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local_folder: Path
) -> None:
    # Stands in for Docker: the port is that of `-p 127.0.0.1:PORT:8000`, what follows the image goes to java.
    script(
        tmp_path,
        "docker",
        f"""echo "$@" >> {tmp_path}/said
        [ "$1" = run ] || exit 0
        while [ "$1" != some/image ]; do
        case "$1" in 127.0.0.1:*:8000) port=${{1#*:}}; port=${{port%:*}} ;; esac; shift; done
        shift; cd {local_folder}
        exec {find_java()} {" ".join(JAVA_OPTIONS)} "$@" ${{port:+-port $port}}""",
    )
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with ContainerBackend("some/image") as backend:
        assert backend.client().list_tables()["TableNames"] == []
        assert backend.version().startswith("3.")
        table = multi_attribute()
        backend.drop_table(backend.open_table(table))
        process = backend._process
    assert process is not None
    assert process.poll() is not None
    said = (tmp_path / "said").read_text().splitlines()
    name = said[0].split()[3]
    assert said[0].startswith(f"run --rm --name {name} -p 127.0.0.1:")
    assert said[-1] == f"rm --force {name}"


@pytest.mark.local
def test_a_server_is_gone_after_an_error_and_says_its_version(local_folder: Path) -> None:
    processes: list[int] = []

    def failing() -> None:
        with LocalBackend(local_folder) as backend:
            assert backend._process is not None
            processes.extend([backend._process.pid, *children(backend._process.pid)])
            backend.drop_table(backend.open_table(multi_attribute()))
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        failing()
    assert len(processes) == 2
    assert gone(processes)


def children(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


@pytest.mark.local
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGKILL, -9)])
def test_a_server_is_gone_when_the_command_is_ended(local_folder: Path, sent: signal.Signals, code: int) -> None:
    words = ["verify", str(MODEL), "--backend", "local", "--local-dir", str(local_folder)]
    command = subprocess.Popen(
        [sys.executable, "-c", "from dynamodel.cli.app import main; main()", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        servers = started(command)
        command.send_signal(sent)
        _, said = command.communicate(timeout=60)
    finally:
        command.kill()
        command.wait()
    assert command.returncode == code, said
    if sent is signal.SIGINT:
        assert said.decode().strip() == "interrupted"
    assert gone(servers)


def started(command: subprocess.Popen[bytes]) -> list[int]:
    """The keeper of a command and its server, as soon as both run."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for keeper in children(command.pid):
            if servers := children(keeper):
                return [keeper, *servers]
        assert command.poll() is None
        time.sleep(0.02)
    raise AssertionError("no server was started")
