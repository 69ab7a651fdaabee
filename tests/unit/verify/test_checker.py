"""The checker refuses each request and schema that the service refuses, and lets the good ones pass."""

from __future__ import annotations

from typing import Any

import pytest

from dynamodel.verify.checker.refused import Schema, schema_of
from dynamodel.verify.checker.requests import request_faults
from dynamodel.verify.checker.tables import table_faults

TABLE = "orders"


def keys(text: str) -> list[dict[str, str]]:
    """`a+b,c` is two partition attributes and one sort attribute."""
    partition, _, sort = text.partition(",")
    schema = [{"AttributeName": n, "KeyType": "HASH"} for n in partition.split("+")]
    return schema + [{"AttributeName": n, "KeyType": "RANGE"} for n in sort.split("+") if n]


def index(name: str, text: str, projection: str = "ALL", *included: str) -> dict[str, Any]:
    made: dict[str, Any] = {"IndexName": name, "KeySchema": keys(text), "Projection": {"ProjectionType": projection}}
    if included:
        made["Projection"]["NonKeyAttributes"] = list(included)
    return made


def table(text: str = "pk,sk", types: str = "pk:S sk:S", **options: Any) -> dict[str, Any]:
    definitions = [{"AttributeName": n, "AttributeType": t} for n, t in (p.split(":") for p in types.split())]
    billing = {"TableName": TABLE, "BillingMode": "PAY_PER_REQUEST"}
    return billing | {"KeySchema": keys(text), "AttributeDefinitions": definitions} | options


GOOD = table(
    types="pk:S sk:S g:S h:S n:N b:B",
    GlobalSecondaryIndexes=[
        index("byG", "g+h,n"),
        index("keysOnly", "g", "KEYS_ONLY"),
        index("some", "b", "INCLUDE", "x"),
    ],
    LocalSecondaryIndexes=[index("byN", "pk,n", "KEYS_ONLY")],
)


def schemas(_: str) -> Schema:
    return schema_of(GOOD)


def many(count: int, **options: Any) -> dict[str, Any]:
    names = " ".join(f"a{n}:S" for n in range(count))
    return table(
        types=f"pk:S sk:S {names}", GlobalSecondaryIndexes=[index(f"by{n}x", f"a{n}") for n in range(count)], **options
    )


BAD_TABLES = {
    "2 partition attributes in the key of the table": table("pk+qk,sk", "pk:S qk:S sk:S"),
    "2 sort attributes in the key of the table": table("pk,sk+tk", "pk:S sk:S tk:S"),
    "5 partition attributes in the key of index wide": table(
        types="pk:S sk:S a:S b:S c:S d:S e:S", GlobalSecondaryIndexes=[index("wide", "a+b+c+d+e")]
    ),
    "5 sort attributes in the key of index wide": table(
        types="pk:S sk:S a:S b:S c:S d:S e:S", GlobalSecondaryIndexes=[index("wide", "pk,a+b+c+d+e")]
    ),
    "21 global secondary indexes, more than 20": many(21),
    "6 local secondary indexes, more than 5": table(
        types="pk:S sk:S " + " ".join(f"a{n}:S" for n in range(6)),
        LocalSecondaryIndexes=[index(f"by{n}x", f"pk,a{n}") for n in range(6)],
    ),
    "101 included attributes over all indexes, more than 100": table(
        types="pk:S sk:S g:S", GlobalSecondaryIndexes=[index("byG", "g", "INCLUDE", *(f"x{n}" for n in range(101)))]
    ),
    "two indexes named byG": table(
        types="pk:S sk:S g:S", GlobalSecondaryIndexes=[index("byG", "g"), index("byG", "sk,g")]
    ),
    "the name 'g1'": table(types="pk:S sk:S g:S", GlobalSecondaryIndexes=[index("g1", "g")]),
    "INCLUDE without attributes on index byG": table(
        types="pk:S sk:S g:S", GlobalSecondaryIndexes=[index("byG", "g", "INCLUDE")]
    ),
    "attributes named although index byG is not INCLUDE": table(
        types="pk:S sk:S g:S", GlobalSecondaryIndexes=[index("byG", "g", "KEYS_ONLY", "x")]
    ),
    "a local secondary index on a table without a sort key": table(
        "pk", "pk:S a:S", LocalSecondaryIndexes=[index("byA", "pk,a")]
    ),
    "another partition key in local secondary index byA": table(
        types="pk:S sk:S a:S b:S", LocalSecondaryIndexes=[index("byA", "a,b")]
    ),
    "no sort key in local secondary index byA": table(LocalSecondaryIndexes=[index("byA", "pk")]),
    "no definition of key attribute sk": table(types="pk:S"),
    "a definition of extra, which is in no key": table(types="pk:S sk:S extra:S"),
    "key attribute sk of type BOOL": table(types="pk:S sk:BOOL"),
    "an attribute twice in the key of index byG": table(
        types="pk:S sk:S g:S", GlobalSecondaryIndexes=[index("byG", "g,g")]
    ),
    "provisioned throughput on an on-demand table": table(
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    ),
}


