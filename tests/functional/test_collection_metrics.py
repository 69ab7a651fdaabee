"""What the alarm of item collections watches is what a client with the package's hooks publishes, value for value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.validate import ParamValidator

from dynamodel import pipeline
from dynamodel.emit.registry import emit
from tests.support.packages import import_package, submodule
from tests.support.quick import quick_aws

MODEL = Path(__file__).with_name("local_index_model.py")


@pytest.fixture(scope="module")
def made() -> Any:
    workload = pipeline.load(MODEL)
    plan = pipeline.plan(workload)
    assert len(plan.table.lsis) == 1
    return workload, plan


@pytest.fixture(scope="module")
def package(made: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return import_package(*made, tmp_path_factory.mktemp("package"), "measured_notes")


def _metrics(least: float, most: float) -> dict[str, Any]:
    return {"ItemCollectionKey": {"PK": {"S": "ENTRY#me#"}}, "SizeEstimateRangeGB": [least, most]}


class _Stub:
    """Answers writes as the service does for a table with local indexes."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []

    def _single(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        self.requests.append((operation, request))
        return {"ItemCollectionMetrics": _metrics(8.0, 9.0)} if "ReturnItemCollectionMetrics" in request else {}

    def put_item(self, **request: Any) -> dict[str, Any]:
        return self._single("PutItem", request)

    def delete_item(self, **request: Any) -> dict[str, Any]:
        return self._single("DeleteItem", request)

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        self.requests.append(("TransactWriteItems", request))
        return {"ItemCollectionMetrics": {"notes-dev": [_metrics(0.0, 1.0), _metrics(2.0, 3.0)]}}

    def get_item(self, **request: Any) -> dict[str, Any]:
        self.requests.append(("GetItem", request))
        return {}


def _entry(package: Any, number: int = 1) -> Any:
    return package.Entry(owner="me", number=number, title="A")


def _alarm(made: Any) -> dict[str, Any]:
    (file,) = emit(*made, None, ("cloudformation-json",)).artifacts
    return dict(json.loads(file.text)["Resources"]["ItemCollectionAlarm"]["Properties"])


def test_a_line_of_the_embedded_format_is_the_metric_that_the_alarm_watches(made: Any, package: Any) -> None:
    lines: list[str] = []
    stub = _Stub()
    client = package.Notes("notes-dev", stub, hooks=package.CollectionHooks(write=lines.append))
    client.add(_entry(package))
    (line,) = map(json.loads, lines)
    (declared,) = line["_aws"]["CloudWatchMetrics"]
    (metric,) = declared["Metrics"]
    alarm = _alarm(made)
    assert (declared["Namespace"], metric["Name"]) == (alarm["Namespace"], alarm["MetricName"])
    assert declared["Dimensions"] == [[d["Name"] for d in alarm["Dimensions"]]]
    assert alarm["Dimensions"][0]["Value"] == {"Ref": "Table"}  # the table's name
    assert (line["TableName"], line[metric["Name"]]) == ("notes-dev", 9.0)
    assert line[metric["Name"]] > alarm["Threshold"]
    assert line["_aws"]["Timestamp"] > 1_600_000_000_000  # milliseconds


def test_a_transaction_gives_each_collection_and_small_ones_are_left_out(package: Any) -> None:
    lines: list[str] = []
    client = package.Notes("notes-dev", _Stub(), hooks=package.CollectionHooks(write=lines.append))
    client.both([_entry(package, 1), _entry(package, 2)])
    assert [json.loads(line)["SizeGigabytes"] for line in lines] == [3.0]


def test_the_metric_is_put_where_a_client_of_cloudwatch_is_given(made: Any, package: Any) -> None:
    with quick_aws():
        cloudwatch = boto3.client("cloudwatch", region_name="us-east-1")
        client = package.Notes("notes-dev", _Stub(), hooks=package.CollectionHooks(cloudwatch))
        client.drop("me", 1)
        alarm = _alarm(made)
        (found,) = cloudwatch.list_metrics(Namespace=alarm["Namespace"], MetricName=alarm["MetricName"])["Metrics"]
        assert found["Dimensions"] == [{"Name": "TableName", "Value": "notes-dev"}]


def test_only_writes_ask_and_only_where_somebody_listens(package: Any) -> None:
    hooks = submodule(package, "hooks")

    class Deaf(hooks.Hooks):  # type: ignore[misc, name-defined]
        pass

    class Listening(hooks.Hooks):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            self.sizes: list[Any] = []

        def collection(self, pattern: str, call: Any, size: Any) -> None:
            self.sizes.append((pattern, call.operation, size.table, size.key, size.least, size.most))

    asked = {}
    for each in (None, Deaf(), Listening()):
        stub = _Stub()
        client = package.Notes("notes-dev", stub, hooks=each)
        client.add(_entry(package))
        client.entry("me", 1)
        asked[type(each).__name__] = [o for o, request in stub.requests if "ReturnItemCollectionMetrics" in request]
    assert asked == {"NoneType": [], "Deaf": [], "Listening": ["PutItem"]}
    assert isinstance(each, Listening)
    assert each.sizes == [("add", "put_item", "notes-dev", {"PK": {"S": "ENTRY#me#"}}, 8.0, 9.0)]


def test_the_service_takes_what_writes_ask(package: Any) -> None:
    service = boto3.client("dynamodb", region_name="us-east-1").meta.service_model
    stub = _Stub()
    client = package.Notes("notes-dev", stub, hooks=package.CollectionHooks(write=lambda _: None))
    client.add(_entry(package))
    client.both([_entry(package, 1), _entry(package, 2)])
    for operation, request in stub.requests:
        assert request["ReturnItemCollectionMetrics"] == "SIZE"
        assert not ParamValidator().validate(request, service.operation_model(operation).input_shape).has_errors()


def test_a_package_without_local_indexes_has_no_such_module(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(
        MODEL.read_text(encoding="utf-8").replace("limit=10, consistent=True", "limit=10"), encoding="utf-8"
    )
    workload = pipeline.load(path)
    files = emit(workload, pipeline.plan(workload), None, ("python",)).artifacts
    assert not [f for f in files if f.path.endswith("metrics.py") or "CollectionHooks" in f.text]
