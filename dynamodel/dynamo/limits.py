"""Limits of the service that a design can run into, each with the page of the DynamoDB Developer Guide that states it.

Sizes are in bytes (1 KB = 1,024), rates per second. Pages are named by their titles: "Quotas in Amazon DynamoDB",
"Constraints in Amazon DynamoDB", "Using Global Secondary Indexes in DynamoDB", "Local secondary indexes",
"Amazon DynamoDB Transactions: How it works", and the API reference.
"""

from __future__ import annotations

import re

KB = 1024
MB = 1024 * KB
GB = 1024 * MB

# Keys. Constraints: partition key and sort key values; API reference, KeySchemaElement: types.
PARTITION_KEY_BYTES = 2048
SORT_KEY_BYTES = 1024
KEY_TYPES = ("S", "N", "B")

# Names. Constraints: naming rules; attribute names of index keys and INCLUDE projections have 255 bytes.
TABLE_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
KEY_ATTRIBUTE_NAME_BYTES = 255
ATTRIBUTE_NAME_BYTES = 64 * KB

# Values. Constraints: items, numbers, nesting.
ITEM_BYTES = 400 * KB
NUMBER_DIGITS = 38
NUMBER_SMALLEST_EXPONENT = -130
NUMBER_LARGEST_EXPONENT = 125
NESTING_LEVELS = 32

# Indexes. Quotas: secondary indexes per table; projected attributes count once for each index that lists them.
GLOBAL_INDEXES = 20
LOCAL_INDEXES = 5
INCLUDED_ATTRIBUTES = 100
# API reference, NonKeyAttributes: at most 20 names; other pages know the total of 100 only.
INCLUDED_ATTRIBUTES_OF_ONE_INDEX = 20
# Local secondary indexes: an item collection with its entries in local indexes.
ITEM_COLLECTION_BYTES = 10 * GB

# Multi-attribute keys. Using Global Secondary Indexes; API reference, CreateTable.
PARTITION_ATTRIBUTES = 4
SORT_ATTRIBUTES = 4

# Vector indexes. Quotas; API reference, CreateVectorIndexAction and SearchVectors.
VECTOR_INDEXES = 5
DIMENSIONS = 4096
VECTOR_FILTERS = 18
NEIGHBORS = 100

# Partitions. Data modeling building blocks in DynamoDB; burst and adaptive capacity.
PARTITION_READ_UNITS = 3000
PARTITION_WRITE_UNITS = 1000
# Ours, not the service's: the share of a partition that a design may plan for.
PARTITION_HEADROOM_PERCENT = 70
PARTITION_BYTES = 10 * GB
# Beyond, the default quota of a whole table is reached first.
MOST_SHARDS = 64
# Quotas: default throughput of a table, read and write each.
TABLE_UNITS = 40_000

# Requests. Constraints; API reference of each operation; Transactions: How it works.
PAGE_BYTES = MB
BATCH_GET_KEYS = 100
BATCH_GET_BYTES = 16 * MB
BATCH_WRITE_ITEMS = 25
BATCH_WRITE_BYTES = 16 * MB
TRANSACTION_ACTIONS = 100
TRANSACTION_BYTES = 4 * MB
EXPRESSION_BYTES = 4 * KB
EXPRESSION_TOKEN_BYTES = 255
SUBSTITUTION_BYTES = 2 * MB
UPDATE_OPERATORS = 300
IN_OPERANDS = 100
SCAN_SEGMENTS = 1_000_000
