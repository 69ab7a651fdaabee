"""A pytest plugin: a table with a model's schema, on moto or on a DynamoDB Local, in one line.

    def test_it(dynamodel_table):
        table = dynamodel_table("model.py")
        ...  # table.name, table.client

pytest loads it by its entry point in every run where dynamodel is installed, so nothing but pytest is imported before
the fixture is used.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dynamodel.ir.plan import Plan
    from dynamodel.verify.backends.base import Backend

_ENDPOINT, _FOLDER, _IMAGE = "DYNAMODEL_ENDPOINT", "DYNAMODEL_LOCAL_DIR", "DYNAMODEL_LOCAL_IMAGE"


@dataclass(frozen=True, slots=True)
class ModelTable:
    """An empty table of its own for one test: its name, a boto3 client that reaches it, the plan that it is made of."""

    name: str
    client: Any
    plan: Plan


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--dynamodel-backend` and `--dynamodel-endpoint`."""
    group = parser.getgroup("dynamodel")
    words = f"where `dynamodel_table` makes tables: moto, or a DynamoDB Local that is started ({_FOLDER} or {_IMAGE})"
    group.addoption("--dynamodel-backend", choices=("moto", "local"), default="moto", help=words)
    words = f"the URL of a DynamoDB on this machine for `dynamodel_table` (also {_ENDPOINT})"
    group.addoption("--dynamodel-endpoint", default=None, help=words)


@pytest.fixture(scope="session")
def _dynamodel_plan(pytestconfig: pytest.Config) -> Callable[[str | Path], Plan]:
    """Plans by the path of their model, each made once."""
    plans: dict[Path, Plan] = {}

    def plan_of(model: str | Path) -> Plan:
        from dynamodel import pipeline
        from dynamodel.planner.memory import Memory

        path = pytestconfig.rootpath / model
        if path not in plans:
            memory = Memory()
            plans[path] = pipeline.plan(pipeline.load(path, memory), pipeline.read_lock(path), memory)
            pipeline.require_served(plans[path])
        return plans[path]

    return plan_of


@pytest.fixture(scope="session")
def _dynamodel_server(pytestconfig: pytest.Config) -> Iterator[Backend | None]:
    """The server of the run; None for moto, which must not stand in front of boto3 outside of tests that ask for it."""
    endpoint = pytestconfig.getoption("--dynamodel-endpoint") or os.environ.get(_ENDPOINT)
    if endpoint is None and pytestconfig.getoption("--dynamodel-backend") == "moto":
        yield None
        return
    from dynamodel import pipeline

    folder = os.environ.get(_FOLDER)
    named, image = Path(folder) if folder else None, os.environ.get(_IMAGE)
    with pipeline.backend("local", folder=named, image=image, endpoint=endpoint) as server:
        yield server


@pytest.fixture
def dynamodel_table(
    _dynamodel_plan: Callable[[str | Path], Plan], _dynamodel_server: Backend | None
) -> Iterator[Callable[..., ModelTable]]:
    """Call it with a model's path, from pytest's root folder: gives an empty table with the planned keys and indexes.

    Its client refuses what DynamoDB refuses and an emulator lets through, by raising `RequestRefused`; with
    `strict=False` it does not. The table is removed after the test.
    """
    from dynamodel import pipeline
    from dynamodel.verify.checker.hook import StrictClient

    with ExitStack() as stack:
        backend = _dynamodel_server or stack.enter_context(pipeline.backend("moto"))

        def make(model: str | Path, *, strict: bool = True) -> ModelTable:
            plan = _dynamodel_plan(model)
            client = backend.client()
            stack.callback(client.close)
            if strict:
                StrictClient(client)
            name = backend.open_table(plan.table)
            stack.callback(backend.drop_table, name)
            return ModelTable(name, client, plan)

        yield make
