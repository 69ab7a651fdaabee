"""A partition key of two long texts."""

from pydantic import Field

from dynamodel import Create, Entity, Get, Model, Query, Ulid


class Visit(Entity, identity="visit_id", count=1_000):
    visit_id: Ulid
    url: str = Field(max_length=600)
    referrer: str = Field(max_length=600)


class Log(Model):
    """A log of visits."""

    visit = Get(Visit, rps=5)
    enter = Create(Visit, rps=1)
    from_page = Query(Visit, by=(Visit.url, Visit.referrer), rps=1)
