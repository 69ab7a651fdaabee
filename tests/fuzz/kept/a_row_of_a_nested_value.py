"""The module of rows reads a nested value with the codec, which it did not import."""

from pydantic import BaseModel

from dynamodel import Entity, Model, Put, Scan


class Place(BaseModel):
    street: str
    number: int | None = None


class Alpha(Entity, identity=()):
    place: Place
    name: str


class Random(Model, table="random"):
    places = Scan(Alpha, returns=Alpha.place)
    save = Put(Alpha)
