"""Every rule that a request or a schema can break, with a request that breaks it; and the edges that must pass."""

from __future__ import annotations

from tests.conformance.requests import (
    TABLE,
    Request,
    Rule,
    create,
    get,
    gets,
    index,
    key,
    n,
    nested,
    put,
    put_alone,
    query,
    s,
    search,
    sized,
    transaction,
    update,
    vector,
    writes,
)

QUOTAS, CONSTRAINTS = "Quotas in Amazon DynamoDB", "Constraints in Amazon DynamoDB"
CREATE, QUERY, LSI = "API: CreateTable", "API: Query", "Local secondary indexes"
GSI, EXPRESSIONS = "Using Global Secondary Indexes", "Expressions in DynamoDB"
UPDATES, TRANSACTIONS = "Update expressions", "DynamoDB transactions: how it works"
GET, BATCH_GET, BATCH_WRITE = "API: GetItem", "API: BatchGetItem", "API: BatchWriteItem"
SCAN, UPDATE_TABLE, PARTIQL = "API: Scan", "API: UpdateTable", "PartiQL reference"
VECTORS, SEARCH = "Requirements and limitations of vector indexes", "API: SearchVectors"
RESERVED = "Reserved words in DynamoDB"


def _many(count: int) -> str:
    return " ".join(f"a{number}:S" for number in range(count))


def _gsis(count: int) -> list[dict[str, object]]:
    return [index(f"byA{number}", f"a{number}") for number in range(count)]


def _lsis(count: int) -> list[dict[str, object]]:
    return [index(f"byA{number}", f"pk,a{number}") for number in range(count)]


def _rules(area: str, found: dict[str, tuple[str, Request]], seen_in: str = "request") -> list[Rule]:
    return [Rule(title, area, page, request, seen_in=seen_in) for title, (page, request) in found.items()]


SCHEMAS = _rules(
    "schemas",
    {
        "2 partition attributes in the table's key": (CREATE, create("pk+qk", "pk:S qk:S")),
        "2 sort attributes in the table's key": (CREATE, create("pk,sk+tk", "pk:S sk:S tk:S")),
        "5 partition attributes in an index": (
            GSI,
            create(types="pk:S a:S b:S c:S d:S e:S", gsis=[index("wide", "a+b+c+d+e")]),
        ),
        "5 sort attributes in an index": (
            GSI,
            create(types="pk:S a:S b:S c:S d:S e:S", gsis=[index("wide", "pk,a+b+c+d+e")]),
        ),
        "2 sort attributes in a local index": (
            LSI,
            create("pk,sk", "pk:S sk:S a:S b:S", lsis=[index("wide", "pk,a+b")]),
        ),
        "a sort attribute before the partition attribute": (
            CREATE,
            create(
                types="pk:S sk:S",
                KeySchema=[{"AttributeName": "sk", "KeyType": "RANGE"}, {"AttributeName": "pk", "KeyType": "HASH"}],
            ),
        ),
        "one attribute twice in a key": (CREATE, create("pk,pk")),
        "21 global secondary indexes": (QUOTAS, create(types="pk:S " + _many(21), gsis=_gsis(21))),
        "6 local secondary indexes": (QUOTAS, create("pk,sk", "pk:S sk:S " + _many(6), lsis=_lsis(6))),
        "a definition of an attribute that is in no key": (CREATE, create(types="pk:S extra:S")),
        "no definition of a key attribute": (CREATE, create("pk,sk", "pk:S")),
        "a local index on a table without a sort key": (LSI, create(types="pk:S a:S", lsis=[index("byA", "pk,a")])),
        "a local index with another partition key": (
            LSI,
            create("pk,sk", "pk:S sk:S a:S b:S", lsis=[index("byA", "a,b")]),
        ),
        "a local index without a sort key": (LSI, create("pk,sk", "pk:S sk:S", lsis=[index("byPk", "pk")])),
        "KEYS_ONLY with included attributes": (
            CREATE,
            create(types="pk:S a:S", gsis=[index("byA", "a", "KEYS_ONLY", "x")]),
        ),
        "INCLUDE without attributes": (CREATE, create(types="pk:S a:S", gsis=[index("byA", "a", "INCLUDE")])),
        "101 included attributes over all indexes": (
            QUOTAS,
            create(
                types="pk:S " + _many(6),
                gsis=[
                    index(f"byA{i}", f"a{i}", "INCLUDE", *(f"x{i}-{j}" for j in range(20 if i < 5 else 1)))
                    for i in range(6)
                ],
            ),
        ),
        "a key attribute of type BOOL": (CREATE, create(types="pk:BOOL")),
        "an index name of 2 characters": (CONSTRAINTS, create(types="pk:S a:S", gsis=[index("gx", "a")])),
        "a table name of 2 characters": (CONSTRAINTS, create(TableName="tx")),
        "a table name with a space": (CONSTRAINTS, create(TableName="two words")),
        "two indexes of one name": (CREATE, create(types="pk:S a:S b:S", gsis=[index("byA", "a"), index("byA", "b")])),
        "an index key attribute name of 256 bytes": (
            CONSTRAINTS,
            create(types=f"pk:S {'a' * 256}:S", gsis=[index("byA", "a" * 256)]),
        ),
        "an on-demand table with provisioned throughput": (
            CREATE,
            create(ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}),
        ),
        "a provisioned table without throughput": (CREATE, create(BillingMode="PROVISIONED")),
        "two indexes created at once": (
            UPDATE_TABLE,
            (
                "UpdateTable",
                {
                    "TableName": TABLE,
                    "AttributeDefinitions": [
                        {"AttributeName": "u", "AttributeType": "S"},
                        {"AttributeName": "v", "AttributeType": "S"},
                    ],
                    "GlobalSecondaryIndexUpdates": [{"Create": index("byU", "u")}, {"Create": index("byV", "v")}],
                },
            ),
        ),
    },
)

