"""A strong read by what an update changes."""

from pydantic import Field

from dynamodel import Create, Entity, Get, Model, Query, Ulid, Update


class Task(Entity, identity="task_id", count=1_000):
    task_id: Ulid
    owner: str = Field(max_length=40)
    text: str = Field(max_length=600)


class Board(Model, copies=False):
    """A board."""

    task = Get(Task)
    add = Create(Task)
    pass_on = Update(Task, set=Task.owner)
    tasks_of = Query(Task, by=Task.owner, consistent=True)
