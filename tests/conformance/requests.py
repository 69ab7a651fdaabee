"""The vocabulary of the rules: requests as data, in which TABLE stands for the table that they are sent to.

One table has everything that a rule needs: a base key, global indexes that project everything, keys and one attribute,
a multi-attribute index, two local indexes, and a few rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TABLE = "@table"
Request = tuple[str, dict[str, Any]]  # operation, parameters


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that the service refuses, and a request that does it.

    `page` is the page of AWS's documentation that says so (or the shape of the API reference). `before` are requests
    that must succeed first. `seen_in` is "request" where the request alone shows it, "item" where it depends on what
    the table holds: then no checker of requests can see it, and the backend has to refuse.
    """

    title: str
    area: str
    page: str
    request: Request
    before: tuple[Request, ...] = ()
    seen_in: str = "request"


def s(text: str) -> dict[str, str]:
    return {"S": text}


def n(number: object) -> dict[str, str]:
    return {"N": str(number)}


def key(pk: str = "p", sk: str = "s1") -> dict[str, Any]:
    return {"pk": s(pk), "sk": s(sk)}


def keys(text: str) -> list[dict[str, str]]:
    """`a+b,c` is two partition attributes and one sort attribute."""
    partition, _, sort = text.partition(",")
    return [
        {"AttributeName": name, "KeyType": kind}
        for kind, names in (("HASH", partition), ("RANGE", sort))
        for name in names.split("+")
        if name
    ]


def index(name: str, text: str, projection: str = "ALL", *included: str) -> dict[str, Any]:
    projected: dict[str, Any] = {"ProjectionType": projection}
    if included:
        projected["NonKeyAttributes"] = list(included)
    return {"IndexName": name, "KeySchema": keys(text), "Projection": projected}


def create(text: str = "pk", types: str = "pk:S", **options: Any) -> Request:
    """CreateTable; `gsis` and `lsis` are lists of indexes."""
    definitions = [{"AttributeName": a, "AttributeType": t} for a, t in (p.split(":") for p in types.split())]
    request = {"TableName": TABLE, "BillingMode": "PAY_PER_REQUEST", "KeySchema": keys(text)}
    request["AttributeDefinitions"] = definitions
    for short, full in (("gsis", "GlobalSecondaryIndexes"), ("lsis", "LocalSecondaryIndexes")):
        if short in options:
            request[full] = options.pop(short)
    made = request | options
    return "CreateTable", {name: value for name, value in made.items() if value is not None}


def vector(name: str = "byMeaning", dimensions: int = 2, *schema: str, **options: Any) -> dict[str, Any]:
    """A vector index on `meaning`; `schema` are names, a filter's with a `?`."""
    kinds = {True: "INLINE_FILTER", False: "HASH"}
    elements = [
        {"AttributeName": each.rstrip("?"), "SearchSchemaElementType": kinds[each.endswith("?")]} for each in schema
    ]
    made: dict[str, Any] = {
        "IndexName": name,
        "VectorAttribute": {"AttributeName": "meaning"},
        "Dimensions": dimensions,
        "DistanceFunction": "COSINE",
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    return made | ({"SearchSchema": elements} if elements else {}) | options


def search(condition: str | None = "pk = :p", numbers: int = 2, **options: Any) -> Request:
    """A search of the index `byMeaning`; options are parameters."""
    request = {"TableName": TABLE, "IndexName": "byMeaning", "SearchVector": [n(1)] * numbers, "TopK": 3}
    if condition:
        request |= {"SearchConditionExpression": condition, "ExpressionAttributeValues": {":p": s("p")}}
    return "SearchVectors", request | options


MAIN = create(
    "pk,sk",
    "pk:S sk:S owner:S at:S kind:S size:N tenant:S region:S state:S rank:N",
    gsis=[
        index("byOwner", "owner,at"),
        index("byKind", "kind", "KEYS_ONLY"),
        index("byNote", "kind,sk", "INCLUDE", "note"),
        index("byPlace", "tenant+region,state+rank"),
    ],
    lsis=[index("bySize", "pk,size"), index("byAt", "pk,at", "KEYS_ONLY")],
)
ROWS = [
    key(sk=f"s{number}") | {"owner": s("o"), "at": s(f"2030-0{number}"), "kind": s("k"), "size": n(number)}
    | {"tenant": s("t"), "region": s("r"), "state": s("OPEN"), "rank": n(-number), "note": s("note"), "tags": {"L": []}}
    for number in range(1, 6)
]  # fmt: skip


def put(**values: Any) -> Request:
    return "PutItem", {"TableName": TABLE, "Item": key("new", "new") | values}


def put_alone(**values: Any) -> Request:
    """A PutItem into a table whose key is `pk` alone."""
    return "PutItem", {"TableName": TABLE, "Item": {"pk": s("new")} | values}


def update(expression: str, *, names: dict[str, str] | None = None, **values: Any) -> Request:
    request: dict[str, Any] = {"TableName": TABLE, "Key": key(), "UpdateExpression": expression}
    if names:
        request["ExpressionAttributeNames"] = names
    if values:
        request["ExpressionAttributeValues"] = {f":{name}": value for name, value in values.items()}
    return "UpdateItem", request


def query(condition: str = "pk = :p", place: str | None = None, **options: Any) -> Request:
    """A query; options in small letters are values, the others parameters."""
    values = {f":{name}": value for name, value in options.items() if name[0].islower()} or {":p": s("p")}
    request = {"TableName": TABLE, "KeyConditionExpression": condition, "ExpressionAttributeValues": values}
    request |= {name: value for name, value in options.items() if name[0].isupper()}
    return "Query", request | ({"IndexName": place} if place else {})


def get(which: dict[str, Any], **options: Any) -> Request:
    return "GetItem", {"TableName": TABLE, "Key": which} | options


def transaction(*actions: tuple[str, dict[str, Any]]) -> Request:
    return "TransactWriteItems", {"TransactItems": [{kind: {"TableName": TABLE} | a} for kind, a in actions]}


def writes(items: list[dict[str, Any]]) -> Request:
    return "BatchWriteItem", {"RequestItems": {TABLE: [{"PutRequest": {"Item": item}} for item in items]}}


def gets(wanted: list[dict[str, Any]]) -> Request:
    return "BatchGetItem", {"RequestItems": {TABLE: {"Keys": wanted}}}


def sized(size: int, pk: str = "new", sk: str = "new") -> dict[str, Any]:
    """An item of exactly so many bytes: names and values."""
    item = key(pk, sk)
    used = 2 + 2 + len(pk) + len(sk) + len("fill")
    return item | {"fill": s("x" * (size - used))}


def nested(levels: int) -> dict[str, Any]:
    """A value inside so many levels of lists, itself included."""
    value: dict[str, Any] = s("deep")
    for _ in range(levels - 1):
        value = {"L": [value]}
    return value


def named(request: Any, table: str) -> Any:
    """The request with the table's name in every place where TABLE stands."""
    if isinstance(request, dict):
        return {table if name == TABLE else name: named(value, table) for name, value in request.items()}
    if isinstance(request, list | tuple):
        return [named(value, table) for value in request]
    return table if request == TABLE else request
