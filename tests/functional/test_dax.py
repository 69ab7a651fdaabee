"""The generated client with a DAX client in place of botocore's: every pattern, every error."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from dynamodel.emit.registry import emit
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.execution import Execution
from dynamodel.verify.generated import loaded
from dynamodel.verify.state import Layout, Table
from tests.support.dax import AmazonDaxClient, DaxServiceError
from tests.support.designs import designed
from tests.support.packages import submodule

if TYPE_CHECKING:
    from collections.abc import Iterator


class Cached:
    """What `Execution` wants of a client: the DAX client, nothing recorded, and pages that can be made to end early."""

    def __init__(self, client: Any) -> None:
        self.client, self.refused, self.queried = AmazonDaxClient(client), [], set[Any]()
        self._page: int | None = None
        for operation in ("Query", "Scan"):
            client.meta.events.register(f"provide-client-params.dynamodb.{operation}", self._shortened)

    def take(self) -> list[Any]:
        return []

    @contextmanager
    def short_pages(self, items: int) -> Iterator[None]:
        self._page = items
        try:
            yield
        finally:
            self._page = None

    def _shortened(self, params: dict[str, Any], **_: object) -> dict[str, Any] | None:
        return None if self._page is None else {**params, "Limit": min(self._page, params.get("Limit", self._page))}


def calls(example: str) -> Iterator[str]:
    """What is wrong with the answer of each call of an example's suite, made through a DAX client."""
    known = designed(example)
    artifacts = emit(known.workload, known.plan, None, ("python",))
    patterns = {p.name: p for p in known.workload.patterns}
    with MotoBackend() as backend, loaded(known.workload, artifacts) as generated:
        table = Table(
            backend, backend.open_table(known.plan.table), Layout(known.workload, known.plan, known.suite.now)
        )
        table.fill(known.suite.rows)
        made = Cached(backend.client())
        execution = Execution(generated, known.plan, table, made, known.suite)  # type: ignore[arg-type]
        for case in known.suite.cases:
            yield execution.run(patterns[case.pattern], case).wrong
        assert set(made.client.sent) <= set(dir(backend.client()))


@pytest.mark.parametrize("example", ["tracker", "gaming", "sessions"])
def test_every_call_is_answered_as_declared(example: str) -> None:
    found = list(calls(example))
    assert len(found) >= 40
    assert [wrong for wrong in found if wrong] == []


def test_an_error_that_names_no_item_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault: the error is taken for one of DynamoDB's, whose silence means that there is no item."""
    real = DaxServiceError.__init__

    def without(self: Any, *arguments: Any) -> None:
        real(self, *arguments)
        del self.cancellation_reasons

    monkeypatch.setattr(DaxServiceError, "__init__", without)
    assert any("AlreadyExists" in wrong for wrong in calls("sessions"))


def test_a_batch_is_sent_again_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client writes into the entries that it is given; what is throttled goes out again without that."""
    known = designed("gaming")
    refusals = [ClientError({"Error": {"Code": "ThrottlingException", "Message": "later"}}, "BatchWriteItem")]

    class Shy:
        def __init__(self, real: Any) -> None:
            self.real, self.meta = real, real.meta

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

        def batch_write_item(self, **request: Any) -> Any:
            if refusals:
                raise refusals.pop()
            return self.real.batch_write_item(**request)

    artifacts = emit(known.workload, known.plan, None, ("python",))
    with MotoBackend() as backend, loaded(known.workload, artifacts) as generated:
        monkeypatch.setattr(submodule(generated.module, "sending").time, "sleep", lambda seconds: None)
        name = backend.open_table(known.plan.table)
        game = generated.client_class(name, AmazonDaxClient(Shy(backend.client())))  # type: ignore[arg-type]
        item = generated.module.Item(player_id="p", item_id="i", name="n", traits={})
        game.loot([item])
        assert game.bag("p").items == [item]
    assert not refusals
