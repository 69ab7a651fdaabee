"""A strong read by what never changes, and a batch that knows the id only."""

from pydantic import Field

from dynamodel import BatchGet, Create, Entity, Model, Query, Ulid, attr


class Task(Entity, identity="task_id", count=1_000):
    task_id: Ulid
    owner: str = attr(immutable=True, bytes=(10, 40))
    text: str = Field(max_length=600)


class Board(Model, copies=False):
    """A board."""

    tasks = BatchGet(Task, keys=10)
    add = Create(Task)
    tasks_of = Query(Task, by=Task.owner, consistent=True)
