"""A network that fails: requests of a boto3 client that are throttled, and requests whose answer is lost.

A throttled request never reaches the service. A lost answer does: the service has done what was asked, and the caller
is only told that the connection broke.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError

from dynamodel.verify.backends.clients import make_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

THROTTLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException",
    "message": "Throughput exceeds the current capacity of your table.",
    "throttlingReasons": [{"reason": "TableWriteKeyRangeThroughputExceeded", "resource": "arn:aws:dynamodb:::table/t"}],
}


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


def client(endpoint: str) -> Any:
    """A client that tries everything once, so that no trouble is hidden."""
    return make_client(endpoint, own_credentials=False, attempts=1)


def troubled_client(endpoint: str, random: Random, *, throttled: float, lost: float) -> Any:
    """Such a client where these shares of the requests are throttled, and lose their answers."""
    made = client(endpoint)

    def before_send(request: Any, **_: object) -> AWSResponse | None:
        chance = random.random()
        if chance < throttled:
            body = json.dumps(THROTTLED).encode()
            return AWSResponse(request.url, 400, {"Content-Type": "application/x-amz-json-1.0"}, _Body(body))
        if chance < throttled + lost:
            made._endpoint.http_session.send(request)
            raise ConnectionClosedError(endpoint_url=request.url)
        return None

    made.meta.events.register("before-send.dynamodb", before_send)
    return made
