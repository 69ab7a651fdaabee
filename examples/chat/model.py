"""Chat rooms: who may write where, and messages, newest first."""

from datetime import datetime

from dynamodel import (
    Create,
    Delete,
    Deploy,
    Entity,
    Get,
    Model,
    Parent,
    Query,
    Role,
    Transaction,
    Ulid,
    Update,
    attr,
    between,
    desc,
    eq,
    gt,
)


class Room(Entity, identity="room_id", count=50_000):
    """A place to talk. Its creator may close it."""

    room_id: Ulid
    title: str = attr(bytes=(30, 200))
    creator: str = attr(bytes=(12, 40), immutable=True)
    members: int = attr(default=0, ge=0, le=1_000_000)


class Member(Entity, identity=("username", "room_id"), parent=Parent(Room, children=(12, 5_000))):
    """That someone has joined a room."""

    username: str = attr(bytes=(12, 40), distinct=120_000)
    room_id: Ulid
    joined_at: datetime = attr(role="created")


class Message(Entity, identity="message_id", parent=Parent(Room, children=(900, 2_000_000))):
    """Something that was said."""

    message_id: Ulid
    room_id: Ulid
    username: str = attr(bytes=(12, 40), immutable=True)
    sent_at: datetime = attr(role="created")
    text: str = attr(bytes=(120, 4_000))


class Chat(Model, table="chat", deploy=Deploy(roles=(Role("reader", access="read"), Role("writer", access="write")))):
    """Everything that the chat window asks for."""

    open_room = Create(Room, rps=0.5)
    room = Get(Room, rps=50)
    close_room = Delete(Room, when=eq(Room.creator), rps=0.05)

    # Membership: the same items answer "where am I?" and "who is here?".
    join = Transaction(Create(Member), Update(Room, add=Room.members), rps=2)
    leave = Delete(Member, rps=1)
    is_member = Get(Member, rps=150)
    rooms_of_user = Query(Member, by=Member.username, rps=20)
    members_of_room = Query(Member, by=Member.room_id, limit=100, rps=5)

    # Messages: one key serves the newest page, everything since, and a stretch between two moments.
    send = Create(Message, rps=80, peak=600)
    latest = Query(Message, by=Message.room_id, order_by=desc(Message.sent_at), limit=30, rps=200)
    since = Query(Message, by=Message.room_id, range=gt(Message.sent_at), order_by=Message.sent_at, limit=100, rps=150)
    stretch = Query(
        Message, by=Message.room_id, range=between(Message.sent_at), order_by=Message.sent_at, limit=100, rps=2
    )
