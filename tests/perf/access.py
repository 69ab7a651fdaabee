"""The emitted client beside boto3's own, on canned answers: processor time of a call, as a ratio in the same run.

What counts: making the request, signing, HTTP, reading the answer, making the entities. boto3's column leaves its
answers as they come, without making anything of them. In `process` botocore's hook answers, in `loopback` a server in
a process of its own, whose time is nobody's, on one connection. Rounds visit both clients, now one first, now the
other, a few calls each: many short looks find a moment without other load, and the best of each client counts, because
load only ever adds.
"""

from __future__ import annotations

import gc
import io
import json
import re
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from dynamodel.emit.registry import emit
from dynamodel.normalize.workload import normalize
from dynamodel.planner.plan import make_plan
from dynamodel.spec.loader import load_model
from dynamodel.verify.generated import loaded

MODEL = Path(__file__).with_name("order_model.py")
BUDGETS = {"get": 1.0, "put": 1.0, "query of 100 items": 0.3}
ITEMS = 100
ORDER: dict[str, Any] = {
    "customer_id": "customer-0001",
    "order_id": "order-000042",
    "status": "shipped",
    "email": "ada@example.com",
    "created_at": datetime(2026, 11, 1, 12, 30, 15, 123456, tzinfo=UTC),
    "quantity": 7,
    "total": Decimal("129.95"),
    "paid": True,
    "tags": ["gift", "express", "eu"],
    "note": "n" * 640,
}
_LENGTH = re.compile(rb"(?i)content-length: (\d+)")
_TARGET = re.compile(rb"(?i)x-amz-target: DynamoDB_\d+\.(\w+)")
Calls = dict[str, Callable[[], Any]]


def answers(item: dict[str, Any]) -> dict[str, bytes]:
    """The body of each operation's answer."""
    items = [{**item, "order_id": {"S": f"order-{n:06}"}} for n in range(ITEMS)]
    bodies: dict[str, Any] = {
        "GetItem": {"Item": item},
        "PutItem": {},
        "Query": {"Items": items, "Count": ITEMS, "ScannedCount": ITEMS},
    }
    return {name: json.dumps(body, separators=(",", ":")).encode() for name, body in bodies.items()}


def _headers(body: bytes) -> dict[str, str]:
    return {
        "Server": "Server",
        "Date": "Thu, 26 Nov 2026 12:30:15 GMT",
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": str(len(body)),
        "Connection": "keep-alive",
        "x-amzn-RequestId": "R" * 52,
        "x-amz-crc32": str(zlib.crc32(body)),
    }


def serve(item: dict[str, Any]) -> None:
    """Answer on a free port, which is printed, until the only connection ends: with as little work as can be."""
    whole = {}
    for name, body in answers(item).items():
        head = "".join(f"{key}: {value}\r\n" for key, value in _headers(body).items())
        whole[name.encode()] = f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        connection, _ = server.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, connection.makefile("rb") as requests:
        for line in requests:
            if found := _TARGET.match(line):
                body = whole[found[1]]
            elif found := _LENGTH.match(line):
                length = int(found[1])
            elif line == b"\r\n":
                requests.read(length)
                connection.sendall(body)


@contextmanager
def _client(transport: str, item: dict[str, Any]) -> Iterator[Any]:
    import boto3
    from botocore.awsrequest import AWSResponse
    from botocore.config import Config

    access = {"region_name": "us-east-1", "aws_access_key_id": "dynamodel", "aws_secret_access_key": "dynamodel"}
    config = Config(account_id_endpoint_mode="disabled")
    if transport == "loopback":
        command = [sys.executable, "-c", f"from tests.perf.access import serve; serve({item!r})"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                url = f"http://127.0.0.1:{int(server.stdout.readline())}"
                yield boto3.client("dynamodb", endpoint_url=url, config=config, **access)
            finally:
                server.terminate()
        return
    client, bodies = boto3.client("dynamodb", config=config, **access), answers(item)

    def answer(request: Any, event_name: str, **_: object) -> AWSResponse:
        body = bodies[event_name.rpartition(".")[2]]
        response = AWSResponse(request.url, 200, _headers(body), io.BytesIO(body))
        response._content = body
        return response

    client.meta.events.register("before-send.dynamodb.*", answer)
    yield client


def _columns(package: Any, client: Any, item: dict[str, Any]) -> dict[str, Calls]:
    ours = package.Orders("orders", client)
    key = {name: item[name] for name in ("PK", "SK")}
    query = {
        "KeyConditionExpression": "PK = :pk AND begins_with(SK, :sk)",
        "ExpressionAttributeValues": {":pk": item["PK"], ":sk": {"S": "ORDER#"}},
    }
    raw: Calls = {
        "get": lambda: client.get_item(TableName="orders", Key=key)["Item"],
        "put": lambda: client.put_item(TableName="orders", Item={**item}),
        "query of 100 items": lambda: client.query(TableName="orders", **query)["Items"],
    }
    return {
        "boto3": raw,
        "emitted": {
            "get": lambda: ours.order(ORDER["customer_id"], ORDER["order_id"]),
            "put": lambda: ours.put_order(package.Order(**ORDER)),
            "query of 100 items": lambda: ours.orders(ORDER["customer_id"]).items,
        },
    }


def _seconds(call: Callable[[], Any], times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - started) / times


def measure(rounds: int = 200, seconds: float = 0.005) -> list[dict[str, Any]]:
    """Per transport and operation: microseconds of a call with each client, their ratio, and its budget."""
    workload = normalize(load_model(MODEL))
    files = emit(workload, make_plan(workload), None, ("python",), None)
    rows: list[dict[str, Any]] = []
    with loaded(workload, files) as generated:
        package: Any = generated.module
        (steps,) = package.Orders("orders", object()).params(package.Orders.put_order, package.Order(**ORDER))
        item = steps.request["Item"]
        for transport in ("process", "loopback"):
            with _client(transport, item) as client:
                columns = _columns(package, client, item)
                assert columns["emitted"]["get"]() == package.Order(**ORDER)
                assert len(columns["emitted"]["query of 100 items"]()) == ITEMS
                for name, budget in BUDGETS.items():
                    rows.append(_row(transport, name, budget, [c[name] for c in columns.values()], rounds, seconds))
    return rows


def _row(
    transport: str, name: str, budget: float, calls: list[Callable[[], Any]], rounds: int, seconds: float
) -> dict[str, Any]:
    for call in calls:
        _seconds(call, 20)
    times = max(2, int(seconds / _seconds(calls[0], 10)))
    gc.collect()
    best = [float("inf")] * len(calls)
    for number in range(rounds):
        for at in (0, 1) if number % 2 else (1, 0):
            best[at] = min(best[at], _seconds(calls[at], times))
    raw, ours = (seconds * 1e6 for seconds in best)
    ratio = round(ours / raw, 2)
    return {
        "transport": transport,
        "call": name,
        "boto3_us": round(raw),
        "emitted_us": round(ours),
        "ratio": ratio,
        "budget": budget,
        "within": ratio <= budget,
    }
