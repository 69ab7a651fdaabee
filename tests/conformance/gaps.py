"""What each backend does with a request where the service does otherwise.

Marks are strict: when a new version of a backend closes a gap, the test that names it fails, and its line goes.
"""

from __future__ import annotations

ACCEPTS, REFUSES, CRASHES = "accepts", "refuses", "crashes"

# Neither emulator has vector indexes: they leave them out of tables without a word, and know no search.
_UNSEEN = dict.fromkeys(
    (
        "6 vector indexes",
        "a vector index on a provisioned table",
        "a vector of 4,097 dimensions",
        "two numbers of dimensions of one vector",
        "two partition attributes in a search schema",
        "an attribute twice in a search schema",
        "a filter that is not defined",
        "a vector index named like another",
        "an item whose vector has another length",
        "an item whose vector is a set",
    ),
    ACCEPTS,
)
_UNKNOWN = dict.fromkeys(
    (
        "101 neighbors",
        "no neighbors",
        "a search vector of another length",
        "a search vector of text",
        "a search without its partition",
        "a search by a range",
        "a search by what is not in the schema",
        "a search by a value of another type",
        "a search of an index that is not there",
        "a projection of what a vector index does not have",
    ),
    CRASHES,
)

# Rules that a backend does not enforce.
MOTO = {
    "2 partition attributes in the table's key": ACCEPTS,
    "5 partition attributes in an index": ACCEPTS,
    "5 sort attributes in an index": ACCEPTS,
    "2 sort attributes in a local index": ACCEPTS,
    "a sort attribute before the partition attribute": ACCEPTS,
    "one attribute twice in a key": ACCEPTS,
    "21 global secondary indexes": ACCEPTS,
    "6 local secondary indexes": ACCEPTS,
    "a local index on a table without a sort key": ACCEPTS,
    "a local index with another partition key": ACCEPTS,
    "a local index without a sort key": ACCEPTS,
    "KEYS_ONLY with included attributes": ACCEPTS,
    "INCLUDE without attributes": ACCEPTS,
    "101 included attributes over all indexes": ACCEPTS,
    "a key attribute of type BOOL": ACCEPTS,
    "an index name of 2 characters": ACCEPTS,
    "a table name of 2 characters": ACCEPTS,
    "a table name with a space": ACCEPTS,
    "two indexes of one name": ACCEPTS,
    "an index key attribute name of 256 bytes": ACCEPTS,
    "two indexes created at once": ACCEPTS,
    "an index key of the wrong type": ACCEPTS,
    "a part of a multi-attribute key of the wrong type": ACCEPTS,
    "an update to an index key of the wrong type": ACCEPTS,
    "an item that is over 400 KB with its entries in local indexes": ACCEPTS,
    "a number of 39 significant digits": ACCEPTS,
    "a number of 1E+126": ACCEPTS,
    "a value twice in a set": ACCEPTS,
    "a number twice in a set, written differently": ACCEPTS,
    "nesting of 33 levels": ACCEPTS,
    "a projection of what a global index does not have": ACCEPTS,
    "OR": CRASHES,
    "NOT": CRASHES,
    "<> on the sort key": CRASHES,
    "IN on the sort key": CRASHES,
    "two conditions on the sort key": ACCEPTS,
    "BETWEEN with the lower bound above the upper one": ACCEPTS,
    "a value of another type than the key": ACCEPTS,
    "begins_with on a number": CRASHES,
    "a value that no expression uses": ACCEPTS,
    "an expression of 4,097 bytes": ACCEPTS,
    "a placeholder of 256 bytes": ACCEPTS,
    "101 operands of IN": ACCEPTS,
    "301 operators in an update": CRASHES,
    "two names for one attribute in a projection": ACCEPTS,
    "the sort key in a filter": ACCEPTS,
    "an index key in a filter": ACCEPTS,
    "a limit of 0": CRASHES,
    "a page that begins at half a key": CRASHES,
    "a page that begins in another partition": ACCEPTS,
    "26 writes in a batch": ACCEPTS,
    "no write in a batch": ACCEPTS,
    "a transaction of more than 4 MB": ACCEPTS,
    "PartiQL that inserts what exists": ACCEPTS,
    **_UNSEEN,
}
LOCAL = {"an on-demand table with provisioned throughput": ACCEPTS, **_UNSEEN, **_UNKNOWN}

# Requests within the limits that a backend does not answer.
MOTO_EDGES = {
    "an item of 409,600 bytes": REFUSES,
    "300 operators in an update": CRASHES,
    "an update that reads a key": REFUSES,
}

GAPS: dict[str, dict[str, str]] = {"moto": MOTO, "DynamoDB Local": LOCAL}
EDGE_GAPS: dict[str, dict[str, str]] = {"moto": MOTO_EDGES, "DynamoDB Local": {}}
