"""Models of any size for benchmarks: groups of entities and access patterns, drawn by a seed.

Every group is what some application has: an account with its events, an order with lines and their shipments, a team
with members that are found from both sides, a work queue with unique names, a thread beside the feed that lists it.
Within a group entities are linked by collections; groups meet only in the slots of the table's indexes.
"""

from __future__ import annotations

from random import Random

HEAD = '''"""A generated model with {count} access patterns."""

from datetime import datetime
from typing import Literal

from dynamodel import (
    Collection, Create, Delete, Entity, Get, Model, Parent, Query, Transaction, Ulid, Update, attr, between, desc, ge,
)
'''

Group = tuple[str, tuple[str, ...]]

ACCOUNT: Group = (
    """

class Account{n}(Entity, identity="account{n}_id", count={few}):
    account{n}_id: Ulid
    email: str
    region: str


class Event{n}(Entity, identity=("account{n}_id", "event_id"), parent=Parent(Account{n}, children=(20, 500))):
    account{n}_id: Ulid
    event_id: Ulid
    kind: Literal["a", "b", "c"]
    at: datetime
""",
    (
        "account{n} = Get(Account{n}, rps={slow})",
        "account{n}_events = Collection(Account{n}, Event{n}, by=Account{n}.account{n}_id, rps={fast})",
        "events{n}_between = Query(Event{n}, by=Event{n}.account{n}_id, range=between(Event{n}.at))",
        "events{n}_of_kind = Query(Event{n}, by=Event{n}.kind, order_by=desc(Event{n}.at), limit=20)",
        "add_event{n} = Create(Event{n}, rps={slow})",
    ),
)

ORDER: Group = (
    """

class Order{n}(Entity, identity="order{n}_id", count={many}):
    order{n}_id: Ulid
    customer: str
    status: Literal["open", "paid", "sent"] = attr(share={{"open": 0.1, "paid": 0.2, "sent": 0.7}})
    placed_at: datetime = attr(role="created")
    total: int = attr(bytes=4)


class Line{n}(Entity, identity=("order{n}_id", "line"), parent=Parent(Order{n}, children=(4, 60))):
    order{n}_id: Ulid
    line: Ulid
    product: str = attr(bytes=40)
    note: str = attr(bytes={size})


class Shipment{n}(Entity, identity=("order{n}_id", "number"), parent=Parent(Order{n}, children=(1, 9))):
    order{n}_id: Ulid
    number: Ulid
    carrier: str
    sent_at: datetime
""",
    (
        "order{n} = Get(Order{n}, rps={slow})",
        "order{n}_whole = Collection(Order{n}, Line{n}, Shipment{n}, by=Order{n}.order{n}_id, rps={fast})",
        "orders{n}_of = Query(Order{n}, by=Order{n}.customer, order_by=desc(Order{n}.placed_at), limit=10, rps={fast})",
        "orders{n}_open = Query(Order{n}, where=Order{n}.status == 'open', order_by=Order{n}.placed_at, limit=25)",
        "lines{n}_with = Query(Line{n}, by=Line{n}.product, rps={slow})",
        "shipments{n}_since = Query(Shipment{n}, by=Shipment{n}.carrier, range=ge(Shipment{n}.sent_at))",
        "place_order{n} = Transaction(Create(Order{n}), Create(Line{n}), rps={slow})",
        "pay{n} = Update(Order{n}, set=Order{n}.status == 'paid', when=Order{n}.status == 'open', rps={slow})",
        "ship{n} = Create(Shipment{n})",
    ),
)

TEAM: Group = (
    """

class Team{n}(Entity, identity="team{n}_id", count={few}):
    team{n}_id: Ulid
    title: str = attr(bytes={size})


class Person{n}(Entity, identity="person{n}_id", count={many}):
    person{n}_id: Ulid
    name: str = attr(unique=True)


class Member{n}(Entity, identity=("team{n}_id", "person{n}_id"), count={many}):
    team{n}_id: Ulid
    person{n}_id: Ulid
    role: str
    since: datetime = attr(role="created")
""",
    (
        "team{n} = Collection(Team{n}, Member{n}, by=Team{n}.team{n}_id, rps={fast})",
        "person{n} = Collection(Person{n}, Member{n}, by=Person{n}.person{n}_id, rps={slow})",
        "person{n}_named = Get(Person{n}, by=Person{n}.name, rps={slow})",
        "members{n} = Query(Member{n}, by=Member{n}.team{n}_id, order_by=Member{n}.since, limit=50)",
        "members{n}_as = Query(Member{n}, by=(Member{n}.team{n}_id, Member{n}.role))",
        "join{n} = Create(Member{n}, rps={slow})",
        "leave{n} = Delete(Member{n})",
    ),
)

