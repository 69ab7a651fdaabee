"""A random model: there are fewer combinations of unique values than rows, so that no new item could be made."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from dynamodel import (
    Create,
    Entity,
    Model,
    Query,
    attr,
)


class Color(StrEnum):
    red = "r"
    blue = "b"


class Place(BaseModel):
    street: str
    number: int | None = None


class Alpha(Entity, identity=("group", "key"), count=100_000):
    group: str
    key: str
    a0: set[str]
    a1: str
    a2: Color
    a3: str = attr(default="a1")


class Beta(Entity, identity="key", count=100_000, unique=(("a2", "a4"),)):
    key: str
    a0: list[str]
    a1: list[str]
    a2: Color
    a3: set[int]
    a4: Literal[1, 2, 3]


class Random(Model, table="random"):
    p0 = Query(Alpha)
    p1 = Query(Beta)
    p2 = Create(Alpha)
    p3 = Create(Beta)
