"""Clients of backends: which key they name, and what they never read."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from dynamodel.verify.backends.clients import _session, make_client
from dynamodel.verify.backends.moto import MotoBackend


class Sent:
    """What a client would send; it is answered here."""

    def __init__(self, client: Any) -> None:
        self.requests: list[Any] = []
        client.meta.events.register("before-send.dynamodb", self._keep)
        client.list_tables()

    def _keep(self, request: Any, **_: Any) -> AWSResponse:
        self.requests.append(request)

        class Raw:
            def stream(self, **_: Any) -> list[bytes]:
                return [b"{}"]

        headers: Any = HeadersDict()
        return AWSResponse(request.url, 200, headers, Raw())

    @property
    def authorization(self) -> str:
        value = self.requests[0].headers["Authorization"]
        return value.decode() if isinstance(value, bytes) else value


def test_a_local_client_names_a_key_that_is_made_up_and_the_real_one_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("AWS_ACCESS_KEY_ID", "REAL"), ("AWS_SECRET_ACCESS_KEY", "real"), ("AWS_REGION", "eu-west-1")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    local = Sent(make_client("http://127.0.0.1:1", own_credentials=False)).authorization
    assert "Credential=dynamodel/" in local
    assert "/us-east-1/dynamodb/aws4_request" in local
    assert "REAL" not in local
    first, second = (
        Sent(make_client("https://dynamodb.example", own_credentials=True)).authorization for _ in range(2)
    )
    assert "Credential=REAL/" in first
    assert "/eu-west-1/dynamodb/" in second
    assert len(first.rpartition("Signature=")[2]) == 64


def test_a_local_client_is_made_without_a_look_at_other_services(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("every service was looked for")

    monkeypatch.setattr(Loader, "list_available_services", refuse)
    _session.cache_clear()
    assert make_client("http://127.0.0.1:1", own_credentials=False).meta.service_model.service_name == "dynamodb"
    _session.cache_clear()


def test_a_mocked_client_asks_where_botocore_says_and_a_local_one_where_it_is_told() -> None:
    with MotoBackend() as backend:
        hosts = []
        client = backend.client()
        client.meta.events.register_first("before-send.dynamodb", lambda request, **_: hosts.append(request.url))
        client.list_tables()
        with pytest.raises(ClientError, match="Not yet implemented"):
            client.search_vectors(TableName="none", IndexName="none", SearchVector=[{"N": "1"}], TopK=1)
    assert hosts == ["https://dynamodb.us-east-1.amazonaws.com/", "https://search-dynamodb.us-east-1.amazonaws.com/"]
    local = make_client("http://127.0.0.1:8000", own_credentials=False)
    assert local.meta.endpoint_url == "http://127.0.0.1:8000"
    assert Sent(local).requests[0].url == "http://127.0.0.1:8000/"
