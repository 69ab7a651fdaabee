"""A random model."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel

from dynamodel import (
    BatchGet,
    Create,
    Entity,
    Model,
    Parent,
    Query,
    attr,
)


class Color(StrEnum):
    red = "r"
    blue = "b"


class Place(BaseModel):
    street: str
    number: int | None = None


class Alpha(Entity, identity="key", count=100_000):
    key: int = attr(ge=0, le=10**9)
    a0: dict[str, Place]
    a1: dict[str, int]


class Beta(Entity, identity=("alpha_key", "beta_id"), parent=Parent(Alpha, via=("alpha_key",), children=(5, 50))):
    alpha_key: int = attr(ge=0, le=10**9)
    beta_id: str
    a0: bytes = attr(distinct=3)
    a1: Place | None = None
    a2: date = attr(distinct=3)
    a3: set[int] | None = None
    a4: int = attr(distinct=3)
    version: int = attr(role="version")


class Gamma(
    Entity,
    identity="gamma_id",
    parent=Parent(
        Beta,
        via=(
            "beta_alpha_key",
            "beta_beta_id",
        ),
        children=(5, 50),
    ),
    counted_in=Beta.a4,
):
    gamma_id: str
    beta_alpha_key: int = attr(ge=0, le=10**9, immutable=True)
    beta_beta_id: str = attr(immutable=True)
    a0: bytes = attr(distinct=3)
    a1: Place | None = None
    a2: date = attr(distinct=3)
    a3: set[int] | None = None
    a4: int = attr(distinct=3)
    version: int = attr(role="version")


class Random(Model, table="random"):
    p0 = Create(Alpha)
    p1 = Query(Alpha)
    p2 = BatchGet(Beta, returns=Beta.a0)
    p3 = Query(Beta, where=Beta.a4 == 0)
    p4 = Query(Beta)
    p5 = Query(Gamma, where=Gamma.a4 == 0, returns=(Beta.beta_id, Gamma.gamma_id))
    p6 = Create(Beta)
    p7 = Create(Gamma)
