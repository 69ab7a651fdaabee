"""List prices and what a month costs at them: integers, prices in billionths and results in millionths of a US dollar.

The prices are data with a date (`prices_us_east_1.json`, both table classes); every estimate that uses them shows
that date. Free tiers are left out on purpose: they belong to an account, not to a table. A month has 730 hours, as in
AWS's own calculator; a gigabyte is binary, as in the service's quotas page.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dynamodel.dynamo.limits import GB
from dynamodel.dynamo.sizing import REPLICATED_OVERHEAD, STORED_OVERHEAD
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamodel.ir.workload import Options

_RARE = "infrequent_access_"
INFREQUENT = "STANDARD_INFREQUENT_ACCESS"
HOURS_A_MONTH = 730
SECONDS_A_MONTH = HOURS_A_MONTH * 3600
PROVISIONED_TARGET_PERCENT = (
    70  # capacity is provisioned so that the peak uses this much of it: a common scaling target
)

_MILLION = 1_000_000
_NANO_A_MICRO = 1000


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of one region in billionths of a US dollar a unit, and the day of the evidence."""

    region: str
    dated: str
    source: str
    nano_usd: Mapping[str, int]


def load_prices(path: Path) -> Prices:
    """The prices of a data file of this package."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Prices(data["region"], data["dated"], data["source"], data["nano_usd"])


PRICES = load_prices(Path(__file__).with_name("prices_us_east_1.json"))


def _nearest(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a table is charged: prices in billionths of a US dollar, in all of its Regions together.

    `read` and `write` are the prices of a unit (of an hour of it, provisioned), `storage` that of a gigabyte for a
    month; storage is billed for `item_overhead` bytes on top of each item.
    """

    billing: Literal["on_demand", "provisioned"]
    read: int
    write: int
    storage: int
    item_overhead: int


@cache
def terms(billing: Literal["on_demand", "provisioned"] = "on_demand", rare: tuple[bool, ...] = (False,)) -> Terms:
    """The terms of a table; `rare` says for each of its Regions, its own first, whether its class is for rare access.

    A read stays in one Region. What is written to a global table is written in every Region, its own included, at the
    price of a replicated write, and stored in each; a witness is free of charge. Data transfer between Regions is not
    in it. Source: "Understanding Amazon DynamoDB billing for global tables".
    """
    prices, shared = PRICES.nano_usd, len(rare) > 1
    hour = "_hour" if billing == "provisioned" else ""
    ordinary = "replicated_write_unit" if shared and not hour else f"{billing}_write_unit{hour}"
    return Terms(
        billing,
        read=prices[f"{_RARE if rare[0] else ''}{billing}_read_unit{hour}"],
        write=sum(prices[f"{_RARE}{billing}_write_unit{hour}" if is_rare else ordinary] for is_rare in rare),
        storage=sum(prices[f"{_RARE if is_rare else ''}storage_gb_month"] for is_rare in rare),
        item_overhead=STORED_OVERHEAD + (REPLICATED_OVERHEAD if shared else 0),
    )


def terms_of(options: Options) -> Terms:
    """The terms of a model's table."""
    told = options.deployment
    classes = (told.table_class, *(r.table_class for r in told.replicas))
    return terms(options.billing, tuple(c == INFREQUENT for c in classes))


_PLAIN = terms()


def monthly_micro_usd(*, read: int, write: int, average: int, peak: int, terms: Terms = _PLAIN) -> int:
    """What calls of one kind cost in a month, in millionths of a US dollar, rounded once to the nearest.

    `read` and `write` are units of one call, `average` and `peak` calls a second, all in millionths. On demand the
    average counts; provisioned capacity is paid for the peak, used at `PROVISIONED_TARGET_PERCENT`.
    """
    nano = read * terms.read + write * terms.write
    if terms.billing == "on_demand":
        return _nearest(nano * average * SECONDS_A_MONTH, _MILLION * _MILLION * _NANO_A_MICRO)
    return _nearest(nano * peak * HOURS_A_MONTH * 100, PROVISIONED_TARGET_PERCENT * _MILLION * _MILLION * _NANO_A_MICRO)


def vector_writes_micro_usd(size: int, average: int) -> int:
    """A month's writes of `size` bytes to vector indexes, `average` (millionths) a second, in millionths of a dollar.

    Vector indexes are metered in bytes and exist on demand only ("Monitoring vector index capacity").
    """
    nano = size * PRICES.nano_usd["vector_write_gb"] * average * SECONDS_A_MONTH
    return _nearest(nano, GB * _MILLION * _NANO_A_MICRO)


def storage_micro_usd(size: int, terms: Terms = _PLAIN) -> int:
    """A month's storage of that many bytes (overhead of items and entries in it), in millionths of a US dollar."""
    return _nearest(size * terms.storage, GB * _NANO_A_MICRO)
