"""Every figure of the service's documentation on sizes, capacity and prices that the planner relies on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dynamodel.dynamo import capacity, limits, prices, reserved, sizing
from dynamodel.dynamo.types import natural_refusal, stored_type
from dynamodel.ir.entities import AttributeDef, Bucket, BucketUnit, Estimate
from dynamodel.ir.values import Kind, ValueType

KB = 1024
U = capacity.MICRO


def test_the_documented_shirt_has_23_bytes() -> None:
    assert sizing.item_bytes({"shirt-color": "R", "shirt-size": "M"}) == 23


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("", 0),
        ("é", 2),
        ("😀", 4),
        (b"abc", 3),
        (True, 1),
        (None, 1),
        (0, 1),
        (7, 2),
        (27, 2),
        (100, 2),
        (123, 3),
        (-27, 3),
        (Decimal("0.00120"), 2),
        (Decimal(12345678901234567890123456789012345678), 20),
        ([], 3),
        ({}, 3),
        (["ab", "c"], 3 + 3 + 2),
        ({"a": "bc"}, 3 + 1 + 2 + 1),
        ({"x", "yz"}, 3),
    ],
)
def test_a_value_has_the_documented_size(value: object, size: int) -> None:
    assert sizing.value_bytes(value) == size


def test_what_is_not_stored_has_no_size() -> None:
    with pytest.raises(TypeError):
        sizing.value_bytes(1.5)


def test_an_entry_holds_keys_and_projection_and_needs_all_its_keys() -> None:
    item = {"pk": "a", "sk": "b", "g": "ccc", "x": "dddd", "y": "e" * 100}
    assert sizing.entry_bytes(item, ("pk", "sk", "g"), ("x",)) == 3 + 3 + 4 + 5
    assert sizing.entry_bytes(item, ("pk", "sk", "g"), None) == sizing.item_bytes(item)
    assert sizing.entry_bytes(item, ("pk", "sk", "missing"), None) == 0


@pytest.mark.parametrize(
    ("size", "eventual", "strong"),
    [(0, 500_000, U), (1, 500_000, U), (4096, 500_000, U), (4097, U, 2 * U), (10 * KB, 1_500_000, 3 * U)],
)
def test_reads_round_up_to_4_kb_and_cost_something(size: int, eventual: int, strong: int) -> None:
    assert capacity.read_units(size, consistent=False) == eventual
    assert capacity.read_units(size, consistent=True) == strong


def test_ten_items_of_1_kb_cost_1_5_by_query_and_5_by_batch() -> None:
    assert capacity.query_units(10 * KB, consistent=False) == 1_500_000
    assert capacity.batch_read_units([KB] * 10, consistent=False) == 5 * U


def test_two_small_entities_in_one_query_cost_half_of_two_reads() -> None:
    assert capacity.query_units(3000, consistent=False) == 500_000
    assert capacity.batch_read_units([1500, 1500], consistent=False) == U


def test_a_query_is_rounded_once_for_each_page() -> None:
    page = limits.PAGE_BYTES
    assert capacity.query_units(page, consistent=False) == 128 * U
    assert capacity.query_units(page + 1, consistent=False) == 128 * U + 500_000
    assert capacity.query_units(2 * page, consistent=True) == 512 * U
    assert capacity.query_units(0, consistent=True) == U


def test_a_transaction_reads_at_twice_the_strong_price() -> None:
    assert capacity.transact_read_units([100, 5000]) == 2 * U + 4 * U


def test_a_local_index_fetches_each_unprojected_item_on_its_own() -> None:
    assert capacity.local_fetch_units(500, [1000, 5000], consistent=False) == 500_000 + 500_000 + U


@pytest.mark.parametrize(("size", "units"), [(0, U), (1, U), (1024, U), (1025, 2 * U), (400 * KB, 400 * U)])
def test_writes_round_up_to_1_kb(size: int, units: int) -> None:
    assert capacity.write_units(size) == units
    assert capacity.transact_write_units([size, 1]) == 2 * units + 2 * U


@pytest.mark.parametrize(
    ("before", "after", "key", "projected", "writes"),
    [
        (False, True, False, False, 1),
        (True, True, True, False, 2),
        (True, True, True, True, 2),
        (True, False, False, False, 1),
        (False, False, True, True, 0),
        (True, True, False, True, 1),
        (True, True, False, False, 0),
    ],
)
def test_index_writes(*, before: bool, after: bool, key: bool, projected: bool, writes: int) -> None:
    found = capacity.index_writes(before=before, after=after, key_changed=key, projected_changed=projected)
    assert found == writes
    assert capacity.index_write_units(1500, writes) == writes * 2 * U


def test_shards_keep_the_hottest_key_at_seventy_percent() -> None:
    assert capacity.shards(write=700 * U) == 1
    assert capacity.shards(write=700 * U + 1) == 2
    assert capacity.shards(read=2100 * U) == 1
    assert capacity.shards(read=6300 * U + 1, write=1) == 4


def test_a_write_and_a_read_a_second_for_a_month() -> None:
    # 2,628,000 seconds at 0.625 and 0.125 US dollars a million.
    assert prices.monthly_micro_usd(read=0, write=U, average=U, peak=U) == 1_642_500
    assert prices.monthly_micro_usd(read=U, write=0, average=U, peak=U) == 328_500
    assert prices.monthly_micro_usd(read=U, write=0, average=U, peak=9 * U) == 328_500


def test_provisioned_is_paid_for_the_peak_and_breaks_even_at_28_9_percent() -> None:
    one = prices.monthly_micro_usd(read=0, write=700_000, average=0, peak=U, terms=prices.terms("provisioned"))
    assert one == 474_500  # one unit for 730 hours at 0.00065
    # At a use of 28.9 % of the provisioned unit on demand costs the same.
    on_demand = prices.monthly_micro_usd(read=0, write=U, average=288_900, peak=U)
    assert abs(on_demand - one) < one // 1000


def test_a_replica_is_one_more_replicated_write_and_stores_everything_once_more() -> None:
    two = prices.terms(rare=(False, False))
    # 0.625 US dollars a million in each Region, the table's own included; reads stay where they are.
    assert prices.monthly_micro_usd(read=0, write=U, average=U, peak=U, terms=two) == 2 * 1_642_500
    assert prices.monthly_micro_usd(read=U, write=0, average=U, peak=U, terms=two) == 328_500
    assert prices.storage_micro_usd(limits.GB, two) == 500_000
    assert (prices.terms().item_overhead, two.item_overhead) == (100, 148)
    provisioned = prices.terms("provisioned", (False, False, False))
    assert provisioned.write == 3 * 650_000
    assert provisioned.read == 130_000


def test_the_class_for_rare_access_has_its_own_prices_in_each_region() -> None:
    rare, mixed = prices.terms(rare=(True,)), prices.terms(rare=(False, True))
    assert (rare.read, rare.write, rare.storage) == (155, 780, 100_000_000)
    assert (mixed.read, mixed.write, mixed.storage) == (125, 625 + 780, 350_000_000)
    assert prices.terms("provisioned", (True,)).write == 810_000


def test_storage_is_a_quarter_dollar_for_a_binary_gigabyte() -> None:
    assert prices.storage_micro_usd(limits.GB) == 250_000
    assert prices.storage_micro_usd(4 * limits.GB) == 1_000_000
    assert prices.storage_micro_usd(0) == 0


def test_prices_are_dated() -> None:
    assert prices.PRICES.dated == "2026-09-06"
    assert prices.PRICES.region == "us-east-1"


def test_reserved_words() -> None:
    assert len(reserved.RESERVED_WORDS) == 573
    assert reserved.is_reserved("status")
    assert reserved.is_reserved("Name")
    assert not reserved.is_reserved("order_id")


def _attribute(kind: Kind, **more: object) -> AttributeDef:
    min_length = more.pop("min_length", 0)
    values = more.pop("values", ())
    value_type = ValueType(kind, min_length=min_length, values=values)  # type: ignore[arg-type]
    return AttributeDef("a", value_type, Estimate(8, 8), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("attribute", "legal"),
    [
        (_attribute(Kind.STRING), False),
        (_attribute(Kind.STRING, min_length=1), True),
        (_attribute(Kind.BYTES), False),
        (_attribute(Kind.BYTES, min_length=1), True),
        (_attribute(Kind.BOOLEAN), False),
        (_attribute(Kind.INTEGER), True),
        (_attribute(Kind.DATETIME), True),
        (_attribute(Kind.DATETIME, role="ttl"), True),
        (_attribute(Kind.DATETIME, bucket=Bucket("b", BucketUnit.DAY)), False),
        (_attribute(Kind.ENUM, values=("a", "b")), True),
        (_attribute(Kind.ENUM, values=("a", "")), False),
        (_attribute(Kind.ENUM, values=(1, 2)), True),
        (_attribute(Kind.MAP), False),
        (_attribute(Kind.ANY), False),
        (_attribute(Kind.UUID, optional=True), True),
    ],
)
def test_natural_key_attributes(*, attribute: AttributeDef, legal: bool) -> None:
    assert (natural_refusal(attribute) == "") is legal


def test_stored_types() -> None:
    assert stored_type(ValueType(Kind.DATETIME)) == "S"
    assert stored_type(ValueType(Kind.DATETIME), role="ttl") == "N"
    assert stored_type(ValueType(Kind.ENUM, values=(1, 2))) == "N"
    assert stored_type(ValueType(Kind.SET, element=ValueType(Kind.BYTES))) == "BS"
    assert stored_type(ValueType(Kind.ANY)) is None
    with pytest.raises(ValueError, match="a set holds"):
        stored_type(ValueType(Kind.SET, element=ValueType(Kind.MAP)))


def test_a_name_of_20_bytes_on_a_billion_items_is_18_6_gb() -> None:
    with_name = sizing.item_bytes({"n" * 20: 1}) - sizing.value_bytes(1)
    assert round(with_name * 10**9 / limits.GB, 1) == 18.6


def test_a_vector_as_a_list_of_numbers_takes_about_5_5_bytes_a_dimension() -> None:
    vector = [Decimal("0.123456") * (-1) ** n for n in range(1000)]
    assert sizing.value_bytes(vector) == 3 + 5_500


def test_elements_of_lists_and_entries_of_maps_take_one_byte_more_and_sets_none() -> None:
    assert sizing.value_bytes([b"xy"] * 10) == 3 + 10 * (2 + 1)
    assert sizing.value_bytes({f"k{n}": b"xy" for n in range(10)}) == 3 + 10 * (2 + 2 + 1)
    assert sizing.value_bytes({b"x", b"yz"}) == 3
    assert sizing.value_bytes({1, 27, 123}) == 2 + 2 + 3


def test_the_100_bytes_of_storage_are_no_part_of_an_item() -> None:
    assert sizing.STORED_OVERHEAD == 100
    assert capacity.write_units(sizing.item_bytes({"a": "x" * 1023})) == U


def test_a_transaction_that_is_repeated_with_its_token_or_sent_through_dax_reads_its_items_as_a_transaction() -> None:
    # Read units instead of write units on repeating; 2 read units an item in the background through DAX.
    assert capacity.transact_read_units([1000]) == 2 * U
    assert capacity.transact_write_units([1000]) == 2 * U


def test_a_failed_condition_is_charged_by_the_larger_of_both_items() -> None:
    assert capacity.write_units(max(700, 3000)) == 3 * U


def test_a_month_has_2_628_000_seconds_and_not_30_days() -> None:
    assert prices.SECONDS_A_MONTH == 2_628_000
    assert prices.HOURS_A_MONTH == 730


@pytest.mark.parametrize(
    ("name", "nano"),
    [
        ("on_demand_write_unit", 625),
        ("on_demand_read_unit", 125),
        ("replicated_write_unit", 625),
        ("provisioned_write_unit_hour", 650_000),
        ("provisioned_read_unit_hour", 130_000),
        ("storage_gb_month", 250_000_000),
        ("infrequent_access_on_demand_write_unit", 780),
        ("infrequent_access_on_demand_read_unit", 155),
        ("infrequent_access_provisioned_write_unit_hour", 810_000),
        ("infrequent_access_provisioned_read_unit_hour", 160_000),
        ("infrequent_access_storage_gb_month", 100_000_000),
    ],
)
def test_list_prices_in_billionths_of_a_dollar(name: str, nano: int) -> None:
    assert prices.PRICES.nano_usd[name] == nano