KEYS = _rules(
    "keys and values",
    {
        "an empty partition key": (CONSTRAINTS, put(pk=s(""))),
        "an empty sort key": (CONSTRAINTS, put(sk=s(""))),
        "an empty index key": (CONSTRAINTS, put(kind=s(""))),
        "an index key of the wrong type": (GSI, put(kind=n(1))),
        "a part of a multi-attribute key of the wrong type": (GSI, put(rank=s("first"))),
        "an update to an index key of the wrong type": (GSI, update("SET kind = :v", v=n(1))),
        "an update to an empty index key": (GSI, update("SET kind = :v", v=s(""))),
        "a table key of the wrong type": (CONSTRAINTS, put(pk=n(1))),
        "a partition key of 2,049 bytes": (CONSTRAINTS, put(pk=s("k" * 2049))),
        "a sort key of 1,025 bytes": (CONSTRAINTS, put(sk=s("k" * 1025))),
        "an index partition key of 2,049 bytes": (CONSTRAINTS, put(kind=s("k" * 2049))),
        "an index sort key of 1,025 bytes": (CONSTRAINTS, put(owner=s("o"), at=s("k" * 1025))),
        "an item without its sort key": (CONSTRAINTS, ("PutItem", {"TableName": TABLE, "Item": {"pk": s("new")}})),
        "an item of 409,601 bytes": (CONSTRAINTS, ("PutItem", {"TableName": TABLE, "Item": sized(409_601)})),
        "an item that is over 400 KB with its entries in local indexes": (
            LSI,
            ("PutItem", {"TableName": TABLE, "Item": sized(300_000) | {"size": n(1)}}),
        ),
        "a number of 39 significant digits": (CONSTRAINTS, put(x=n("1" * 39))),
        "a number of 1E+126": (CONSTRAINTS, put(x=n("1E+126"))),
        "a number below 1E-130": (CONSTRAINTS, put(x=n("1E-131"))),
        "a number that is none": (CONSTRAINTS, put(x=n("1,5"))),
        "a number that is not finite": (CONSTRAINTS, put(x=n("NaN"))),
        "an empty set": (CONSTRAINTS, put(x={"SS": []})),
        "a value twice in a set": (CONSTRAINTS, put(x={"SS": ["a", "a"]})),
        "a number twice in a set, written differently": (CONSTRAINTS, put(x={"NS": ["1", "1.0"]})),
        "nesting of 33 levels": (CONSTRAINTS, put(x=nested(33))),
        "an update of a key attribute": (UPDATES, update("SET sk = :v", v=s("other"))),
        "a get without the sort key": (GET, get({"pk": s("p")})),
        "a get with one attribute more than the key": (GET, get(key() | {"x": s("a")})),
    },
)

