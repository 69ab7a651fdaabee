"""Twenty-two lookups with nothing in common, where a table has twenty indexes."""

from pydantic import Field

from dynamodel import Create, Entity, Get, Model, Query, Ulid


class Asset(Entity, identity="asset_id", count=1_000):
    asset_id: Ulid
    field_01: str = Field(min_length=1, max_length=40)
    field_02: str = Field(min_length=1, max_length=40)
    field_03: str = Field(min_length=1, max_length=40)
    field_04: str = Field(min_length=1, max_length=40)
    field_05: str = Field(min_length=1, max_length=40)
    field_06: str = Field(min_length=1, max_length=40)
    field_07: str = Field(min_length=1, max_length=40)
    field_08: str = Field(min_length=1, max_length=40)
    field_09: str = Field(min_length=1, max_length=40)
    field_10: str = Field(min_length=1, max_length=40)
    field_11: str = Field(min_length=1, max_length=40)
    field_12: str = Field(min_length=1, max_length=40)
    field_13: str = Field(min_length=1, max_length=40)
    field_14: str = Field(min_length=1, max_length=40)
    field_15: str = Field(min_length=1, max_length=40)
    field_16: str = Field(min_length=1, max_length=40)
    field_17: str = Field(min_length=1, max_length=40)
    field_18: str = Field(min_length=1, max_length=40)
    field_19: str = Field(min_length=1, max_length=40)
    field_20: str = Field(min_length=1, max_length=40)
    field_21: str = Field(min_length=1, max_length=40)
    field_22: str = Field(min_length=1, max_length=40)


class Register(Model, copies=False):
    """A register."""

    asset = Get(Asset, rps=1)
    add = Create(Asset, rps=1)
    by_01 = Query(Asset, by=Asset.field_01)
    by_02 = Query(Asset, by=Asset.field_02)
    by_03 = Query(Asset, by=Asset.field_03)
    by_04 = Query(Asset, by=Asset.field_04)
    by_05 = Query(Asset, by=Asset.field_05)
    by_06 = Query(Asset, by=Asset.field_06)
    by_07 = Query(Asset, by=Asset.field_07)
    by_08 = Query(Asset, by=Asset.field_08)
    by_09 = Query(Asset, by=Asset.field_09)
    by_10 = Query(Asset, by=Asset.field_10)
    by_11 = Query(Asset, by=Asset.field_11)
    by_12 = Query(Asset, by=Asset.field_12)
    by_13 = Query(Asset, by=Asset.field_13)
    by_14 = Query(Asset, by=Asset.field_14)
    by_15 = Query(Asset, by=Asset.field_15)
    by_16 = Query(Asset, by=Asset.field_16)
    by_17 = Query(Asset, by=Asset.field_17)
    by_18 = Query(Asset, by=Asset.field_18)
    by_19 = Query(Asset, by=Asset.field_19)
    by_20 = Query(Asset, by=Asset.field_20)
    by_21 = Query(Asset, by=Asset.field_21)
    by_22 = Query(Asset, by=Asset.field_22)