def test_a_good_table_passes() -> None:
    assert list(table_faults(GOOD)) == []
    assert list(table_faults(many(20))) == []


@pytest.mark.parametrize("rule", BAD_TABLES)
def test_a_bad_table_is_refused(rule: str) -> None:
    assert rule in list(table_faults(BAD_TABLES[rule]))


def item(**values: Any) -> dict[str, Any]:
    return {"pk": {"S": "p"}, "sk": {"S": "s"}} | values


def put(**values: Any) -> tuple[str, dict[str, Any]]:
    return "PutItem", {"TableName": TABLE, "Item": item(**values)}


def query(condition: str, *, place: str | None = None, names: Any = None, **options: Any) -> tuple[str, dict[str, Any]]:
    values = options.pop("values", {":p": {"S": "p"}})
    request = {"TableName": TABLE, "KeyConditionExpression": condition, "ExpressionAttributeValues": values} | options
    if place:
        request["IndexName"] = place
    if names:
        request["ExpressionAttributeNames"] = names
    return "Query", request


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"S": "deep"}
    for _ in range(depth - 1):
        value = {"L": [value]}
    return value


def writes(count: int) -> tuple[str, dict[str, Any]]:
    puts = [{"PutRequest": {"Item": item(sk={"S": str(n)})}} for n in range(count)]
    return "BatchWriteItem", {"RequestItems": {TABLE: puts}}


def gets(count: int) -> tuple[str, dict[str, Any]]:
    return "BatchGetItem", {"RequestItems": {TABLE: {"Keys": [item(sk={"S": str(n)}) for n in range(count)]}}}