INDEXES = _rules(
    "indexes",
    {
        "a multi-attribute query without the second partition attribute": (
            GSI,
            query("tenant = :t", "byPlace", t=s("t")),
        ),
        "a multi-attribute query that leaves out a sort attribute": (
            GSI,
            query(
                "tenant = :t AND #r = :r AND #n = :n",
                "byPlace",
                t=s("t"),
                r=s("r"),
                n=n(1),
                ExpressionAttributeNames={"#r": "region", "#n": "rank"},
            ),
        ),
        "a multi-attribute query with a condition after a range": (
            GSI,
            query(
                "tenant = :t AND #r = :r AND #s > :s AND #n = :n",
                "byPlace",
                t=s("t"),
                r=s("r"),
                s=s("A"),
                n=n(1),
                ExpressionAttributeNames={"#r": "region", "#s": "state", "#n": "rank"},
            ),
        ),
        "an inequality on a partition attribute of several": (
            GSI,
            query("tenant = :t AND #r > :r", "byPlace", t=s("t"), r=s("r"), ExpressionAttributeNames={"#r": "region"}),
        ),
        "a strong query of a global index": (GSI, query("kind = :p", "byKind", ConsistentRead=True)),
        "a strong scan of a global index": (
            GSI,
            ("Scan", {"TableName": TABLE, "IndexName": "byKind", "ConsistentRead": True}),
        ),
        "all attributes of an index that does not have them": (
            GSI,
            query("kind = :p", "byKind", Select="ALL_ATTRIBUTES"),
        ),
        "a projection of what a global index does not have": (
            GSI,
            query("kind = :p", "byKind", ProjectionExpression="note"),
        ),
        "a query of an index that does not exist": (QUERY, query(place="nope")),
        "a scan of an index that does not exist": (SCAN, ("Scan", {"TableName": TABLE, "IndexName": "nope"})),
        "a query of an index by the table's key": (QUERY, query(place="byOwner")),
    },
)

CONDITIONS = _rules(
    "key conditions",
    {
        "no equality on the partition key": (QUERY, query("pk > :p")),
        "a condition on the sort key alone": (QUERY, query("sk = :p")),
        "OR": (QUERY, query("pk = :p OR pk = :q", p=s("p"), q=s("q"))),
        "NOT": (QUERY, query("pk = :p AND NOT sk = :q", p=s("p"), q=s("q"))),
        "<> on the sort key": (QUERY, query("pk = :p AND sk <> :q", p=s("p"), q=s("q"))),
        "contains on the sort key": (QUERY, query("pk = :p AND contains(sk, :q)", p=s("p"), q=s("q"))),
        "IN on the sort key": (QUERY, query("pk = :p AND sk IN (:q)", p=s("p"), q=s("q"))),
        "two conditions on the sort key": (
            QUERY,
            query("pk = :p AND sk > :q AND sk < :r", p=s("p"), q=s("a"), r=s("z")),
        ),
        "a condition on what is no key attribute": (QUERY, query("pk = :p AND note = :q", p=s("p"), q=s("q"))),
        "BETWEEN with the lower bound above the upper one": (
            QUERY,
            query("pk = :p AND sk BETWEEN :q AND :r", p=s("p"), q=s("z"), r=s("a")),
        ),
        "a value of another type than the key": (QUERY, query(p=n(1))),
        "begins_with on a number": (QUERY, query("pk = :p AND begins_with(size, :q)", "bySize", p=s("p"), q=n(1))),
        "an empty value for a key": (QUERY, query(p=s(""))),
        "no key condition": (QUERY, ("Query", {"TableName": TABLE})),
    },
)

