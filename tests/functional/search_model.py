"""A catalogue that is searched by meaning."""

from datetime import datetime, timedelta
from typing import Literal

from dynamodel import Create, Delete, Entity, Get, Model, Parent, Put, Query, Search, Ulid, Update, Vector, attr


class Seller(Entity, identity="seller_id", count=100):
    seller_id: Ulid
    name: str


class Product(Entity, identity="product_id", parent=Parent(Seller, children=(20, 500))):
    product_id: Ulid
    seller_id: Ulid
    category: Literal["book", "toy", "tool"]
    brand: str = attr(distinct=50)
    title: str
    price: int = attr(ge=0, le=1_000_000)
    meaning: Vector(8)
    mood: Vector(3) | None = None


class Note(Entity, identity="note_id", count=1_000):
    note_id: Ulid
    text: str
    expires_at: datetime = attr(role="ttl", lifetime=timedelta(days=30))
    meaning: Vector(8)


class Catalogue(Model, table="catalogue"):
    product = Get(Product)
    of_seller = Query(Product, by=Product.seller_id, order_by=Product.title, limit=20)
    alike = Search(Product, near=Product.meaning, by=Product.category, limit=5, rps=20)
    alike_of_seller = Search(
        Product,
        near=Product.meaning,
        by=(Product.category, Product.seller_id),
        limit=3,
        returns=(Product.title, Product.price, Seller.name),
    )
    by_mood = Search(Product, near=Product.mood, distance="euclidean", returns=Product.title)
    notes = Search(Note, near=Note.meaning, distance="dot_product", limit=4)
    add = Create(Product)
    note = Put(Note)
    revise = Update(Product, set=(Product.price, Product.meaning))
    drop = Delete(Product)
    join = Create(Seller)