QUEUE: Group = (
    """

class Job{n}(Entity, identity="job{n}_id", count={many}):
    job{n}_id: Ulid
    owner: str
    state: Literal["waiting", "running", "done"] = attr(share={{"waiting": 0.05, "running": 0.05, "done": 0.9}})
    due: datetime
    tries: int = attr(default=0)
    body: str = attr(bytes={size})
""",
    (
        "job{n} = Get(Job{n}, rps={fast})",
        "jobs{n}_waiting = Query(Job{n}, where=Job{n}.state == 'waiting', order_by=Job{n}.due, limit=20, rps={slow})",
        "jobs{n}_of = Query(Job{n}, by=Job{n}.owner, order_by=desc(Job{n}.due), limit=20, rps={slow})",
        "jobs{n}_of_in = Query(Job{n}, by=(Job{n}.owner, Job{n}.state), range=between(Job{n}.due))",
        "add_job{n} = Create(Job{n}, rps={slow})",
        "start{n} = Update(Job{n}, set=Job{n}.state == 'running', when=Job{n}.state == 'waiting', rps={slow})",
    ),
)

NEWEST_POSTS = (
    "thread{n} = Collection(Thread{n}, Query(Post{n}, order_by=desc(Post{n}.post_id), limit=20), "
    "by=Thread{n}.thread{n}_id, rps={fast})"
)
THREAD: Group = (
    """

class Thread{n}(Entity, identity="thread{n}_id", count={many}):
    thread{n}_id: Ulid
    forum: str
    title: str = attr(bytes={size})
    posted_at: datetime = attr(role="created")


class Post{n}(Entity, identity=("thread{n}_id", "post_id"), parent=Parent(Thread{n}, children=(12, 4000))):
    thread{n}_id: Ulid
    post_id: Ulid
    author: str
    text: str = attr(bytes=(400, 8000))
""",
    (
        NEWEST_POSTS,
        "thread{n}_from = Query(Post{n}, by=Post{n}.thread{n}_id, range=ge(Post{n}.post_id), limit=50)",
        "feed{n} = Query(Thread{n}, by=Thread{n}.forum, order_by=desc(Thread{n}.posted_at), limit=30, rps={fast})",
        "posts{n}_by = Query(Post{n}, by=Post{n}.author, order_by=desc(Post{n}.post_id), limit=20)",
        "open{n} = Transaction(Create(Thread{n}), Create(Post{n}), rps={slow})",
        "post{n} = Create(Post{n}, rps={slow})",
    ),
)

KINDS = (ACCOUNT, ORDER, TEAM, QUEUE, THREAD)


def wide_model(count: int, seed: int = 0) -> str:
    """The text of a model with `count` access patterns; seed 0 has accounts alone, others a mixture."""
    random = Random(seed)
    entities, lines = [], []
    number = 0
    while len(lines) < count:
        declared, patterns = random.choice(KINDS) if seed else ACCOUNT
        words = {
            "n": number,
            "few": random.choice((100, 5_000)),
            "many": random.choice((20_000, 3_000_000)),
            "size": random.choice((12, 60, 900)),
            "slow": random.choice((0.1, 1, 4)),
            "fast": random.choice((5, 40, 200)),
        }
        entities.append(declared.format(**words))
        lines += [f"    {p.format(**words)}" for p in patterns]
        number += 1
    body = "\n".join(lines[:count])
    return f"{HEAD.format(count=count)}{''.join(entities)}\n\nclass Wide(Model):\n{body}\n"