TEXTS = _rules(
    "expressions",
    {
        "a reserved word in an update": (RESERVED, update("SET name = :v", v=s("x"))),
        "a reserved word in a filter": (RESERVED, query(FilterExpression="status = :p")),
        "a reserved word in a projection": (RESERVED, get(key(), ProjectionExpression="pk, name")),
        "a reserved word in a condition": (
            RESERVED,
            ("PutItem", {"TableName": TABLE, "Item": key("new"), "ConditionExpression": "attribute_not_exists(year)"}),
        ),
        "a reserved word inside a path": (RESERVED, query(FilterExpression="note.status = :p")),
        "a name that no expression uses": (EXPRESSIONS, query(ExpressionAttributeNames={"#x": "x"})),
        "a value that no expression uses": (EXPRESSIONS, query(p=s("p"), u=s("u"))),
        "a value that an update does not use": (EXPRESSIONS, update("SET x = :v", v=s("v"), w=s("w"))),
        "a name that is not defined": (EXPRESSIONS, query("#p = :p")),
        "a value that is not defined": (EXPRESSIONS, query("pk = :q")),
        "an empty expression": (EXPRESSIONS, query(FilterExpression="")),
        "an expression of 4,097 bytes": (CONSTRAINTS, query(FilterExpression=f"attribute_exists({'a' * 4079})")),
        "a placeholder of 256 bytes": (
            CONSTRAINTS,
            query(f"pk = :{'v' * 255}", **{"v" * 255: s("p")}),
        ),
        "101 operands of IN": (
            CONSTRAINTS,
            query(FilterExpression=f"note IN ({', '.join([':p'] * 101)})"),
        ),
        "301 operators in an update": (
            CONSTRAINTS,
            update("SET " + ", ".join(f"x{i}=:v+:v" for i in range(301)), v=n(1)),
        ),
        "one path twice in an update": (UPDATES, update("SET x = :v, x = :w", v=s("v"), w=s("w"))),
        "a path and a part of it in an update": (UPDATES, update("SET x = :v, x.y = :w", v=s("v"), w=s("w"))),
        "a section twice in an update": (UPDATES, update("SET x = :v SET y = :v", v=s("v"))),
        "ADD of a text": (UPDATES, update("ADD x :v", v=s("v"))),
        "DELETE of a number": (UPDATES, update("DELETE x :v", v=n(1))),
        "two names for one attribute in a projection": (
            EXPRESSIONS,
            get(key(), ProjectionExpression="#a, #b", ExpressionAttributeNames={"#a": "note", "#b": "note"}),
        ),
        "the sort key in a filter": (QUERY, query(FilterExpression="sk = :p")),
        "an index key in a filter": (
            QUERY,
            query(
                "#o = :p", "byOwner", FilterExpression="#a = :p", ExpressionAttributeNames={"#a": "at", "#o": "owner"}
            ),
        ),
    },
)
TEXTS.append(
    Rule("arithmetic on a text", "expressions", UPDATES, update("SET note = note + :v", v=n(1)), seen_in="item")
)

