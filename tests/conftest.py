"""What every test may use: DynamoDB Local, started once per run, and a summary line that says whether it ran."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import signal
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import botocore.session
import hypothesis
import pytest

from tests import local_dynamodb

if TYPE_CHECKING:
    from dynamodel.verify.backends.base import Backend

STATE = "DYNAMODEL_TEST_STATE"  # the folder where the workers of one run meet
REQUIRED = os.environ.get("CI", "").lower() in {"1", "true"}

# Two shared cores make single examples slow now and then; that is no finding. Seeds are printed with every failure.
# CI tries the same examples every time, so that a change is judged by the change; everybody else finds new ones.
hypothesis.settings.register_profile("default", deadline=None, max_examples=100, print_blob=True)
hypothesis.settings.register_profile("ci", hypothesis.settings.get_profile("default"), derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if REQUIRED else "default")


def pytest_configure(config: pytest.Config) -> None:
    """All clients of a process are made of files read once; where workers are started, make the run's meeting place."""
    botocore.session.create_loader = cache(botocore.session.create_loader)
    gc.set_threshold(100_000, 20, 100)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell starts what runs in its background so
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        os.environ[STATE] = tempfile.mkdtemp(prefix="dynamodel-tests-")


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking at what stays to the end: modules, and all tests."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that this run started."""
    if hasattr(config, "workerinput"):
        return
    state = _read_state()
    if "process" in state:
        local_dynamodb.stop(int(state["process"]))


def _state_file() -> Path:
    return Path(os.environ[STATE]) / "local.json"


def _read_state() -> dict[str, str]:
    path = _state_file()
    answer: dict[str, str] = json.loads(path.read_text()) if path.is_file() else {}
    return answer


def _endpoint() -> dict[str, str]:
    """Start the server, or find the one that another worker started: `{"endpoint"}` or `{"missing"}`."""
    given = os.environ.get("DYNAMODEL_LOCAL_ENDPOINT")
    if given:
        return {"endpoint": given}
    with (_state_file().parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = _read_state()
        if not state:
            try:
                process, endpoint = local_dynamodb.start(_state_file().parent / "local.log")
                state = {"process": str(process), "endpoint": endpoint}
            except local_dynamodb.Missing as missing:
                state = {"missing": str(missing)}
            _state_file().write_text(json.dumps(state))
    return state


@pytest.fixture(scope="session")
def local_endpoint() -> str:
    """The URL of DynamoDB Local, shared by all workers: use tables with names of your own, and mark the test `local`.

    Where it cannot run the test is reported as not run, with the reason; in CI it fails.
    """
    state = _endpoint()
    if "missing" in state:
        if REQUIRED:
            pytest.fail(f"DynamoDB Local is required in CI: {state['missing']}", pytrace=False)
        pytest.skip(f"DynamoDB Local: {state['missing']}")
    return state["endpoint"]


@pytest.fixture
def backends() -> tuple[Backend, ...]:
    """Moto, and DynamoDB Local where it can run (in CI it must): what is planned and emitted is so once for both."""
    from dynamodel import pipeline

    state = _endpoint()
    if "missing" not in state:
        return pipeline.backend("moto"), pipeline.backend("moto", endpoint=state["endpoint"])
    if REQUIRED:
        pytest.fail(f"DynamoDB Local is required in CI: {state['missing']}", pytrace=False)
    return (pipeline.backend("moto"),)


@pytest.fixture(scope="session")
def local_folder() -> Path:
    """The folder with DynamoDB Local's jar, for what starts a server of its own."""
    try:
        local_dynamodb.java()
        return local_dynamodb.folder()
    except local_dynamodb.Missing as missing:
        if REQUIRED:
            pytest.fail(f"DynamoDB Local is required in CI: {missing}", pytrace=False)
        pytest.skip(f"DynamoDB Local: {missing}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line whether the tests against DynamoDB Local ran."""
    marked = {
        outcome: [r for r in terminalreporter.stats.get(outcome, []) if "local" in getattr(r, "keywords", {})]
        for outcome in ("passed", "failed", "error", "skipped")
    }
    ran, skipped = sum(len(marked[o]) for o in ("passed", "failed", "error")), marked["skipped"]
    if not ran and not skipped:
        return
    terminalreporter.section("DynamoDB Local")
    if skipped:
        reason = str(skipped[0].longrepr[2] if isinstance(skipped[0].longrepr, tuple) else skipped[0].longrepr)
        terminalreporter.write_line(f"NOT RUN: {len(skipped)} tests. {reason}", yellow=True)
    if ran:
        terminalreporter.write_line(f"ran {ran} tests against it")
