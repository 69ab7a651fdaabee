"""The client that awaits does all that the other one does: the same suite, judged the same way, on DynamoDB Local."""

from __future__ import annotations

import asyncio
import functools
import importlib
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager

import pytest
from aiobotocore.session import get_session

from dynamodel.emit.registry import emit
from dynamodel.verify.backends.endpoint import EndpointBackend
from dynamodel.verify.checker.hook import StrictClient
from dynamodel.verify.checker.refused import schema_of
from dynamodel.verify.execution import Execution
from dynamodel.verify.generated import loaded
from dynamodel.verify.state import Layout, Table
from tests.support.designs import designed
from tests.support.packages import write_package

ACCESS = {"region_name": "us-east-1", "aws_access_key_id": "dynamodel", "aws_secret_access_key": "dynamodel"}


class Waiting:
    """A client that awaits, for those who wait: each call runs in the loop to its end."""

    def __init__(self, client, loop):
        self.client, self.loop = client, loop

    def __getattr__(self, name):
        method = getattr(self.client, name)

        @functools.wraps(method)
        def call(*args, **kwargs):
            return self.loop.run_until_complete(method(*args, **kwargs))

        return call


@contextmanager
def awaiting(endpoint):
    """A loop, and an aiobotocore client in it."""
    loop = asyncio.new_event_loop()
    entered = get_session().create_client("dynamodb", endpoint_url=endpoint, **ACCESS)
    try:
        yield loop, loop.run_until_complete(entered.__aenter__())
    finally:
        loop.run_until_complete(entered.__aexit__(None, None, None))
        loop.close()


@contextmanager
def filled(name, endpoint):
    """The example's table with its suite's rows; its package; a client that awaits, and the checker in front of it."""
    workload, plan, suite = designed(name).workload, designed(name).plan, designed(name).suite
    files = emit(workload, plan, None, ("python",), None)
    with EndpointBackend(endpoint) as backend, loaded(workload, files) as package, awaiting(endpoint) as (loop, aio):
        table = Table(backend, backend.open_table(plan.table), Layout(workload, plan, suite.now))
        table.fill(suite.rows)
        strict = StrictClient(aio)
        strict._schemas[table.name] = schema_of(backend.admin().describe_table(TableName=table.name)["Table"])
        module = importlib.import_module(f"{package.module.__name__}.aio")
        class_ = getattr(module, f"Async{package.client_class.__name__}")
        execution = Execution(package, plan, table, strict, suite)
        yield loop, class_(table.name, aio, clock=lambda: suite.now), execution


@pytest.mark.local
@pytest.mark.parametrize("name", ["chat", "shop"])
def test_every_case_of_the_suite_is_answered_as_declared(name, local_endpoint):
    patterns = {p.name: p for p in designed(name).workload.patterns}
    cases = designed(name).suite.cases
    with filled(name, local_endpoint) as (loop, client, execution):
        execution.client = Waiting(client, loop)
        verdicts = {f"{case.pattern}: {case.title}": execution.run(patterns[case.pattern], case) for case in cases}
    assert {case: verdict.wrong for case, verdict in verdicts.items() if verdict.wrong} == {}
    assert sum(verdict.requests for verdict in verdicts.values()) >= len(cases)


@pytest.mark.local
def test_all_pages_are_iterated(local_endpoint):
    rooms = Counter(row.values["room_id"] for row in designed("chat").suite.rows if row.entity == "Message")
    ((room, _),) = rooms.most_common(1)
    with filled("chat", local_endpoint) as (loop, client, _):

        async def joined(size):
            return [m async for m in client.every(client.latest, room_id=room, limit=size)]

        whole = loop.run_until_complete(client.latest(room, limit=None)).items
        assert len(whole) > 1
        assert loop.run_until_complete(joined(1)) == whole
        assert [c.operation for c in client.params(client.latest, room)] == ["query"]


def test_who_waits_needs_no_aiobotocore(tmp_path):
    write_package(designed("chat").workload, designed("chat").plan, tmp_path)
    script = "import sys; sys.modules['aiobotocore'] = None; import chat, chat.aio; print(chat.aio.AsyncChat.__name__)"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "AsyncChat\n"
