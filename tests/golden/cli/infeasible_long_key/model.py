"""A sort key of a long title."""

from pydantic import Field

from dynamodel import Create, Entity, Get, Model, Query, Ulid


class Page(Entity, identity="page_id", count=1_000):
    page_id: Ulid
    site: str = Field(max_length=40)
    title: str = Field(max_length=600)
    path: str = Field(max_length=100)


class Wiki(Model):
    """A wiki."""

    page = Get(Page)
    add = Create(Page)
    by_title = Query(Page, by=Page.site, order_by=(Page.title, Page.path), limit=10)
    by_path = Query(Page, by=Page.site, order_by=Page.path, limit=10)
