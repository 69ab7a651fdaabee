"""A key behind a text that marks its items ends in an optional attribute: the text does not depend on it."""

from typing import Literal

from dynamodel import Create, Entity, Model, Put, Query, Ulid, Update, attr, present


class Task(Entity, identity="task_id", count=100_000):
    task_id: Ulid
    team: Ulid
    state: Literal["open", "done"] = attr(share={"open": 0.2, "done": 0.8})
    due: int | None = attr(ge=0, le=10**9, share={None: 0.4})


class Tasks(Model):
    open_by_due = Query(
        Task, by=Task.team, where=(Task.state == "open", present(Task.due)), order_by=Task.due, limit=20, rps=50
    )
    make = Create(Task)
    put = Put(Task)
    set_state = Update(Task, set=Task.state, rps=20)
    close = Update(Task, set=Task.state == "done", rps=20)
    reopen = Update(Task, set=Task.state == "open", rps=2)
    set_due = Update(Task, set=Task.due, rps=20)
    no_due = Update(Task, remove=Task.due, rps=20)
    add_due = Update(Task, add=Task.due, rps=20)
    move = Update(Task, set=Task.team, rps=20)
