"""Models of any size for benchmarks: independent groups of a parent, a child and five access patterns."""

from __future__ import annotations

HEAD = '''"""A generated model with {count} access patterns."""

from datetime import datetime
from typing import Literal

from dynamodel import Collection, Create, Entity, Get, Model, Parent, Query, Ulid, Update, attr, between, desc
'''

ENTITIES = """

class Account{n}(Entity, identity="account{n}_id"):
    account{n}_id: Ulid
    email: str
    region: str


class Event{n}(Entity, identity=("account{n}_id", "event_id"), parent=Parent(Account{n}, children=(20, 500))):
    account{n}_id: Ulid
    event_id: Ulid
    kind: Literal["a", "b", "c"]
    at: datetime
"""

PATTERNS = (
    "    account{n} = Get(Account{n})",
    "    account{n}_events = Collection(Account{n}, Event{n}, by=Account{n}.account{n}_id)",
    "    events{n}_between = Query(Event{n}, by=Event{n}.account{n}_id, range=between(Event{n}.at))",
    "    events{n}_of_kind = Query(Event{n}, by=Event{n}.kind, order_by=desc(Event{n}.at), limit=20)",
    "    add_event{n} = Create(Event{n})",
)


def wide_model(count: int) -> str:
    """The text of a model with `count` access patterns."""
    groups = -(-count // len(PATTERNS))
    entities = "".join(ENTITIES.format(n=n) for n in range(groups))
    lines = [pattern.format(n=n) for n in range(groups) for pattern in PATTERNS][:count]
    body = "\n".join(lines)
    return f"{HEAD.format(count=count)}{entities}\n\nclass Wide(Model):\n{body}\n"
