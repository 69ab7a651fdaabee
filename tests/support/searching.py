"""moto with vector search: the one operation that it lacks is served here, from its own items, by the API's words.

It is what the generated code is run against, so it shares nothing with it or with the oracle: distances are floats of
32-bit numbers, conditions are read from the request's text.
"""

from __future__ import annotations

import base64
import json
import math
import struct
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from dynamodel.verify.backends.moto import MotoBackend

if TYPE_CHECKING:
    from collections.abc import Mapping


class SearchingMoto(MotoBackend):
    name = "moto with vector search"

    def __init__(self) -> None:
        super().__init__()
        self.indexes: dict[str, dict[str, Any]] = {}
        self.searches: list[dict[str, Any]] = []

    def client(self) -> Any:
        return self.taught(super().client())

    def taught(self, client: Any) -> Any:
        """A client of moto that knows vector indexes."""
        events = client.meta.events
        events.register("before-parameter-build.dynamodb.CreateTable", self._created)
        events.register("before-call.dynamodb.SearchVectors", self._search)
        events.register("after-call.dynamodb.DescribeTable", self._described)
        return client

    def _described(self, parsed: dict[str, Any], **_: object) -> None:
        table = parsed.get("Table")
        if table is not None:
            named = [i for at, i in self.indexes.items() if at.startswith(f"{table['TableName']}/")]
            table["VectorIndexes"] = [index | {"IndexStatus": "ACTIVE", "Backfilling": False} for index in named]

    def _created(self, params: dict[str, Any], **_: object) -> None:
        """Keep the vector indexes here: moto refuses the attributes that they alone need."""
        for index in params.pop("VectorIndexes", ()):
            self.indexes[f"{params['TableName']}/{index['IndexName']}"] = index
        schemas = [params["KeySchema"], *(i["KeySchema"] for i in params.get("GlobalSecondaryIndexes", ()))]
        schemas += [i["KeySchema"] for i in params.get("LocalSecondaryIndexes", ())]
        used = {e["AttributeName"] for schema in schemas for e in schema}
        definitions = [d for d in params["AttributeDefinitions"] if d["AttributeName"] in used]
        params["AttributeDefinitions"] = definitions

    def _search(self, params: Mapping[str, Any], **_: object) -> tuple[Any, dict[str, Any]]:
        request = json.loads(params["body"])
        index = self.indexes.get(f"{request['TableName']}/{request['IndexName']}")
        if index is None:
            error = {"Code": "ResourceNotFoundException", "Message": "there is no such index"}
            return SimpleNamespace(status_code=400), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}
        self.searches.append(request)
        names = request["ExpressionAttributeNames"]
        values = {token: _stored(value) for token, value in request["ExpressionAttributeValues"].items()}
        wanted = {}
        for text in request["SearchConditionExpression"].split(" AND "):
            name, value = text.split(" = ")
            wanted[names[name]] = values[value]
        must = [e["AttributeName"] for e in index["SearchSchema"] if e["SearchSchemaElementType"] == "HASH"]
        assert all(name in wanted for name in must), "the service refuses a search without its partition"
        asked = [_float32(e) for e in request["SearchVector"]]
        found = []
        for item in self.snapshot(request["TableName"]):
            held = item.get(index["VectorAttribute"]["AttributeName"])
            if held is not None and all(n in item for n in must) and all(item.get(n) == v for n, v in wanted.items()):
                vector = [_float32(e) for e in held["L"]]
                shown = [names[n.strip()] for n in request["ProjectionExpression"].split(",")]
                found.append((_score(index["DistanceFunction"], asked, vector), self._entry(index, item, shown)))
        found.sort(key=lambda pair: pair[0], reverse=index["DistanceFunction"] == "DOT_PRODUCT")
        results = [{"Item": item, "Score": score} for score, item in found[: request["TopK"]]]
        metadata = {"HTTPStatusCode": 200, "RetryAttempts": 0}
        capacity = {"VectorSearchRequestBytes": 1024.0}
        answer = {"SearchResults": results, "ConsumedCapacity": capacity, "ResponseMetadata": metadata}
        return SimpleNamespace(status_code=200), answer

    def _entry(self, index: Mapping[str, Any], item: Mapping[str, Any], shown: list[str]) -> dict[str, Any]:
        """What is asked for of what the index carries; the service leaves out the rest without a word."""
        projection = index["Projection"]
        carried = {index["VectorAttribute"]["AttributeName"], "PK", "SK", *projection.get("NonKeyAttributes", ())}
        carried |= {e["AttributeName"] for e in index["SearchSchema"]}
        whole = projection["ProjectionType"] == "ALL"
        return {n: v for n, v in item.items() if n in shown and (whole or n in carried)}


def _stored(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64decode(value["B"])} if "B" in value else value


def _float32(element: Mapping[str, str]) -> float:
    (number,) = struct.unpack("f", struct.pack("f", float(element["N"])))
    return float(number)


def _score(function: str, one: list[float], other: list[float]) -> float:
    if function == "EUCLIDEAN":
        return math.dist(one, other)
    product = (
        math.sumprod(one, other) if hasattr(math, "sumprod") else sum(a * b for a, b in zip(one, other, strict=True))
    )
    return product if function == "DOT_PRODUCT" else 1 - product / (math.hypot(*one) * math.hypot(*other))
