from datetime import datetime

from dynamodel import Create, Entity, Get, Model, Parent, Ulid, attr


class User(Entity, identity="user_id", count=100):
    user_id: Ulid
    sessions: int = attr(default=0)


class Session(Entity, identity="token", parent=Parent(User), counted_in=User.sessions):
    token: Ulid
    user_id: Ulid
    expires_at: datetime = attr(role="ttl")


class Users(Model):
    sign_up = Create(User)
    user = Get(User)
    log_in = Create(Session)
    session = Get(Session)
