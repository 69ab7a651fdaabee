"""A task board: what there is to do, who does it, what was said about it.

Replace it with your own. `dynamodel plan model.py` shows the design, `dynamodel emit model.py --to build` writes
infrastructure, access code and tests, `dynamodel verify model.py` runs every access pattern.
"""

from datetime import datetime
from typing import Literal

from dynamodel import Collection, Create, Delete, Entity, Get, Model, Parent, Query, Ulid, Update, attr, desc, gt


# What is stored: Pydantic models with an identity. Facts you know (counts, sizes in bytes, shares) make the plan exact;
# what you leave out gets a default, and the plan says where a default mattered.
class Member(Entity, identity="member_id", count=5_000):
    """Someone who works on tasks. No two members share an email address."""

    member_id: Ulid
    email: str = attr(unique=True)
    name: str


class Task(Entity, identity="task_id", parent=Parent(Member, children=(40, 2_000))):
    """Something to do. `children` above: 40 tasks of a member on average, 2,000 at most."""

    task_id: Ulid
    member_id: Ulid
    title: str = attr(bytes=(40, 200))
    status: Literal["open", "done"] = attr(share={"open": 0.1, "done": 0.9})
    due_at: datetime
    version: int = attr(role="version")


class Comment(Entity, identity=("task_id", "comment_id"), parent=Parent(Task, children=(5, 200))):
    """Something said about a task."""

    task_id: Ulid
    comment_id: Ulid
    text: str = attr(bytes=(300, 4_000))


# What is asked: every access pattern by name, with its rate. Each becomes a method of the generated client.
class Board(Model, table="board"):
    """A board of tasks."""

    # By identity, or by something unique.
    member = Get(Member, rps=50)
    member_by_email = Get(Member, by=Member.email, rps=2)

    # By an attribute, in an order, a page at a time; `gt` takes the caller's value.
    tasks_of_member = Query(Task, by=Task.member_id, order_by=desc(Task.due_at), limit=25, rps=30)
    tasks_due_after = Query(Task, by=Task.member_id, range=gt(Task.due_at), rps=5)

    # Only items that meet a condition: the index holds nothing else.
    open_tasks = Query(Task, where=Task.status == "open", order_by=Task.due_at, limit=50, rps=1)

    # A parent and its children in one request.
    task_with_comments = Collection(Task, Query(Comment, order_by=Comment.comment_id), by=Task.task_id, rps=20)

    # Every write that changes something, so that its keys are kept right and its price is known.
    join = Create(Member, rps=0.01)
    add_task = Create(Task, rps=2)
    finish = Update(Task, set=Task.status, when=Task.status == "open", rps=1)
    comment = Create(Comment, rps=3)
    delete_comment = Delete(Comment, rps=0.1)
