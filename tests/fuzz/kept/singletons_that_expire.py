"""Of a singleton there is one row: were it expired, a call on several of them would fail for more reasons than one."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from dynamodel import (
    Entity,
    Get,
    Model,
    Put,
    Query,
    Scan,
    Transaction,
    Update,
    absent,
    any_of,
    asc,
    attr,
    bucket,
    present,
)


class Color(StrEnum):
    red = "r"
    blue = "b"


class Place(BaseModel):
    street: str
    number: int | None = None


class Alpha(Entity, identity=()):
    a0: Place
    a1: date | None = None
    last: int
    version: int = attr(role="version")


class Beta(Entity, identity=()):
    a0: UUID | None = attr(unique=True, default=None)
    expires_at: datetime | None = attr(role="ttl", default=None)
    made_at: datetime = attr(role="created")


class Gamma(Entity, identity=()):
    g0: Annotated[str, StringConstraints(min_length=1, max_length=20)] = attr(immutable=True)
    g1: UUID | None = None
    g2: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = attr(immutable=True, default=None)
    last: int
    expires_at: datetime | None = attr(role="ttl", default=None)


class Random(Model, table="random", local_indexes=False):
    p0 = Query(
        Alpha, by=bucket(Alpha.a1, "month"), order_by=asc(Alpha.a1, nulls="first"), limit=1, where=Alpha.last == 7
    )
    p1 = Query(Alpha, limit=3)
    p2 = Query(Beta, limit=3)
    p3 = Scan(Beta, returns=Beta.expires_at)
    p4 = Query(
        Gamma,
        by=(Gamma.g2, Gamma.g0, Gamma.last),
        where=any_of(present(Gamma.g2), present(Gamma.expires_at)),
        returns=Gamma.g0,
    )
    p5 = Scan(Gamma)
    p6 = Query(Gamma, limit=1)
    p7 = Get(Beta, by=Beta.a0, returns=Beta.a0, rps=100)
    p8 = Transaction(
        Update(Alpha, set=Alpha.a0, remove=Alpha.a1, when=absent(Alpha.a1)),
        Update(Beta, set=Beta.a0),
        Update(Gamma, set=Gamma.g1),
    )
    p9 = Put(Alpha)
    p10 = Put(Beta)
    p11 = Put(Gamma)
