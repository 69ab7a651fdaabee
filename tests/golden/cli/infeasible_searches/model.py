"""A library that is searched by more vectors than a table has indexes."""

from dynamodel import Create, Entity, Get, Model, Search, Ulid, Vector


class Book(Entity, identity="book_id", count=10_000):
    book_id: Ulid
    title: Vector(8)
    summary: Vector(8)
    cover: Vector(8)
    style: Vector(8)
    mood: Vector(8)


class Library(Model):
    book = Get(Book)
    add = Create(Book)
    by_title = Search(Book, near=Book.title, limit=5)
    by_summary = Search(Book, near=Book.summary, limit=5)
    by_cover = Search(Book, near=Book.cover, limit=5)
    by_style = Search(Book, near=Book.style, limit=5)
    by_mood = Search(Book, near=Book.mood, limit=5)
    by_mood_unlike = Search(Book, near=Book.mood, distance="euclidean", limit=5)
