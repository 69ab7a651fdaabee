"""An identity that is too long for a key."""

from pydantic import Field

from dynamodel import Create, Entity, Get, Model


class Page(Entity, identity="url", count=1_000):
    url: str = Field(max_length=3000)
    text: str = Field(max_length=600)


class Crawl(Model):
    """A crawl."""

    page = Get(Page)
    add = Create(Page)
