"""The way of requests to a server on this machine: one connection that stays open, each request in one piece.

In: botocore's prepared requests. Out: its responses. Botocore's own way serves proxies, certificates, streams and
connections of many hosts, which takes a client as long as all the rest of a request; and it sends head and body apart,
so that the server wakes up twice. Whatever does not go smoothly goes that way again, with its retries and its words.
"""

from __future__ import annotations

import socket
from collections import deque
from http.client import HTTPException, HTTPResponse
from select import select
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import finalize

from botocore.awsrequest import AWSResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONNECT_SECONDS = 5
_ANSWER_SECONDS = 60


class Wire:
    """A session of a botocore client, which several threads may use at once; `otherwise` is botocore's own."""

    def __init__(self, otherwise: Any) -> None:
        """Nothing is opened before something is sent."""
        self._otherwise = otherwise
        self._idle: deque[socket.socket] = deque()
        finalize(self, _close, self._idle)  # of a client that nobody closes

    def send(self, request: Any) -> AWSResponse:
        """The answer of the server; raises what botocore raises when there is none."""
        url = urlsplit(request.url)
        if url.scheme == "http":
            try:
                return self._exchange(request, url.netloc, (url.hostname or "", url.port or 80), url.path or "/")
            except (OSError, HTTPException):
                pass
        answer: AWSResponse = self._otherwise.send(request)
        return answer

    def _exchange(self, request: Any, host: str, address: tuple[str, int], path: str) -> AWSResponse:
        line = self._line(address)
        try:
            line.sendall(_head(request, host, path) + (request.body or b""))
            with HTTPResponse(line, method=request.method) as response:
                response.begin()
                body = response.read()
        except BaseException:
            line.close()
            raise
        if response.will_close:
            line.close()
        else:
            self._idle.append(line)
        headers: Any = response.headers  # the stubs want botocore's subclass, which adds nothing
        return AWSResponse(request.url, response.status, headers, _Body(body))

    def _line(self, address: tuple[str, int]) -> socket.socket:
        """A connection that is idle and that the server has not closed meanwhile, or a new one."""
        while self._idle:
            try:
                line = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            if not select([line], [], [], 0)[0]:
                return line
            line.close()
        line = socket.create_connection(address, _CONNECT_SECONDS)
        line.settimeout(_ANSWER_SECONDS)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def close(self) -> None:
        """Close the connections that are idle."""
        _close(self._idle)
        self._otherwise.close()


def _close(idle: deque[socket.socket]) -> None:
    while idle:
        idle.pop().close()


def _head(request: Any, host: str, path: str) -> bytes:
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), path.encode())]
    for name, value in (("Host", host), ("Accept-Encoding", "identity"), *request.headers.items()):
        lines.append(b"%s: %s" % (name.encode(), value if isinstance(value, bytes) else str(value).encode()))
    return b"\r\n".join([*lines, b"", b""])


class _Body:
    """A body that is there already, where botocore expects one that it reads in pieces."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content