def transaction(*actions: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "TransactWriteItems", {"TransactItems": list(actions)}


PUT = {"Put": {"TableName": TABLE, "Item": item()}}
DELETE = {"Delete": {"TableName": TABLE, "Key": item()}}
TWO = {":p": {"S": "p"}, ":q": {"S": "q"}}
GH = {":g": {"S": "g"}, ":h": {"S": "h"}, ":n": {"N": "1"}}
GOOD_REQUESTS = {
    "an item": put(x={"NS": ["1", "2"]}, n={"N": "-1.5"}, y=nested(32), z={"N": "1" * 38}),
    "the empty text outside of keys": put(x={"S": ""}),
    "a partition": query("pk = :p"),
    "begins_with": query("pk = :p AND begins_with(sk, :q)", values=TWO),
    "between": query("pk = :p AND sk BETWEEN :p AND :q", values=TWO),
    "a multi-attribute index": query("g = :g AND h = :h AND n > :n", place="byG", values=GH),
    "names": query("#p = :p", names={"#p": "pk"}),
    "a filter": query("pk = :p", FilterExpression="attribute_not_exists(x) OR x.sk > :q", values=TWO),
    "a base key in a filter on an index": query("g = :p", place="keysOnly", FilterExpression="sk = :q", values=TWO),
    "25 writes": writes(25),
    "100 keys": gets(100),
    "a transaction": transaction(PUT, {"Delete": {"TableName": TABLE, "Key": item(sk={"S": "t"})}}),
}
BAD_REQUESTS = {
    "26 writes in a batch, not 1 to 25": writes(26),
    "0 writes in a batch, not 1 to 25": writes(0),
    "101 keys in a batch, not 1 to 100": gets(101),
    "101 actions in a transaction, not 1 to 100": transaction(*[PUT] * 101),
    "one item twice in a request": transaction(PUT, DELETE),
    "key attribute sk in a filter": query("pk = :p", FilterExpression="#s = :p", names={"#s": "sk"}),
    "key attribute n in a filter": query("g = :g AND h = :h", place="byG", values=GH, FilterExpression="n = :n"),
    "ExpressionAttributeValues has :q, which no expression uses": query("pk = :p", values=TWO),
    "ExpressionAttributeNames has #x, which no expression uses": query("pk = :p", names={"#x": "x"}),
    ":z is used and not defined": query("pk = :z"),
    "#p is used and not defined": query("#p = :p"),
    "the reserved word status as a name": query("pk = :p", FilterExpression="status = :p"),
    "a number of 39 significant digits, more than 38": put(x={"N": "1" * 39}),
    "1E+126, which is outside the magnitudes of a number": put(x={"N": "1E+126"}),
    "'1,5' as a number": put(x={"N": "1,5"}),
    "NaN as a number": put(x={"N": "NaN"}),
    "nesting deeper than 32 levels": put(x=nested(33)),
    "an empty set": put(x={"SS": []}),
    "a value twice in a set": put(x={"SS": ["a", "a"]}),
    "key attribute n of type S, not N": put(n={"S": "1"}),
    "key attribute g is empty": put(g={"S": ""}),
    "key attribute b is empty": put(b={"B": b""}),
    "key attribute pk of 2049 bytes, more than 2048": put(pk={"S": "k" * 2049}),
    "key attribute sk of 1025 bytes, more than 1024": put(sk={"S": "é" * 512 + "x"}),
    "no key attribute sk": ("PutItem", {"TableName": TABLE, "Item": {"pk": {"S": "p"}}}),
    "a key of pk where pk, sk is needed": ("GetItem", {"TableName": TABLE, "Key": {"pk": {"S": "p"}}}),
    "an update of key attribute sk": (
        "UpdateItem",
        {
            "TableName": TABLE,
            "Key": item(),
            "UpdateExpression": "SET sk = :v",
            "ExpressionAttributeValues": {":v": {"S": "x"}},
        },
    ),
    "no equality on partition attribute h": query("g = :g", place="byG", values={":g": {"S": "g"}}),
    "no equality on partition attribute pk": query("pk > :p"),
    "x, which is no key attribute, in a key condition": query("pk = :p AND x = :q", values=TWO),
    "two conditions on key attribute sk": query("pk = :p AND sk > :p AND sk < :q", values=TWO),
    "<> on key attribute sk": query("pk = :p AND sk <> :q", values=TWO),
    "`pk = :p OR pk = :q` as a key condition": query("pk = :p OR pk = :q", values=TWO),
    "`pk = :p AND sk IN (:q)` as a key condition": query("pk = :p AND sk IN (:q)", values=TWO),
    "BETWEEN on sk with the lower bound above the upper one": query("pk = :p AND sk BETWEEN :q AND :p", values=TWO),
    "begins_with on the number n": query(
        "pk = :p AND begins_with(n, :n)", place="byN", values={":p": {"S": "p"}, ":n": {"N": "1"}}
    ),
    "key attribute pk of type N, not S": query("pk = :p", values={":p": {"N": "1"}}),
    "key attribute pk is empty": query("pk = :p", values={":p": {"S": ""}}),
    "the index nope, which the table does not have": query("pk = :p", place="nope"),
    "a strongly consistent read of a global secondary index": query("g = :p", place="keysOnly", ConsistentRead=True),
    "all attributes of an index that does not have them": query("g = :p", place="keysOnly", Select="ALL_ATTRIBUTES"),
    "x, which the index does not have, in a projection": query("g = :p", place="keysOnly", ProjectionExpression="x"),
    "x twice in a projection": query("pk = :p", ProjectionExpression="#a, #b", names={"#a": "x", "#b": "x"}),
    "a limit below 1": query("pk = :p", Limit=0),
    "a key of pk where g, pk, sk is needed": (
        "Query",
        query("g = :p", place="keysOnly")[1] | {"ExclusiveStartKey": {"pk": {"S": "p"}}},
    ),
}


@pytest.mark.parametrize("name", GOOD_REQUESTS)
def test_a_good_request_passes(name: str) -> None:
    operation, request = GOOD_REQUESTS[name]
    assert list(request_faults(operation, request, schemas)) == []


@pytest.mark.parametrize("rule", BAD_REQUESTS)
def test_a_bad_request_is_refused(rule: str) -> None:
    operation, request = BAD_REQUESTS[rule]
    assert rule in list(request_faults(operation, request, schemas))
