"""The way to a server on this machine gives what botocore's own gives, over one connection."""

from __future__ import annotations

import gc
import http.server
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from dynamodel.verify.backends.clients import make_client

if TYPE_CHECKING:
    from collections.abc import Iterator

FAULT = b'{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no table"}'


class Server(http.server.ThreadingHTTPServer):
    """Answers every request with the same tables; counts connections and keeps what was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections = 0
        self.heads: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.status, self.answer = 200, b'{"TableNames": ["a", "b"]}'
        self.says_goodbye = False  # a connection ends with its answer, and the answer says so
        self.hangs_up = 0  # so many connections end when something was sent, without an answer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.hangs_up:
            self.server.hangs_up -= 1
            self.close_connection = True
            return
        self.server.heads.append({name.lower(): value for name, value in self.headers.items()})
        self.server.bodies.append(body)
        self.send_response_only(self.server.status)  # without a date, in which two answers may differ
        self.send_header("X-Amzn-RequestId", "one")
        self.send_header("Content-Length", str(len(self.server.answer)))
        if self.server.says_goodbye:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def own_way(url: str) -> Any:
    """A client that sends as botocore does."""
    client = make_client(url, own_credentials=False)
    client._endpoint.http_session = client._endpoint.http_session._otherwise
    return client


def test_the_server_gets_and_gives_what_it_does_with_botocore(server: Server) -> None:
    answers = []
    for client in (make_client(server.url, own_credentials=False), own_way(server.url)):
        answers.append(client.list_tables(Limit=3))
        client.close()
    assert answers[0] == answers[1]
    assert answers[0]["TableNames"] == ["a", "b"]
    assert answers[0]["ResponseMetadata"]["RequestId"] == "one"
    assert server.bodies[0] == server.bodies[1] == b'{"Limit": 3}'
    ours, own = server.heads
    assert ours.pop("amz-sdk-invocation-id") != own.pop("amz-sdk-invocation-id")
    assert ours == own


def test_an_error_of_the_service_is_botocores(server: Server) -> None:
    server.status, server.answer = 400, FAULT
    client = make_client(server.url, own_credentials=False)
    with pytest.raises(ClientError, match=r"ResourceNotFoundException.*no table"):
        client.describe_table(TableName="none")
    client.close()


def test_requests_share_a_connection_unless_the_server_ends_it(server: Server) -> None:
    client = make_client(server.url, own_credentials=False)
    for _ in range(3):
        client.list_tables()
    assert server.connections == 1
    server.says_goodbye = True
    for _ in range(3):
        client.list_tables()
    assert server.connections == 3
    client.close()


def test_what_breaks_is_sent_again_as_botocore_would(server: Server) -> None:
    client = make_client(server.url, own_credentials=False, attempts=2)
    server.hangs_up = 2  # ours, and the first of botocore's two
    assert client.list_tables()["TableNames"] == ["a", "b"]
    assert len(server.bodies) == 1
    client.close()


def test_nobody_there_is_said_in_botocores_words() -> None:
    with Server() as gone:
        url = gone.url
    client = make_client(url, own_credentials=False, attempts=1)
    with pytest.raises(EndpointConnectionError, match=url):
        client.list_tables()
    client.close()


def test_several_threads_ask_at_once(server: Server) -> None:
    client = make_client(server.url, own_credentials=False)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.list_tables()["TableNames"], range(24)))
    assert answers == [["a", "b"]] * 24
    assert server.connections <= 4
    client.close()


def test_a_client_that_nobody_closes_leaves_nothing_open(server: Server) -> None:
    client = make_client(server.url, own_credentials=False)
    client.list_tables()
    (line,) = client._endpoint.http_session._idle
    del client
    gc.collect()
    assert line.fileno() == -1
