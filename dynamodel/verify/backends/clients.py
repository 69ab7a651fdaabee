"""Botocore clients for backends, and what of them can be left out where nothing looks at it.

In: an endpoint. Out: clients. They are botocore's own in everything that generated code sees of them.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from functools import cache
from typing import Any

from dynamodel.version import __version__

REGION = "us-east-1"
_MADE_UP = "dynamodel"
# Emulators look at nothing but the key and the Region in it: each key has tables of its own.
_AUTHORIZATION = (
    f"AWS4-HMAC-SHA256 Credential={_MADE_UP}/20440301/{REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
)

# Of botocore's file of all services in all Regions, a megabyte, what a client with an address of its own needs.
_ENDPOINTS = {
    "version": 3,
    "partitions": [
        {
            "partition": "aws",
            "dnsSuffix": "amazonaws.com",
            "regionRegex": "^us-east-1$",
            "defaults": {
                "hostname": "{service}.{region}.{dnsSuffix}",
                "protocols": ["https"],
                "signatureVersions": ["v4"],
            },
            "regions": {REGION: {}},
            "services": {"dynamodb": {"endpoints": {REGION: {}}}},
        }
    ],
}


def make_client(endpoint: str | None, *, own_credentials: bool, attempts: int = 3) -> Any:
    """A boto3 client that reads nothing of the user's configuration unless `own_credentials` is given.

    With made-up credentials no profile, no endpoint variable and no metadata service is looked at, so that a run
    against a local service can never reach another one. Such clients of a process share what botocore loads for them.
    """
    from botocore import UNSIGNED
    from botocore.config import Config

    # `account_id_endpoint_mode`: with made-up credentials moto cannot answer requests to account-based endpoints.
    # `user_agent`: botocore would put its own together anew for every request.
    options: dict[str, Any] = {
        "account_id_endpoint_mode": "disabled",
        "ignore_configured_endpoint_urls": True,
        "retries": {"total_max_attempts": attempts, "mode": "standard"},
        "connect_timeout": 5,
        "read_timeout": 60,
        "user_agent": f"dynamodel/{__version__}",
    }
    if own_credentials:
        import boto3

        return boto3.client("dynamodb", endpoint_url=endpoint, config=Config(**options))
    client = _session(mocked=endpoint is None).create_client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=endpoint,
        config=Config(signature_version=UNSIGNED, **options),
    )
    client.meta.events.register("request-created.dynamodb", _authorize)
    if endpoint is not None:
        from dynamodel.verify.backends.wire import Wire

        client._endpoint.http_session = Wire(client._endpoint.http_session)  # noqa: SLF001 - no option names it
    return client


def _authorize(request: Any, **_: object) -> None:
    """Name the key that is made up. A signature with it would prove nothing, and takes longer than to ask."""
    request.headers["Authorization"] = _AUTHORIZATION


@cache
def _session(*, mocked: bool) -> Any:
    """A session without a profile and a configuration file: botocore's own, which makes boto3's clients.

    A session knows the handlers that were there when it was made. Moto's is there only once moto is imported, so what
    moto answers has a session of its own: no request of it can leave this process.
    """
    from botocore.loaders import Loader
    from botocore.session import Session

    class OneService(Loader):
        """Botocore's loader, which does not look for four hundred other services and where they are."""

        def list_available_services(self, type_name: str) -> list[str]:
            del type_name
            return ["dynamodb"]

        def load_data_with_path(self, name: str) -> tuple[Any, str]:
            # A file that is not botocore's own: rules for addresses are left out where the address is given.
            path = self.BUILTIN_DATA_PATH if mocked else ""
            return (_ENDPOINTS, path) if name == "endpoints" else super().load_data_with_path(name)

    assert not mocked or "moto.core" in sys.modules
    unread = {"profile": (None, None, None, None), "config_file": (None, None, os.devnull, None)}
    session = Session(session_vars=unread)
    session.register_component("data_loader", OneService())
    return session


def answer_as_sent(client: Any) -> None:
    """Let a client give items as the service sends them."""
    for operation in ("BatchGetItem", "GetItem", "Query", "Scan"):
        client.meta.events.register(f"before-parse.dynamodb.{operation}", _as_sent)


def _as_sent(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Take the items of an answer as they were sent: botocore's walk over their values' shapes costs ten times more.

    Only binary values look different in botocore's form and in the service's.
    """
    body: bytes = response_dict["body"]
    if response_dict["status_code"] < 300:  # noqa: PLR2004 - what botocore parses as an answer
        hook = _with_bytes if b'"B"' in body or b'"BS"' in body else None
        customized_response_dict.update(json.loads(body, object_hook=hook))
        response_dict["body"] = b"{}"


def _with_bytes(held: dict[str, Any]) -> dict[str, Any]:
    """Attribute values are the only objects with nothing but a text below `B`, or nothing but a list below `BS`."""
    if len(held) == 1 and isinstance(text := held.get("B"), str):
        return {"B": base64.b64decode(text)}
    if len(held) == 1 and isinstance(texts := held.get("BS"), list):
        return {"BS": [base64.b64decode(each) for each in texts]}
    return held
