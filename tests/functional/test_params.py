"""What `params` shows is what a call sends, for every access pattern of the models that have every kind of them."""

from __future__ import annotations

import copy
import functools
from contextlib import suppress
from uuid import UUID

import pytest

from dynamodel.emit.registry import emit
from dynamodel.ir.reads import ReadPattern
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.cases import make_suite
from dynamodel.verify.generated import loaded
from dynamodel.verify.state import Layout, Table
from tests.support.designs import designed
from tests.support.packages import everything


def _cases(workload, suite):
    """The first two cases of every pattern."""
    found = {}
    for case in suite.cases:
        found.setdefault(case.pattern, []).append(case)
    return [(p, case) for p in workload.patterns for case in found.get(p.name, ())[:2]]


class Unsent:
    """The client as `Generated.call` sees it, whose methods give their requests."""

    def __init__(self, client):
        self.client = client

    def __getattr__(self, name):
        method = getattr(self.client, name)

        @functools.wraps(method)
        def params(*args, **kwargs):
            return self.client.params(method, *args, **kwargs)

        return params


@pytest.mark.parametrize("name", ["everything", "shop"])
def test_what_is_shown_is_what_is_sent(name):
    workload, plan = everything() if name == "everything" else (designed(name).workload, designed(name).plan)
    suite = make_suite(workload)
    checked = 0
    with MotoBackend() as backend, loaded(workload, emit(workload, plan, None, ("python",), None)) as generated:
        table = backend.open_table(plan.table)
        rows = Table(backend, table, Layout(workload, plan, suite.now))
        boto, sent = backend.client(), []
        client = generated.client_class(table, boto, clock=lambda: suite.now)
        boto.meta.events.register(
            "provide-client-params.dynamodb",
            lambda params, model, **_: sent.append((model.name, copy.deepcopy(params))),
        )
        rows.fill(suite.rows)
        for pattern, case in _cases(workload, suite):
            shown = generated.call(Unsent(client), pattern, case.arguments)
            assert sent == [], "params sends nothing"
            with suppress(generated.module.AccessError):
                generated.call(client, pattern, case.arguments)
            first = [(boto.meta.method_to_api_mapping[call.operation], call.request) for call in shown]
            assert sent[: len(first)] == first
            assert bool(sent) == bool(first)
            checked += bool(first)
            sent.clear()
            if not isinstance(pattern, ReadPattern):
                rows.restore()
    assert checked > len(workload.patterns)


def test_a_call_that_needs_no_request_shows_none():
    workload, plan = everything()
    with loaded(workload, emit(workload, plan, None, ("python",), None)) as generated:
        client = generated.client_class("t", object())
        assert client.params(client.page, UUID(int=1), "x" * 2000) == []
        assert repr(client) == "Everything('t')"
