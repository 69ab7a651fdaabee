"""Capacity: what a request must consume, and that another figure is a finding."""

from __future__ import annotations

from typing import Any

import pytest

from dynamodel import pipeline
from dynamodel.verify import reckoning
from dynamodel.verify.backends.endpoint import EndpointBackend
from dynamodel.verify.backends.moto import MotoBackend
from dynamodel.verify.units import Meter
from tests.golden.examples import EXAMPLES, ROOT
from tests.support.helpdesk import helpdesk
from tests.support.packages import EVERYTHING


class Reporting:
    """A client's events, and a backend whose items are given: no service at all."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self.items, self.handlers, self.asked = items, {}, 0
        self.meta = self
        self.events = self

    def register(self, name: str, handler: Any) -> None:
        self.handlers[name] = handler

    def admin(self) -> Reporting:
        return self

    def describe_table(self, **_: Any) -> Any:
        keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
        types = [{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", "g")]
        index = {"IndexName": "byG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}]}
        index["Projection"] = {"ProjectionType": "KEYS_ONLY"}
        return {"Table": {"KeySchema": keys, "AttributeDefinitions": types, "GlobalSecondaryIndexes": [index]}}

    def get_item(self, *, Key: Any, **_: Any) -> Any:  # noqa: N803 - boto3's name
        self.asked += 1
        found = self.held(Key)
        return {"Item": found} if found else {}

    def held(self, key: Any) -> dict[str, Any]:
        return next((i for i in self.items if all(i[n] == key[n] for n in ("pk", "sk"))), {})

    def query(self, **_: Any) -> Any:
        return {"Items": self.items}

    def send(self, operation: str, params: dict[str, Any], **reported: Any) -> list[str]:
        """Let a meter see a request and what the service reports; gives the faults."""
        meter = Meter(self, self, "t")  # type: ignore[arg-type]
        self.answer(operation, params, **reported)
        return meter.take()[1]

    def answer(self, operation: str, params: dict[str, Any], **reported: Any) -> None:
        """What a client does with a request: ask, carry it out, give what the service reports."""
        model = type("Model", (), {"name": operation})
        context: dict[str, Any] = {}
        self.handlers["provide-client-params.dynamodb"](params=params, model=model, context=context)
        after = params.get("Item")
        if after is not None:
            self.items = [i for i in self.items if (i["pk"], i["sk"]) != (after["pk"], after["sk"])] + [after]
        table = {"CapacityUnits": reported.pop("table", 0.0)}
        indexes = {name: {"CapacityUnits": n} for name, n in reported.items()}
        answer = {"ConsumedCapacity": {"Table": table, "GlobalSecondaryIndexes": indexes}}
        self.handlers["after-call.dynamodb"](parsed=answer, model=model, context=context)


def item(size: int = 0, **values: str) -> dict[str, Any]:
    return {"pk": {"S": "p"}, "sk": {"S": "s"}} | {n: {"S": v} for n, v in values.items()} | {"x": {"S": "x" * size}}


KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}


def test_reads_are_counted_by_what_is_there() -> None:
    assert Reporting([item(5000)]).send("GetItem", {"Key": KEY}, table=1.0) == []
    assert Reporting([item(5000)]).send("GetItem", {"Key": KEY, "ConsistentRead": True}, table=2.0) == []
    assert Reporting([item(5000)]).send("GetItem", {"Key": KEY}, table=0.5) == [
        "GetItem consumed 0.5 on table instead of 1 on table"
    ]


def test_a_page_is_counted_whole_on_its_place() -> None:
    request = {"TableName": "t", "IndexName": "byG", "KeyConditionExpression": "g = :g", "FilterExpression": "x = :x"}
    request["ExpressionAttributeValues"] = {":g": {"S": "g"}, ":x": {"S": "x"}}
    assert Reporting([item(4000, g="g"), item(300, g="g")]).send("Query", dict(request), byG=1.0) == []
    assert Reporting([item(4000, g="g")]).send("Query", dict(request), table=0.5) == [
        "Query consumed 0.5 on table instead of 0.5 on byG"
    ]


@pytest.mark.parametrize(
    ("before", "after", "consumed"),
    [
        (None, item(10), {"table": 1.0}),
        (None, item(2000, g="g"), {"table": 2.0, "byG": 1.0}),
        (item(2000, g="g"), item(10, g="g"), {"table": 2.0}),
        (item(10, g="g"), item(10, g="h"), {"table": 1.0, "byG": 2.0}),
        (item(10, g="g"), item(10), {"table": 1.0, "byG": 1.0}),
    ],
)
def test_writes_are_counted_before_and_after_in_each_index(before: Any, after: Any, consumed: Any) -> None:
    assert Reporting([before] if before else []).send("PutItem", {"Item": after}, **consumed) == []
    wrong = consumed | {"byG": consumed.get("byG", 0.0) + 1}
    assert Reporting([before] if before else []).send("PutItem", {"Item": after}, **wrong) != []


def test_what_the_table_is_known_to_hold_is_not_asked_until_something_is_written() -> None:
    first, second = item(5000), item(3000)
    service = Reporting([first])
    meter = Meter(service, service, "t", known=lambda key: {} if key != KEY else first)  # type: ignore[arg-type]
    service.answer("GetItem", {"Key": KEY}, table=0.5)
    service.answer("PutItem", {"Item": first}, table=5.0)
    assert meter.take(service.held)[1] == ["GetItem consumed 0.5 on table instead of 1 on table"]
    assert service.asked == 0
    for left, charged in ((second, 5.0), (item(10), 3.0)):  # what the first write has left only the service knows
        service.answer("PutItem", {"Item": left}, table=charged)
    service.answer("GetItem", {"Key": KEY, "ConsistentRead": True}, table=1.0)
    assert meter.take(service.held)[1] == []
    assert service.asked == 3
    service.items = [second]
    service.answer("PutItem", {"Item": item(10)}, table=3.0)  # it was not what it is known to have been
    meter.forget()
    service.answer("PutItem", {"Item": second}, table=5.0)
    assert meter.take(service.held)[1] == []


def test_two_writes_under_way_at_the_same_time_are_both_compared() -> None:
    service = Reporting([])
    meter = Meter(service, service, "t", known=lambda _: {})  # type: ignore[arg-type]
    model, sent = type("Model", (), {"name": "PutItem"}), []
    for sort in ("a", "b"):
        params: dict[str, Any] = {"Item": item(2000) | {"sk": {"S": sort}}}
        context: dict[str, Any] = {}
        service.handlers["provide-client-params.dynamodb"](params=params, model=model, context=context)
        sent.append((params, context))
    service.items = [params["Item"] for params, _ in sent]
    for charged, (_, context) in zip((2.0, 3.0), sent, strict=True):
        answer = {"ConsumedCapacity": {"Table": {"CapacityUnits": charged}}}
        service.handlers["after-call.dynamodb"](parsed=answer, model=model, context=context)
    assert meter.take(service.held)[1] == ["PutItem consumed 3 on table instead of 2 on table"]
    assert meter.compared == 2


def test_moto_is_never_compared() -> None:
    with MotoBackend() as backend:
        assert not backend.counts_units()


@pytest.mark.local
@pytest.mark.parametrize("name", [*EXAMPLES, "everything", "helpdesk"])
def test_every_pattern_is_right_and_consumes_what_the_plan_s_arithmetic_says(name: str, local_endpoint: str) -> None:
    model = EVERYTHING if name == "everything" else ROOT / "examples" / name / "model.py"
    workload = helpdesk() if name == "helpdesk" else pipeline.load(model)
    plan = pipeline.plan(workload)
    backend, opened = EndpointBackend(local_endpoint), list[str]()
    open_table = backend.open_table
    backend.open_table = lambda *given: (opened.append(name := open_table(*given)), name)[1]  # type: ignore[method-assign,func-returns-value]
    report = pipeline.verify(workload, plan, pipeline.suite(workload), backend)
    assert [f"{m.pattern}, {m.case}: {m.wrong}" for m in report.mismatches] == []
    assert set(report.verified) == {p.name for p in workload.patterns}
    assert report.measured.requests > len(workload.patterns)
    named = {v for n, v in vars(reckoning).items() if n.isupper() and not n.startswith("_") and isinstance(v, str)}
    assert set(report.measured.deviations) <= named
    used = {place for p in report.patterns for place, consumed in p.consumed.items() if sum(consumed)}
    assert used >= {"table", *(i.name for i in plan.table.indexes)}
    with EndpointBackend(local_endpoint) as again:
        assert not set(opened) & set(again.admin().list_tables()["TableNames"])
    assert len(opened) == backend.lanes