REQUESTS = _rules(
    "requests",
    {
        "a limit of 0": (QUERY, query(Limit=0)),
        "COUNT with a projection": (QUERY, query(Select="COUNT", ProjectionExpression="note")),
        "projected attributes of a table": (QUERY, query(Select="ALL_PROJECTED_ATTRIBUTES")),
        "a page that begins at half a key": (QUERY, query(ExclusiveStartKey={"pk": s("p")})),
        "a page that begins in another partition": (QUERY, query(ExclusiveStartKey=key("q"))),
        "a segment without their number": (SCAN, ("Scan", {"TableName": TABLE, "Segment": 0})),
        "a segment that does not exist": (SCAN, ("Scan", {"TableName": TABLE, "Segment": 2, "TotalSegments": 2})),
        "new values of a put": (
            "API: PutItem",
            ("PutItem", {"TableName": TABLE, "Item": key("new"), "ReturnValues": "ALL_NEW"}),
        ),
        "26 writes in a batch": (BATCH_WRITE, writes([key("b", str(i)) for i in range(26)])),
        "no write in a batch": (BATCH_WRITE, writes([])),
        "101 keys in a batch": (BATCH_GET, gets([key("b", str(i)) for i in range(101)])),
        "one item twice in a batch of writes": (BATCH_WRITE, writes([key("b"), key("b")])),
        "one key twice in a batch": (BATCH_GET, gets([key("b"), key("b")])),
        "101 actions in a transaction": (
            TRANSACTIONS,
            transaction(*(("Put", {"Item": key("t", str(i))}) for i in range(101))),
        ),
        "a transaction of more than 4 MB": (
            TRANSACTIONS,
            transaction(*(("Put", {"Item": sized(400_000, "t", f"{i:02}")}) for i in range(11))),
        ),
        "one item twice in a transaction": (
            TRANSACTIONS,
            transaction(("Put", {"Item": key("t")}), ("Delete", {"Key": key("t")})),
        ),
        "an empty index key in a transaction": (
            TRANSACTIONS,
            transaction(("Put", {"Item": key("t") | {"kind": s("")}})),
        ),
        "a reserved word in a transaction": (
            RESERVED,
            transaction(("Put", {"Item": key("t"), "ConditionExpression": "attribute_not_exists(year)"})),
        ),
        "PartiQL that inserts what exists": (
            PARTIQL,
            ("ExecuteStatement", {"Statement": f"INSERT INTO \"{TABLE}\" VALUE {{'pk': 'p', 'sk': 's1'}}"}),
        ),
    },
)
REQUESTS += [
    Rule(
        "an update that makes an item larger than 400 KB",
        "requests",
        CONSTRAINTS,
        ("UpdateItem", {"TableName": TABLE, "Key": key("big"), "UpdateExpression": "SET more = :v"}
        | {"ExpressionAttributeValues": {":v": s("x" * 200_000)}}),
        before=(("PutItem", {"TableName": TABLE, "Item": sized(300_000, "big", "s1")}),),
        seen_in="item",
    ),
    Rule(
        "deleting a table that is protected",
        "requests",
        "API: DeleteTable",
        ("DeleteTable", {"TableName": f"{TABLE}-kept"}),
        before=(create(TableName=f"{TABLE}-kept", DeletionProtectionEnabled=True),),
        seen_in="item",
    ),
]  # fmt: skip

_SEARCHED = create(VectorIndexes=[vector("byMeaning", 2, "pk")])
_VECTOR_TABLES = {
    "6 vector indexes": (VECTORS, create(VectorIndexes=[vector(f"byMeaning{i}") for i in range(6)])),
    "a vector index on a provisioned table": (
        VECTORS,
        create(
            BillingMode="PROVISIONED",
            ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            VectorIndexes=[vector()],
        ),
    ),
    "a vector of 4,097 dimensions": (VECTORS, create(VectorIndexes=[vector(dimensions=4097)])),
    "two numbers of dimensions of one vector": (VECTORS, create(VectorIndexes=[vector(), vector("other", 3)])),
    "two partition attributes in a search schema": (
        SEARCH,
        create("pk,sk", "pk:S sk:S", VectorIndexes=[vector("byMeaning", 2, "pk", "sk")]),
    ),
    "an attribute twice in a search schema": (SEARCH, create(VectorIndexes=[vector("byMeaning", 2, "pk", "pk?")])),
    "19 filters in a search schema": (
        VECTORS,
        create(types="pk:S " + _many(19), VectorIndexes=[vector("byMeaning", 2, *(f"a{i}?" for i in range(19)))]),
    ),
    "a filter that is not defined": (SEARCH, create(VectorIndexes=[vector("byMeaning", 2, "color?")])),
    "a vector index named like another": (
        CREATE,
        create(types="pk:S a:S", gsis=[index("byMeaning", "a")], VectorIndexes=[vector()]),
    ),
}
_SEARCHES = {
    "101 neighbors": (SEARCH, search(TopK=101)),
    "no neighbors": (SEARCH, search(TopK=0)),
    "a search vector of another length": (SEARCH, search(numbers=3)),
    "a search vector of text": (SEARCH, search(SearchVector=[s("1"), s("2")])),
    "a search without its partition": (SEARCH, search(None)),
    "a search by a range": (SEARCH, search("pk > :p")),
    "a search by what is not in the schema": (SEARCH, search("pk = :p AND color = :p")),
    "a search by a value of another type": (SEARCH, search(ExpressionAttributeValues={":p": n(1)})),
    "a search of an index that is not there": (SEARCH, search(IndexName="lost")),
    "a projection of what a vector index does not have": (SEARCH, search(ProjectionExpression="title")),
    "an item whose vector has another length": (VECTORS, put_alone(meaning={"L": [n(1)]})),
    "an item whose vector is a set": (VECTORS, put_alone(meaning={"NS": ["1", "2"]})),
}
SEARCHES = [
    *_rules("vector indexes", _VECTOR_TABLES),
    *(
        Rule(title, "vector indexes", page, request, before=(_SEARCHED,))
        for title, (page, request) in _SEARCHES.items()
    ),
]
RULES = (*SCHEMAS, *KEYS, *INDEXES, *CONDITIONS, *TEXTS, *REQUESTS, *SEARCHES)

