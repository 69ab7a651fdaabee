"""Five lookups that have nothing in common, where the model allows three indexes."""

from pydantic import Field

from dynamodel import Create, Entity, Get, Model, Query, Ulid


class Asset(Entity, identity="asset_id", count=1_000):
    asset_id: Ulid
    serial: str = Field(min_length=1, max_length=40)
    owner: str = Field(min_length=1, max_length=40)
    room: str = Field(min_length=1, max_length=40)
    vendor: str = Field(min_length=1, max_length=40)
    contract: str = Field(min_length=1, max_length=40)


class Register(Model, indexes=3, copies=False):
    """A register of assets."""

    asset = Get(Asset, rps=5)
    add = Create(Asset, rps=1)
    by_serial = Query(Asset, by=Asset.serial, rps=1)
    by_owner = Query(Asset, by=Asset.owner, rps=1)
    by_room = Query(Asset, by=Asset.room, rps=1)
    by_vendor = Query(Asset, by=Asset.vendor, rps=1)
    by_contract = Query(Asset, by=Asset.contract, rps=1)
