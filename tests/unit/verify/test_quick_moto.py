"""The quick moto answers like moto: every kind of value, sorted, paged, changed in place, and put back."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.dynamodb.models.dynamo_type import DynamoType, Item

from dynamodel.verify.backends import quick_moto
from dynamodel.verify.backends.clients import make_client
from dynamodel.verify.backends.quick_moto import quick

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

VALUES: tuple[dict[str, Any], ...] = (
    {"S": ""},
    {"S": "é"},
    {"N": "10"},
    {"N": "9.50"},
    {"B": b"\x00\xff"},
    {"BOOL": False},
    {"NULL": True},
    {"SS": ["b", "a"]},
    {"NS": ["2", "1.0"]},
    {"BS": [b"b", b"a"]},
    {"L": [{"N": "1"}, {"M": {"x": {"BOOL": True}}}, {"S": "z"}]},
    {"M": {"a": {"L": []}, "b": {"NULL": True}, "c": {"B": b"\x01"}}},
)
KINDS = {"S": [{"S": t} for t in ("bb", "aa", "Zed", "élan")], "N": [{"N": t} for t in ("10", "9", "-1", "1.5")]}
KINDS["B"] = [{"B": t} for t in (b"bb", b"aa", b"\xff", b"aab")]


def _key(name: str, kind: str) -> dict[str, str]:
    return {"AttributeName": name, "KeyType": kind}


def _answers(kind: str, *, sorted_table: bool) -> Iterator[Any]:
    """What a table with keys of one kind answers to everything that an emitted client asks."""
    client = make_client(None, own_credentials=False, attempts=1)
    schema = [_key("p", "HASH"), *([_key("s", "RANGE")] if sorted_table else [])]
    index = {
        "IndexName": "index",
        "KeySchema": [_key("g", "HASH"), _key("s", "RANGE")],
        "Projection": {"ProjectionType": "ALL"},
    }
    types = {"p": kind, "s": kind, "g": "S"}
    client.create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=schema,
        GlobalSecondaryIndexes=[index],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": each} for name, each in types.items()],
    )
    for at, value in enumerate(VALUES):
        item = {"p": KINDS[kind][at % 3], "s": KINDS[kind][at % 4], "g": {"S": "g"}, "held": value, "n": {"N": str(at)}}
        yield client.put_item(TableName="t", Item=item, ReturnValues="ALL_OLD")
    one: dict[str, Any] = {
        "TableName": "t",
        "Key": {"p": KINDS[kind][0], **({"s": KINDS[kind][0]} if sorted_table else {})},
    }
    yield client.get_item(**one)
    for forward in (True, False):
        options: dict[str, Any] = {"TableName": "t", "ScanIndexForward": forward, "Limit": 2}
        yield from client.get_paginator("query").paginate(
            **options, KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": KINDS[kind][0]}
        )
        yield from client.get_paginator("query").paginate(
            **options,
            IndexName="index",
            KeyConditionExpression="g = :g AND s BETWEEN :a AND :b",
            ExpressionAttributeValues={":g": {"S": "g"}, ":a": KINDS[kind][1], ":b": KINDS[kind][0]},
        )
    yield from client.get_paginator("scan").paginate(TableName="t", Limit=3)
    for text, values in (
        ("SET held = :v, n = n + :n", {":v": {"L": [{"N": "1"}]}, ":n": {"N": "1"}}),
        ("SET held[0] = :v", {":v": {"S": "in place"}}),
        ("SET held = list_append(held, :v)", {":v": {"L": [{"SS": ["x"]}]}}),
        ("ADD tags :v", {":v": {"SS": ["y"]}}),
        ("ADD tags :v, n :n", {":v": {"SS": ["x"]}, ":n": {"N": "-3"}}),
    ):
        change: dict[str, Any] = {**one, "UpdateExpression": text, "ExpressionAttributeValues": values}
        yield client.update_item(**change, ReturnValues="ALL_NEW")
    change = {**one, "UpdateExpression": "ADD tags :v", "ExpressionAttributeValues": {":v": {"SS": ["lost"]}}}
    absent = {"p": KINDS[kind][3], **({"s": KINDS[kind][1]} if sorted_table else {})}
    check = {"TableName": "t", "Key": absent, "ConditionExpression": "attribute_exists(p)"}
    with pytest.raises(ClientError) as refused:
        client.transact_write_items(TransactItems=[{"Update": change}, {"ConditionCheck": check}])
    yield refused.value.response
    yield client.get_item(**one)
    yield client.transact_write_items(TransactItems=[{"Update": change}])
    yield client.delete_item(**one, ReturnValues="ALL_OLD")
    yield client.scan(
        TableName="t",
        FilterExpression="contains(tags, :v) OR n > :n",
        ExpressionAttributeValues={":v": {"S": "lost"}, ":n": {"N": "5"}},
    )


def _seen(kind: str, context: AbstractContextManager[object], *, sorted_table: bool) -> list[Any]:
    with mock_aws(), context:
        answers = [dict(answer) for answer in _answers(kind, sorted_table=sorted_table)]
    for answer in answers:
        answer.pop("ResponseMetadata")
    return answers


@pytest.mark.parametrize("sorted_table", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_is_moto_s_own(kind: str, sorted_table: bool) -> None:
    quickly = _seen(kind, quick(), sorted_table=sorted_table)
    assert quickly == _seen(kind, nullcontext(), sorted_table=sorted_table)
    assert sum(len(answer.get("Items", ())) for answer in quickly) > 8


def test_an_item_is_as_large_as_moto_says() -> None:
    item = Item(DynamoType({"S": "k"}), None, {f"é{at}": value for at, value in enumerate(VALUES)})
    size = item.size()
    assert size > 50
    with quick():
        assert item.size() == size


def test_every_place_is_found_in_this_moto_and_one_that_is_not_there_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places = quick_moto._PATCHES
    assert [place[:3] for place in places if not hasattr(quick_moto._found(*place[:2]), place[2])] == []
    gone = [("moto.gone", "", "f", places[0][3]), ("moto.core", "Gone", "f", places[0][3])]
    monkeypatch.setattr(quick_moto, "_PATCHES", gone)
    with mock_aws(), quick():
        assert make_client(None, own_credentials=False, attempts=1).list_tables()["TableNames"] == []
