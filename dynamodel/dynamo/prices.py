"""List prices and what a month costs at them: integers, prices in billionths and results in millionths of a US dollar.

The prices are data with a date (`prices_us_east_1.json`, standard table class); every estimate that uses them shows
that date. Free tiers are left out on purpose: they belong to an account, not to a table. A month has 730 hours, as in
AWS's own calculator; a gigabyte is binary, as in the service's quotas page.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dynamodel.dynamo.limits import GB
from dynamodel.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def monthly_micro_usd(
    *, read: int, write: int, average: int, peak: int, billing: Literal["on_demand", "provisioned"] = "on_demand"
) -> int:
    """What calls of one kind cost in a month, in millionths of a US dollar, rounded once to the nearest.

    `read` and `write` are units of one call, `average` and `peak` calls a second, all in millionths. On demand the
    average counts; provisioned capacity is paid for the peak, used at `PROVISIONED_TARGET_PERCENT`.
    """
    prices = PRICES.nano_usd
    if billing == "on_demand":
        nano = read * prices["on_demand_read_unit"] + write * prices["on_demand_write_unit"]
        return _nearest(nano * average * SECONDS_A_MONTH, _MILLION * _MILLION * _NANO_A_MICRO)
    nano = read * prices["provisioned_read_unit_hour"] + write * prices["provisioned_write_unit_hour"]
    return _nearest(nano * peak * HOURS_A_MONTH * 100, PROVISIONED_TARGET_PERCENT * _MILLION * _MILLION * _NANO_A_MICRO)


def vector_writes_micro_usd(size: int, average: int) -> int:
    """A month's writes of `size` bytes to vector indexes, `average` (millionths) a second, in millionths of a dollar.

    Vector indexes are metered in bytes and exist on demand only ("Monitoring vector index capacity").
    """
    nano = size * PRICES.nano_usd["vector_write_gb"] * average * SECONDS_A_MONTH
    return _nearest(nano, GB * _MILLION * _NANO_A_MICRO)


def storage_micro_usd(size: int) -> int:
    """A month's storage of that many bytes (with 100 for each item and index entry), in millionths of a US dollar."""
    return _nearest(size * PRICES.nano_usd["storage_gb_month"], GB * _NANO_A_MICRO)
