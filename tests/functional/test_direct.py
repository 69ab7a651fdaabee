"""The twin of a botocore client asks and answers as botocore does, and what is no botocore client is used as it is."""

from __future__ import annotations

import json
from base64 import b64encode

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import given, settings, strategies as st

from tests.support.packages import everything, import_package, submodule

ACCESS = {"region_name": "us-east-1", "aws_access_key_id": "dynamodel", "aws_secret_access_key": "dynamodel"}
TEXT = st.text(max_size=6) | st.sampled_from(["B", "BS", "S", "", "é", "\U0001f600"])
SCALARS = st.one_of(
    TEXT.map(lambda v: {"S": v}),
    st.integers().map(lambda v: {"N": str(v)}),
    st.binary(max_size=6).map(lambda v: {"B": v}),
    st.booleans().map(lambda v: {"BOOL": v}),
    st.just({"NULL": True}),
    st.lists(st.binary(max_size=4), min_size=1, max_size=3, unique=True).map(lambda v: {"BS": v}),
    st.lists(TEXT, min_size=1, max_size=3, unique=True).map(lambda v: {"SS": v}),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda v: {"L": v})
        | st.dictionaries(TEXT, inner, max_size=3).map(lambda v: {"M": v})
    ),
    max_leaves=8,
)
ITEMS = st.dictionaries(TEXT.filter(bool), VALUES, max_size=4)


def wired(value):
    """A request or an answer as it travels: bytes in base64."""
    return json.loads(json.dumps(value, default=lambda held: b64encode(held).decode()))


class Wire:
    """A botocore client whose requests are caught, and answered as told."""

    def __init__(self):
        config = Config(account_id_endpoint_mode="disabled", retries={"total_max_attempts": 2, "mode": "standard"})
        self.client = boto3.client("dynamodb", config=config, **ACCESS)
        self.status, self.answer, self.sent = 200, {}, []
        self.client.meta.events.register("before-send.dynamodb.*", self._send)

    def _send(self, request, **_):
        headers = [request.headers[name] for name in ("X-Amz-Target", "Content-Type", "User-Agent")]
        self.sent.append((headers, json.loads(request.body)))
        body = b"" if self.answer is None else json.dumps(wired(self.answer)).encode()
        response = AWSResponse(request.url, self.status, {"x-amzn-RequestId": "R"}, None)
        response._content = body
        return response


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return import_package(*everything(), tmp_path_factory.mktemp("direct"), "direct_everything")


@pytest.fixture(scope="module")
def wire():
    return Wire()


@settings(max_examples=150)
@given(items=st.lists(ITEMS, max_size=3), key=ITEMS)
def test_requests_and_answers_are_those_of_botocore(package, wire, items, key):
    twin = submodule(package, "direct").twin(wire.client)
    wire.status, wire.answer = 200, {"Items": items, "Count": len(items), "LastEvaluatedKey": key}
    request = {"TableName": "table", "ExclusiveStartKey": key, "Limit": 3, "ExpressionAttributeNames": {"#é": "x"}}
    wire.sent.clear()
    found = [client.scan(**request) for client in (wire.client, twin)]
    assert found[0] == found[1]
    assert found[1]["Items"] == items
    assert wire.sent[0] == wire.sent[1]


def test_errors_and_empty_answers_are_those_of_botocore(package, wire):
    twin = submodule(package, "direct").twin(wire.client)
    wire.status, wire.answer = 200, None
    put = {"TableName": "table", "Item": {"k": {"B": b"\x00"}}}
    assert wire.client.put_item(**put) == twin.put_item(**put)
    name = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
    wire.status, wire.answer = 400, {"__type": name, "message": "no", "Item": {"k": {"B": b"\x00"}}}
    caught = []
    for client in (wire.client, twin):
        with pytest.raises(client.exceptions.ConditionalCheckFailedException) as error:
            client.put_item(**put)
        caught.append(error.value.response)
    assert caught[0] == caught[1]
    assert caught[1]["Item"] == {"k": {"B": b"\x00"}}


def test_the_agents_name_is_put_together_once_a_request(package, wire, monkeypatch):
    twin = submodule(package, "direct").twin(wire.client)
    creator = type(wire.client._user_agent_creator)
    made, real = [], creator.to_string
    monkeypatch.setattr(creator, "to_string", lambda self: made.append(self) or real(self))
    wire.status, wire.answer = 200, {}
    twin.scan(TableName="table")
    assert len(made) == 1


def test_retries_stay_botocores(package, wire):
    twin = submodule(package, "direct").twin(wire.client)
    wire.status, wire.answer = 500, {"__type": "InternalServerError", "message": "later"}
    wire.sent.clear()
    with pytest.raises(ClientError) as error:
        twin.get_item(TableName="table", Key={"k": {"S": "v"}})
    assert len(wire.sent) == 2
    assert error.value.response["ResponseMetadata"]["RetryAttempts"] == 1


def test_the_callers_client_is_not_changed(package, wire):
    before = dict(wire.client.__dict__), wire.client._endpoint._response_parser_factory
    twin = submodule(package, "direct").twin(wire.client)
    assert twin is not wire.client
    assert (dict(wire.client.__dict__), wire.client._endpoint._response_parser_factory) == before
    assert twin.meta is wire.client.meta


class Cache:
    """As a DAX client is: DynamoDB's methods and errors, nothing of botocore."""

    def __init__(self, client):
        self._real = client
        self.asked = []

    def get_item(self, **request):
        self.asked.append(request)
        return {"Item": None} if self._real is None else self._real.get_item(**request)


def test_what_is_no_botocore_client_is_used_as_it_is(package, wire):
    cache = Cache(wire.client)
    assert submodule(package, "direct").twin(cache) is cache
    wire.status, wire.answer = 200, {}
    client = package.Everything("table", cache)
    assert client.account("00000000-0000-0000-0000-000000000001") is None
    assert [request["TableName"] for request in cache.asked] == ["table"]


def test_clients_of_other_services_and_sessions(package, wire, monkeypatch):
    direct, sending = submodule(package, "direct"), submodule(package, "sending")
    other = boto3.client("sts", **ACCESS)
    assert direct.twin(other) is other
    session = boto3.Session(**ACCESS)
    wire.status, wire.answer = 200, {}
    for given_ in (session, session._session):
        assert sending.connected(given_).meta.service_model.service_name == "dynamodb"