# Just within the limits: refusing one of these would refuse a good design.
EDGES: dict[str, Request] = {
    "20 global secondary indexes": create(types="pk:S " + _many(20), gsis=_gsis(20)),
    "5 local secondary indexes": create("pk,sk", "pk:S sk:S " + _many(5), lsis=_lsis(5)),
    "4 partition and 4 sort attributes": create(
        types="pk:S " + _many(8), gsis=[index("wide", "a0+a1+a2+a3,a4+a5+a6+a7")]
    ),
    "keys of 2,048 and 1,024 bytes": put(pk=s("k" * 2048), sk=s("k" * 1024)),
    "an item of 409,600 bytes": ("PutItem", {"TableName": TABLE, "Item": sized(409_600)}),
    "a number of 38 digits": put(x=n("1" * 38)),
    "numbers of the largest and the smallest magnitude": put(x=n("9.99E+125"), y=n("1E-130")),
    "an empty text, list and map outside of keys": put(x=s(""), y={"L": []}, z={"M": {}}),
    "nesting of 32 levels": put(x=nested(32)),
    "100 operands of IN": query(FilterExpression=f"note IN ({', '.join([':p'] * 100)})"),
    "300 operators in an update": update("SET " + ", ".join(f"x{i}=:v+:v" for i in range(300)), v=n(1)),
    "an update that reads a key": update("SET x = if_not_exists(x, sk)"),
    "two parts of one map": update("SET note2 = :m, other2 = :m", m={"M": {}}),
    "25 writes in a batch": writes([key("b", str(i)) for i in range(25)]),
    "100 keys in a batch": gets([key("b", str(i)) for i in range(100)]),
    "100 actions in a transaction": transaction(*(("Put", {"Item": key("t", str(i))}) for i in range(100))),
    "a strong query of a local index that asks for what it does not have": query(
        "pk = :p", "byAt", ConsistentRead=True, ProjectionExpression="note"
    ),
    "the base key in a filter on an index": query("kind = :p", "byKind", FilterExpression="sk = :p"),
    "a page that begins after a key": query(ExclusiveStartKey=key()),
    "the last segment of two": ("Scan", {"TableName": TABLE, "Segment": 1, "TotalSegments": 2}),
    "every part of a multi-attribute key": query(
        "tenant = :t AND #r = :r AND #s = :s AND #n BETWEEN :a AND :b",
        "byPlace",
        t=s("t"),
        r=s("r"),
        s=s("OPEN"),
        a=n(-9),
        b=n(9),
        ExpressionAttributeNames={"#r": "region", "#s": "state", "#n": "rank"},
    ),
}
