"""What is taken for granted when a spec does not say it: every default once, as data that `dynamodel rules` prints.

Of published designs almost none states rates or sizes, so these are the normal case. Wherever one of them shows it is
marked "assumed".
"""

from __future__ import annotations

from dynamodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Default:
    """One default: the fact it stands for, its value, and the words that explain it."""

    fact: str
    value: float
    text: str


READ_RATE = Default("rps of a read", 1, "1 call per second")
WRITE_RATE = Default("rps of a write", 0.1, "0.1 calls per second")
SCAN_RATE = Default("rps of a Scan", 0.000_012, "a job that runs once a day")
PEAK = Default("peak", 5, "5 times `rps`")
TEXT = Default("bytes of a text, average", 24, "24 bytes on average")
TEXT_MOST = Default("bytes of a text, most", 256, "256 bytes at most, or `max_length`")
ITEMS = Default("items of a list, set or map, average", 3, "3 items on average")
ITEMS_MOST = Default("items of a list, set or map, most", 20, "20 items at most")
NUMBER = Default("bytes of a number without bounds, average", 4, "4 bytes on average (6 digits)")
NUMBER_MOST = Default("bytes of a number without bounds, most", 11, "11 bytes at most (20 digits)")
DOCUMENT = Default("bytes of an `Any`, average", 100, "100 bytes on average")
DOCUMENT_MOST = Default("bytes of an `Any`, most", 1_000, "1,000 bytes at most")
BYTES_MOST = Default("most of `bytes`, when only the average is said", 4, "4 times the average")
COUNT = Default("count of an entity without a parent", 10_000, "10,000 items")
CHILDREN = Default("children, average", 10, "10 children of a parent on average")
CHILDREN_MOST = Default("children, most", 1_000, "1,000 children of a parent at most")
AMOUNT_MOST = Default("most of `children` or `rows`, when only the average is said", 10, "10 times the average")
ROWS = Default("rows for a value of an attribute of which nothing is known, average", 10, "10 rows on average")
ROWS_MOST = Default("rows for a value of an attribute of which nothing is known, most", 1_000, "1,000 rows at most")
PRESENCE = Default("presence of an optional attribute", 0.5, "half of the items have it")
SELECTIVITY = Default("items that a range or another condition keeps", 1 / 3, "a third of them on average, all at most")
KEYS = Default("keys of a BatchGet", 10, "10 keys on average")
KEYS_MOST = Default("keys of a BatchGet, most", 100, "100 keys at most")
FOUND = Default("limit of a Search", 10, "the 10 nearest")

DEFAULTS: tuple[Default, ...] = (
    READ_RATE, WRITE_RATE, SCAN_RATE, PEAK, TEXT, TEXT_MOST, ITEMS, ITEMS_MOST, NUMBER, NUMBER_MOST, DOCUMENT,
    DOCUMENT_MOST, BYTES_MOST, COUNT, CHILDREN, CHILDREN_MOST, AMOUNT_MOST, ROWS, ROWS_MOST, PRESENCE, SELECTIVITY,
    KEYS, KEYS_MOST, FOUND,
)  # fmt: skip
