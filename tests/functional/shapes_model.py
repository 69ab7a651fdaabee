"""Collections of every shape, and a read whose order no key gives."""

from datetime import datetime
from typing import Literal

from dynamodel import Collection, Create, Entity, Get, Model, Parent, Query, desc, ge, gt, le


class User(Entity, identity="user_id", count=100):
    user_id: str
    name: str


class Post(Entity, identity=("user_id", "post_id"), parent=Parent(User, children=(5, 50))):
    user_id: str
    post_id: str
    at: datetime
    state: Literal["new", "old"] = "new"
    likes: int


class Like(Entity, identity=("user_id", "like_id"), parent=Parent(User, children=(5, 50))):
    user_id: str
    like_id: str
    at: datetime


class Shapes(Model, table="shapes"):
    add_user = Create(User)
    add_post = Create(Post)
    add_like = Create(Like)
    user = Get(User)
    everything = Collection(User, Post, Like, by=User.user_id)
    posts = Collection(User, Query(Post, order_by=desc(Post.likes)), by=User.user_id)
    feed = Collection(
        Query(Post, order_by=desc(Post.at), limit=3),
        Query(Like, order_by=desc(Like.at), limit=3),
        by=Post.user_id,
        merged=True,
    )
    latest = Collection(
        User,
        Query(Post, order_by=desc(Post.at), limit=2),
        Query(Like, order_by=desc(Like.at), limit=2),
        by=User.user_id,
    )
    around = Collection(User, Query(Post, range=ge(Post.post_id)), Query(Like, range=le(Like.like_id)), by=User.user_id)
    liked = Query(Post, by=Post.user_id, range=gt(Post.likes))