def lone_entity(reads: int, seed: int = 3) -> str:
    """The text of a model with one entity that is read in as many unlike ways: hardly two of them can share a key."""
    random = Random(seed)
    names, times = [f"a{n}" for n in range(10)], [f"t{n}" for n in range(4)]
    fields = [f"    {n}: str = attr(bytes={random.choice((8, 20, 40))}, distinct=1000)" for n in names]
    fields += [f"    {t}: datetime" for t in times]
    lines: dict[tuple[str, ...], str] = {}
    while len(lines) < reads:
        fixed = tuple(sorted(random.sample(names, random.choice((1, 1, 2, 2, 3)))))
        time, rate = random.choice(times), random.choice((0.1, 5))
        by = f"by=({', '.join(f'Ticket.{n}' for n in fixed)},)"
        way = random.choice((f"order_by=desc(Ticket.{time}), limit=20", f"range=ge(Ticket.{time})"))
        lines[*fixed, way] = f"    q{len(lines)} = Query(Ticket, {by}, {way}, rps={rate})"
    body = "\n".join(
        [
            "    ticket = Get(Ticket, rps=10)",
            "    add = Create(Ticket, rps=5)",
            "    change = Update(Ticket, set=(Ticket.a0, Ticket.t0), rps=1)",
            *lines.values(),
        ]
    )
    head = HEAD.format(count=reads + 3)
    declared = "\n".join(
        ['class Ticket(Entity, identity="ticket_id", count=1_000_000):', "    ticket_id: Ulid", *fields]
    )
    return f"{head}\n\n{declared}\n    body: str = attr(bytes=900)\n\n\nclass Lone(Model):\n{body}\n"


def hub(children: int) -> str:
    """The text of a model whose one entity is read together with each of several others."""
    declared = ['class Hub(Entity, identity="hub_id", count=100_000):\n    hub_id: Ulid\n    region: str']
    lines = ["    in_region = Query(Hub, by=Hub.region, limit=50)"]
    for n in range(children):
        declared.append(
            f'class Child{n}(Entity, identity=("hub_id", "child{n}_id"), parent=Parent(Hub, children=({3 + n}, 90))):\n'
            f"    hub_id: Ulid\n    child{n}_id: Ulid\n    at: datetime\n    body: str = attr(bytes={40 + 30 * n})"
        )
        lines.append(f"    with{n} = Collection(Hub, Child{n}, by=Hub.hub_id, rps={1 + n})")
        lines.append(f"    add{n} = Create(Child{n})")
        lines.append(f"    newest{n} = Query(Child{n}, by=Child{n}.hub_id, order_by=desc(Child{n}.at), limit=20)")
    text, body = "\n\n\n".join(declared), "\n".join(lines)
    return f"{HEAD.format(count=len(lines))}\n\n{text}\n\n\nclass HubModel(Model):\n{body}\n"


def crowd(children: int) -> str:
    """The text of a model whose one entity is read with the newest of each of several others, read apart too."""
    declared = ['class Hub(Entity, identity="hub_id", count=100_000):\n    hub_id: Ulid\n    region: str']
    lines = ["    in_region = Query(Hub, by=Hub.region, limit=50)"]
    for n in range(children):
        declared.append(
            f'class Child{n}(Entity, identity=("hub_id", "child_id"), parent=Parent(Hub, children=({3 + n}, 90))):\n'
            f"    hub_id: Ulid\n    child_id: Ulid\n    kind: str\n    at: int = attr(ge=0, le=10**12)\n"
            f"    body: str = attr(bytes=({50 * (n + 1)}, 2000))"
        )
        newest = f"Query(Child{n}, order_by=desc(Child{n}.child_id), limit={5 + n})"
        lines.append(f"    with{n} = Collection(Hub, {newest}, by=Hub.hub_id, rps={1 + n})")
        latest = f"by=Child{n}.kind, order_by=desc(Child{n}.at), limit=10"
        lines.append(f"    kind{n} = Query(Child{n}, {latest}, rps={2 + n % 3})")
        lines.append(f"    add{n} = Create(Child{n}, rps={0.5 + n})")
        lines.append(f"    move{n} = Update(Child{n}, set=Child{n}.kind, rps=0.2)")
    text, body = "\n\n\n".join(declared), "\n".join(lines)
    return f"{HEAD.format(count=len(lines))}\n\n{text}\n\n\nclass Crowd(Model):\n{body}\n"
