from datetime import datetime

from dynamodel import Create, Entity, Model, attr


class Page(Entity, identity="page", history="revision"):
    page: str
    revision: int
    version: int = attr(role="version")


class Note(Entity, identity=("note", "number"), history="number"):
    note: str
    number: int
    at: datetime


class Wiki(Model):
    page = Create(Page)
    note = Create(Note)
