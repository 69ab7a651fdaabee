
from pydantic import BaseModel

from dynamodel import Entity, Get, Model, Ulid


class Part(BaseModel):
    name: str
    parts: "list[Part]"


class Order(Entity, identity="order_id"):
    order_id: Ulid
    part: Part


class Shop(Model):
    order = Get(Order)
